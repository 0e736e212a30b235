"""Study of where a taxonomy breaks down: how plausible scenes are by number of objects, by complexity and by kind of word.

Beside what rules and models say stand the annotators' shares, where there are ratings; without them the column is left empty.
Try it: `python cli.py study coverage --taxonomy full --out report`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.graph import SceneGraph, attribute_element, object_element, relation_element
from engine.sampler import MODES
from engine.scene import SceneLine, describe
from engine.studies.drawn import Drawn, draw, evenly, sizes_within
from engine.studies.opinion import Opinion, Rater
from engine.studies.shares import Share
from engine.studies.textstats import Spread
from engine.studies.votes import Votes
from engine.taxonomy import Taxonomy
from engine.tokens import budget

Progress = Callable[[int, int], None]
ENCODER = "clip"
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
    """A scene with what is said of it; `opinion` is None where nothing judges, `rating` where nobody rated it."""

    mode: str
    objects: int
    line: SceneLine
    tokens: int
    fits: bool
    opinion: Opinion | None
    rating: float | None


def study(
    taxonomy: Taxonomy,
    settings: Settings,
    *,
    rater: Rater | None = None,
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
            cases.append(_case(drawn, mode, taxonomy, settings.seed, rater, ratings))
            if progress:
                progress(len(cases), total)
    return cases


def _case(drawn: Drawn, mode: str, taxonomy: Taxonomy, seed: int, rater: Rater | None, ratings: Votes | None) -> Case:
    line = describe(drawn.graph, taxonomy, id=drawn.id, seed=seed, ask=False)
    room = budget(line.caption, line.spans, ENCODER)
    rating = ratings.mean(line.id, line.graph.hash) if ratings else None
    opinion = rater(drawn.graph) if rater else None
    return Case(mode, drawn.objects, line, room.tokens, room.fits, opinion, rating)


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
    opinions = [case.opinion for case in cases if case.opinion is not None]
    layers = dict.fromkeys(name for opinion in opinions for name in opinion.layers)
    rated = [case.rating for case in cases if case.rating is not None]
    return {
        "n": len(cases),
        "score": Spread.of([opinion.score for opinion in opinions]).to_dict() if opinions else None,
        "plausible": Share.of(opinion.passes for opinion in opinions).to_dict(),
        "layers": {name: Share.of(o.layers[name] for o in opinions if name in o.layers).to_dict() for name in layers},
        "rated": Share.of(rating >= PLAUSIBLE for rating in rated).to_dict(),
        "repeats": Share.of(_repeats(case.line.graph) for case in cases).to_dict(),
        "tokens": Spread.of([float(case.tokens) for case in cases]).to_dict(),
        "over": Share.of(not case.fits for case in cases).to_dict(),
    }


def _repeats(graph: SceneGraph) -> bool:
    """Whether two things have the same name."""
    return len(set(graph.names.values())) < len(graph.objects)


def _reasons(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The commonest reasons: in what share of the scenes, and one scene in which they stand."""
    scenes: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for case in cases:
        for key in {(reason.layer, reason.what) for reason in case.opinion.reasons} if case.opinion else ():
            scenes[key] += 1
            first.setdefault(key, case.line.caption)
    return [
        {"layer": key[0], "what": key[1], "scenes": Share(count, len(cases)).to_dict(), "example": first[key]}
        for key, count in scenes.most_common(MOST)
    ]


def _kinds(cases: Sequence[Case], taxonomy: Taxonomy) -> dict[str, list[dict[str, Any]]]:
    """For objects, attributes and relations: the kinds whose words some reason names most often, worst first."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    failed: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        if case.opinion is None:
            continue
        named = {element for reason in case.opinion.reasons for element in reason.elements}
        for part, kind, element in _elements(case.line.graph, taxonomy):
            seen[part][kind] += 1
            failed[part][kind] += element in named
    return {part: _worst(seen[part], failed[part]) for part in seen}


def _worst(seen: Counter[str], failed: Counter[str]) -> list[dict[str, Any]]:
    shares = [(kind, Share(failed[kind], count)) for kind, count in seen.items() if count >= ENOUGH]
    worst = sorted(shares, key=lambda pair: (-pair[1].hits / pair[1].n, pair[0]))[:MOST]
    return [{"kind": kind, "named": share.to_dict()} for kind, share in worst if share.hits]


def _elements(graph: SceneGraph, taxonomy: Taxonomy) -> Iterator[tuple[str, str, str]]:
    """(what it is, its kind, element) of every element of a graph."""
    for item in graph.objects:
        noun = taxonomy.noun.get(item.name)
        yield "objects", noun.kind if noun else "unknown", object_element(item.id)
    yield from (("attributes", mark.kind, attribute_element(mark)) for mark in graph.attributes)
    yield from (("relations", link.kind, relation_element(link)) for link in graph.relations)


def _repeated(cases: Sequence[Case]) -> list[list[Any]]:
    """[name, scenes] of the things that most often occur twice in a scene."""
    found: Counter[str] = Counter()
    for case in cases:
        times = Counter(case.line.graph.names.values())
        found.update(name for name, count in times.items() if count > 1)
    return [[name, count] for name, count in found.most_common(MOST)]
