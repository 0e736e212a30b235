"""Answers of Curate kept until something they rest on changes, so that a click among 50,000 pictures answers at once.

Try it: `python -m pytest tests/pages/test_curate.py -k kept`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import streamlit as st

from engine.curation import Choice, Facets, Filter, Gap, Group, Rule, choose, facets, gap, near, stamp
from engine.curation.facts import Told
from pages.parts.home import store

T = TypeVar("T")


def facets_of(filter: Filter) -> Facets:
    """What there is to choose from among the pictures that the filter means."""
    return _kept(f"facets {filter!r}", lambda: facets(store(), filter))


def gap_of(filter: Filter, *, teacher: str, student: str, judge: str) -> Gap:
    """Teacher minus student over the scenes that both drew."""
    return _kept(
        f"gap {filter!r} {teacher!r} {student!r} {judge!r}",
        lambda: gap(store(), filter, teacher=teacher, student=student, judge=judge),
    )


def choice_of(filter: Filter, rule: Rule) -> Choice:
    """What a rule would keep."""
    return _kept(f"choice {filter!r} {rule!r}", lambda: choose(store(), filter, rule))


def groups_of(filter: Filter, *, distance: int, same_scene: bool, on_step: Told) -> tuple[Group, ...]:
    """Pictures that look alike; the first time their files are read, of which `on_step` is told."""
    return _kept(
        f"groups {filter!r} {distance} {same_scene}",
        lambda: near(store(), filter, distance=distance, same_scene=same_scene, on_step=on_step),
    )


def _kept(what: str, _make: Callable[[], T]) -> T:
    return cast(T, _answer(f"{store().home} {stamp(store())} {what}", _make))


@st.cache_resource(show_spinner=False, max_entries=24)
def _answer(key: str, _make: Callable[[], object]) -> object:
    """Frozen values, shared by all visitors."""
    return _make()
