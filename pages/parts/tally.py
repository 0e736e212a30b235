"""How many structures meet the constraints, counted aside in one thread, so that the page never waits for a large number.

Try it: `python -m pytest tests/pages/test_form.py -k tally`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from threading import Lock

import streamlit as st

from engine.errors import ScenewrightError
from engine.sampler import Constraints, Plan
from engine.structure import Count
from engine.taxonomy import Taxonomy

PATIENCE = 0.6
"""Seconds that a page waits; what takes longer is shown by the fragment that looks again."""
KEPT = 500
LARGE = 10**15


@dataclass(frozen=True)
class Tally:
    """A number of structures; how many of them can be gone through one by one; or the sentence that says why there are none."""

    count: Count | None = None
    listed: int = 0
    trouble: str = ""

    def __str__(self) -> str:
        if self.count is None:
            return ""
        meet = "structure meets" if self.count.value == 1 else "structures meet"
        words = f"**{figure(self.count.value)}** {meet} these constraints"
        if self.count.exact:
            return f"{words}."
        return f"About {words}, an estimate: {figure(self.count.low)} to {figure(self.count.high)} at 95 %."


def figure(value: int) -> str:
    """`1,234`; of more than fifteen digits, only the first two are said."""
    if value < LARGE:
        return f"{value:,}"
    first, power = f"{value:.1e}".split("e+")
    return f"{first} × 10{power.lstrip('0').translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def tally(constraints: Constraints, taxonomy: Taxonomy) -> Tally:
    """Count; from milliseconds to ten seconds, by what is asked for."""
    try:
        plan = Plan(constraints, taxonomy)
        count = plan.census()
        return Tally(count, len(plan.listed) if plan.listable else 0)
    except ScenewrightError as error:
        return Tally(trouble=str(error))


class Counter:
    """Counts in the background, one after another; remembers what it counted, forgets what nobody waits for."""

    def __init__(self) -> None:
        self._hand = ThreadPoolExecutor(1, "counter")
        self._asked: OrderedDict[Hashable, Future[Tally]] = OrderedDict()
        self._lock = Lock()

    def ask(self, key: Hashable, constraints: Constraints, taxonomy: Taxonomy) -> Future[Tally]:
        """The tally under this key, begun at the first time."""
        with self._lock:
            found = self._asked.get(key)
            if found is None or found.cancelled():
                found = self._asked[key] = self._hand.submit(tally, constraints, taxonomy)
            self._asked.move_to_end(key)
            while len(self._asked) > KEPT:
                self._asked.popitem(last=False)
            return found


@st.cache_resource(show_spinner=False)
def counter() -> Counter:
    """The one counter of the program."""
    return Counter()


def how_many(key: Hashable, constraints: Constraints, taxonomy: Taxonomy) -> Tally | None:
    """The tally, or None while it is still being counted; what this visitor waited for before is given up."""
    future = counter().ask(key, constraints, taxonomy)
    before: Future[Tally] | None = st.session_state.get("tally")
    if before is not None and before is not future:
        before.cancel()
    st.session_state["tally"] = future
    try:
        return future.result(PATIENCE)
    except (Late, CancelledError):  # given up by a later run of the same page, which asks again
        return None


def watch() -> None:
    """Says that somebody is counting, and shows the page again when it is done."""
    future: Future[Tally] | None = st.session_state.get("tally")
    if future is not None and future.done():
        st.rerun()
    st.caption(":material/hourglass_top: Counting the structures…")
