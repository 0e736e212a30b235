"""Corrections: what people answered in a judge's place, one row each, only ever added.

The newest row of a question is the one that stands; one without an answer takes the word back. Try it:
`python -m pytest tests/engine/test_corrections.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select

from engine.errors import StoreError, show
from engine.store.connection import Database, held
from engine.store.tables import CorrectionRow, PictureRow, frozen

MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Correction:
    """One person's answer to one question about one picture; `answer` is None where the person took it back.

    `judge` is the one whose answer was on the screen; what a person sees holds for the picture, whoever was asked.
    """

    id: str
    picture: str
    judge: str
    question: str
    answer: str | None
    person: str
    created: str


class Corrections(Database):
    """What one does with corrections."""

    def correct(self, picture: str, *, judge: str, question: str, answer: str | None, person: str) -> Correction:
        """Add a person's answer (None takes an earlier one back); returns the new row.

        Raises `StoreError` for a picture that nobody knows and for empty or overlong texts.
        """
        for what, text in (("judge", judge), ("question", question), ("answer", answer), ("name", person)):
            if text is not None and not 0 < len(text.strip()) <= MOST_LETTERS:
                raise StoreError(f"The {what} {show(text)} is empty or too long, so nothing was saved. Choose another.")
        row = CorrectionRow(picture=picture, judge=judge, question=question, answer=answer, person=person)
        with self.writing() as transaction:
            held(transaction, PictureRow, picture, what="picture")
            transaction.add(row)
            transaction.flush()
            return frozen(Correction, row)

    def corrections(self, picture: str) -> tuple[Correction, ...]:
        """All that people ever said about a picture, newest first; empty for a picture that nobody corrected."""
        return self.corrections_of([picture]).get(picture, ())

    def corrections_of(self, pictures: Collection[str]) -> dict[str, tuple[Correction, ...]]:
        """Picture id -> its corrections, newest first; pictures without any are left out."""
        query = select(CorrectionRow).where(col(CorrectionRow.picture).in_(list(pictures)))
        query = query.order_by(col(CorrectionRow.created).desc(), col(CorrectionRow.id).desc())
        found: dict[str, list[Correction]] = defaultdict(list)
        with self.reading() as transaction:
            for row in transaction.exec(query):
                found[row.picture].append(frozen(Correction, row))
        return {picture: tuple(rows) for picture, rows in found.items()}
