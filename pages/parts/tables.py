"""The scene as four tables that can be edited; every change goes through `engine.edits`, a refused one says why.

Try it: `streamlit run app.py`, then the tab “Edit”.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from engine.edits import Row, from_tables
from engine.errors import ScenewrightError
from engine.graph import MAX_TEXT, SceneGraph
from pages.parts.desk import Desk, put
from pages.parts.home import say

MOST_OPTIONS = 200
COLUMNS = {
    "objects": ("id", "name"),
    "attributes": ("object", "value"),
    "relations": ("source", "phrase", "target"),
    "scene_attributes": ("kind", "value"),
}
NEEDED = {
    "objects": ("name",),
    "attributes": ("object", "value"),
    "relations": ("source", "phrase", "target"),
    "scene_attributes": ("value",),
}


def labels(graph: SceneGraph) -> dict[str, str]:
    """Object id -> what a select box shows: the name, and the id too where two things have the same name."""
    names = [item.name for item in graph.objects]
    return {o.id: o.name if names.count(o.name) == 1 else f"{o.name} ({o.id})" for o in graph.objects}


def rows(graph: SceneGraph) -> dict[str, list[dict[str, str | None]]]:
    """The four tables as shown, objects by their labels."""
    told = labels(graph)
    return {
        "objects": [{"id": o.id, "name": o.name} for o in graph.objects],
        "attributes": [{"object": told[a.object], "value": a.value} for a in graph.attributes],
        "relations": [
            {"source": told[r.source], "phrase": r.phrase, "target": told[r.target]} for r in graph.relations
        ],
        "scene_attributes": [{"kind": kind, "value": value} for kind, value in graph.scene_attributes],
    }


def changed(before: list[dict[str, str | None]], change: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """The rows after what an editor reports: `edited_rows`, `added_rows` and `deleted_rows`."""
    edited = {int(place): cells for place, cells in change.get("edited_rows", {}).items()}
    gone = set(change.get("deleted_rows", ()))
    kept = [{**row, **edited.get(place, {})} for place, row in enumerate(before) if place not in gone]
    return kept + [dict(row) for row in change.get("added_rows", ())]


def finished(table: str, change: Mapping[str, Any]) -> bool:
    """Whether every added row is filled in; one that is being typed is left alone until then."""
    return all(all(row.get(name) for name in NEEDED[table]) for row in change.get("added_rows", ()))


def read_table(graph: SceneGraph, table: str, told: list[dict[str, str | None]]) -> list[Row]:
    """The rows with ids in place of labels."""
    ids = {label: id for id, label in labels(graph).items()}
    ends = ("object", "source", "target")
    return [
        {name: ids.get(value or "", value) if name in ends else value for name, value in row.items()} for row in told
    ]


def edited(desk: Desk, table: str, key: str) -> None:
    """Take over what was typed; a refused edit says why, and the table shows the true state again."""
    change = st.session_state.get(key) or {}
    if not finished(table, change):
        return
    try:
        told = read_table(desk.graph, table, changed(rows(desk.graph)[table], change))
        graph = from_tables(desk.graph, desk.taxonomy, **{table: told})
        if graph.to_dict() != desk.graph.to_dict():
            put(desk, graph)
    except ScenewrightError as error:
        say(str(error))
    st.session_state["tables"] = st.session_state.get("tables", 0) + 1


def tables(desk: Desk) -> None:
    """The four tables, in two rows so that every word can be read."""
    words = desk.taxonomy
    things = list(labels(desk.graph).values())
    nouns = sorted(words.noun)
    values = list(words.kind_of_value)
    scenes = [value for kind in words.scene_kinds for value in kind.phrases]
    one, two = st.columns([1, 1.25], gap="large")
    with one:
        _table(desk, "objects", "Objects", {"id": None, "name": _select("Object", nouns)})
        _table(desk, "scene_attributes", "Scene attributes", {
            "kind": st.column_config.TextColumn("Kind", disabled=True), "value": _select("Value", scenes),
        })  # fmt: skip
    with two:
        _table(desk, "relations", "Relations", {
            "source": _select("Object", things), "phrase": _select("is", list(words.relation)),
            "target": _select("Object ", things),
        })  # fmt: skip
        _table(desk, "attributes", "Attributes", {"object": _select("Object", things), "value": _select("is", values)})


def _select(label: str, options: list[str]) -> Any:
    """A list to choose from; of more words than a list can hold, one is typed, and the reducer knows the closest."""
    if len(options) > MOST_OPTIONS:
        return st.column_config.TextColumn(
            label, required=True, max_chars=MAX_TEXT, help="Type a word of the taxonomy."
        )
    return st.column_config.SelectboxColumn(label, options=options, required=True)


def _table(desk: Desk, table: str, title: str, columns: dict[str, Any]) -> None:
    st.markdown(f"**{title}**")
    frame = pd.DataFrame(rows(desk.graph)[table], columns=list(COLUMNS[table]), dtype="object")
    turn = st.session_state.get("tables", 0)
    stamp = hashlib.sha256(desk.session.graph.encode()).hexdigest()[:12]
    key = f"{table}:{desk.id}:{stamp}:{turn}"
    st.data_editor(
        frame, key=key, column_config=columns, num_rows="dynamic", hide_index=True, on_change=edited, args=(desk, table, key),
        placeholder="", alt=f"{title} of the scene", width="stretch",
    )  # fmt: skip
