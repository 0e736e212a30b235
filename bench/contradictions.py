"""Counts contradictions in drawn scenes by rules that are written apart from the sampler: there should be none.

Two values of an exclusive kind, an attribute that the kind of thing cannot have, attribute kinds that clash, scene
attributes that exclude each other, an order that leads around in a circle, a relation of a thing to itself.
Try it: `python -m bench.contradictions --scenes 100000`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import networkx as nx

from engine.graph import SceneGraph
from engine.sampler import Constraints, Plan, draft, sample, scene_rng
from engine.taxonomy import Noun, Taxonomy, load


@lru_cache(maxsize=2)
def nouns(taxonomy: Taxonomy) -> dict[tuple[str, str | None], Noun]:
    """Spelling and sense -> noun."""
    return {(noun.name, noun.sense): noun for noun in taxonomy.nouns}


def contradictions(graph: SceneGraph, taxonomy: Taxonomy) -> Iterator[str]:
    """What cannot be true together in a graph, a word or two for each."""
    things = nouns(taxonomy)
    for item in graph.objects:
        thing, marks = things[item.name, item.sense], graph.attributes_of[item.id]
        kinds = Counter(mark.kind for mark in marks)
        yield from (f"two {kind}s" for kind, n in kinds.items() if n > 1 and taxonomy.attribute_kind[kind].exclusive)
        yield from (f"{m.value} {thing.name}" for m in marks if not taxonomy.fits(thing, m.kind, m.value))
        yield from (f"{a} with {b}" for a in kinds for b in kinds if b in taxonomy.attribute_kind[a].clashes)
    tags = {
        (kind, value): (set(taxonomy.scene_kind[kind].tags.get(value, ())), set(taxonomy.scene_kind[kind].excludes.get(value, ())))
        for kind, value in graph.scene_attributes
    }  # fmt: skip
    yield from (
        f"{a} with {b}" for a, (_, no) in tags.items() for b, (there, _) in tags.items() if a != b and no & there
    )
    for axis in {word.axis for word in taxonomy.relation_words if word.axis}:
        if not nx.is_directed_acyclic_graph(taxonomy.order(graph, axis)):
            yield f"circle along {axis}"
    yield from ("a thing and itself" for link in graph.relations if link.source == link.target)


def main() -> None:
    """Draw and count, in both modes and all modalities."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=100_000)
    parser.add_argument("--taxonomy", default="full")
    parser.add_argument("--seed", type=int, default=31)
    choice = parser.parse_args()
    taxonomy, found, total = load(choice.taxonomy), Counter[str](), 0
    settings = [
        Constraints(complexity=(4, 8), scene_attributes=(0, 3), mode=mode, modality=modality)
        for mode, modality in (("imaginative", "image"), ("imaginative", "video"), ("imaginative", "3d"), ("plausible", "image"))
    ]  # fmt: skip
    for constraints in settings:
        plan = Plan(constraints, taxonomy)
        for index in range(choice.scenes // len(settings)):
            rng = scene_rng(choice.seed, index)
            shape = plan.structure(index, rng)
            plausible = constraints.mode == "plausible"
            graph = (
                sample(constraints, taxonomy, rng, structure=shape)
                if plausible
                else draft(constraints, taxonomy, rng, shape).graph()
            )
            found.update(contradictions(graph, taxonomy))
            total += 1
    print(f"{sum(found.values())} contradictions in {total:,} scenes of the {taxonomy.name} taxonomy")
    for what, number in found.most_common(20):
        print(f"  {number:>6} {what}")


if __name__ == "__main__":
    main()
