"""Whose answers are shown, and asking another judge for theirs.

Try it: `python -m pytest tests/pages/test_inspect.py -k judge`.
"""

from __future__ import annotations

import streamlit as st

from engine.store import Picture
from engine.wording import counted
from pages.parts.home import told
from pages.parts.inspecting.sight import judges_of
from pages.parts.inspecting.subject import Subject
from pages.parts.inspecting.work import ask, jobs
from pages.parts.models import offered
from pages.parts.people import allowed
from pages.parts.words import plain


def chosen_judge(subject: Subject) -> str:
    """The judge whose answers are shown: the one that was chosen if it looked here, else the one who looked last."""
    here = judges_of([subject.picture] if subject.picture else [])
    wanted = st.session_state.get("inspect-judge")
    if wanted in here:
        return str(wanted)
    newest = subject.picture.judgement if subject.picture else None
    return newest.judge if newest else ""


def judge_bar(subject: Subject) -> None:
    """The judges that looked at the chosen picture, and the others who could."""
    picture = subject.picture
    if picture is None:
        return
    here, now = judges_of([picture]), chosen_judge(subject)
    line = st.container(horizontal=True, vertical_alignment="center", key="judges", gap="small")
    if here:
        key = f"judge:{picture.id}:{len(here)}:{now}"
        line.segmented_control("Judge", here, default=now, key=key, required=True, on_change=_choose, args=(key,),
                               format_func=plain, label_visibility="collapsed", width="content")  # fmt: skip
    others = [card.name for card in offered("judge") if card.ready and missing(subject, card.name)]
    if others:
        busy = any(job.active for job in jobs(subject))
        with line.popover(
            "Ask another judge", icon=":material/gavel:", type="tertiary", key="ask-judges", disabled=busy
        ):
            _others(subject, others)


def _choose(key: str) -> None:
    st.session_state["inspect-judge"] = st.session_state.get(key)


def _others(subject: Subject, names: list[str]) -> None:
    """A button for each judge who has not seen all of these pictures."""
    st.caption("Each looks at all pictures of this scene that it has not seen.")
    for name in names:
        count = len(missing(subject, name))
        label = f"{plain(name)} · {counted(count, 'picture')}"
        st.button(label, icon=":material/gavel:", key=f"ask:{name}", on_click=ask_judge, args=(subject, name),
                  disabled=not allowed("render"))  # fmt: skip


def missing(subject: Subject, judge: str) -> list[Picture]:
    """The pictures of this scene that a judge has not seen."""
    return [p for p in subject.same if judge not in {judgement.judge for judgement in p.judgements}]


@told
def ask_judge(subject: Subject, name: str) -> None:
    """Queue the look of one judge at everything here that it has not seen, and show its answers when they are there."""
    ask(subject, "judge", pictures=[picture.id for picture in missing(subject, name)], judges=[name])
    st.session_state["inspect-judge"] = name
