"""What a set of scenes covers, and small sets that cover every pair of object kind, attribute kind and relation kind.

A pair is covered by one object: its kind with that of one of its attributes, its kind or its attribute's kind with that
of a relation that it begins. Greedy in the manner of AETG (Cohen et al. 1997), on whole scenes.
Try it: `python cli.py generate --cover pairs --complexity 8 --out cover.jsonl`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from engine.graph import SceneGraph
from engine.sampler import Constraints, Draft, Plan
from engine.sampler.scenery import scenery
from engine.sampler.urns import Urn, urns
from engine.structure import Structure
from engine.taxonomy import Noun, RelationWord, Taxonomy

SHAPES = 24
"""Structures tried for each scene; the one that covers most new pairs is taken."""
Worth = Callable[[str, Sequence[str]], int]
Pair = tuple[str, str, str]
"""(`object-attribute`, `object-relation` or `attribute-relation`, one kind, the other kind)."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a set covers, counted anew from its graphs; `least` scenes would be needed at the very least."""

    pairs: int
    covered: int
    scenes: int
    least: int

    @property
    def complete(self) -> bool:
        """Whether every pair that can be said is in the set."""
        return self.covered == self.pairs

    def __str__(self) -> str:
        return (
            f"{self.covered:,} of {self.pairs:,} pairs of object kind, attribute kind and relation kind are covered by "
            f"{self.scenes:,} scenes (no set of such scenes could do it with fewer than {self.least:,})."
        )


