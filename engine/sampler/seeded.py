"""Seeded filling: a seed graph is placed whole into a larger structure, and only the rest is drawn.

Every placement is equally likely, and every word of the seed stays as it is.
Try it: `python cli.py generate --count 3 --complexity 8 --seed-graph seed.json`.
"""

from __future__ import annotations

import random
from functools import lru_cache

from engine.errors import ConstraintError
from engine.graph import SceneGraph
from engine.sampler.draft import Draft, Pair
from engine.sampler.scenery import Scenery
from engine.sampler.urns import Urns
from engine.structure import Structure, embeddings
from engine.taxonomy import Noun, RelationWord, Taxonomy

PLACES = 2_000
"""Placements looked at; a symmetrical seed in a large structure has more, all of them equivalent to some of these."""


class Seeded:
    """A seed graph ready to be placed."""

    def __init__(self, seed: SceneGraph, taxonomy: Taxonomy) -> None:
        self.seed, self.taxonomy = seed, taxonomy
        self.place = {item.id: i for i, item in enumerate(seed.objects)}

    def fill(
        self, structure: Structure, limits: tuple[int, int], words: Urns, scene: Scenery, rng: random.Random
    ) -> Draft:
        """The structure with the seed somewhere in it and drawn words elsewhere.

        Raises `ConstraintError` if the structure has no room for the seed.
        """
        where = rng.choice(_placements(structure, self._shape()))
        nouns, given = self._objects(where, structure, words, rng)
        marks = [
            words.marks(noun, need - len(pairs), rng, pairs)
            for noun, need, pairs in zip(nouns, structure.attributes, given, strict=True)
        ]
        fixed = self._relations(where)
        links = [fixed.get(arc) or words.relation(rng) for arc in structure.arcs]
        return Draft(structure, nouns, marks, links, scene.draw(limits, rng, self.seed.scene_attributes))

    def _shape(self) -> Structure:
        from engine.sampler.constraints import shape_of

        return shape_of(self.seed)

    def _objects(
        self, where: tuple[int, ...], structure: Structure, words: Urns, rng: random.Random
    ) -> tuple[list[Noun], list[list[Pair]]]:
        back = {there: self.seed.objects[i] for i, there in enumerate(where)}
        nouns, given = [], []
        for i, need in enumerate(structure.attributes):
            item = back.get(i)
            nouns.append(words.noun(rng, need) if item is None else self.taxonomy.noun[item.name])
            given.append([] if item is None else [(m.kind, m.value) for m in self.seed.attributes_of[item.id]])
        return nouns, given

    def _relations(self, where: tuple[int, ...]) -> dict[tuple[int, int], RelationWord]:
        return {
            (where[self.place[link.source]], where[self.place[link.target]]): self.taxonomy.relation[link.phrase]
            for link in self.seed.relations
        }


@lru_cache(maxsize=4096)
def _placements(structure: Structure, seed: Structure) -> tuple[tuple[int, ...], ...]:
    found = tuple(tuple(place) for place in embeddings(structure, seed, limit=PLACES))
    if not found:
        raise ConstraintError(
            f"The seed graph ({seed.objects} objects, {seed.relations} relations, {seed.attribute_count} attributes) does "
            f"not fit into a structure of complexity {structure.complexity}. Ask for more complexity."
        )
    return found
