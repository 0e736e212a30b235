"""The line under the caption: how long it is and how it is put, the tokens it takes, and how plausible the scene is.

Try it: `python -m pytest tests/pages/test_saying.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from engine.caption import LENGTHS, Style
from engine.graph import SceneGraph, attribute_element, object_element, relation_element, scene_element
from engine.scene import SceneLine
from engine.tokens import ENCODERS, Budget, budget
from pages.parts.desk import Desk, dumped, save_quietly, say_as
from pages.parts.home import say, told
from pages.parts.plausible import plausibility_line
from pages.parts.style import another
from pages.parts.words import plain

ENCODER = "clip"
MOST_WORDS = 6


def budget_of(desk: Desk) -> Budget | None:
    """How the caption fits into the text encoder that this session looks at; None for an empty caption."""
    name = desk.settings.get("encoder")
    line = desk.line
    return budget(line.caption, line.spans, name if name in ENCODERS else ENCODER) if line.caption else None


def saying(desk: Desk, fits: Budget | None) -> None:
    """Show the line."""
    if fits is None:
        return
    row = st.container(horizontal=True, vertical_alignment="center", key="saying")
    with row:
        _length(desk)
        st.button("Say it differently", icon=":material/autorenew:", key="rephrase", type="tertiary",
                  on_click=_rephrase, args=(desk,), help="The same scene, the next phrasing.")  # fmt: skip
        st.space("stretch")
        plausibility_line(desk.graph, desk.taxonomy)
        _tokens(desk, fits)
    if fits.outside:
        st.caption(
            f":material/content_cut: Beyond what {plain(fits.encoder)} reads: {plain(outside(desk.line, fits))}."
        )


def _length(desk: Desk) -> None:
    style = desk.line.style
    key = f"length:{desk.id}:{style.length}"

    @told
    def choose() -> None:
        say_as(desk, Style(st.session_state[key], style.phrasing))

    st.segmented_control("Length", LENGTHS, default=style.length, format_func=str.capitalize, required=True, key=key,
                         on_change=choose, label_visibility="collapsed", width="content")  # fmt: skip


@told
def _rephrase(desk: Desk) -> None:
    found = another(desk.graph, desk.taxonomy, desk.line.style)
    if found is None:
        say("At this length there is only one way to say this scene.", kind="info")
    else:
        say_as(desk, found)


def _tokens(desk: Desk, fits: Budget) -> None:
    """`54 of 77 tokens of clip`, and which encoder to look at."""
    about = "" if fits.exact else "about "
    icon = ":material/check:" if fits.fits else ":material/content_cut:"
    key = f"encoder:{desk.id}"

    @told
    def choose() -> None:
        save_quietly(desk.id, settings=dumped({**desk.settings, "encoder": st.session_state[key]}))

    with st.popover(
        f"{about}{fits.tokens} of {fits.limit} tokens of {fits.encoder}", icon=icon, type="tertiary", key="tokens"
    ):
        st.selectbox("Text encoder", list(ENCODERS), list(ENCODERS).index(fits.encoder), key=key, on_change=choose)
        st.caption(f"Read with it: {ENCODERS[fits.encoder].used_by}.")
        if not fits.exact:
            st.caption("Estimated by the length of the words: the tokenizer of this encoder is not installed.")


def outside(line: SceneLine, fits: Budget) -> str:
    """The elements that an encoder never reads in full, in words."""
    said = list(dict.fromkeys(words for element, words in elements(line.graph) if element in fits.outside))
    more = len(said) - MOST_WORDS
    return ", ".join(said[:MOST_WORDS]) + (f" and {more} more" if more > 0 else "")


def elements(graph: SceneGraph) -> Iterable[tuple[str, str]]:
    """Every element with what it says."""
    names = graph.names
    yield from ((object_element(item.id), item.name) for item in graph.objects)
    yield from ((attribute_element(mark), f"{mark.value} {names[mark.object]}") for mark in graph.attributes)
    yield from (
        (relation_element(link), f"{names[link.source]} {link.phrase} {names[link.target]}") for link in graph.relations
    )
    yield from ((scene_element(kind), value) for kind, value in graph.scene_attributes)