class Cells:
    """All pairs that a taxonomy can say, by the kinds of its words that are drawn."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy, self.urns = taxonomy, urns(taxonomy)
        self.things = sorted(self.urns.things)
        self.relations = self._by_relation_kind()
        self.marks = {thing: {kind.name: urn for kind, urn in self.urns.marks_of(thing)} for thing in self.things}
        self.links = {
            thing: [kind for kind, words in self.relations.items() if any(self._takes(w, thing) for w in words)]
            for thing in self.things
        }
        self.pairs = frozenset(self._pairs())

    def _by_relation_kind(self) -> dict[str, list[RelationWord]]:
        found: dict[str, list[RelationWord]] = {}
        for urn in self.urns.relations.values:
            for word in urn.values:
                found.setdefault(word.kind, []).append(word)
        return found

    def _takes(self, word: RelationWord, thing: str) -> bool:
        return self.taxonomy.accepts(word.subjects, thing)

    def _pairs(self) -> Iterator[Pair]:
        for thing in self.things:
            yield from (("object-attribute", thing, mark) for mark in self.marks[thing])
            yield from (("object-relation", thing, link) for link in self.links[thing])
            yield from (
                ("attribute-relation", mark, link) for mark, link in product(self.marks[thing], self.links[thing])
            )

    def of(self, graph: SceneGraph) -> set[Pair]:
        """The pairs that a graph covers, of those that can be said."""
        found: set[Pair] = set()
        for item in graph.objects:
            thing = self.taxonomy.noun[item.name].kind
            marks = [mark.kind for mark in graph.attributes_of[item.id]]
            links = [link.kind for link in graph.relations if link.source == item.id]
            found |= set(self.around(thing, marks, links))
        return found & self.pairs

    def around(self, thing: str, marks: Iterable[str], links: Iterable[str]) -> Iterator[Pair]:
        """The pairs that one object of kind `thing` covers with these kinds of attributes and relations."""
        marks, links = list(marks), list(links)
        yield from (("object-attribute", thing, mark) for mark in marks)
        yield from (("object-relation", thing, link) for link in links)
        yield from (("attribute-relation", mark, link) for mark, link in product(marks, links))


def certificate(graphs: Iterable[SceneGraph], taxonomy: Taxonomy) -> Certificate:
    """What these graphs cover; the bound assumes that every scene covered as many pairs as the best of them."""
    cells, covered, count, most = Cells(taxonomy), set[Pair](), 0, 1
    for graph in graphs:
        pairs = cells.of(graph)
        covered |= pairs
        most, count = max(most, len(pairs)), count + 1
    return Certificate(len(cells.pairs), len(covered), count, -(-len(cells.pairs) // most))


def cover(constraints: Constraints, taxonomy: Taxonomy, *, seed: int = 0) -> Iterator[SceneGraph]:
    """The smallest set found that holds every pair, most new pairs first.

    Raises `ConstraintError` as `Plan` does. Stops early only if the constraints leave no room for a pair (relations
    without attributes, say), which `certificate` then shows.
    """
    cells, rng = Cells(taxonomy), random.Random(f"cover/{seed}")
    plan, scene = Plan(constraints, taxonomy), scenery(taxonomy, constraints.modality)
    missing, barren = set(cells.pairs), 0
    while missing and barren < SHAPES:
        fillings = [_Filling(plan.structure(k, rng), cells, missing, rng) for k in range(SHAPES)]
        best = max(fillings, key=lambda filling: len(filling.gain))
        barren = 0 if best.gain else barren + 1
        if best.gain:
            missing -= best.gain
            yield best.draft(scene.draw(constraints.scene_attributes, rng), rng).graph()


class _Filling:
    """Kinds for the objects, attributes and relations of one structure, chosen to cover what is missing."""

    def __init__(self, structure: Structure, cells: Cells, missing: set[Pair], rng: random.Random) -> None:
        self.structure, self.cells = structure, cells
        self.things: list[str] = []
        self.marks: list[list[str]] = []
        self.links: dict[tuple[int, int], str] = {}
        self.gain: set[Pair] = set()
        for i, need in enumerate(structure.attributes):
            arcs = [arc for arc in structure.arcs if arc[0] == i]
            thing, marks, links = self._choose(need, len(arcs), missing - self.gain, rng)
            self.things.append(thing)
            self.marks.append(marks)
            self.links |= dict(zip(arcs, links, strict=True))
            self.gain |= missing & set(cells.around(thing, marks, links))

    def _choose(self, need: int, arcs: int, missing: set[Pair], rng: random.Random) -> tuple[str, list[str], list[str]]:
        """The object kind with most missing pairs, then its attribute kinds and relation kinds, one after another."""
        cells = self.cells
        hungry = self._hungry(missing, need, arcs)
        pool = [t for t in cells.things if len(cells.marks[t]) >= need and (not arcs or cells.links[t])]
        pool = [t for t in pool if t in hungry] or pool
        thing = rng.choice(pool)

        def wanting(mark: str, taken: Sequence[str]) -> int:
            about = cells.taxonomy.attribute_kind
            clash = any(mark in about[other].clashes or other in about[mark].clashes for other in taken)
            if clash:
                return -1
            further = (
                any(("attribute-relation", mark, link) in missing for link in cells.links[thing]) if arcs else False
            )
            return int(("object-attribute", thing, mark) in missing) + int(further)

        marks = _greedy(list(cells.marks[thing]), need, rng, wanting, repeat=False)
        wanted = [p for p in missing if p[0] == "attribute-relation" and p[1] in marks]

        def worth(link: str, taken: Sequence[str]) -> int:
            fresh = ("object-relation", thing, link) in missing and link not in taken
            return int(fresh) + (0 if link in taken else sum(pair[2] == link for pair in wanted))

        return thing, marks, _greedy(cells.links[thing], arcs, rng, worth, repeat=True)

    def _hungry(self, missing: set[Pair], need: int, arcs: int) -> set[str]:
        """The kinds of things that could cover something missing with so many attributes and relations."""
        found = {pair[1] for pair in missing if pair[0] == "object-attribute"} if need else set()
        if arcs:
            found |= {pair[1] for pair in missing if pair[0] == "object-relation"}
        if found or not (need and arcs):
            return found
        wanted = [pair for pair in missing if pair[0] == "attribute-relation"]
        cells = self.cells
        return {t for t in cells.things if any(m in cells.marks[t] and r in cells.links[t] for _, m, r in wanted)}

    def draft(self, scene: list[tuple[str, str]], rng: random.Random) -> Draft:
        """The structure with words of the chosen kinds."""
        cells = self.cells
        nouns: list[Noun] = [cells.urns.things[thing].draw(rng) for thing in self.things]
        marks = [
            [(kind, cells.marks[thing][kind].draw(rng)) for kind in sorted(kinds, key=self._place)]
            for thing, kinds in zip(self.things, self.marks, strict=True)
        ]
        links = [self._word(arc, rng) for arc in self.structure.arcs]
        return Draft(self.structure, nouns, marks, links, scene)

    def _place(self, kind: str) -> int:
        return self.cells.taxonomy.attribute_place[kind]

    def _word(self, arc: tuple[int, int], rng: random.Random) -> RelationWord:
        """A relation of the chosen kind that takes the two, or at least the first of them."""
        taxonomy, (source, target) = self.cells.taxonomy, (self.things[arc[0]], self.things[arc[1]])
        words = [w for w in self.cells.relations[self.links[arc]] if taxonomy.accepts(w.subjects, source)]
        return Urn([w for w in words if taxonomy.accepts(w.objects, target)] or words).draw(rng)


def _greedy(pool: Sequence[str], count: int, rng: random.Random, worth: Worth, *, repeat: bool) -> list[str]:
    """`count` of the pool, each time one of most worth; `repeat` allows one to be taken again."""
    found: list[str] = []
    for _ in range(count):
        left = [item for item in pool if repeat or item not in found]
        values = [worth(item, found) for item in left]
        best = max(values)
        found.append(rng.choice([item for item, value in zip(left, values, strict=True) if value == best]))
    return found
