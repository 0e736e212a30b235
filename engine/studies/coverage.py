"""Study of where a taxonomy breaks down: how plausible scenes are by number of objects, by complexity and by kind of word.

Beside what rules and models say stand the annotators' shares, where there are ratings; without them the column is left empty.
Try it: `python cli.py study coverage --taxonomy full --out report`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.graph import SceneGraph, attribute_element, object_element, relation_element
from engine.plausibility import Layer, Opinion, joined, opinions_of
from engine.sampler import MODES
from engine.scene import SceneLine, describe
from engine.studies.drawn import Drawn, draw, evenly, sizes_within
from engine.studies.shares import Share
from engine.studies.textstats import Spread
from engine.studies.votes import Votes
from engine.taxonomy import Taxonomy
from engine.tokens import budget

Progress = Callable[[int, int], None]
ENCODER = "clip"
PASSES = 0.8
"""Score of a layer, of 0 to 1, from which it lets a scene pass; a convention, which ratings may correct."""
PLAUSIBLE = 3.5
"""Mean rating, of 1 to 5, from which people call a scene plausible."""
BIN = 10
"""Complexities that make a row."""
ENOUGH = 20
"""A kind of word that occurs less often has no rate."""
MOST = 12


@dataclass(frozen=True, slots=True)
class Settings:
    """`scenes` is how many for each number of objects and mode."""

    scenes: int = 30
    objects: tuple[int, int] = (3, 20)
    modes: tuple[str, ...] = MODES
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A scene with what is said of it: opinions by layer, and a mean rating, None where nobody rated it."""

    mode: str
    objects: int
    line: SceneLine
    tokens: int
    fits: bool
    opinions: Mapping[str, Opinion]
    rating: float | None

    @property
    def score(self) -> float | None:
        """What all layers that know something say together, 0..1; None where none does."""
        return joined(dict(self.opinions))

    @property
    def passed(self) -> dict[str, bool]:
        """Layer -> whether it lets the scene pass; without the layers that do not know."""
        return {name: said.score >= PASSES for name, said in self.opinions.items() if said.score is not None}

    @property
    def named(self) -> frozenset[str]:
        """The elements that some reason names."""
        return frozenset(at for said in self.opinions.values() for reason in said.reasons for at in reason.elements)


def study(
    taxonomy: Taxonomy,
    settings: Settings,
    *,
    layers: Sequence[Layer] = (),
    ratings: Votes | None = None,
    progress: Progress | None = None,
) -> list[Case]:
    """One case per scene. Raises `ConstraintError` where the taxonomy has no scenes of these sizes."""
    sizes = sizes_within(settings.objects, taxonomy)
    numbers = evenly(settings.scenes * len(sizes), sizes)
    total = sum(numbers.values()) * len(settings.modes)
    cases: list[Case] = []
    for mode in settings.modes:
        for drawn in draw(taxonomy, numbers, mode=mode, seed=settings.seed):
            cases.append(_case(drawn, mode, taxonomy, settings.seed, layers, ratings))
            if progress:
                progress(len(cases), total)
    return cases


def _case(
    drawn: Drawn, mode: str, taxonomy: Taxonomy, seed: int, layers: Sequence[Layer], ratings: Votes | None
) -> Case:
    line = describe(drawn.graph, taxonomy, id=drawn.id, seed=seed, ask=False)
    room = budget(line.caption, line.spans, ENCODER)
    rating = ratings.mean(line.id, line.graph.hash) if ratings else None
    opinions = opinions_of(drawn.graph, layers, taxonomy)
    return Case(mode, drawn.objects, line, room.tokens, room.fits, opinions, rating)


# --- figures ----------------------------------------------------------------------------------------------------------


def figures(cases: Sequence[Case], taxonomy: Taxonomy) -> dict[str, Any]:
    """Mode -> `{"objects": {"3": row}, "complexity": {"6-15": row}, "all": row, "reasons": [...], "kinds": {...}}`.

    Shares come with 95% intervals over scenes.
    """
    return {
        mode: _of_mode([c for c in cases if c.mode == mode], taxonomy) for mode in dict.fromkeys(c.mode for c in cases)
    }


def _of_mode(cases: Sequence[Case], taxonomy: Taxonomy) -> dict[str, Any]:
    return {
        "objects": {str(size): _row(group) for size, group in _grouped(cases, lambda case: case.objects)},
        "complexity": {
            _bin(place): _row(group) for place, group in _grouped(cases, lambda case: _place(case.line.graph))
        },
        "all": _row(cases),
        "reasons": _reasons(cases),
        "kinds": _kinds(cases, taxonomy),
        "repeated": _repeated(cases),
    }


