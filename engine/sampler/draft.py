"""Draft, a scene as it is drawn: a structure and its words, before it becomes a SceneGraph.

Corpora are written from drafts, since a million validated graphs would only be built to be taken apart again.
Try it: `python cli.py generate --count 3 --taxonomy full --mode imaginative`.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.structure import Structure
from engine.taxonomy import Noun, RelationWord, Taxonomy

Pair = tuple[str, str]


@dataclass(slots=True)
class Draft:
    """Object i is `nouns[i]` with attributes `marks[i]`, arc k of the structure says `links[k]`; pairs are (kind, value)."""

    structure: Structure
    nouns: list[Noun]
    marks: list[list[Pair]]
    links: list[RelationWord]
    scene: list[Pair]

    def graph(self) -> SceneGraph:
        """The scene graph, its objects called o1, o2…"""
        return SceneGraph(
            objects=tuple(Object(f"o{i}", noun.name, noun.sense) for i, noun in enumerate(self.nouns, start=1)),
            attributes=tuple(
                Attribute(f"o{i}", kind, value) for i, pairs in enumerate(self.marks, start=1) for kind, value in pairs
            ),
            relations=tuple(
                Relation(f"o{s + 1}", f"o{t + 1}", word.kind, word.phrase)
                for (s, t), word in zip(self.structure.arcs, self.links, strict=True)
            ),
            scene_attributes=tuple(self.scene),
        )

    def pairs(self) -> list[Pair]:
        """(name, attribute value) and (name of the source, relation phrase): what splits of combinations look at."""
        nouns = self.nouns
        found = [(noun.name, value) for noun, marks in zip(nouns, self.marks, strict=True) for _, value in marks]
        arcs = zip(self.structure.arcs, self.links, strict=True)
        return found + [(nouns[s].name, word.phrase) for (s, _), word in arcs]

    def orderly(self, taxonomy: Taxonomy) -> bool:
        """Whether the relations that order a coordinate can all hold: nothing above itself by way of others."""
        if sum(word.axis is not None for word in self.links) < 2:
            return True
        for axis in {word.axis for word in self.links if word.axis}:
            arcs = [
                (s, t) if word.before else (t, s)
                for (s, t), word in zip(self.structure.arcs, self.links, strict=True)
                if word.axis == axis
            ]
            if _circular(arcs):
                return False
        return True


def _circular(arcs: list[tuple[int, int]]) -> bool:
    """Whether some chain of arcs comes back to where it began."""
    left = set(arcs)
    while left:
        targets = {t for _, t in left}
        gone = {arc for arc in left if arc[0] not in targets}
        if not gone:
            return True
        left -= gone
    return False
