"""Recipes: rules that choose what is worth training on, with a look at what they keep before anything is saved.

Try it: `streamlit run app.py`, then Curate, Choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from engine.certificate import warning
from engine.curation import (
    BestOf,
    BestShare,
    Choice,
    DoubleGate,
    Facets,
    Filter,
    Preference,
    RandomControl,
    Rule,
    TeacherStudent,
    Threshold,
    TopShare,
    ids,
)
from engine.store import default_home
from engine.wording import counted
from models.catalog import cards
from pages.parts.curating.actions import keep_choice
from pages.parts.curating.filterbar import whole_again
from pages.parts.curating.grid import entry, grid
from pages.parts.curating.pictures import cards_of, nothing
from pages.parts.curating.seen import choice_of
from pages.parts.home import guarded, show_notices, store, told
from pages.parts.words import figure, plain

SHOWN, LEFT = 24, 12
IMPARTIAL = frozenset(card.name for card in cards("judge") if card.for_reports)
MEANINGS = {
    "Best of each scene": "The best pictures of every scene by one judge.",
    "Threshold": "Every picture that one judge gives at least so much.",
    "Double gate": "Only what passes two judges: what one overlooks, the other may see.",
    "Top share": "The best share of all pictures, whatever their scenes.",
    "Best of each, top share": "The best picture of every scene, then the best share of these in each complexity.",
    "Preference pairs": "The best and the worst picture of each scene, a margin apart.",
    "Teacher and student": "The teacher's best beside the student's worst of each scene.",
}


@st.fragment
def recipes(filter: Filter, there: Facets) -> None:
    """A rule, its figures, what it would keep now, and the name to keep it under."""
    whole_again()
    with guarded():
        show_notices()
        if not there.generators:
            nothing(filter)
            return
        if not there.judges:
            st.info("No judge has seen these pictures yet. Render with a judge in Compose, then choose by its scores.",
                    icon=":material/info:")  # fmt: skip
            return
        left, right = st.columns([1, 2.2], gap="large")
        with left:
            rule = _rule(filter, there)
        choice = choice_of(filter, rule) if rule else None
        if choice is not None:
            with left:
                _keep(choice)
            with right:
                _preview(filter, choice, getattr(rule, "judge", filter.judge))


def _rule(filter: Filter, there: Facets) -> Rule | None:
    name = st.selectbox("Rule", list(MEANINGS), key="rule")
    st.caption(MEANINGS[name])
    judges = list(there.judges)
    judge = st.selectbox("Judge", judges, judges.index(filter.judge) if filter.judge in judges else 0, key="rule-judge")
    if doubt := _doubt(judge):
        st.warning(plain(doubt), icon=":material/gavel:")
    rule = RULES[name](judge, judges, list(there.generators))
    if not isinstance(rule, BestOf | Threshold | DoubleGate | TopShare | BestShare):
        return rule
    if st.toggle("Random control instead", key="rule-random",
                 help="As many pictures as the rule keeps, drawn without looking at a score: what the rule has to beat."):  # fmt: skip
        return RandomControl(rule, int(st.number_input("Seed", 0, 10**9, 0, key="rule-seed")))
    return rule


def _doubt(judge: str) -> str | None:
    """Why this judge should not choose, or None."""
    if judge in IMPARTIAL:
        return f"{judge} is kept for reports: once pictures are chosen by it, its verdict on them proves nothing."
    return warning(judge, default_home())


def _least(label: str, key: str) -> float:
    return float(st.slider(label, 0.0, 1.0, 0.9, 0.01, key=key))


def _best_of(judge: str, judges: Sequence[str], names: Sequence[str]) -> Rule:
    kept = int(st.number_input("Pictures of each scene", 1, 64, 1, key="rule-n"))
    return BestOf(judge, kept, float(st.slider("Each at least", 0.0, 1.0, 0.0, 0.01, key="rule-floor")))


def _threshold(judge: str, judges: Sequence[str], names: Sequence[str]) -> Rule:
    return Threshold(judge, _least("At least", "rule-least"))


def _double_gate(judge: str, judges: Sequence[str], names: Sequence[str]) -> Rule | None:
    others = [name for name in judges if name != judge]
    if not others:
        st.info("A double gate needs pictures that two judges saw; these were seen by one.", icon=":material/info:")
        return None
    first = _least(f"At least, by {judge}", "rule-least")
    second = str(st.selectbox("Second judge", others, key="rule-second"))
    return DoubleGate(judge, second, first, _least(f"At least, by {second}", "rule-second-least"))


def _top_share(judge: str, judges: Sequence[str], names: Sequence[str]) -> Rule:
    return TopShare(judge, float(st.slider("Share in percent", 1, 100, 25, key="rule-share")) / 100)


def _best_share(judge: str, judges: Sequence[str], names: Sequence[str]) -> Rule:
    return BestShare(judge, float(st.slider("Share in percent", 1, 100, 25, key="rule-best-share")) / 100)


def _preference(judge: str, judges: Sequence[str], names: Sequence[str]) -> Rule:
    return Preference(judge, float(st.slider("Apart by at least", 0.0, 1.0, 0.1, 0.01, key="rule-margin")))


def _teacher(judge: str, judges: Sequence[str], names: Sequence[str]) -> Rule | None:
    if len(names) < 2:
        st.info("Teacher and student are two generators; these pictures are by one.", icon=":material/info:")
        return None
    teacher = str(st.selectbox("Teacher", names, key="rule-teacher"))
    student = str(st.selectbox("Student", [name for name in names if name != teacher], key="rule-student"))
    return TeacherStudent(
        judge, teacher, student, float(st.slider("Ahead by at least", 0.0, 1.0, 0.0, 0.01, key="rule-ahead"))
    )


RULES: Mapping[str, Callable[[str, Sequence[str], Sequence[str]], Rule | None]] = {
    "Best of each scene": _best_of, "Threshold": _threshold, "Double gate": _double_gate, "Top share": _top_share,
    "Best of each, top share": _best_share,
    "Preference pairs": _preference, "Teacher and student": _teacher,
}  # fmt: skip


def _keep(choice: Choice) -> None:
    @told
    def save() -> None:
        keep_choice(choice, str(st.session_state.get("rule-name") or ""))

    st.text_input("Name of the set", key="rule-name", max_chars=120, placeholder="self-improvement, round 1")
    st.button("Keep as a set", icon=":material/bookmark_added:", key="rule-keep", type="primary", on_click=save,
              disabled=not choice.members)  # fmt: skip


def _preview(filter: Filter, choice: Choice, judge: str | None) -> None:
    """What is kept now, in figures and pictures, and some of what is left out."""
    line = st.container(horizontal=True, gap="large")
    line.metric("Kept", f"{len(choice.members):,} of {choice.considered:,}", width="content")
    line.metric("Scenes", f"{choice.scenes:,} of {choice.scenes_considered:,}", width="content")
    line.metric("Mean score", f"{figure(choice.mean_before)} → {figure(choice.mean_kept)}", width="content")
    if choice.unjudged:
        st.caption(
            f"{counted(choice.unjudged, 'picture has', 'pictures have')} no score of this judge and could not be chosen."
        )
    if not choice.members:
        st.info("This keeps nothing. Lower the figure, or widen the filter.", icon=":material/info:")
        return
    kept = tuple(member.picture for member in choice.members)
    roles = {member.picture: member.role for member in choice.members if member.role != "keep"}
    _strip("What is kept", kept[:SHOWN], len(kept), judge, roles, key="rule-kept")
    gone = frozenset(kept)
    out = tuple(id for id in ids(store(), filter) if id not in gone)
    if out:
        _strip("What is left out", out[:LEFT], len(out), judge, {}, key="rule-out")


def _strip(
    title: str, shown: tuple[str, ...], total: int, judge: str | None, notes: Mapping[str, str], *, key: str
) -> None:
    cards = cards_of(shown, judge)
    st.markdown(f"**{title}**" + (f" · the first {len(shown)} of {total:,}" if total > len(shown) else ""))
    grid([entry(cards[id], note=notes.get(id, "")) for id in shown if id in cards], key=key, dense=True)
