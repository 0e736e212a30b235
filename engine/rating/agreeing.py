"""How far the people of a project agree, question by question, as it stands at this moment.

Try it: `python cli.py ratings agreement PROJECT`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.agreement import RESAMPLES, Agreement, Level, agreement
from engine.store.rating_answers import ASKED, SCALES
from engine.store.rating_values import Kind, Rating


def agreements(
    ratings: Iterable[Rating], kind: Kind, *, resamples: int = RESAMPLES, surplus: bool = False
) -> dict[str, Agreement]:
    """Krippendorff's alpha of each question of a `kind`, and of `elements` where any were answered.

    Scales of 1-5 are ordinal, choices nominal; adjudications do not belong in `ratings`. Every element of an item is a
    unit of its own. Answers that came when their item was full are left out unless `surplus` asks for them.
    """
    rated = [one for one in ratings if one.status == "rated" and one.origin != "adjudication"]
    rated = [one for one in rated if surplus or not one.surplus]
    found = {}
    for question in (*ASKED[kind], "elements"):
        said = {(one.person, unit): value for one in rated for unit, value in _said(one, question)}
        if said or question in ASKED[kind]:
            found[question] = agreement(_rows(said), level_of(question), resamples=resamples)
    return found


def level_of(question: str) -> Level:
    """The level of measurement of a question."""
    return "ordinal" if question in SCALES else "nominal"


def _said(rating: Rating, question: str) -> Iterable[tuple[tuple[str, str], Any]]:
    if question == "elements":
        return [((rating.item, element), value) for element, value in rating.answers.get("elements", {}).items()]
    value = rating.answers.get(question)
    return [] if value is None else [((rating.item, ""), value)]


def _rows(said: Mapping[tuple[str, tuple[str, str]], Any]) -> list[list[Any]]:
    """A row for each person, a column for each unit, None where a person gave no answer."""
    people = sorted({person for person, _ in said})
    units = sorted({unit for _, unit in said})
    return [[said.get((person, unit)) for unit in units] for person in people]


def described(found: Mapping[str, Agreement]) -> list[str]:
    """One line a question, for people."""
    return [f"{question}: {value}" for question, value in found.items()]
