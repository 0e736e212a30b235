"""Reads the tables of plausible scenes: things by group, themes, what things do with each other and what they look like.

Try it: `python -c "from engine.sensible.tables import things; print(things()[:3])"`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from engine.errors import TaxonomyError, show
from engine.taxonomy import TABLES

FOLDER = TABLES / "full"
Weighted = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Things:
    """A group of words that are used alike; each word has to be of one of `kinds`, or it is left out."""

    name: str
    kinds: tuple[str, ...]
    tags: tuple[str, ...]
    words: Weighted


@dataclass(frozen=True, slots=True)
class Habit:
    """Phrases for any source of `sources` and target of `targets` (groups or tags).

    `taken` names what the source gives to it (a place, a hand, its gaze) and `taken_of` what the target gives: each
    of them only once in a scene, so nothing lies on two tables at once.
    """

    phrases: tuple[str, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    weight: float
    taken: tuple[str, ...]
    taken_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The usual values of an attribute kind for groups or tags, and how usual it is to mention that kind."""

    things: tuple[str, ...]
    kind: str
    weight: float
    values: Weighted


@cache
def things() -> tuple[Things, ...]:
    """The groups, in the order of the table."""
    return tuple(
        Things(row["group"], _split(row["kinds"]), (row["group"], *_split(row["tags"])), _weighted(row["words"]))
        for row in _rows("things")
    )


@cache
def themes() -> Mapping[str, Weighted]:
    """Theme -> groups and their weights; raises `TaxonomyError` for a group that is not in the table of things."""
    known = {group.name for group in things()}
    found = {row["theme"]: _weighted(row["groups"]) for row in _rows("themes")}
    for theme, groups in found.items():
        for name, _ in groups:
            if name not in known:
                raise TaxonomyError(f"{show(name)} of the theme {show(theme)} is not a group of things. Add it there.")
    return found


@cache
def habits() -> tuple[Habit, ...]:
    """The rows of the relations, in the order of the table."""
    return tuple(
        Habit(
            _split(row["phrases"]),
            _names(row["sources"]),
            _names(row["targets"]),
            float(row["weight"]),
            _split(row["taken"]),
            _split(row["taken of target"]),
        )
        for row in _rows("relations")
    )


@cache
def looks() -> tuple[Look, ...]:
    """The rows of the attributes, in the order of the table."""
    return tuple(
        Look(_names(row["things"]), row["kind"], float(row["weight"]), _weighted(row["values"]))
        for row in _rows("attributes")
    )


@cache
def clashes() -> Mapping[str, frozenset[str]]:
    """What does not go together on one thing: a value or phrase -> values."""
    found: dict[str, set[str]] = {}
    for row in _rows("clashes"):
        values = set(_split(row["not"]))
        found.setdefault(row["this"], set()).update(values)
        for value in values:
            if not row["this"].startswith(">"):
                found.setdefault(value, set()).add(row["this"])
    return {key: frozenset(values) for key, values in found.items()}


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = FOLDER / f"plausible-{name}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield {key: (value or "").strip() for key, value in row.items() if key is not None}


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


def _weighted(cell: str) -> Weighted:
    pairs = (part.partition("*") for part in _split(cell))
    return tuple((word.strip(), float(weight) if weight else 1.0) for word, _, weight in pairs)


@cache
def _known_names() -> frozenset[str]:
    return frozenset(tag for group in things() for tag in group.tags)


def _names(cell: str) -> tuple[str, ...]:
    """Groups or tags of the table of things; `a!b` is a without b. Raises `TaxonomyError` for any other."""
    found = _split(cell)
    for name in (part for entry in found for part in entry.split("!")):
        if name not in _known_names():
            raise TaxonomyError(f"{show(name)} is neither a group nor a tag of the table of things. Add it there.")
    return found
