"""The gap: where the student falls behind its teacher, scene by scene and word by word, the widest first.

Try it: `streamlit run app.py`, then Curate, Gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from engine.curation import Facets, Filter, Gap, SceneGap, TeacherStudent
from engine.wording import counted
from pages.parts.curating.actions import keep_choice
from pages.parts.curating.filterbar import ask_anew
from pages.parts.curating.grid import inspect_link
from pages.parts.curating.pictures import cards_of
from pages.parts.curating.seen import choice_of, gap_of
from pages.parts.curating.thumbs import thumb_of
from pages.parts.home import told
from pages.parts.words import figure, plain

SHOWN = 48


def gaps(filter: Filter, there: Facets) -> None:
    """Who is teacher, student and judge; the mean gap; scenes and words by gap; and the set to distil from."""
    names, judges = list(there.generators), list(there.judges)
    if len(names) < 2 or not judges:
        _one_only(names, judges)
        return
    line = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    student = line.selectbox("Student", names, _likely(names, "pocket"), key="gap-student", width=200)
    others = [name for name in names if name != student]
    teacher = line.selectbox("Teacher", others, _likely(others, "painter"), key="gap-teacher", width=200)
    judge = line.selectbox(
        "Judge", judges, judges.index(filter.judge) if filter.judge in judges else 0, key="gap-judge", width=200
    )
    found = gap_of(filter, teacher=teacher, student=student, judge=judge)
    if found.mean is None:
        st.info(f"No scene of these was drawn by both {plain(teacher)} and {plain(student)} and seen by {plain(judge)}. "
                "Render the same scenes with both.", icon=":material/info:")  # fmt: skip
        return
    _summary(found, teacher, student)
    scenes, words = st.columns([2.4, 1], gap="large")
    with scenes:
        chosen = _scenes(found, judge)
        _distil(replace(filter, graphs=chosen or filter.graphs), TeacherStudent(judge, teacher, student), len(chosen))
    with words:
        _words(filter, found)


def _likely(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else 0


def _one_only(names: Sequence[str], judges: Sequence[str]) -> None:
    with st.container(height=300, border=True, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown("**A gap needs two generators and a judge.**", text_alignment="center")
        have = f"Here: {', '.join(names) or 'no generator'}; {', '.join(judges) or 'no judge'}."
        st.caption(plain(have), text_alignment="center")
        st.caption("Render a scene in Compose with one generator, choose the other in its settings, and render again.",
                   text_alignment="center")  # fmt: skip
        st.page_link("pages/compose.py", label="Compose a scene", icon=":material/draw:", width="content")


def _summary(found: Gap, teacher: str, student: str) -> None:
    line = st.container(horizontal=True, gap="large")
    line.metric(
        "Mean gap", f"{found.mean:+.3f}", help="Teacher's score minus student's, mean over scenes.", width="content"
    )
    line.metric("95% interval", f"{found.low:+.3f} to {found.high:+.3f}", width="content")
    line.metric("Scenes that both drew", f"{len(found.scenes):,}", width="content")
    left = f"{found.only_teacher:,} only by {teacher}, {found.only_student:,} only by {student}"
    line.caption(plain(f"Left out: {left}."), width="content")


def _scenes(found: Gap, judge: str) -> tuple[str, ...]:
    """The widest scenes as a table with pictures; the hashes of the rows that are chosen."""
    shown = found.scenes[:SHOWN]
    cards = cards_of(
        tuple(id for scene in shown for id in (*scene.teacher_pictures[:1], *scene.student_pictures[-1:])), judge
    )

    def look(ids: Sequence[str]) -> str:
        return thumb_of(cards[ids[0]].path, cards[ids[0]].run, 160) if ids and ids[0] in cards else ""

    def row(scene: SceneGap) -> dict[str, object]:
        worst = scene.student_pictures[-1:]
        return {
            "teacher": look(scene.teacher_pictures), "student": look(worst), "gap": round(scene.gap, 2) + 0.0, "caption": scene.caption,
            "teacher score": scene.teacher, "student score": scene.student, "complexity": scene.complexity,
            "look": inspect_link(worst[0]) if worst else None,
        }  # fmt: skip

    columns = {
        "teacher": st.column_config.ImageColumn("Teacher", width=110),
        "student": st.column_config.ImageColumn("Student", width=110),
        "gap": st.column_config.NumberColumn("Gap", format="%+.2f"),
        "caption": st.column_config.TextColumn("Caption", width="large"),
        "teacher score": st.column_config.NumberColumn("Teacher", format="%.2f"),
        "student score": st.column_config.NumberColumn("Student", format="%.2f"),
        "complexity": st.column_config.NumberColumn("Complexity"),
        "look": st.column_config.LinkColumn("", display_text="Inspect"),
    }
    said = st.dataframe(pd.DataFrame([row(scene) for scene in shown]), column_config=columns, hide_index=True,
                        row_height=104, height=560, selection_mode="multi-row", on_select="rerun", key="gap-scenes")  # fmt: skip
    return tuple(shown[i].graph_hash for i in said.selection.rows if i < len(shown))


def _distil(filter: Filter, rule: TeacherStudent, chosen: int) -> None:
    """Keep the pairs as a set that training reads by name."""
    choice = choice_of(filter, rule)
    pairs = len(choice.members) // 2
    what = f"the {chosen} chosen scenes" if chosen else "all of these scenes"
    st.markdown(f"**{counted(pairs, 'pair')}** where the teacher is ahead, of {what}; teacher's best beside student's worst. "
                f"Mean of the kept pictures {figure(choice.mean_kept)}.")  # fmt: skip
    line = st.container(horizontal=True, vertical_alignment="bottom")
    line.text_input("Name of the distillation set", key="gap-name", max_chars=120, width=320)
    line.button("Keep as a set", icon=":material/bookmark_added:", type="primary", key="gap-keep", disabled=not pairs,
                on_click=told(lambda: keep_choice(choice, str(st.session_state.get("gap-name") or ""))))  # fmt: skip


def _words(filter: Filter, found: Gap) -> None:
    st.markdown(
        "**By word**, widest first", help="Mean gap over the scenes that have the word; 95% bootstrap interval."
    )
    if not found.words:
        st.caption("A word needs at least three scenes that both drew.")
        return
    rows = [
        {"word": w.word, "gap": round(w.gap, 2) + 0.0, "95%": f"{w.low:+.2f} to {w.high:+.2f}", "scenes": w.scenes}
        for w in found.words
    ]
    said = st.dataframe(pd.DataFrame(rows), hide_index=True, height=560, selection_mode="single-row", on_select="rerun",
                        column_config={"gap": st.column_config.NumberColumn(format="%+.2f")}, key="gap-words")  # fmt: skip
    for i in said.selection.rows:
        word = found.words[i].word
        st.button(f"Only scenes with {plain(word)}", icon=":material/filter_alt:", key="gap-word", on_click=ask_anew,
                  args=(replace(filter, words=tuple(dict.fromkeys((*filter.words, word)))),))  # fmt: skip
