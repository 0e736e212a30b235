"""How right the generator is, by the oracle: gated score by number of objects, frequent words and the rare tail apart.

Run: `python -m bench.generator [--count 200] [--generator pocket]`.
"""

import argparse
import json
import random
import statistics
from dataclasses import replace

from engine.caption import caption
from engine.questions import KINDS, questions
from engine.sampler import Constraints, sample
from engine.scoring import interval, score
from models import generators
from models.pocket.oracle import replies
from models.pocket.scene import NAMES, TAXONOMY
from models.pocket.web import frequent_names

SEED = 880_001
"""A seed that the training set does not use; short captions can still be in both."""


def world(names):
    """The pocket taxonomy with these object words only."""
    return replace(TAXONOMY, nouns=tuple(noun for noun in TAXONOMY.nouns if noun.name in names))


def of_kind(scores, kind):
    """Each scene's share of right answers of this kind, where it was asked."""
    return [score.by_kind[kind] for score in scores if kind in score.by_kind]


def measure(generator, names, objects, count):
    """Oracle scores of `count` freshly drawn scenes with so many objects of these words."""
    constraints = Constraints(
        complexity=None, objects=(objects, objects), attributes=(objects, objects),
        relations=(objects - 1, objects - 1), scene_attributes=(0, 1), mode="imaginative",
    )  # fmt: skip
    graphs = [sample(constraints, world(names), random.Random(f"{SEED}/{objects}/{i}")) for i in range(count)]
    texts = [caption(graph, TAXONOMY).text for graph in graphs]
    drawings = [
        drawing
        for start in range(0, count, 64)
        for drawing in generator.draw(texts[start : start + 64], range(start, min(start + 64, count)), size=64)
    ]
    scores = []
    for graph, drawing in zip(graphs, drawings, strict=True):
        asked = [q for q in questions(graph, TAXONOMY) if not q.open]
        scores.append(score(asked, replies(asked, drawing.contents)))
    return {
        "objects": objects,
        "n": count,
        "gated": round(sum(s.gated for s in scores) / count, 3),
        "interval": [round(x, 3) for x in interval([s.gated for s in scores])],
        "all_right": round(sum(s.gated == 1 for s in scores) / count, 3),
        "by_kind": {kind: round(statistics.mean(values), 3) for kind in KINDS if (values := of_kind(scores, kind))},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--generator", default="pocket")
    choice = parser.parse_args()
    generator = generators.load(choice.generator)
    rare = [name for name in NAMES if name not in frequent_names()]
    for label, names in (("frequent", frequent_names()), ("rare", rare)):
        for objects in range(1, 7):
            print(json.dumps({"words": label} | measure(generator, names, objects, choice.count)), flush=True)


if __name__ == "__main__":
    main()