def _grouped(cases: Sequence[Case], key: Callable[[Case], int]) -> Iterator[tuple[int, list[Case]]]:
    found: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        found[key(case)].append(case)
    return iter(sorted(found.items()))


def _place(graph: SceneGraph) -> int:
    return (graph.complexity - 1) // BIN


def _bin(place: int) -> str:
    return f"{place * BIN + 1}-{(place + 1) * BIN}"


def _row(cases: Sequence[Case]) -> dict[str, Any]:
    judged = [case for case in cases if case.passed]
    layers = dict.fromkeys(name for case in judged for name in case.passed)
    scores = [case.score for case in judged if case.score is not None]
    rated = [case.rating for case in cases if case.rating is not None]
    return {
        "n": len(cases),
        "score": Spread.of(scores).to_dict() if scores else None,
        "plausible": Share.of(all(case.passed.values()) for case in judged).to_dict(),
        "layers": {name: Share.of(c.passed[name] for c in judged if name in c.passed).to_dict() for name in layers},
        "named": round(_named(judged), 4) if judged else None,
        "rated": Share.of(rating >= PLAUSIBLE for rating in rated).to_dict(),
        "repeats": Share.of(_repeats(case.line.graph) for case in cases).to_dict(),
        "tokens": Spread.of([float(case.tokens) for case in cases]).to_dict(),
        "over": Share.of(not case.fits for case in cases).to_dict(),
    }


def _named(cases: Sequence[Case]) -> float:
    """The share of elements that a reason names: it does not grow with the scene by itself, as the number of reasons does."""
    every = sum(case.line.graph.complexity for case in cases)
    hit = 0
    for case in cases:
        named = case.named
        hit += sum(element in named for _, _, element in _elements(case.line.graph))
    return hit / max(1, every)


def _repeats(graph: SceneGraph) -> bool:
    """Whether two things have the same name."""
    return len(set(graph.names.values())) < len(graph.objects)


def _reasons(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The commonest sorts of reasons: in what share of the scenes, and one of them in words."""
    scenes: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for case in cases:
        found = {(layer, reason.sort): reason.text for layer, said in case.opinions.items() for reason in said.reasons}
        for key, text in found.items():
            scenes[key] += 1
            first.setdefault(key, text)
    return [
        {"layer": key[0], "sort": key[1], "scenes": Share(count, len(cases)).to_dict(), "example": first[key]}
        for key, count in scenes.most_common(MOST)
    ]


def _kinds(cases: Sequence[Case], taxonomy: Taxonomy) -> dict[str, list[dict[str, Any]]]:
    """For objects, attributes and relations: the kinds whose words some reason names most often, worst first."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    failed: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        named = case.named
        for part, word, element in _elements(case.line.graph) if case.passed else ():
            kind = _kind(part, word, taxonomy)
            seen[part][kind] += 1
            failed[part][kind] += element in named
    return {part: _worst(seen[part], failed[part]) for part in seen}


def _worst(seen: Counter[str], failed: Counter[str]) -> list[dict[str, Any]]:
    shares = [(kind, Share(failed[kind], count)) for kind, count in seen.items() if count >= ENOUGH]
    worst = sorted(shares, key=lambda pair: (-pair[1].hits / pair[1].n, pair[0]))[:MOST]
    return [{"kind": kind, "named": share.to_dict()} for kind, share in worst if share.hits]


def _kind(part: str, word: str, taxonomy: Taxonomy) -> str:
    """The kind of a word; objects come by their names, attributes and relations by their kinds already."""
    noun = taxonomy.noun.get(word) if part == "objects" else None
    return noun.kind if noun else word


def _elements(graph: SceneGraph) -> Iterator[tuple[str, str, str]]:
    """(what it is, its name or kind, element) of every element that counts as complexity."""
    yield from (("objects", item.name, object_element(item.id)) for item in graph.objects)
    yield from (("attributes", mark.kind, attribute_element(mark)) for mark in graph.attributes)
    yield from (("relations", link.kind, relation_element(link)) for link in graph.relations)


def _repeated(cases: Sequence[Case]) -> list[list[Any]]:
    """[name, scenes] of the things that most often occur twice in a scene."""
    found: Counter[str] = Counter()
    for case in cases:
        times = Counter(case.line.graph.names.values())
        found.update(name for name, count in times.items() if count > 1)
    return [[name, count] for name, count in found.most_common(MOST)]
