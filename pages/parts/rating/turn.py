"""Whose turn it is: the item one person has open, the next one already here, and the decisions made so far.

A decision that completes an answer is written at once; everything else can be had back from the store after a reload.
Try it: `python -m pytest tests/pages/test_rate.py -k turn`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from engine.errors import ScenewrightError
from engine.store.rating_values import Answers, Feedback, Item, Project, Said
from pages.parts.notices import say
from pages.parts.opening import store
from pages.parts.people import require, who
from pages.parts.rating.asked import Question, answered, questions


@dataclass
class Turn:
    """One person in one project: `said` are the choices made for `item`, `shown` when it came on screen."""

    project: Project
    person: str
    item: Item | None = None
    next: Item | None = None
    said: list[Any] = field(default_factory=list)
    shown: str = ""
    feedback: Feedback | None = None
    kept: int = 0

    def asks(self) -> tuple[Question, ...]:
        """All that the item asks."""
        if self.item is None:
            return ()
        return questions(self.item.kind, self.item.content, elements=self.project.settings.elements)

    def question(self) -> Question:
        """The decision that is next."""
        return self.asks()[len(self.said)]

    def answers(self) -> Answers:
        """The decisions so far, as an answer."""
        return answered(self.asks()[: len(self.said)], self.said)

    def take(self, item: Item | None) -> None:
        """Go to an item, or to the end where it is None."""
        self.item, self.said, self.feedback = item, [], None
        self.shown = datetime.now(UTC).isoformat(timespec="milliseconds")

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


def careful(action: Callable[..., None]) -> Callable[..., None]:
    """For keys: who may rate is asked first, and an item that was lost meanwhile gives way to the one that is open."""

    def safely(here: Turn, *args: Any) -> None:
        try:
            require("rate")
            action(here, *args)
        except ScenewrightError as error:
            say(str(error))
            here.next = None
            _again(here)

    return safely


def _again(here: Turn) -> None:
    try:
        here.claim()
    except ScenewrightError as error:
        say(str(error))
        here.take(None)


# --- keys -------------------------------------------------------------------------------------------------------------


@careful
def choose(here: Turn, item: str, value: Any) -> None:
    """One decision about `item`; the last one keeps the answer. A key that was meant for another item does nothing."""
    if here.item is None or here.item.id != item or here.feedback:
        return
    here.said.append(value)
    if len(here.said) == len(here.asks()):
        _keep(here, "rated")


@careful
def skip(here: Turn, item: str) -> None:
    """Leave it to somebody else."""
    if here.item is not None and here.item.id == item:
        _keep(here, "skipped")


@careful
def flag(here: Turn, item: str) -> None:
    """Say that something is wrong with it; its curator sees that."""
    if here.item is not None and here.item.id == item:
        _keep(here, "flagged")


def _keep(here: Turn, status: Said) -> None:
    item = here.item
    assert item is not None
    outcome = store().rate(item.id, here.person, item.token, here.answers(), shown=here.shown, status=status)
    here.kept += 0 if item.practice or status == "skipped" else 1
    if outcome.notice and not item.practice:
        say(outcome.notice, kind="info")
    if outcome.feedback is not None:
        here.feedback = outcome.feedback
    else:
        here.onward()


@careful
def go_on(here: Turn) -> None:
    """After the feedback of a practice item."""
    if here.feedback is not None:
        here.onward()


@careful
def undo(here: Turn) -> None:
    """Take back the last decision, or where this item has none, the last answer."""
    if here.said and here.feedback is None:
        here.said.pop()
        return
    item = store().undo(here.project.id, here.person)
    if item is None:
        say("There is nothing to take back yet.", kind="info")
        return
    here.next = None
    here.kept -= 0 if item.practice else 1
    here.take(item)


@careful
def reopen(here: Turn, item: str) -> None:
    """Answer an earlier item again; the answer that stands until then is superseded."""
    here.next = None
    here.take(store().reopen(item, here.person))
