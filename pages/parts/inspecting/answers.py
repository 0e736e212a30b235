"""The answers to all questions about a picture, and a person's word in the place of the judge's with one key.

Y and N (or the number of a choice) answer the picked question, U takes the answer back, J and K go on to the next and
the one before. Try it: `python -m pytest tests/pages/test_inspect.py -k answer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from engine.questions import KINDS, Question
from engine.store import Correction
from pages.parts.desk import picked_elements
from pages.parts.home import store, told, who
from pages.parts.inspecting.component import show
from pages.parts.inspecting.sight import Sight
from pages.parts.inspecting.subject import Subject
from pages.parts.people import allowed, require
from pages.parts.questions import TITLES
from pages.parts.verdict import status
from pages.parts.words import ago, plain

HEAD = ("Question", "Expected", "Judge", "P(yes)", "Person", "Stands")
MEANING = {"right": "right", "wrong": "wrong", "not asked": "not asked", "unsure": "unsure"}
KEYS = {"yes": "Y", "no": "N"}


def in_order(questions: Sequence[Question]) -> list[Question]:
    """By kind, each true question followed by its twists; what the table shows and J and K walk through."""
    found = []
    for kind in KINDS:
        for question in (q for q in questions if q.kind == kind and q.counterfactual_of is None):
            found += [question, *(q for q in questions if q.counterfactual_of == question.id)]
    return [*found, *(q for q in questions if q not in found)]


def picked(subject: Subject) -> Question | None:
    """The picked question; where an element was picked that it does not ask about, the first that does."""
    known = {question.id: question for question in subject.questions}
    question = known.get(st.session_state.get(_key(subject), ""))
    element = st.session_state.get("element")
    if element and (question is None or element not in question.elements):
        about = [q for q in in_order(subject.questions) if element in q.elements]
        return min(about, key=lambda q: (q.elements[0] != element, len(q.elements)), default=question)
    return question


def _key(subject: Subject) -> str:
    return f"question:{subject.key}"


def pick(subject: Subject, id: object) -> None:
    """Pick a question; graph and caption light what it asks about."""
    question = next((q for q in subject.questions if q.id == id), None)
    if question is not None:
        st.session_state[_key(subject)] = question.id
        st.session_state.element = question.elements[0] if question.elements else None


def step(subject: Subject, by: int) -> None:
    """Pick the next question, or the one before."""
    line = in_order(subject.questions)
    now = picked(subject)
    place = line.index(now) + by if now in line else 0
    pick(subject, line[place % len(line)].id)


# --- a person's word --------------------------------------------------------------------------------------------------


@told
def answer(subject: Subject, sight: Sight, question: Question, said: str | None) -> None:
    """Keep a person's answer to a question about the chosen picture; None takes it back."""
    require("correct")
    if subject.picture is not None:
        pick(subject, question.id)
        store().correct(
            subject.picture.id, judge=sight.judge or "nobody", question=question.id, answer=said, person=who()
        )


def answer_bar(subject: Subject, sight: Sight) -> None:
    """The picked question with its keys."""
    if subject.picture is None or not subject.questions:
        return
    question = picked(subject)
    with st.container(border=True, key="answer-bar", gap="small"):
        if question is None:
            st.markdown("**What do you see?** Pick a question below, an element of the graph or a word of the caption.")
        else:
            st.markdown(f"**{plain(question.text)}** Expected {plain(question.answer)}. {_so_far(question, sight)}")
        line = st.container(horizontal=True, gap="small", vertical_alignment="center")
        line.button("Back", icon=":material/arrow_upward:", key="question-before", shortcut="K", type="tertiary",
                    help="The question before.", on_click=step, args=(subject, -1))  # fmt: skip
        line.button("Next", icon=":material/arrow_downward:", key="question-next", shortcut="J", type="tertiary",
                    help="The next question.", on_click=step, args=(subject, 1))  # fmt: skip
        if question is not None:
            with line:
                _keys(subject, sight, question)


def _so_far(question: Question, sight: Sight) -> str:
    mark = sight.automatic.marks.get(question.id)
    heard = f"{plain(sight.judge)} says {plain(mark.reply.answer)}." if mark else "No judge was asked."
    said = sight.said.get(question.id)
    return f"{heard} {_by(said)}" if said else heard


def _by(said: Correction) -> str:
    return f"{plain(said.person)} says {plain(said.answer or '')}, {ago(said.created)}."


def _keys(subject: Subject, sight: Sight, question: Question) -> None:
    may = allowed("correct")
    said = sight.said.get(question.id)
    for number, choice in enumerate(question.choices, start=1):
        key = KEYS.get(choice) if not question.open else str(number) if number < 10 else None
        st.button(
            plain(choice if question.open else choice.capitalize()), key=f"say:{choice}", shortcut=key, disabled=not may,
            type="primary" if said is not None and said.answer == choice else "secondary",
            on_click=answer, args=(subject, sight, question, choice), help="Your answer in the place of the judge's.",
        )  # fmt: skip
    st.button("Withdraw", icon=":material/undo:", key="say-nothing", shortcut="U", type="tertiary", on_click=answer,
              args=(subject, sight, question, None), disabled=said is None or not may)  # fmt: skip


# --- the table --------------------------------------------------------------------------------------------------------


def table(questions: Sequence[Question], sight: Sight) -> list[dict[str, Any]]:
    """The groups of rows that the component shows."""
    groups: list[dict[str, Any]] = []
    for question in in_order(questions):
        title = TITLES.get(question.kind, question.kind.capitalize())
        if not groups or groups[-1]["title"] != title:
            groups.append({"title": title, "rows": []})
        groups[-1]["rows"].append(_row(question, sight))
    return groups


def _row(question: Question, sight: Sight) -> dict[str, Any]:
    mark, after = sight.automatic.marks.get(question.id), sight.corrected.marks.get(question.id)
    said, now = sight.said.get(question.id), status(after)
    return {
        "id": question.id, "text": question.text, "answer": question.answer, "elements": list(question.elements),
        "twist": question.counterfactual_of is not None, "status": status(mark), "now": now,
        "meaning": MEANING.get(now or "", ""), "reply": mark.reply.answer if mark else None,
        "p": mark.reply.soft_yes if mark and not question.open else None,
        "said": {"answer": said.answer, "by": f"{said.person}, {ago(said.created)}"} if said else None,
    }  # fmt: skip


def answer_table(subject: Subject, sight: Sight) -> None:
    """Show the table, or what to do to have something in it."""
    if not subject.questions:
        st.caption("There is nothing to ask: this scene has no objects.")
        return
    question = picked(subject)
    data = {
        "group": subject.key, "selected": picked_elements(), "picked": question.id if question else None,
        "head": list(HEAD), "groups": table(subject.questions, sight),
    }  # fmt: skip
    show("answers", key="answers", data=data, on_picked=partial(_heard, subject))


def _heard(subject: Subject, said: dict[str, Any]) -> None:
    pick(subject, said.get("question"))
