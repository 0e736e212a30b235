"""Failures: the small sub-graphs that a model fails most, from one word to a triple, each with its pictures.

Frequent patterns among failures, after Task-Me-Anything (2406.11775), over graphs instead of pictures.
Try it: `python cli.py evaluate runs/a --json`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.errors import FormatError, show
from engine.evaluation.evidence import CODES, NOTHING, Evidence, Look, Scene
from engine.evaluation.skills import noun_kind
from engine.graph import SceneGraph, attribute_element, object_element, relation_element, scene_element
from engine.scoring import RIGHT, WRONG
from engine.structure.estimate import wilson

LEAST = 3
MOST_PICTURES = 60
Name = tuple[str, str]
"""(shape of the pattern, its words)."""

OBJECT, OBJECT_KIND = "object", "kind of object"
VALUE, VALUE_KIND = "attribute", "kind of attribute"
DRESSED, DRESSED_KIND = "object + attribute", "kind of object + attribute"
PHRASE, PHRASE_KIND = "relation", "kind of relation"
TRIPLE, TRIPLE_KINDS = "triple", "triple of kinds"
SCENERY = "scene"
SHAPES = (
    OBJECT, OBJECT_KIND, VALUE, VALUE_KIND, DRESSED, DRESSED_KIND, PHRASE, PHRASE_KIND, TRIPLE, TRIPLE_KINDS, SCENERY,
)  # fmt: skip
FAMILY = {OBJECT: "o", OBJECT_KIND: "o", SCENERY: "s", PHRASE: "r", PHRASE_KIND: "r", TRIPLE: "r", TRIPLE_KINDS: "r"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sub-graph in words (`red dog`, `dog above cat`, `animal above vehicle`) and the simpler ones that it contains."""

    shape: str
    words: str
    parts: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """How often a model fails a pattern where it could have got it right (what it rests on was there).

    `rate` is the mean over `graphs` of the share of their `pictures` that fail; `low` and `high` are Wilson's 95%
    interval with graphs as the trials, `lift` is `rate` over that of all patterns about the same sort of element.
    `shown` names failing pictures, at most `MOST_PICTURES`.
    """

    model: str
    shape: str
    words: str
    rate: float
    low: float
    high: float
    lift: float
    graphs: int
    pictures: int
    failing: int
    shown: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


def mine(evidence: Evidence, *, model: str, judge: str, least: int = LEAST) -> tuple[Failure, ...]:
    """Patterns that occur in at least `least` graphs and fail, the surest to fail first (by the interval's low end).

    One that fails no more than a pattern inside it, or than its own kind, is left out: it adds nothing. Raises
    `FormatError` where the judge has not seen the model's pictures.
    """
    look = evidence.looks.get((model, judge))
    if look is None:
        raise FormatError(
            f"Nothing by {show(model)} was judged by {show(judge)}. Run `python cli.py judge` on its run."
        )
    tallies, patterns, base = _count(evidence, look)
    found = {name: _failure(model, name, tally, base) for name, tally in tallies.items() if len(tally.graphs) >= least}
    kept = [one for name, one in found.items() if one.failing and not _idle(one, patterns[name], found)]
    return tuple(sorted(kept, key=lambda one: (-one.low, -one.rate, -one.graphs, one.shape, one.words)))


class _Tally:
    """What was seen of one pattern: graph -> [asked, failed]; and the pictures that failed."""

    __slots__ = ("graphs", "pictures")

    def __init__(self) -> None:
        self.graphs: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        self.pictures: dict[str, bool] = {}

    def add(self, graph: int, picture: str, failed: bool) -> None:
        entry = self.graphs[graph]
        entry[0] += 1
        entry[1] += failed
        self.pictures[picture] = self.pictures.get(picture, False) or failed

    @property
    def rate(self) -> float:
        return sum(failed / asked for asked, failed in self.graphs.values()) / max(1, len(self.graphs))


