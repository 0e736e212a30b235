"""The form that says what a composed scene has to meet, and how many structures do.

Try it: `streamlit run app.py`, then “Surprise me” in the side bar.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.errors import ConstraintError, ScenewrightError
from engine.sampler import MODES, Constraints, Plan
from engine.sampler.scenery import scenery
from engine.taxonomy import Taxonomy, names
from pages.parts.desk import FIRST_SEED, Desk, compose, dumped, loaded, save_quietly, surprise, world
from pages.parts.home import told
from pages.parts.words import plain

LARGEST = 30
WORLDS = {"pocket": "Pocket world", "full": "Everything"}
MEDIA = {"image": "Image", "video": "Video", "3d": "3D"}
SIZES = {"complexity": "Complexity", "exact": "Exact numbers"}
DEFAULTS: dict[str, Any] = {
    "by": "complexity", "complexity": (4, 6), "objects": 3, "attributes": 2, "relations": 2, "scene": (0, 2),
    "mode": "plausible", "seed": FIRST_SEED, "parts_low": None, "parts_high": None, "max_degree": None,
    "degree_low": None, "degree_high": None, "taxonomy": "pocket", "modality": "image", "topics": [], "structure": None,
}  # fmt: skip


def read(form: dict[str, Any]) -> Constraints:
    """The form as constraints; a range with one end open goes to the other's natural end."""
    exact = form["by"] == "exact"
    return Constraints(
        complexity=None if exact else tuple(form["complexity"]),
        objects=_only(form["objects"]) if exact else None,
        attributes=_only(form["attributes"]) if exact else None,
        relations=_only(form["relations"]) if exact else None,
        components=_between(form["parts_low"], form["parts_high"], 1, 64),
        max_degree=form["max_degree"],
        mean_degree=_between(form["degree_low"], form["degree_high"], 0.0, 63.0),
        scene_attributes=tuple(form["scene"]),
        mode=form["mode"],
        modality=form["modality"],
    )


def _only(value: int) -> tuple[int, int]:
    return value, value


def _between(low: Any, high: Any, least: Any, most: Any) -> Any:
    return None if low is None and high is None else (least if low is None else low, most if high is None else high)


@st.cache_data(show_spinner=False, max_entries=500)
def how_many(constraints: Constraints, _taxonomy: Taxonomy, name: str) -> tuple[str, int, str]:
    """How many structures meet the constraints, in words; how many can be stepped through; and what is wrong, if anything."""
    try:
        plan = Plan(constraints, _taxonomy)
        total = plan.census()
    except ConstraintError as error:
        return "", 0, str(error)
    words = f"**{total.value:,}** {'structure meets' if total.value == 1 else 'structures meet'} these constraints."
    if not total.exact:
        words = f"About {words} An estimate: {total.low:,} to {total.high:,} at 95 %."
    return words, total.value if plan.listable else 0, ""


def constraints_form(desk: Desk) -> None:
    """The side bar: constraints, their count, and the two buttons that compose."""
    values = {**DEFAULTS, **loaded(desk.session.constraints)}
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
    fields.number("seed", "Seed", 0, 10**9, "The same seed composes the same scene.")
    _count(fields, draw)
    st.button("Compose", icon=":material/draw:", on_click=draw, kwargs={"anew": False}, key="compose", width="stretch",
              help="Draw the scene of this seed.")  # fmt: skip
    st.button("Surprise me", icon=":material/casino:", on_click=draw, kwargs={"anew": True}, key="surprise",
              width="stretch", help="Another seed, the same constraints.")  # fmt: skip


