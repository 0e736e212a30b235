"""Plausible scenes to read, one line each, and what can be counted about them: layers passed, vocabulary left, speed.

Try it: `python -m bench.plausible --scenes 100 --seed 7 --complexity 4-8`.
"""

from __future__ import annotations

import argparse
import random
import time

from engine import sensible
from engine.graph import SceneGraph
from engine.structure import StructureQuery, drawer
from engine.taxonomy import load


def said(graph: SceneGraph) -> str:
    """A scene in short sentences, so that a hundred can be read in a sitting."""
    marks, names = graph.attributes_of, graph.names
    many = {name for name in names.values() if list(names.values()).count(name) > 1}
    calls = {id: name + (f"#{id[1:]}" if name in many else "") for id, name in names.items()}
    things = [" ".join([*(mark.value for mark in marks[id]), calls[id]]) for id in names]
    links = [f"{calls[link.source]} {link.phrase} {calls[link.target]}" for link in graph.relations]
    return ", ".join(things) + ("" if not links else " :: " + "; ".join(links))


def main() -> None:
    """Draw, print, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--complexity", default="4-8")
    parser.add_argument("--taxonomy", default="full")
    choice = parser.parse_args()
    low, _, high = choice.complexity.partition("-")
    taxonomy = load(choice.taxonomy)
    drawers = [drawer(StructureQuery(complexity=c)) for c in range(int(low), int(high or low) + 1)]
    spent = 0.0
    for index in range(choice.scenes):
        rng = random.Random(f"plausible/{choice.seed}/{index}")
        structure = drawers[index % len(drawers)](rng)
        began = time.perf_counter()
        graph = sensible.fill(structure, taxonomy, rng)
        spent += time.perf_counter() - began
        print(f"{index + 1:3d}. {said(graph)}")
    print(f"{1e6 * spent / choice.scenes:.0f} microseconds per scene, the first ones with their tables")


if __name__ == "__main__":
    main()
