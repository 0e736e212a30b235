"""How well the small CLIP tells captions apart: retrieval among 64, and captions with one swapped word ranked lower.

Run: `python -m bench.clip [--count 1024] [--metric pocket-clip]`.
"""

import argparse
import json
import re

import torch

from models import metrics
from models.pocket.captioned import captioned
from models.pocket.painter import paint
from models.pocket.scene import COLOURS, SIZES

SEED = 884_001
"""A seed that training does not use."""
AMONG = 64


def retrieval(pictures, texts):
    """Share of pictures whose own caption is the nearest of AMONG, and of captions whose picture is: unit vectors in."""
    groups = [slice(i, i + AMONG) for i in range(0, len(pictures) - AMONG + 1, AMONG)]
    near = [pictures[group] @ texts[group].T for group in groups]
    own = torch.arange(AMONG)
    return tuple(
        round(torch.cat([grid.argmax(way) == own for grid in near]).float().mean().item(), 4) for way in (1, 0)
    )


def kind_of(right, swapped):
    """What was swapped: colour, size, place or name."""
    words = [re.findall(r"\w+", text.lower()) for text in (right, swapped)]
    new = {b for a, b in zip(*words, strict=True) if a != b} - {"a", "an"}
    kinds = {"colour": COLOURS, "size": SIZES, "place": ("left", "right", "above", "below")}
    return next((kind for kind, known in kinds.items() if new <= set(known)), "name")


def measure(metric, count):
    """All figures on `count` captioned pictures that nothing was trained on."""
    found = list(captioned(count, seed=SEED))
    pictures = metric.see([paint(one.scene) for one in found])
    texts = metric.read([one.caption for one in found])
    twins = metric.read([one.swapped or one.caption for one in found])
    lower = (pictures * twins).sum(-1) < (pictures * texts).sum(-1)
    by = {}
    for one, right in zip(found, lower.tolist(), strict=True):
        if one.swapped:
            by.setdefault(kind_of(one.caption, one.swapped), []).append(right)
    every = [right for group in by.values() for right in group]
    to_text, to_picture = retrieval(pictures, texts)
    return {
        "metric": metric.name,
        "n": count,
        "retrieval": {"among": AMONG, "caption of a picture": to_text, "picture of a caption": to_picture},
        "swapped_lower": {"share": round(sum(every) / len(every), 4), "n": len(every)},
        "by_swap": {kind: {"share": round(sum(g) / len(g), 4), "n": len(g)} for kind, g in sorted(by.items())},
        "clipscore": {
            "right": round(metrics.WEIGHT * (pictures * texts).sum(-1).clamp_min(0).mean().item(), 4),
            "swapped": round(metrics.WEIGHT * (pictures * twins).sum(-1).clamp_min(0).mean().item(), 4),
        },
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1024)
    parser.add_argument("--metric", default="pocket-clip")
    choice = parser.parse_args()
    print(json.dumps(measure(metrics.load(choice.metric), choice.count), indent=1))
