"""What 24 questions about a picture cost beside one: the real classes, few numbers wide but as deep as the published ones.

Run: `python -m bench.judging [--judge blip smolvlm qwen25] [--rounds 9]`. Untrained weights: times count, answers do not.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import torch

from models import devices, judges
from tests import toy_judges

SIZES = {
    "blip": {"width": 192, "layers": 12, "side": 384, "patch": 16},
    "smolvlm": {"width": 192, "layers": 12, "vision_layers": 12, "side": 384, "patch": 16},
    "qwen25": {"width": 192, "layers": 12, "vision_layers": 12, "side": 392},
    "instructblip": {"width": 192, "layers": 12, "side": 224, "patch": 14},
    "vilt": {"width": 192, "layers": 12, "side": 384, "patch": 32},
}
"""Of each judge the settings in `tests.toy_judges`; depths, picture and patches as published, width a quarter of it."""
THINGS, COLOURS, PLACES = ("dog", "cat", "ball", "house"), ("red", "blue", "green"), ("left of", "above")
QUESTIONS = [
    f"Is there a {colour} {thing} to the {place} the tree?"
    for thing in THINGS
    for colour in COLOURS
    for place in PLACES
]
LIMIT = 3.0


def seconds(judge, picture, questions):
    """One look at a picture and its questions."""
    start = time.perf_counter()
    judge.answer(picture, questions)
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def measure(kind, rounds, folder):
    """Medians over rounds in which one question and 24 take turns."""
    judge = judges.load(str(toy_judges.save(kind, Path(folder) / kind, **SIZES[kind])))
    picture = toy_judges.picture(size=(384, 384))
    seconds(judge, picture, QUESTIONS)
    times = [[seconds(judge, picture, QUESTIONS[:n]) for n in (1, len(QUESTIONS))] for _ in range(rounds)]
    one, all_of_them = (statistics.median(column) for column in zip(*times, strict=True))
    return {
        "judge": kind,
        "size": SIZES[kind],
        "parameters": sum(part.numel() for part in judge.net.parameters()),
        "one_s": round(one, 4),
        f"{len(QUESTIONS)}_s": round(all_of_them, 4),
        "ratio": round(all_of_them / one, 2),
        "limit": LIMIT,
        "where": devices.placement().reason,
        "notes": [note for note in judge.notes if note != devices.placement().reason],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judge", nargs="+", choices=SIZES, default=["blip", "smolvlm", "qwen25"])
    parser.add_argument("--rounds", type=int, default=9)
    choice = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = [measure(kind, choice.rounds, place) for kind in choice.judge]
    print(json.dumps(found, indent=1))
    sys.exit(any(row["ratio"] > row["limit"] for row in found))
