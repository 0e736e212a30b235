"""What people said, as its curator reads it: how far they are and agree, live; the items they differ most on; each person.

Try it: `python -m pytest tests/pages/test_rate.py -k agreement`.
"""

from __future__ import annotations

from textwrap import shorten

import streamlit as st

from engine.agreement import Agreement
from engine.rating import agreements
from engine.store.rating_values import Kind, Project, Rating
from engine.wording import counted, listed
from pages.parts.notices import guarded
from pages.parts.opening import store
from pages.parts.rating.asked import in_words
from pages.parts.words import figure, plain

EVERY = 4.0
"""Seconds between two looks at the ratings."""
WORST = 8
NAMES = {
    "plausibility": "Plausibility",
    "real": "Real or artefact",
    "shows": "Shows the caption",
    "preference": "Preference",
    "elements": "Elements",
}
ALPHA = (
    "Krippendorff’s alpha: 1 is perfect agreement, 0 what chance would give; the interval is where it lies with 95%."
)


@st.fragment(run_every=EVERY, key="agreement")
def agreement_panel(project: Project) -> None:
    """Figures of progress, and alpha with its interval for every question; it looks by itself every few seconds."""
    with guarded():
        found = store().project_progress(project.id)
        row = st.container(horizontal=True, gap="large")
        row.metric("Ratings", f"{found.team} of {found.needed}", width="content")
        row.metric("Items finished", f"{found.items_done} of {found.items}", width="content")
        row.metric("People", str(found.people), width="content")
        row.metric("Today", str(found.team_today), width="content")
        ratings = store().ratings(project.id)
        surplus = _with_late(ratings)
        newest = max((one.created for one in ratings), default="")
        for name, value in _agreements(project.kind, len(ratings), newest, surplus, ratings):
            row.metric(f"Alpha · {NAMES.get(name, name)}", figure(value.alpha), _interval(value), help=ALPHA,
                       delta_color="off", delta_arrow="off", width="content")  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=40)
def _agreements(
    kind: Kind, count: int, newest: str, surplus: bool, _ratings: tuple[Rating, ...]
) -> list[tuple[str, Agreement]]:
    """Computed anew only when there are other ratings than before."""
    return list(agreements(_ratings, kind, surplus=surplus).items())


def _with_late(ratings: tuple[Rating, ...]) -> bool:
    """Whether answers that came late are counted in agreement; asked only where there are some."""
    late = sum(one.surplus for one in ratings)
    if not late:
        return False
    return st.toggle(f"With {counted(late, 'answer')} that came late", key="with-late",
                     help="They came when others had filled the places of their item. They are kept, and left out of alpha "
                          "unless you ask for them.")  # fmt: skip


def _interval(value: Agreement) -> str:
    if value.alpha is None or value.low is None:
        return "nobody shares items yet" if not value.units else counted(value.units, "shared item")
    return f"{figure(value.low)} to {figure(value.high)}"


def worst(project: Project) -> None:
    """The items on which people differ most."""
    found = store().disagreements(project.id, least=0.0)
    if not found:
        st.caption("As soon as two people rate the same item differently, it is listed here.")
        return
    st.markdown("**Where people differ most**")
    st.dataframe(
        [{"item": text_of(one.item.content), "differ": one.spread,
          "said": "; ".join(f"{r.person}: {in_words(project.kind, r.answers)}" for r in one.ratings),
          "settled": in_words(project.kind, one.verdict.answers) if one.verdict else ""} for one in found[:WORST]],
        column_config={"item": st.column_config.TextColumn("Item", width="large"),
                       "differ": st.column_config.ProgressColumn("Differ", min_value=0.0, max_value=1.0, format="%.2f"),
                       "said": st.column_config.TextColumn("Said", width="large"), "settled": "Settled"},
        hide_index=True, key=f"worst:{project.id}",
    )  # fmt: skip


def text_of(content: object) -> str:
    """An item in one line."""
    if not isinstance(content, dict):
        return ""
    sides = [content[side] for side in ("a", "b") if isinstance(content.get(side), dict)]
    if sides and not content.get("caption"):
        return " / ".join(shorten(str(side.get("text", "picture")), 100, placeholder=" …") for side in sides)
    return shorten(str(content.get("text") or content.get("caption") or ""), 200, placeholder=" …")


def people_table(project: Project) -> None:
    """Who rated how much, how they do on checks, and how often they were too fast."""
    standings = store().standings(project.id)
    if not standings:
        return
    st.markdown("**Who rates**")
    st.dataframe(
        [{"Person": one.person, "Rated": one.answered, "Checks met": one.checks_right, "Checks failed": one.checks_wrong,
          "Very fast": one.fast, "Stopped": "yes" if one.blocked else ""} for one in standings],
        hide_index=True, key=f"people:{project.id}", width="content",
    )  # fmt: skip
    stopped = [plain(one.person) for one in standings if one.blocked]
    if stopped:
        many = len(stopped) > 1
        st.caption(f"{listed(stopped)} failed too many checks and {'get' if many else 'gets'} no more items.")