def _count(evidence: Evidence, look: Look) -> tuple[dict[Name, _Tally], dict[Name, Pattern], dict[str, _Tally]]:
    tallies: dict[Name, _Tally] = defaultdict(_Tally)
    base: dict[str, _Tally] = defaultdict(_Tally)
    patterns: dict[Name, Pattern] = {}
    ready: dict[int, list[tuple[list[int], list[Pattern]]]] = {}
    for graph, picture, codes in zip(look.scene.tolist(), look.pictures, look.statuses, strict=True):
        if graph not in ready:
            ready[graph] = list(_elements(evidence.scenes[graph]))
        for places, about in ready[graph]:
            seen = codes[places]
            seen = seen[seen != NOTHING]
            status = int(seen.max()) if len(seen) else NOTHING
            if status not in (CODES[RIGHT], CODES[WRONG]):
                continue
            for pattern in about:
                name = pattern.shape, pattern.words
                patterns[name] = pattern
                tallies[name].add(graph, picture, status == CODES[WRONG])
            base[family(about[0].shape)].add(graph, picture, status == CODES[WRONG])
    return tallies, patterns, base


def _failure(model: str, name: Name, tally: _Tally, base: dict[str, _Tally]) -> Failure:
    rate, usual = tally.rate, base[family(name[0])].rate
    low, high = wilson(rate * len(tally.graphs), len(tally.graphs))
    failing = [picture for picture, failed in tally.pictures.items() if failed]
    return Failure(
        model, *name, rate, low, high, rate / usual if usual else 1.0, len(tally.graphs), len(tally.pictures),
        len(failing), tuple(failing[:MOST_PICTURES]),
    )  # fmt: skip


def _idle(one: Failure, pattern: Pattern, found: dict[Name, Failure]) -> bool:
    """Whether a simpler pattern inside says as much already."""
    return any(found[part].rate >= one.rate for part in pattern.parts if part in found)


def family(shape: str) -> str:
    """The sort of element a pattern is about, whose usual rate its own is compared with."""
    return FAMILY.get(shape, "a")


# --- the patterns of a graph ------------------------------------------------------------------------------------------


def _elements(scene: Scene) -> Iterator[tuple[list[int], list[Pattern]]]:
    """For each element that is asked about: the places of its true questions, and the patterns it stands for."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, question in enumerate(scene.questions):
        if not (question.open or question.twist or question.kind == "count"):
            for element in question.elements:
                places[element].append(i)
    for element, about in _patterns(scene.graph):
        if element in places:
            yield places[element], about


def _patterns(graph: SceneGraph) -> Iterator[tuple[str, list[Pattern]]]:
    kinds = {item.id: noun_kind(item.name) for item in graph.objects}
    for item in graph.objects:
        kind = (OBJECT_KIND, kinds[item.id])
        yield object_element(item.id), [Pattern(*kind), Pattern(OBJECT, item.name, (kind,))]
    for mark in graph.attributes:
        sort, value = (VALUE_KIND, mark.kind), (VALUE, mark.value)
        wide = (DRESSED_KIND, f"{mark.value} {kinds[mark.object]}")
        yield (
            attribute_element(mark),
            [
                Pattern(*sort),
                Pattern(*value, (sort,)),
                Pattern(*wide, (value, sort)),
                Pattern(DRESSED, f"{mark.value} {graph.names[mark.object]}", (wide, value, sort)),
            ],
        )
    for link in graph.relations:
        sort, phrase = (PHRASE_KIND, link.kind), (PHRASE, link.phrase)
        wide = (TRIPLE_KINDS, f"{kinds[link.source]} {link.phrase} {kinds[link.target]}")
        words = f"{graph.names[link.source]} {link.phrase} {graph.names[link.target]}"
        yield (
            relation_element(link),
            [
                Pattern(*sort),
                Pattern(*phrase, (sort,)),
                Pattern(*wide, (phrase, sort)),
                Pattern(TRIPLE, words, (wide, phrase, sort)),
            ],
        )
    yield from ((scene_element(about), [Pattern(SCENERY, said)]) for about, said in graph.scene_attributes)
