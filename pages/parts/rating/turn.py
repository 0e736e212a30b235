"""Whose turn it is: the item one person has open, the next one already here, and where they are in their own history.

Everything in it can be had back from the store after a reload. Try it: `python -m pytest tests/pages/test_rate.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from engine.store.rating_values import Answers, Feedback, Item, Past, Project
from pages.parts.opening import store
from pages.parts.people import who
from pages.parts.rating.asked import Question, answered, questions


@dataclass
class Turn:
    """One person in one project: `said` are the choices made for the item on screen, `shown` when it came there.

    `past` is an answer of theirs, `back` steps before the open item, while they look back; `flagging` while they say
    what is wrong with the item on screen.
    """

    project: Project
    person: str
    item: Item | None = None
    next: Item | None = None
    said: list[Any] = field(default_factory=list)
    shown: str = ""
    feedback: Feedback | None = None
    kept: int = 0
    back: int = 0
    past: Past | None = None
    flagging: bool = False

    def at(self) -> Item | None:
        """The item on screen: an earlier one while they look back, otherwise the open one."""
        return self.item if self.past is None else self.past.item

    def asks(self) -> tuple[Question, ...]:
        """All that the item on screen asks."""
        item = self.at()
        return () if item is None else questions(item.kind, item.content, elements=self.project.settings.elements)

    def question(self) -> Question:
        """The decision that is next."""
        return self.asks()[len(self.said)]

    def answers(self) -> Answers:
        """The decisions so far, as an answer."""
        return answered(self.asks()[: len(self.said)], self.said)

    def take(self, item: Item | None) -> None:
        """Go to an item that is open, or to the end where it is None."""
        self.item, self.feedback = item, None
        self.look(0, None)

    def look(self, back: int, past: Past | None) -> None:
        """Look at an earlier answer, or with None at the open item again; what was half decided is forgotten."""
        self.back, self.past, self.said, self.flagging = back, past, [], False
        self.shown = datetime.now(UTC).isoformat(timespec="milliseconds")

    def said_before(self, question: Question) -> Any:
        """What they answered to this question when they saw the item first; None for an open item."""
        if self.past is None:
            return None
        answers = self.past.answers
        return answers.get("elements", {}).get(question.element) if question.element else answers.get(question.name)

    def claim(self) -> None:
        """Open whatever the store says is open or next."""
        self.take(store().claim_item(self.project.id, self.person))

    def peek(self) -> Item | None:
        """The item after this one, so that it is here before it is needed; after an answer it is here already."""
        if self.feedback is None:
            self.next = store().peek_next(self.project.id, self.person) if self.item else None
        return self.next

    def onward(self) -> None:
        """To the item that was loaded beforehand, or to what the store gives."""
        following, self.next = self.next, None
        if following is not None:
            self.take(following)
        else:
            self.claim()


def turn(project: Project) -> Turn:
    """The turn of the person here in this visit; the first time, what they have open is claimed."""
    key = f"turn:{project.id}:{who()}"
    here: Turn | None = st.session_state.get(key)
    if here is None:
        here = Turn(project, who())
        here.claim()
        st.session_state[key] = here
    here.project = project
    return here
