"""Reads the hand lists of relations and puts participles and places together: the part of the table that is on by default.

Try it: `python -c "from engine.taxonomy.build.relation_lists import *; print(len(list(core())), len(list(composed())))"`.
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
        yield from _pair(text, _changed(block, changes, known, number))


def _block(line: str, known: dict[str, tuple[str, ...]], number: int) -> Row:
    kind, ends, fit, weight, switch = (part.strip() for part in [*line.strip("[]").split("|"), "", "", ""][:5])
    subjects, arrow, objects = ends.partition("->")
    if not arrow:
        raise TaxonomyError(f"Line {number} of relation-core.txt says no SUBJECTS -> OBJECTS: {show(line)}.")
    return Row(
        "", kind, subjects=expanded(subjects, known), objects=expanded(objects, known), fit=fit,
        weight=float(weight or 1), switch=switch,
    )  # fmt: skip


def _changed(row: Row, changes: list[str], known: dict[str, tuple[str, ...]], number: int) -> Row:
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
                raise TaxonomyError(f"Line {number} of relation-core.txt: {show(change)} means nothing.")
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


# --- participles and places -------------------------------------------------------------------------------------------

# participle -> who does it
POSTURES = {
    "sitting": "@sitter", "standing": "@walker", "lying": "@lier,@object", "kneeling": "person", "crouching": "person,mammal",
    "squatting": "person,amphibian", "leaning": "person", "sleeping": "person,mammal", "resting": "@walker,@object",
    "waiting": "person,mammal,road-vehicle", "running": "person,mammal", "walking": "@walker", "jumping": "person,mammal",
    "dancing": "person", "playing": "person,mammal", "posing": "person", "hiding": "@walker", "crawling": "@crawler,person",
    "flying": "@flyer", "hovering": "insect,bird,aircraft", "gliding": "bird,aircraft", "perched": "bird,insect",
    "swimming": "@swimmer", "floating": "boat,plant-part,toy", "sailing": "boat", "anchored": "boat", "moored": "boat",
    "parked": "road-vehicle,cycle", "stopped": "road-vehicle,train", "stranded": "boat,person,road-vehicle",
    "hanging": "clothing,lamp,decoration,artwork,textile", "growing": "plant", "blooming": "flower", "planted": "tree,flower",
    "placed": "@object,furniture", "set down": "@gear", "stacked": "book,container,tableware,food",
    "scattered": "toy,plant-part,stone,book", "piled up": "stone,book,container,food", "left": "@gear,clothing,cycle",
    "dropped": "@gear,clothing", "grazing": "mammal", "nesting": "bird", "gathered": "group", "lined up": "group",
    "built": "building,structure", "installed": "machine,device,lamp", "displayed": "artwork,book,jewellery",
}  # fmt: skip
# place -> what it can be the place of, and the place that rules it out
PLACES = {
    "next to": ("@solid", ""), "beside": ("@solid", ""), "near": ("@solid", "far from"), "far from": ("@solid", "near"),
    "in front of": ("@solid", "behind"), "behind": ("@solid", "in front of"), "to the left of": ("@solid", "to the right of"),
    "to the right of": ("@solid", "to the left of"), "across from": ("@solid", ""), "close to": ("@solid", "far away from"),
    "far away from": ("@solid", "close to"), "at the edge of": ("water,landform,place,structure", ""),
    "in the shade of": ("tree,building,structure", ""), "by the side of": ("building,structure,water,road-vehicle", ""),
    "opposite": ("building,opening,structure,seat,person", ""), "under": ("tree,structure,table,bed,vehicle", ""),
    "on the far side of": ("building,structure,water,landform,table", "on the near side of"),
    "on the near side of": ("building,structure,water,landform,table", "on the far side of"),
    "in the middle of": ("place,room,water,landform", ""),
}  # fmt: skip
MODIFIERS = {
    "just": "next to|behind|in front of|above|below|outside|inside|beyond|beside|past|under|over",
    "right": "next to|behind|in front of|above|below|beside|under|on top of|inside|outside|against",
    "directly": "behind|in front of|above|below|under|opposite|over|beneath|beside",
    "far": "behind|above|below|beyond|to the left of|to the right of",
    "slightly": "behind|in front of|above|below|to the left of|to the right of",
    "a little way": "behind|in front of|above|below|to the left of|to the right of|past",
    "immediately": "behind|in front of|above|below|beside|to the left of|to the right of",
    "high": "above|over", "low": "over|above", "diagonally": "behind|in front of|above|below|across from",
    "well": "behind|in front of|above|below|beyond", "close": "behind|beside", "not far": "behind|above|below|beyond",
}  # fmt: skip
OPPOSITES = {
    "behind": "in front of", "in front of": "behind", "above": "below", "below": "above", "to the left of": "to the right of",
    "to the right of": "to the left of", "inside": "outside", "outside": "inside", "over": "under", "under": "over",
}  # fmt: skip


def composed() -> Iterator[Row]:
    """Participles with places, and places that are said more exactly."""
    known = groups()
    for participle, who in POSTURES.items():
        for place, (where, opposite) in PLACES.items():
            if where:
                against = f"{participle} {opposite}" if opposite else ""
                yield Row(
                    f"{participle} {place}", "posture", subjects=expanded(who, known), objects=expanded(where, known),
                    opposite=against, weight=0.6,
                )  # fmt: skip
    for modifier, places in MODIFIERS.items():
        for place in places.split("|"):
            opposite = OPPOSITES.get(place, "")
            against = f"{modifier} {opposite}" if opposite and opposite in places.split("|") else ""
            ends = known["solid"]
            yield Row(f"{modifier} {place}", "spatial", subjects=ends, objects=ends, opposite=against, weight=0.5)
