"""The questions of a scene in a table: by kind, each with its twist, the judge's answers, and a mark for every picture.

Try it: `python -m pytest tests/pages/test_parts.py -k table`.
"""

from __future__ import annotations

from collections.abc import Sequence
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
HEAD = ("Question", "Expected", "Judge", "P(yes)")


def table(questions: Sequence[Question], verdicts: Sequence[Verdict], current: int | None) -> dict[str, Any]:
    """The table as the component takes it; `current` is the place of the chosen picture among `verdicts`."""
    chosen = verdicts[current] if current is not None else Verdict()
    twists = {q.counterfactual_of: q for q in questions if q.counterfactual_of is not None}
    groups = []
    for kind in KINDS:
        rows = [
            {**_side(q, chosen.marks.get(q.id)), "twist": _side(twist, chosen.marks.get(twist.id)) if twist else None}
            | {"elements": list(q.elements), "marks": [status(v.marks.get(q.id)) for v in verdicts]}
            for q in questions
            if q.kind == kind and q.counterfactual_of is None
            for twist in [twists.get(q.id)]
        ]
        if rows:
            groups.append({"title": TITLES[kind], "rows": rows})
    head = [(text, "") for text in HEAD] + [("Twisted so that the answer is no", "twist")] + [(t, "") for t in HEAD[1:]]
    if len(verdicts) > 1:
        head.append(("Pictures", ""))
    return {"head": head, "groups": groups, "current": current, "pictures": len(verdicts)}


def _side(question: Question, mark: Mark | None) -> dict[str, Any]:
    yes = mark.reply.soft_yes if mark else None
    return {
        "text": question.text,
        "answer": question.answer,
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
    data = {"group": group, "selected": picked_elements(), **table(questions, verdicts, current)}
    mount("questions", key="questions", data=data, on_picked=lambda picked: pick_element(picked.get("element")))
