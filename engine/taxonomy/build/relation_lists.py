"""Reads the core of the relations, written by hand, and says places more exactly: "just behind", "far above".

Try it: `python -c "from engine.taxonomy.build.relation_lists import *; print(len(list(core())), len(list(modified())))"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import TaxonomyError, show

SOURCES = Path(__file__).resolve().parents[3] / "assets" / "taxonomy" / "sources"
PAIR = re.compile(r"\s+(<>|><)\s+")


@dataclass(frozen=True, slots=True)
class Row:
    """A relation before it is written; `subjects` and `objects` are kinds of things."""

    phrase: str
    kind: str
    form: str = "is"
    plural: str = ""
    base: str = ""
    subjects: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    opposite: str = ""
    fit: str = ""
    weight: float = 1.0
    switch: str = ""


def lines(name: str) -> Iterator[tuple[int, str]]:
    """The lines of a source that say something, with their numbers."""
    for number, line in enumerate((SOURCES / name).read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip()


def groups() -> dict[str, tuple[str, ...]]:
    """The names of relation-groups.txt, each as the kinds it stands for."""
    found: dict[str, tuple[str, ...]] = {}
    for _, line in lines("relation-groups.txt"):
        name, _, kinds = line.partition("=")
        found[name.strip()] = expanded(kinds, found)
    return found


def expanded(text: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """`@name,kind,!kind` as kinds; raises `TaxonomyError` for a name that nobody gave."""
    found: list[str] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        if part.startswith("@") and part[1:] not in known:
            raise TaxonomyError(f"{show(part)} is not a group of relation-groups.txt. Add it there.")
        found += known[part[1:]] if part.startswith("@") else [part]
    return tuple(dict.fromkeys(found))


def core() -> Iterator[Row]:
    """The rows of relation-core.txt, both ends of every pair."""
    known, block = groups(), Row("", "")
    for number, line in lines("relation-core.txt"):
        if line.startswith("["):
            block = _block(line, known, number)
            continue
        text, *changes = (part.strip() for part in line.split(";"))
        if "skip=1" in (change.replace(" ", "") for change in changes):
            continue
        yield from _pair(text, changed(block, changes, known, "relation-core.txt", number))


def _block(line: str, known: dict[str, tuple[str, ...]], number: int) -> Row:
    kind, ends, fit, weight, switch = (part.strip() for part in [*line.strip("[]").split("|"), "", "", ""][:5])
    subjects, arrow, objects = ends.partition("->")
    if not arrow:
        raise TaxonomyError(f"Line {number} of relation-core.txt says no SUBJECTS -> OBJECTS: {show(line)}.")
    return Row(
        "", kind, subjects=expanded(subjects, known), objects=expanded(objects, known), fit=fit,
        weight=float(weight or 1), switch=switch,
    )  # fmt: skip


def changed(row: Row, changes: list[str], known: dict[str, tuple[str, ...]], file: str, number: int) -> Row:
    """The row with `key=value` said of it; raises `TaxonomyError` with file and line for a key that means nothing."""
    for change in changes:
        name, _, value = (part.strip() for part in change.partition("="))
        match name:
            case "from":
                row = replace(row, subjects=expanded(value, known))
            case "to":
                row = replace(row, objects=expanded(value, known))
            case "kind":
                row = replace(row, kind=value)
            case "fit":
                row = replace(row, fit=value)
            case "switch":
                row = replace(row, switch=value)
            case "weight":
                row = replace(row, weight=float(value))
            case _:
                raise TaxonomyError(f"Line {number} of {file}: {show(change)} means nothing.")
    return row


def _pair(text: str, row: Row) -> Iterator[Row]:
    first, *rest = PAIR.split(text)
    if not rest:
        yield replace(row, phrase=first)
        return
    sign, second = rest[0], rest[1]
    back = {"smaller": "larger", "larger": "smaller"}.get(row.fit, row.fit)
    yield replace(row, phrase=first, opposite=second)
    other = replace(row, phrase=second, opposite=first)
    yield other if sign == "<>" else replace(other, subjects=row.objects, objects=row.subjects, fit=back)


# --- places said more exactly -----------------------------------------------------------------------------------------

MODIFIERS = {
    "just": "next to|behind|in front of|above|below|outside|inside|beyond|beside|past|under|over",
    "right": "next to|behind|in front of|above|below|beside|under|on top of|inside|outside|against",
    "directly": "behind|in front of|above|below|under|opposite|over|beneath|beside",
    "far": "behind|above|below|beyond|to the left of|to the right of",
    "slightly": "behind|in front of|above|below|to the left of|to the right of",
    "partly": "behind|in front of|above|below|inside|outside|under|over|underneath|beneath|on top of",
    "almost": "touching|next to|on top of|opposite|beneath|directly above|directly below|directly behind",
    "immediately": "behind|in front of|above|below|beside|to the left of|to the right of",
    "high": "above|over", "low": "over|above", "diagonally": "behind|in front of|above|below|across from",
    "well": "behind|in front of|above|below|beyond|to the left of|to the right of", "close": "behind|beside",
    "not far": "behind|above|below|beyond",
}  # fmt: skip
OPPOSITES = {
    "behind": "in front of", "in front of": "behind", "above": "below", "below": "above", "to the left of": "to the right of",
    "to the right of": "to the left of", "inside": "outside", "outside": "inside", "over": "under", "under": "over",
}  # fmt: skip


NO_OPPOSITE = frozenset({"partly", "almost"})
"""What is partly inside may be partly outside as well."""
INTO = frozenset({"inside", "outside"})


def modified() -> Iterator[Row]:
    """Places that are said more exactly: "just behind", "far above"."""
    known = groups()
    for modifier, places in MODIFIERS.items():
        for place in places.split("|"):
            opposite = "" if modifier in NO_OPPOSITE else OPPOSITES.get(place, "")
            against = f"{modifier} {opposite}" if opposite in places.split("|") and opposite else ""
            subjects, objects = known["solid"], known["solid"]
            if place in INTO:
                subjects, objects = known["object"] + known["animate"], known["enclosure"]
            yield Row(
                f"{modifier} {place}", "spatial", subjects=subjects, objects=objects, opposite=against, weight=0.5
            )
