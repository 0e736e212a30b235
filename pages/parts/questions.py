"""The questions of a scene in a table: by kind, each with its twist, the judge's answers, and a mark for every picture.

Try it: `python -m pytest tests/pages/test_parts.py -k table`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import streamlit as st

from engine.questions import KINDS, Question
from engine.scoring import Mark
from pages.parts.components import mount
from pages.parts.desk import pick_element, picked_elements
from pages.parts.verdict import Verdict, status

TITLES = {
    "existence": "What is there",
    "attribute": "What it is like",
    "relation": "How it stands",
    "scene": "The scene",
    "count": "How many",
}
NOTHING = {"text": "", "answer": "", "choices": [], "reply": None, "p": None, "status": None}
HEAD = ("Question", "Expected", "Judge", "P(yes)")


def table(questions: Sequence[Question], verdicts: Sequence[Verdict], current: int | None) -> dict[str, Any]:
    """The table as the component takes it; `current` is the place of the chosen picture among `verdicts`."""
    chosen = verdicts[current] if current is not None else Verdict()
    twists: dict[str, list[Question]] = {}
    for question in questions:
        if question.counterfactual_of is not None:
            twists.setdefault(question.counterfactual_of, []).append(question)
    groups = []
    for kind in KINDS:
        true = [q for q in questions if q.kind == kind and q.counterfactual_of is None]
        rows = [row for q in true for row in _rows(q, twists.get(q.id, []), chosen, verdicts)]
        if rows:
            groups.append({"title": TITLES[kind], "rows": rows})
    head = [(text, "") for text in HEAD] + [("Twisted so that the answer is no", "twist")] + [(t, "") for t in HEAD[1:]]
    if len(verdicts) > 1:
        head.append(("Pictures", ""))
    return {"head": head, "groups": groups, "current": current, "pictures": len(verdicts)}


def _rows(
    question: Question, twists: Sequence[Question], chosen: Verdict, verdicts: Sequence[Verdict]
) -> Iterator[dict[str, Any]]:
    """A question with its twist; further twists have lines of their own."""
    first, *rest = [_side(twist, chosen.marks.get(twist.id)) for twist in twists] or [None]
    marks = [status(v.marks.get(question.id)) for v in verdicts]
    elements = list(question.elements)
    yield {**_side(question, chosen.marks.get(question.id)), "twist": first, "elements": elements, "marks": marks}
    for side in rest:
        yield {**NOTHING, "twist": side, "elements": elements, "marks": []}


def counted(questions: Sequence[Question]) -> str:
    """How many questions of each sort there are: “9 to be answered yes, 9 twisted to no, 4 with a choice”."""
    choice = sum(q.open for q in questions)
    twisted = sum(q.counterfactual_of is not None for q in questions)
    sorts = (
        (len(questions) - choice - twisted, "to be answered yes or no"),
        (twisted, "twisted so that the answer is no"),
        (choice, "with a choice of answers"),
    )
    return ", ".join(f"{number} {what}" for number, what in sorts if number) + "."


def _side(question: Question, mark: Mark | None) -> dict[str, Any]:
    yes = mark.reply.soft_yes if mark else None
    return {
        "text": question.text,
        "answer": question.answer,
        "choices": list(question.choices) if question.open else [],
        "reply": mark.reply.answer if mark else None,
        "p": None if question.open else yes,
        "status": status(mark),
    }


def question_table(
    questions: Sequence[Question], verdicts: Sequence[Verdict], current: int | None, *, group: str
) -> None:
    """Show the questions, or what to do to have some."""
    if not questions:
        st.caption("There is nothing to ask yet: a scene needs at least one object.")
        return
    st.caption(counted(questions))
    data = {"group": group, "selected": picked_elements(), **table(questions, verdicts, current)}
    mount("questions", key="questions", data=data, on_picked=lambda picked: pick_element(picked.get("element")))
