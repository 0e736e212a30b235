"""Scores with a person's answers in the place of the judge's, by the rules that mark every picture (`engine.scoring`).

A person is certain: the answer counts as P = 1. Try it: `python -m pytest tests/engine/test_corrections.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.errors import FormatError, show
from engine.questions import Question
from engine.scoring import Reply, Scores, score
from engine.store.corrections import Correction


def standing(corrections: Iterable[Correction]) -> dict[str, Correction]:
    """Question id -> the newest word on it, whoever said it; questions whose newest word takes it back are left out."""
    newest: dict[str, Correction] = {}
    for said in sorted(corrections, key=lambda one: (one.created, one.id)):
        newest[said.question] = said
    return {question: said for question, said in newest.items() if said.answer is not None}


def check_answer(question: Question, answer: str) -> None:
    """Raise `FormatError` for an answer that is not among the choices of the question."""
    if answer not in question.choices:
        raise FormatError(
            f"{show(answer)} is no answer to {show(question.text)} Choose one of: {', '.join(question.choices)}."
        )


def corrected(questions: Sequence[Question], scores: Scores, answers: Mapping[str, str]) -> Scores:
    """The scores of one picture with `answers` (question id -> answer) in place of what the judge said.

    Only questions that the judge or the person answered count. Raises `FormatError` for an answer that is not among
    the choices of its question; answers to questions that are not asked here are left out.
    """
    heard = {mark.question: mark.reply for mark in scores.marks}
    for question in questions:
        if question.id in answers:
            check_answer(question, answers[question.id])
            heard[question.id] = certain(question, answers[question.id])
    asked = [question for question in questions if question.id in heard]
    return score(asked, [heard[question.id] for question in asked])


def certain(question: Question, answer: str) -> Reply:
    """A person's answer as a reply: probability 1 for it, 0 for the other."""
    if question.open:
        return Reply(answer, 1.0, top=((answer, 1.0),))
    yes = float(answer == "yes")
    return Reply(answer, 1.0, p_yes=yes, p_no=1 - yes, top=((answer, 1.0),))
