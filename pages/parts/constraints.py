"""The form that says what a composed scene has to meet, and how many structures do.

Try it: `streamlit run app.py`, then “Surprise me” in the side bar.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine import structure
from engine.errors import ConstraintError
from engine.sampler import MODES, Constraints
from engine.structure import TABLE_LIMIT
from engine.taxonomy import Taxonomy
from pages.parts.desk import FIRST_SEED, Desk, compose, dumped, loaded, save_quietly, surprise
from pages.parts.home import told
from pages.parts.words import plain

LARGEST = 16
SIZES = {"complexity": "Complexity", "exact": "Exact numbers"}
DEFAULTS: dict[str, Any] = {
    "by": "complexity", "complexity": (4, 6), "objects": 3, "attributes": 2, "relations": 2, "scene": (0, 2),
    "mode": "plausible", "seed": FIRST_SEED, "parts_low": None, "parts_high": None, "max_degree": None,
    "degree_low": None, "degree_high": None,
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
    )


def _only(value: int) -> tuple[int, int]:
    return value, value


def _between(low: Any, high: Any, least: Any, most: Any) -> Any:
    return None if low is None and high is None else (least if low is None else low, most if high is None else high)


@st.cache_data(show_spinner=False, max_entries=500)
def how_many(constraints: Constraints, _taxonomy: Taxonomy, name: str) -> tuple[int, str]:
    """How many structures meet the constraints, and what there is to say when some or all sizes have none."""
    low, high = constraints.complexity or (None, None)
    sizes = [None] if low is None or high is None else list(range(low, min(high, TABLE_LIMIT) + 1))
    total, trouble = 0, ""
    for size in sizes:
        try:
            total += structure.count(constraints.query(size, _taxonomy))
        except ConstraintError as error:
            trouble = trouble or str(error)
    if high is not None and high > TABLE_LIMIT:
        trouble = f"Structures are counted and drawn up to complexity {TABLE_LIMIT}; set the upper end to that or less."
    return total, trouble


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
    _size(fields)
    fields.slider("scene", "Scene attributes", 0, len(desk.taxonomy.scene_kinds),
                  "How many of setting, weather and style to add. They do not count towards complexity.")  # fmt: skip
    fields.choice("mode", "Mode", {mode: mode.capitalize() for mode in MODES},
                  "Plausible keeps to things that are seen together; imaginative takes any.")  # fmt: skip
    _shape(fields)
    fields.number("seed", "Seed", 0, 10**9, "The same seed composes the same scene.")
    _count(fields.form(), desk.taxonomy)
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


def _count(form: dict[str, Any], taxonomy: Taxonomy) -> None:
    try:
        total, trouble = how_many(read(form), taxonomy, taxonomy.name)
    except ConstraintError as error:
        total, trouble = 0, str(error)
    if total:
        st.caption(f"**{total:,}** {'structure meets' if total == 1 else 'structures meet'} these constraints.")
    if trouble:
        st.warning(plain(trouble), icon=":material/info:")
