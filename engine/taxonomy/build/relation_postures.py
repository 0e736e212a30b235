"""Postures and motions with their places: "sitting on", "sits on", "parked behind", each with its own subjects and objects.

Try it: `python -c "from engine.taxonomy.build.relation_postures import postures; print(len(list(postures())))"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.errors import TaxonomyError, show
from engine.taxonomy.build.conjugate import third
from engine.taxonomy.build.relation_lists import Row, expanded, groups, lines

FILE = "relation-postures.txt"
PAIRS = {
    "in front of": "behind", "to the left of": "to the right of", "above": "below", "inside": "outside", "near": "far from",
    "towards": "away from", "into": "out of", "onto": "off",
}  # fmt: skip
OPPOSITE = PAIRS | {second: first for first, second in PAIRS.items()}

# Where such a place can be: nobody sits inside a tree or stands on a kitchen. Other places can be anywhere.
WITHIN = frozenset("building room structure container vehicle boat aircraft train cabinet machine".split())
INSIDE = frozenset({"in", "inside", "outside", "into", "out of"})
"""Where a bicycle cannot be such a place, although other vehicles can."""
UP = frozenset("tree structure landform building".split())
UNDER = frozenset(
    "tree plant structure table bed seat furniture vehicle boat lamp sign textile stone water machine".split()
)
EDGE = frozenset("place landform water structure table bed seat building".split())
WHERE = {
    "inside": WITHIN, "outside": WITHIN, "under": UNDER, "beneath": UNDER, "underneath": UNDER, "at the edge of": EDGE,
    "up": UP, "down": UP,
    "in": frozenset(
        "place room building container water vehicle boat seat bed opening plant structure cabinet textile tree "
        "kitchenware machine".split()
    ),
    "on": frozenset(
        "seat bed table furniture cabinet structure landform vehicle textile stone building water tree tableware kitchenware "
        "boat animal plant-part lamp sign plant fruit flower vegetable instrument machine clothing".split()
    ),
    "at": frozenset("table building structure opening machine place".split()),
    "through": frozenset("place opening structure building water landform plant tree room container".split()),
    "into": WITHIN | {"opening", "water", "place", "bed", "plant", "landform"},
    "out of": WITHIN | {"opening", "water", "place", "bed", "plant", "tree", "landform", "stone"},
    "across": frozenset("structure landform water place room table bed textile seat stone".split()),
    "along": frozenset("structure landform water place building".split()),
    "in the shade of": frozenset("tree building structure landform vehicle stone".split()),
    "at the foot of": frozenset("landform tree structure building bed artwork".split()),
    "in the middle of": frozenset("place room landform water table bed structure".split()),
    "in the corner of": frozenset({"room", "place", "container"}),
    "at the end of": frozenset("table bed structure place room seat".split()),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Block:
    """What `[participle | verb | subjects | weight]` says; without a verb there is no clause."""

    participle: str
    verb: str
    subjects: tuple[str, ...]
    weight: float


def postures() -> Iterator[Row]:
    """Participle by participle, place by place; the same phrase of two blocks is one row that takes what both take."""
    found: dict[str, Row] = {}
    for row in _rows():
        known = found.get(row.phrase)
        found[row.phrase] = row if known is None else joined(known, row)
    yield from found.values()


def joined(first: Row, second: Row) -> Row:
    """One row with the subjects and objects of both."""
    return replace(
        first,
        subjects=tuple(dict.fromkeys(first.subjects + second.subjects)),
        objects=tuple(dict.fromkeys(first.objects + second.objects)),
        opposite=first.opposite or second.opposite,
        fit=first.fit if first.fit == second.fit else "",
    )


def _rows() -> Iterator[Row]:
    known, stars, block = groups(), dict[str, str](), _Block("", "", (), 1)
    for number, line in lines(FILE):
        if line.startswith("["):
            block = _block(line, known, number)
        elif line.startswith("*") and "=" in line:
            name, _, places = line.partition("=")
            stars[name.strip()] = places.strip()
        else:
            places, _, objects = line.rpartition(" : ")
            yield from _placed(block, _places(places, stars), expanded(objects, known))


def _block(line: str, known: dict[str, tuple[str, ...]], number: int) -> _Block:
    cells = [cell.strip() for cell in line.strip("[]").split("|")]
    if len(cells) != 4:
        raise TaxonomyError(f"Line {number} of {FILE} needs [participle | verb | subjects | weight]: {show(line)}.")
    participle, verb, subjects, weight = cells
    return _Block(participle, "" if verb == "-" else verb, expanded(subjects, known), float(weight))


def _places(text: str, stars: dict[str, str]) -> dict[str, str]:
    """Place -> the place that rules it out (empty if none does), in the order they are written."""
    found: dict[str, str] = {}
    for part in (piece.strip() for piece in text.split(",")):
        if part.startswith("*"):
            found |= _places(stars[part], stars)
            continue
        first, pair, second = part.partition(" <> ")
        found[first] = second
        if pair:
            found[second] = first
    return {place: against or OPPOSITE.get(place, "") for place, against in found.items()}


def _possible(place: str, objects: tuple[str, ...]) -> tuple[str, ...]:
    """The objects that can be such a place; a stretch of water goes up and down only where nothing else is named."""
    allowed = WHERE.get(place)
    if allowed is None or (place in ("up", "down") and objects == ("water",)):
        return objects
    kept = tuple(kind for kind in objects if kind in allowed)
    outs = tuple(kind for kind in objects if kind.startswith("!") and kept)
    return kept + outs + (("!cycle",) if "vehicle" in kept and "!cycle" not in outs and place in INSIDE else ())


def _placed(block: _Block, places: dict[str, str], objects: tuple[str, ...]) -> Iterator[Row]:
    for place, against in places.items():
        where = _possible(place, objects)
        passive = place == "by" and not block.participle.endswith("ing")
        if passive or not where:
            continue
        row = Row(
            f"{block.participle} {place}", "posture", subjects=block.subjects, objects=where,
            opposite=f"{block.participle} {against}" if against else "", weight=block.weight,
        )  # fmt: skip
        yield row
        if block.verb:
            base, s = f"{block.verb} {place}", third(block.verb)
            yield replace(
                row, phrase=f"{s} {place}", form="clause", plural=base, base=base,
                opposite=f"{s} {against}" if against else "", weight=round(block.weight / 2, 3),
            )  # fmt: skip
