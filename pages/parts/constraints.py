"""The form that says what a composed scene has to meet, and how many structures do.

Try it: `streamlit run app.py`, then “Surprise me” in the side bar.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.errors import ScenewrightError
from engine.sampler import MODES
from engine.sampler.scenery import scenery
from engine.structure import TABLE_LIMIT
from engine.taxonomy import names
from pages.parts.desk import Desk, compose, dumped, loaded, save_quietly, surprise, world
from pages.parts.form import DEFAULTS, LARGEST, LIMITS, MEDIUM_OF, MOST_SCENE, medium_of, read, sound
from pages.parts.home import told
from pages.parts.tally import how_many, watch
from pages.parts.words import plain

WORLDS = {"pocket": "Pocket world", "pocket-video": "Moving", "full": "Everything"}
MEDIA = {"image": "Image", "video": "Video", "3d": "3D"}
SIZES = {"complexity": "Complexity", "exact": "Exact"}
SHAPE = ("by", "parts_low", "parts_high", "max_degree", "degree_low", "degree_high")
MOST_TOPICS = 8


def constraints_form(desk: Desk) -> None:
    """The side bar: words, constraints, their count, and the two buttons that compose."""
    here = {"taxonomy": desk.taxonomy.name} if desk.taxonomy.name in names() else {}
    values, lost = sound({**here, **loaded(desk.session.constraints)}, names())
    fields = _Fields(desk, values)

    @told
    def draw(*, anew: bool) -> None:
        form = fields.form()
        seed = surprise() if anew else int(form["seed"])
        compose(desk, read(form), seed, form=form)

    st.subheader("Compose", anchor=False)
    _words(fields)
    _size(fields)
    fields.slider("scene", "Scene attributes", 0, _most_scene(fields.form()),
                  "How many of setting, weather, style and the like to add. They do not count towards complexity.")  # fmt: skip
    fields.choice("mode", "Mode", {mode: mode.capitalize() for mode in MODES},
                  "Plausible keeps to things that are seen together; imaginative takes any.")  # fmt: skip
    _shape(fields)
    fields.number("seed", "Seed", "The same seed composes the same scene; Surprise me takes another one.")
    _count(fields, draw)
    if lost:
        st.warning(plain(lost), icon=":material/info:")
    left, right = st.columns(2, gap="small")
    left.button("Compose", on_click=draw, kwargs={"anew": False}, key="compose", width="stretch")
    right.button("Surprise me", on_click=draw, kwargs={"anew": True}, key="surprise", width="stretch")


class _Fields:
    """Widgets whose values are the session's: saved when changed, and new ones when the session changes."""

    def __init__(self, desk: Desk, values: dict[str, Any]) -> None:
        self.desk, self.values = desk, values
        self.keys = {name: f"{name}:{desk.id}:{desk.session.seed}" for name in DEFAULTS}
        self.keep = told(lambda: save_quietly(desk.id, constraints=dumped(self.form())))

    def form(self) -> dict[str, Any]:
        return {name: st.session_state.get(key, self.values[name]) for name, key in self.keys.items()}

    def renewed(self, name: str, limit: int) -> str:
        """A key that is another one under another limit: what was chosen before may be beyond it."""
        self.keys[name] = f"{name}:{self.desk.id}:{self.desk.session.seed}:{limit}"
        return self.keys[name]

    def slider(self, name: str, label: str, low: int, high: int, tip: str) -> None:
        value = tuple(min(high, max(low, end)) for end in self.values[name])
        st.slider(label, low, high, value, key=self.renewed(name, high), on_change=self.keep, help=tip)

    def choice(self, name: str, label: str, options: dict[str, str], tip: str | None = None) -> Any:
        return st.segmented_control(
            label, list(options), default=self.values[name], format_func=options.get, required=True,
            key=self.keys[name], on_change=self.keep, help=tip,
        )  # fmt: skip

    def several(self, name: str, label: str, options: list[str], tip: str) -> None:
        chosen = self.values[name]
        st.multiselect(
            label, [*options, *(value for value in chosen if value not in options)], chosen, key=self.keys[name],
            on_change=self.keep, placeholder="any", help=tip, accept_new_options=True, max_selections=MOST_TOPICS,
            format_func=lambda value: value.replace("-", " "),
        )  # fmt: skip

    def number(self, name: str, label: str, tip: str | None = None, *, by: Any = 1) -> None:
        st.number_input(label, *LIMITS[name], self.values[name], by, key=self.keys[name], on_change=self.keep, help=tip,
                        placeholder="any")  # fmt: skip


