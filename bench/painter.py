"""Painter against oracle: the share of questions about random pocket graphs that painted pictures answer as expected.

Run: `python -m bench.painter [--count 5000]`; anything but 1.000 is a bug and ends with exit code 1.
"""

import argparse
import json
import random
import sys

from engine.questions import questions
from engine.sampler import Constraints, sample
from models.pocket.layout import arrange
from models.pocket.oracle import replies
from models.pocket.scene import TAXONOMY

SEED = 770_001


def measure(count):
    """Right answers of the oracle on `count` arranged graphs of 1-6 objects."""
    right = total = graphs_right = 0
    for i in range(count):
        rng = random.Random(f"{SEED}/{i}")
        objects = 1 + i % 6
        constraints = Constraints(
            complexity=None, objects=(objects, objects), attributes=(0, 2 * objects), relations=(0, 2 * (objects - 1)),
            scene_attributes=(0, 3), mode=("plausible", "imaginative")[i % 2],
        )  # fmt: skip
        graph = sample(constraints, TAXONOMY, rng)
        asked = questions(graph, TAXONOMY)
        good = [q.answer == r.answer for q, r in zip(asked, replies(asked, arrange(graph, rng)), strict=True)]
        right, total, graphs_right = right + sum(good), total + len(good), graphs_right + all(good)
    return {"graphs": count, "graphs_right": graphs_right, "questions": total, "share": round(right / total, 6)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    found = measure(parser.parse_args().count)
    print(json.dumps(found))
    sys.exit(found["share"] != 1)
