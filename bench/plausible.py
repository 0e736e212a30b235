"""Plausible scenes to read, one line each, and what can be counted about them: layers passed, vocabulary left, speed.

Try it: `python -m bench.plausible --scenes 100 --seed 7 --complexity 4-8`.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from engine import sensible
from engine.graph import SceneGraph
from engine.plausibility import Dial, RulesLayer, StatisticsLayer, entropy_left, filtered
from engine.sampler import Constraints, sample
from engine.structure import Structure, StructureQuery, drawer
from engine.taxonomy import Taxonomy, load


def said(graph: SceneGraph) -> str:
    """A scene in short sentences, so that a hundred can be read in a sitting."""
    marks, names = graph.attributes_of, graph.names
    many = {name for name in names.values() if list(names.values()).count(name) > 1}
    calls = {id: name + (f"#{id[1:]}" if name in many else "") for id, name in names.items()}
    things = [" ".join([*(mark.value for mark in marks[id]), calls[id]]) for id in names]
    links = [f"{calls[link.source]} {link.phrase} {calls[link.target]}" for link in graph.relations]
    return ", ".join(things) + ("" if not links else " :: " + "; ".join(links))


def scenes(taxonomy: Taxonomy, numbers: range, seed: int, complexity: range, mode: str) -> Iterator[SceneGraph]:
    """Scene i of a seed, its complexity taken in turn; `mode` is plausible or imaginative."""
    drawers = [drawer(StructureQuery(complexity=c)) for c in complexity]
    for index in numbers:
        rng = random.Random(f"plausible/{seed}/{index}")
        yield drawn(taxonomy, drawers[index % len(drawers)], mode, rng)


def drawn(taxonomy: Taxonomy, shape: Callable[[random.Random], Structure], mode: str, rng: random.Random) -> SceneGraph:
    """One scene of a shape that is drawn first."""
    structure = shape(rng)
    if mode == "plausible":
        return sensible.fill(structure, taxonomy, rng)
    return sample(Constraints(complexity=(structure.complexity,) * 2, mode=mode), taxonomy, rng, structure=structure)


def figures(graphs: list[SceneGraph], others: list[SceneGraph], taxonomy: Taxonomy) -> Iterator[str]:
    """What the layers say of the scenes, and how much of the vocabulary is in them beside as many imaginative ones."""
    for layer in (RulesLayer(), StatisticsLayer()):
        opinions = [layer.score(graph, taxonomy) for graph in graphs]  # with what is worked out at first use
        began = time.process_time()
        opinions = [layer.score(graph, taxonomy) for graph in graphs]
        spent = 1e6 * (time.process_time() - began) / len(graphs)
        known = [opinion for opinion in opinions if opinion.score is not None]
        clean = sum(not opinion.reasons for opinion in known) / max(len(known), 1)
        sorts = Counter(reason.sort for opinion in known for reason in opinion.reasons).most_common(4)
        yield f"{layer.name}: {clean:.1%} without a reason against them, {spent:.0f} microseconds each, reasons {sorts}"
    for part, left in entropy_left(others, graphs).items():
        yield f"{part}: {left.after:.2f} of {left.before:.2f} bits ({left.share:.0%})"
    words = {item.name for graph in graphs for item in graph.objects}
    phrases = {link.phrase for graph in graphs for link in graph.relations}
    values = {mark.value for graph in graphs for mark in graph.attributes}
    yield f"met: {len(words)} nouns, {len(values)} attributes, {len(phrases)} relations in {len(graphs)} scenes"


def main() -> None:
    """Draw, print, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=100, help="scenes to read")
    parser.add_argument("--count", type=int, default=2000, help="scenes to count with")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--complexity", default="4-8")
    parser.add_argument("--taxonomy", default="full")
    parser.add_argument("--mode", choices=("plausible", "imaginative"), default="plausible")
    parser.add_argument("--accept", type=float, help="filter imaginative scenes at this rate, and print the receipt")
    choice = parser.parse_args()
    low, _, high = choice.complexity.partition("-")
    taxonomy, sizes = load(choice.taxonomy), range(int(low), int(high or low) + 1)
    if choice.accept is not None:
        filter_imaginative(taxonomy, sizes, choice)
        return
    for index, graph in enumerate(scenes(taxonomy, range(choice.scenes), choice.seed, sizes, choice.mode), 1):
        print(f"{index:3d}. {said(graph)}")
    if choice.count:
        began = time.process_time()
        graphs = list(scenes(taxonomy, range(choice.count), choice.seed, sizes, choice.mode))
        print(f"{1e6 * (time.process_time() - began) / choice.count:.0f} microseconds per scene, with its structure")
        others = list(scenes(taxonomy, range(choice.count), choice.seed, sizes, "imaginative"))
        print("\n".join(figures(graphs, others, taxonomy)))


def filter_imaginative(taxonomy: Taxonomy, sizes: range, choice: argparse.Namespace) -> None:
    """The dial at work on scenes whose words are drawn freely."""
    shapes = [drawer(StructureQuery(complexity=c)) for c in sizes]
    layers = (RulesLayer(), StatisticsLayer())

    def draw(rng: random.Random) -> SceneGraph:
        return drawn(taxonomy, shapes[int(rng.random() * len(shapes))], "imaginative", rng)

    kept = filtered(draw, Dial(choice.accept), layers, taxonomy, seed=choice.seed)
    for index, graph in enumerate(islice(kept, choice.scenes), 1):
        print(f"{index:3d}. {said(graph)}")
    print("\n".join(kept.receipt().lines()))


if __name__ == "__main__":
    main()