def _words(fields: _Fields) -> None:
    """Which vocabulary, for which medium, about what."""
    known = {name: WORLDS.get(name, name.capitalize()) for name in (*WORLDS, *names()) if name in names()}
    tip = (
        "The pocket world can be drawn right here, as pictures or as videos that move; everything needs a larger model."
    )
    if fields.choice("taxonomy", "Words", known, tip) in MEDIUM_OF:
        return
    fields.choice("modality", "For", MEDIA, "Which scene attributes there are: a video has camera movements, too.")
    chosen = len(fields.form()["topics"])
    with st.expander(f"Topics: {chosen}" if chosen else "Topics", icon=":material/category:", key="topics-open"):
        fields.several("topics", "Only these kinds of things", topics(fields.form()["taxonomy"]),
                       "Choose kinds, or type any word that others are kinds of: dog, stringed instrument…")  # fmt: skip


@st.cache_data(show_spinner=False)
def topics(name: str) -> list[str]:
    """The kinds of things that scenes can be kept to."""
    taxonomy = world(name, ())
    drawn = {noun.kind for noun in taxonomy.nouns if taxonomy.is_on(noun.switch)}
    return sorted(kind for kind in taxonomy.kinds if any(kind in taxonomy.above(leaf) for leaf in drawn))


def _most_scene(form: dict[str, Any]) -> int:
    return min(MOST_SCENE, len(scenery(world(form["taxonomy"], ()), medium_of(form)).kinds))


def _size(fields: _Fields) -> None:
    if fields.form()["by"] != "exact":
        fields.slider("complexity", "Complexity", 1, LARGEST, "Objects + attributes + relations.")
        return
    for column, name in zip(st.columns(3), ("objects", "attributes", "relations"), strict=True):
        with column:
            fields.number(name, name.capitalize())


def _shape(fields: _Fields) -> None:
    form = fields.form()
    wanted = sum(form[name] not in (None, "complexity") for name in SHAPE)
    with st.expander(f"Shape: {wanted}" if wanted else "Shape", icon=":material/account_tree:", key="shape-open"):
        fields.choice("by", "Size by", SIZES)
        low, high = st.columns(2, vertical_alignment="bottom")
        with low:
            fields.number("parts_low", "Components", "Parts of the graph that no relation joins.")
        with high:
            fields.number("parts_high", "up to")
        fields.number("max_degree", "Most relations at one object", "The maximum degree, relations in and out.")
        low, high = st.columns(2, vertical_alignment="bottom")
        with low:
            fields.number("degree_low", "Mean degree", "2 × relations / objects.", by=0.5)
        with high:
            fields.number("degree_high", "up to ", by=0.5)


def _count(fields: _Fields, draw: Callable[..., None]) -> None:
    """How many structures there are, and a way to go through them one by one."""
    form = fields.form()
    name, kept = form["taxonomy"], tuple(form["topics"]) if form["taxonomy"] not in MEDIUM_OF else ()
    constraints = read(form)
    try:
        found = how_many((name, kept, constraints), constraints, world(name, kept))
    except ScenewrightError as error:
        st.warning(plain(str(error)), icon=":material/info:")
        return
    if found is None:
        st.fragment(watch, run_every=1.0)()
    elif found.trouble:
        st.warning(plain(found.trouble), icon=":material/info:")
    else:
        tip = None if found.listed else f"Up to complexity {TABLE_LIMIT} one can step through them, one by one."
        st.caption(str(found), help=tip)
        if found.listed > 1:
            _stepper(fields, found.listed, draw)


def _stepper(fields: _Fields, listed: int, draw: Callable[..., None]) -> None:
    key, place = fields.renewed("structure", listed), fields.values["structure"]
    if place and place > listed and not st.session_state.get(key):
        st.caption(f":material/info: There is no structure {place:,} any more; one is drawn at random.")
    st.number_input(
        f"Structure, up to {listed:,}", 0, listed, place if place and place <= listed else 0, key=key, on_change=draw,
        kwargs={"anew": False}, help="Step through every shape that meets the constraints; 0 draws one at random.",
    )  # fmt: skip