class _Fields:
    """Widgets whose values are the session's: saved when changed, and new ones when the session changes."""

    def __init__(self, desk: Desk, values: dict[str, Any]) -> None:
        self.desk, self.values = desk, values
        self.keys = {name: f"{name}:{desk.id}:{desk.session.seed}" for name in DEFAULTS}
        self.keep = told(lambda: save_quietly(desk.id, constraints=dumped(self.form())))

    def form(self) -> dict[str, Any]:
        return {name: st.session_state.get(key, self.values[name]) for name, key in self.keys.items()}

    def slider(self, name: str, label: str, low: int, high: int, tip: str) -> None:
        value = tuple(min(high, max(low, end)) for end in self.values[name])
        st.slider(label, low, high, value, key=self.keys[name], on_change=self.keep, help=tip)

    def choice(self, name: str, label: str, options: dict[str, str], tip: str | None = None) -> Any:
        return st.segmented_control(
            label, list(options), default=self.values[name], format_func=options.get, required=True,
            key=self.keys[name], on_change=self.keep, help=tip,
        )  # fmt: skip

    def several(self, name: str, label: str, options: list[str]) -> None:
        known = [value for value in self.values[name] if value in options]
        st.multiselect(label, options, known, key=self.keys[name], on_change=self.keep, placeholder="any")

    def number(self, name: str, label: str, low: Any, high: Any, tip: str | None = None, *, by: Any = 1) -> None:
        st.number_input(
            label,
            low,
            high,
            self.values[name],
            by,
            key=self.keys[name],
            on_change=self.keep,
            help=tip,
            placeholder="any",
        )


def _words(fields: _Fields) -> None:
    """Which vocabulary, for which medium, about what."""
    known = {name: WORLDS.get(name, name.capitalize()) for name in names()}
    if (
        fields.choice(
            "taxonomy", "Words", known, "The pocket world can be drawn right here; everything needs a larger model."
        )
        == "pocket"
    ):
        return
    fields.choice("modality", "For", MEDIA, "Which scene attributes there are: a video has camera movements, too.")
    with st.expander("Topics", icon=":material/category:"):
        fields.several("topics", "Only these kinds of things", topics(fields.form()["taxonomy"]))


@st.cache_data(show_spinner=False)
def topics(name: str) -> list[str]:
    """The kinds of things that scenes can be kept to."""
    taxonomy = world(name, ())
    drawn = {noun.kind for noun in taxonomy.nouns if taxonomy.is_on(noun.switch)}
    return sorted(kind for kind in taxonomy.kinds if any(kind in taxonomy.above(leaf) for leaf in drawn))


def _most_scene(form: dict[str, Any]) -> int:
    return min(6, len(scenery(world(form["taxonomy"], ()), form["modality"]).kinds))


def _size(fields: _Fields) -> None:
    if fields.choice("by", "Size by", SIZES) != "exact":
        fields.slider("complexity", "Complexity", 1, LARGEST, "Objects + attributes + relations.")
        return
    for column, name, least in zip(st.columns(3), ("objects", "attributes", "relations"), (1, 0, 0), strict=True):
        with column:
            fields.number(name, name.capitalize(), least, LARGEST)


def _shape(fields: _Fields) -> None:
    with st.expander("Shape", icon=":material/account_tree:"):
        low, high = st.columns(2, vertical_alignment="bottom")
        with low:
            fields.number("parts_low", "Components from", 1, 64, "Parts of the graph that no relation joins.")
        with high:
            fields.number("parts_high", "to", 1, 64)
        fields.number("max_degree", "Most relations at one object", 0, 63, "The maximum degree, relations in and out.")
        low, high = st.columns(2, vertical_alignment="bottom")
        with low:
            fields.number("degree_low", "Mean degree from", 0.0, 63.0, "2 × relations / objects.", by=0.5)
        with high:
            fields.number("degree_high", "to ", 0.0, 63.0, by=0.5)


def _count(fields: _Fields, draw: Any) -> None:
    """How many structures there are, and a way to go through them one by one."""
    form = fields.form()
    try:
        words, listed, trouble = how_many(read(form), world(form["taxonomy"], ()), form["taxonomy"])
    except ScenewrightError as error:
        words, listed, trouble = "", 0, str(error)
    if words:
        st.caption(words)
    if listed > 1:
        st.number_input(
            f"Structure, 1 to {listed:,}", 1, listed, form["structure"] if (form["structure"] or 0) <= listed else None,
            key=fields.keys["structure"], placeholder="any", on_change=draw, kwargs={"anew": False},
            help="Step through every shape that meets the constraints. Empty: one at random.",
        )  # fmt: skip
    if trouble:
        st.warning(plain(trouble), icon=":material/info:")
