"""Doings that a picture can show, written by hand: each verb as "chasing", "being chased by", "chased by" and "chases".

Try it: `python -c "from engine.taxonomy.build.relation_visible import visible; print(len(list(visible())))"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import TaxonomyError, show
from engine.taxonomy.build.conjugate import Conjugation
from engine.taxonomy.build.relation_lists import Row, changed, expanded, groups, lines
from engine.taxonomy.build.relation_postures import joined

FILE = "relation-visible.txt"
TURNED = {"smaller": "larger", "larger": "smaller"}


@dataclass(frozen=True, slots=True)
class _Doing:
    """A verb with its row so far, the forms it is said in and the verb that is false of the same two things."""

    verb: str
    against: str
    forms: str
    row: Row


def visible(irregular: Mapping[str, Sequence[str]] | None = None) -> Iterator[Row]:
    """All forms of all verbs; `irregular` has more verb forms (form -> bases). A phrase said twice is one row."""
    found: dict[str, Row] = {}
    speak = Conjugation(irregular)
    for doing in _doings():
        for row in _forms(doing, speak):
            known = found.get(row.phrase)
            found[row.phrase] = row if known is None else joined(known, row)
    yield from found.values()


def _doings() -> Iterator[_Doing]:
    known, block, forms = groups(), Row("", ""), ""
    for number, line in lines(FILE):
        if line.startswith("["):
            block, forms = _block(line, known, number)
            continue
        verbs, *changes = (part.strip() for part in line.split(";"))
        said = next((c.partition("=")[2].strip() for c in changes if c.startswith("forms")), forms)
        row = changed(block, [c for c in changes if not c.startswith("forms")], known, FILE, number)
        for part in verbs.split(","):
            first, pair, second = part.strip().partition(" <> ")
            yield _Doing(first, second, said, row)
            if pair:
                yield _Doing(second, first, said, row)


def _block(line: str, known: dict[str, tuple[str, ...]], number: int) -> tuple[Row, str]:
    cells = [cell.strip() for cell in line.strip("[]").split("|")]
    if len(cells) != 5 or "->" not in cells[1]:
        raise TaxonomyError(
            f"Line {number} of {FILE} needs [kind | subjects -> objects | forms | fit | weight]: {show(line)}."
        )
    kind, ends, forms, fit, weight = cells
    subjects, _, objects = ends.partition("->")
    row = Row(
        "", kind, subjects=expanded(subjects, known), objects=expanded(objects, known), fit=fit, weight=float(weight)
    )
    return row, forms


def _forms(doing: _Doing, speak: Conjugation) -> Iterator[Row]:
    """The rows of one verb: doing it, being done to by it, and the clause."""
    row, verb, against = doing.row, doing.verb, doing.against
    back = replace(row, subjects=row.objects, objects=row.subjects, fit=TURNED.get(row.fit, row.fit))
    ing, done = speak.ing(verb), f"{speak.participle(verb)} by"
    one_way = "*" in doing.forms and not against
    if "i" in doing.forms:
        false = speak.ing(against) if against else f"being {done}" if one_way and "b" in doing.forms else ""
        yield replace(row, phrase=ing, opposite=false)
    if "b" in doing.forms:
        false = f"being {speak.participle(against)} by" if against else ing if one_way and "i" in doing.forms else ""
        yield replace(back, phrase=f"being {done}", opposite=false, weight=round(row.weight * 0.6, 3))
    if "p" in doing.forms:
        false = f"{speak.participle(against)} by" if against else ""
        yield replace(back, phrase=done, opposite=false, weight=round(row.weight * 0.4, 3))
    if "c" in doing.forms:
        false = speak.third(against) if against else ""
        yield replace(
            row, phrase=speak.third(verb), form="clause", plural=verb, base=verb, opposite=false,
            weight=round(row.weight * 0.6, 3),
        )  # fmt: skip
