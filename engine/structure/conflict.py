"""Why no structure meets a query: the smallest set of constraints that exclude each other, and the nearest way out.

Each constraint is relaxed in turn; feasibility is a formula, so this takes milliseconds at any size.
Try it: `python -c "from engine.structure import *; count(StructureQuery(complexity=5, relations=(4, 4)))"`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.errors import ConstraintError
from engine.structure.query import StructureQuery

# Constraints that are the first to be left out of the blame come first; numbers of things explain best.
NAMES = (
    "mean_degree",
    "components",
    "max_degree",
    "seed",
    "max_attributes_per_object",
    "attributes",
    "relations",
    "objects",
    "complexity",
)
NUMBERS = frozenset({"complexity", "max_degree", "max_attributes_per_object"})
SUM = frozenset({"complexity", "objects", "relations", "attributes"})
GIVEN = frozenset({"max_attributes_per_object", "seed"})  # by the taxonomy and the seed: no numbers that a person sets
SEARCH_LIMIT = 60
WIDE = SEARCH_LIMIT**2

Way = tuple[float, str]  # the nearest value that works, and words for it and its neighbours


def impossible(query: StructureQuery) -> ConstraintError:
    """The error for a query that nothing meets: which constraint cannot hold, and the nearest that can."""
    core, names = _core(query)
    ways = {name: way for name in names if (way := _way_out(query, name))}
    lead = "Set"
    if not ways:  # no single change is enough for all of it
        ways = {name: way for name in names if (way := _way_out(core, name))}
        lead = "More than one constraint has to change: begin by setting"
    ways = {name: way for name, way in ways.items() if name not in GIVEN} or ways
    culprit = next(iter(ways), names[0])
    problem = f"No structure{_subject(core, names, culprit)} has {_phrase(core, culprit)}{_room(core, names, culprit)}."
    fixes = [f"{name} to {words}" for name, (_, words) in ways.items()]
    if not fixes:
        return ConstraintError(f"{problem} Leave out one of these constraints.")
    listed = fixes[0] if len(fixes) == 1 else ", ".join(fixes[:-1]) + ", or " + fixes[-1]
    return ConstraintError(f"{problem} {lead} {listed}.")


def unlisted(query: StructureQuery) -> ConstraintError:
    """The error for a query whose sizes are possible, but none of whose structures meets all constraints."""
    names = [
        name for name in reversed(NAMES) if name not in ("complexity", "seed") and getattr(query, name) is not None
    ]
    phrases = _listed([_phrase(query, name) for name in names])
    return ConstraintError(
        f"No structure of complexity {query.largest_complexity} with {phrases} contains {_phrase(query, 'seed')}. "
        f"Widen one of {_listed([*names, 'complexity'])}, or make the seed smaller."
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _core(query: StructureQuery) -> tuple[StructureQuery, list[str]]:
    """The query with every constraint relaxed that is not needed to make it impossible, and the names left."""
    names = []
    for name in NAMES:
        if getattr(query, name) is None:
            continue
        relaxed = _relaxed(query, name)
        if relaxed.feasible():
            names.append(name)
        else:
            query = relaxed
    return query, names


def _relaxed(query: StructureQuery, name: str) -> StructureQuery:
    """The query without one constraint; where that would unbound the size, with a very wide range instead."""
    if name == "complexity":
        return replace(
            query,
            complexity=None,
            objects=query.objects or (1, SEARCH_LIMIT),
            relations=query.relations or (0, WIDE),
            attributes=query.attributes or (0, WIDE),
        )
    if query.complexity is None and name in SUM:
        return _with(query, name, (1, SEARCH_LIMIT) if name == "objects" else (0, WIDE))
    return _with(query, name, None)


def _with(query: StructureQuery, name: str, value: int | tuple[int, int] | None) -> StructureQuery:
    changes: dict[str, Any] = {name: value}
    return replace(query, **changes)


def _way_out(query: StructureQuery, name: str) -> Way | None:
    """The nearest value of one constraint at which the whole query can be met, if there is one."""
    if name == "seed" or not _relaxed(query, name).feasible():
        return None
    if name == "mean_degree":
        return _mean_degree_way_out(query)
    low, high = _ends(query, name)
    least = 1 if name in ("complexity", "objects", "components") else 0
    most = query.complexity if query.complexity is not None and name != "complexity" else SEARCH_LIMIT
    if query.complexity is None and name in ("relations", "attributes"):
        most = SEARCH_LIMIT**2 // 2

    def works(value: int) -> bool:
        return _with(query, name, value if name in NUMBERS else (value, value)).feasible()

    below = next((v for v in range(min(low - 1, most), least - 1, -1) if works(v)), None)
    above = next((v for v in range(high + 1, most + 1) if works(v)), None)
    if below is not None and (above is None or low - below < above - high):
        return below, _run(below, -1, least, works)
    if above is not None and (below is None or above - high < low - below):
        return above, _run(above, 1, most, works, open_end=name in NUMBERS or query.complexity is None)
    return (below, f"{below} or {above}") if below is not None else None


def _run(start: int, step: int, end: int, works: Callable[[int], bool], *, open_end: bool = True) -> str:
    """Words for a value and the unbroken run of values behind it that work as well."""
    last = start
    while last != end and works(last + step):
        last += step
    if last == start:
        return str(start)
    if last == end and open_end:
        return f"{start} or {'less' if step < 0 else 'more'}"
    return f"{min(start, last)}-{max(start, last)}"


def _mean_degree_way_out(query: StructureQuery) -> Way | None:
    low, high = query.mean_degree or (0, 0)
    free = _relaxed(query, "mean_degree")
    nearest: tuple[float, int, int] | None = None
    for objects in free.object_range():
        possible = free.relation_range(objects)
        for wanted in (math.floor(low * objects / 2), math.ceil(high * objects / 2)) if possible else ():
            relations = min(max(wanted, possible[0]), possible[-1])
            value = 2 * relations / objects
            distance = max(low - value, value - high)
            if nearest is None or distance < nearest[0]:
                nearest = (distance, objects, relations)
    if nearest is None:
        return None
    value = 2 * nearest[2] / nearest[1]
    return value, f"{value:.4g} (objects {nearest[1]}, relations {nearest[2]})"


def _ends(query: StructureQuery, name: str) -> tuple[int, int]:
    value = getattr(query, name)
    return (value, value) if name in NUMBERS else value


def _subject(query: StructureQuery, names: list[str], culprit: str) -> str:
    size = f" of complexity {query.complexity}" if "complexity" in names and culprit != "complexity" else ""
    others = [_phrase(query, name) for name in reversed(names) if name not in ("complexity", culprit)]
    if not others:
        return size
    return f"{size} with {_listed(others)}"


def _phrase(query: StructureQuery, name: str) -> str:
    if name == "complexity":
        return f"complexity {query.complexity}"
    if name == "mean_degree":
        low, high = query.mean_degree or (0, 0)
        return f"a mean degree of {low:.4g}" + (f" to {high:.4g}" if high > low else "")
    if query.seed is not None and name == "seed":
        return (
            f"the seed graph (objects {query.seed.objects}, relations {query.seed.relations}, "
            f"attributes {query.seed.attribute_count})"
        )
    low, high = _ends(query, name)
    noun = {"max_degree": "relation", "max_attributes_per_object": "attribute"}.get(name, name[:-1])
    number = f"{low} {noun}{'' if low == 1 else 's'}" if low == high else f"{low} to {high} {noun}s"
    return f"at most {number} at every object" if name in NUMBERS else number


def _room(core: StructureQuery, names: list[str], culprit: str) -> str:
    """What the other constraints leave for the culprit, as the second half of the sentence."""
    way = _way_out(core, culprit)
    if way is None or culprit == "mean_degree":
        return ""
    number, words = way
    if " or " in words and words[-1].isdigit():  # possible below and above, but not between
        return f": {words} would be possible"
    fewer = number < _ends(core, culprit)[0]
    amount = "none" if number == 0 else f"{'at most' if fewer else 'at least'} {number}"
    if "complexity" in names and culprit != "complexity" and set(names) <= SUM:
        total = f"{core.complexity} = objects + attributes + relations"
        return f": {total} {'leaves room for' if fewer else 'needs'} {amount}"
    be = "is" if number == 1 or culprit in NUMBERS else "are"
    return f": {amount} {be} {'possible' if fewer else 'needed'}"
