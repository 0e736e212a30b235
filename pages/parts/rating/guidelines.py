"""Guidelines as they are read, with worked examples, and the form in which a curator writes the next version.

Every rating keeps the version it was made by. Try it: `python -m pytest tests/pages/test_rate.py -k guideline`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.store.rating_values import Guideline, Project
from pages.parts.notices import say, told
from pages.parts.opening import store
from pages.parts.people import require, who
from pages.parts.rating.asked import in_words
from pages.parts.rating.item import item_view
from pages.parts.words import ago, plain

POINT = re.compile(r"(- |\d+\. )")
BOLD = re.compile(r"\\\*\\\*(\S.*?)\\\*\\\*")
SLANTED = re.compile(r"\\\*(\S.*?)\\\*")
EXAMPLE = 200
"""Pixels of a picture in a worked example."""
LONGEST = 8000
"""Letters of a guideline text."""


def guidelines(project: Project, guideline: Guideline) -> None:
    """The text, paragraph by paragraph, and the worked examples."""
    for paragraph in re.split(r"\n\s*\n", guideline.text):
        st.markdown(_paragraph(paragraph))
    if guideline.examples:
        st.markdown("**Worked examples**")
    for example in guideline.examples:
        with st.container(border=True):
            _example(project, example)
    st.caption(f"Guidelines, version {guideline.version}, by {plain(guideline.author)}, {ago(guideline.created)}")


def _paragraph(text: str) -> str:
    """A line that begins a point of a list stays one, **bold** and *slanted* words stay so; nothing else is a style."""
    said = ""
    for line in text.strip().splitlines():
        point = POINT.match(line.strip())
        rest = line.strip()[point.end() :] if point else line.strip()
        said += f"\n{point.group()}" if point else (" " if said else "")
        said += SLANTED.sub(r"*\1*", BOLD.sub(r"**\1**", plain(rest)))
    return said.strip()


def _example(project: Project, example: Mapping[str, Any]) -> None:
    content, answers = example.get("content"), example.get("answers")
    if isinstance(content, Mapping):
        item_view(project.kind, content, list_all=False, width=EXAMPLE)
    said = in_words(project.kind, answers) if isinstance(answers, Mapping) else ""
    st.markdown(f":material/arrow_forward: **{plain(said)}**")
    st.caption(plain(str(example.get("why", ""))))


def guideline_form(project: Project, guideline: Guideline | None) -> None:
    """Write the next version; earlier ratings keep theirs, and who rates reads the new one first."""
    text = guideline.text if guideline else ""
    version = guideline.version if guideline else 0
    key = f"guideline:{project.id}:{version}"
    with st.form(f"{key}:form", border=False):
        st.text_area("Guidelines", text, key=key, height=300, max_chars=LONGEST,
                     help="“- ” or “1. ” begins a point of a list, **two stars** make words bold. The worked examples stay.")  # fmt: skip
        st.form_submit_button(f"Save as version {version + 1}", icon=":material/save:", on_click=_save,
                              args=(project, guideline, key))  # fmt: skip


@told
def _save(project: Project, guideline: Guideline | None, key: str) -> None:
    require("manage projects")
    text = str(st.session_state.get(key) or "")
    if guideline is not None and text.strip() == guideline.text.strip():
        say("Nothing was changed, so the version stays.", kind="info")
        return
    examples = guideline.examples if guideline else ()
    saved = store().add_guideline(project.id, text=text, examples=examples, author=who())
    say(f"Saved as version {saved.version}. Who rates next reads it first.", kind="info")


def guidelines_panel(project: Project) -> None:
    """The form beside what is read now."""
    guideline = store().guideline(project.id)
    write, read = st.columns(2, gap="large")
    with write:
        guideline_form(project, guideline)
    with read:
        if guideline is None:
            st.caption("There are no guidelines yet. Who rates now sees the items at once.")
        else:
            guidelines(project, guideline)
