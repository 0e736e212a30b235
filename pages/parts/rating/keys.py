"""What the keys of the rating panel do; a decision that completes an answer is written at once.

A key that was meant for another item does nothing. Try it: `python -m pytest tests/pages/test_rate.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.errors import ScenewrightError
from engine.store.rating_values import Answers, Outcome, Said
from pages.parts.notices import say
from pages.parts.opening import store
from pages.parts.people import require
from pages.parts.rating.turn import Turn


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


def _is_on_screen(here: Turn, item: str) -> bool:
    there = here.at()
    return there is not None and there.id == item and (here.past is not None or here.feedback is None)


# --- answers ----------------------------------------------------------------------------------------------------------


@careful
def choose(here: Turn, item: str, value: Any) -> None:
    """One decision about `item`; the last one keeps the answer."""
    if not _is_on_screen(here, item) or here.flagging:
        return
    here.said.append(value)
    if len(here.said) == len(here.asks()):
        _keep(here, "rated", here.answers())


@careful
def skip(here: Turn, item: str) -> None:
    """Leave it to somebody else."""
    if _is_on_screen(here, item) and here.past is None:
        _keep(here, "skipped", here.answers())


@careful
def flag(here: Turn, item: str) -> None:
    """Something is wrong with it: ask what, in one line."""
    if _is_on_screen(here, item):
        here.flagging = not here.flagging


@careful
def send_flag(here: Turn, item: str, key: str) -> None:
    """Flag it with what was typed under `key`, or without a word; its curator sees both."""
    if _is_on_screen(here, item):
        comment = str(st.session_state.get(key) or "").strip()
        _keep(here, "flagged", {**here.answers(), **({"comment": comment} if comment else {})})


def _keep(here: Turn, status: Said, answers: Answers) -> None:
    if here.past is not None:
        outcome = store().change(here.past.item.id, here.person, answers, shown=here.shown, status=status)
        say("Changed." if outcome.rating.id != here.past.rating.id else "That is what it was.", kind="info")
        _look(here, here.back - 1)
        return
    item = here.item
    assert item is not None
    outcome = store().rate(item.id, here.person, item.token, answers, shown=here.shown, status=status)
    here.kept += 0 if item.practice or status == "skipped" else 1
    _onward(here, outcome, practice=item.practice)


def _onward(here: Turn, outcome: Outcome, *, practice: bool) -> None:
    if outcome.notice and not practice:
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


# --- the way back -----------------------------------------------------------------------------------------------------


@careful
def undo(here: Turn) -> None:
    """Take back the last decision, or where this item has none, the last answer."""
    if here.said and (here.past is not None or here.feedback is None):
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
def walk(here: Turn, steps: int) -> None:
    """So many steps further back through one's own answers, or with fewer than 0 forward again."""
    _look(here, here.back + steps)


@careful
def walk_to(here: Turn, back: int) -> None:
    """To the answer that lies so many steps back."""
    _look(here, back)


def _look(here: Turn, back: int) -> None:
    past = store().step_back(here.project.id, here.person, back) if back > 0 else None
    if back > 0 and past is None:
        say("There is no earlier answer of yours.", kind="info")
        return
    here.look(max(back, 0), past)
