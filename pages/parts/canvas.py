"""The scene graph drawn: networkx to pyvis to vis-network, cards with attributes, marks of the chosen picture.

What a person picks and does on it comes back as gestures, one at a time; Python holds the truth and sends it again.
Try it: `python -m pytest tests/pages/test_canvas.py`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
import streamlit as st
from pyvis.network import Network

from engine.errors import ScenewrightError
from engine.graph import SceneGraph, attribute_element, object_element, relation_element, scene_element
from engine.taxonomy import Taxonomy
from pages.parts.components import mount
from pages.parts.desk import pick_element, picked_elements
from pages.parts.geometry import Box, Point, word_box
from pages.parts.gestures import Gesture, gesture_from
from pages.parts.home import guarded
from pages.parts.positions import beside, directions, free, roomiest, standing
from pages.parts.tools import answer, small
from pages.parts.verdict import LEGEND

SWATCHES = {
    "red": "#da2c2c", "orange": "#f2861c", "yellow": "#fad628", "green": "#2e9846", "blue": "#2860d8",
    "purple": "#863eb2", "pink": "#f68cbe", "brown": "#7c4e2c", "black": "#1c1c20", "white": "#fcfcfc",
}  # fmt: skip
OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"randomSeed": 1},
    "interaction": {
        "hover": True, "zoomView": False, "selectConnectedEdges": False, "hoverConnectedEdges": False, "tooltipDelay": 10**7,
    },
    "edges": {"arrowStrikethrough": False, "arrows": {"to": {"scaleFactor": 1.1}}, "labelHighlightBold": False},
}  # fmt: skip


Acts: TypeAlias = Callable[[Gesture], None]
"""Does what a gesture says and saves it; raises `ScenewrightError` for what cannot be."""


@dataclass
class Hand:
    """What one canvas remembers in a visit: how often the truth was sent, the last deed heard, why one was refused."""

    rev: int = 0
    ack: int = 0
    refused: str = ""
    satellites: bool = False


def drawing(
    graph: SceneGraph,
    taxonomy: Taxonomy,
    statuses: Mapping[str, str],
    *,
    positions: Mapping[str, Point] | None = None,
    satellites: bool = False,
) -> dict[str, Any]:
    """Nodes, edges, ties and scene attributes as the canvas takes them; the ids are element ids, places in pixels.

    `positions` says where objects were put by hand; with `satellites` attributes are nodes tied to their object.
    """
    net, at = Network(directed=True), standing(graph, taxonomy, positions or {})
    for item in graph.objects:
        x, y = at[item.id]
        chips = [] if satellites else _chips(graph, item.id, statuses)
        net.add_node(object_element(item.id), label=item.name, shape="custom", x=x, y=y, chips=chips)
    _add_edges(net, graph)
    nodes, edges, *_ = net.get_network_data()
    moons = _moons(graph, at, statuses) if satellites else []
    for item in (*nodes, *edges):
        item["status"] = statuses.get(item["id"])
    return {
        "nodes": [*nodes, *moons],
        "edges": edges,
        "ties": [{"id": f"tie:{moon['id']}", "from": moon["of"], "to": moon["id"], "tie": True} for moon in moons],
        "scene": [
            {"id": scene_element(kind), "kind": kind, "value": value, "status": statuses.get(scene_element(kind))}
            for kind, value in graph.scene_attributes
        ],
    }


def _add_edges(net: Network, graph: SceneGraph) -> None:
    pairs = Counter(frozenset((link.source, link.target)) for link in graph.relations)
    turn: Counter[frozenset[str]] = Counter()
    for link in graph.relations:
        pair = frozenset((link.source, link.target))
        turn[pair] += 1
        net.add_edge(
            object_element(link.source),
            object_element(link.target),
            id=relation_element(link),
            label=link.phrase,
            smooth=_smooth(pairs[pair], turn[pair], link.source < link.target),
        )


def _moons(graph: SceneGraph, at: Mapping[str, Point], statuses: Mapping[str, str]) -> list[dict[str, Any]]:
    """Attributes as nodes of their own: beside their object, away from its relations, where there is room."""
    boxes: dict[str, Box] = {item.id: word_box(item.name, large=True) for item in graph.objects}
    taken, found = dict(at), []
    for item in graph.objects:
        chips = _chips(graph, item.id, statuses)
        busy = directions(graph, item.id, at)
        for chip in chips:
            box = boxes[chip["id"]] = word_box(chip["text"], large=False)
            angle = roomiest(busy)
            busy.append(angle)
            start = beside(at[item.id], boxes[item.id], box, angle)
            x, y = taken[chip["id"]] = free(start, box, taken, boxes, air=12, step=22)
            found.append({**chip, "label": chip["text"], "of": object_element(item.id), "x": x, "y": y, "chips": []})
    return found


def _chips(graph: SceneGraph, id: str, statuses: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for mark in graph.attributes_of[id]:
        element = attribute_element(mark)
        swatch = SWATCHES.get(mark.value) if mark.kind == "colour" else None
        found.append({"id": element, "text": mark.value, "swatch": swatch, "status": statuses.get(element)})
    return found


def _smooth(among: int, turn: int, forward: bool) -> dict[str, Any] | bool:
    """A straight line, or a curve of its own where several relations join the same two objects."""
    if among == 1:
        return False
    side = (turn - (among + 1) / 2) * (1 if forward else -1)
    return {
        "enabled": True,
        "type": "curvedCW" if side > 0 else "curvedCCW",
        "roundness": 0.28 + 0.2 * (abs(side) - 0.5),
    }


def shape_of(drawn: Mapping[str, Any]) -> str:
    """Changes when something has to move, and only then."""
    places = [(node["id"], node["x"], node["y"], len(node["chips"])) for node in drawn["nodes"]]
    return hashlib.sha256(orjson.dumps([places, [edge["id"] for edge in drawn["edges"]]])).hexdigest()[:16]


def canvas(
    graph: SceneGraph,
    taxonomy: Taxonomy,
    statuses: Mapping[str, str],
    *,
    text: str,
    group: str,
    on_edit: Acts | None = None,
    positions: Mapping[str, Point] | None = None,
    steps: tuple[bool, bool] = (False, False),
    key: str = "canvas",
) -> None:
    """Show the graph; `text` is what a screen reader says, `group` ties it to the caption and the questions.

    With `on_edit` it can be edited: each gesture goes there, and what raises is taken back on screen with its sentence.
    `positions` are places by object id in pixels; `steps` says whether there is something to undo and to redo.
    """

    hand = _hand(key)
    drawn = drawing(graph, taxonomy, statuses, positions=positions, satellites=hand.satellites)
    data = {**_view(drawn, graph, statuses, text), **_state(hand, taxonomy, steps), "group": group, "key": key}
    data["editable"] = on_edit is not None
    mount("canvas", key=key, data=data, on_picked=lambda picked: _pick(picked.get("element")), hear={
        "edit": lambda payload: _edit(hand, payload, graph, taxonomy, on_edit),
        "look": lambda wanted: _look(hand, wanted),
    })  # fmt: skip
    if on_edit is not None:
        _words(key, graph, taxonomy)


@st.fragment
def _words(key: str, graph: SceneGraph, taxonomy: Taxonomy) -> None:
    """Answers what is typed on the canvas; a fragment, so that nothing else runs meanwhile."""
    with guarded():
        name = f"{key}-words"
        asked = st.session_state.get(name)
        offer = answer(asked.get("ask"), graph, taxonomy) if isinstance(asked, Mapping) else None
        mount("words", key=name, data={"of": key, "offer": offer}, hear={"ask": lambda asked: None})


def _hand(key: str) -> Hand:
    """What this canvas remembers, kept under its key for the visit."""
    name = f"{key}-hand"
    if name not in st.session_state:
        st.session_state[name] = Hand()
    found: Hand = st.session_state[name]
    return found


def _view(drawn: dict[str, Any], graph: SceneGraph, statuses: Mapping[str, str], text: str) -> dict[str, Any]:
    used = set(statuses.values())
    return {
        **drawn,
        "shape": shape_of(drawn),
        "objects": len(graph.objects),
        "options": OPTIONS,
        "selected": picked_elements(),
        "alt": f"Scene graph: {text}" if text else "Empty scene graph",
        "legend": [entry for entry in LEGEND if entry[0] in used],
    }


def _state(hand: Hand, taxonomy: Taxonomy, steps: tuple[bool, bool]) -> dict[str, Any]:
    return {
        "empty": "No objects yet. Double click here, or press Add, to put down the first one.",
        "rev": hand.rev,
        "ack": hand.ack,
        "refused": hand.refused,
        "satellites": hand.satellites,
        "world": f"{taxonomy.name} {taxonomy.version} {len(taxonomy.nouns)}",
        "words": small(taxonomy),
        "undo": steps[0],
        "redo": steps[1],
    }


# --- what comes back --------------------------------------------------------------------------------------------------


def _pick(element: object) -> None:
    """Choose an element, or none."""
    if element is None or [element] != picked_elements():
        pick_element(element)


def _edit(hand: Hand, payload: object, graph: SceneGraph, taxonomy: Taxonomy, act: Acts | None) -> None:
    """Do one deed, once; a refused one changes nothing and says why."""
    number = payload.get("seq") if isinstance(payload, Mapping) else None
    if act is None or type(number) is not int or not hand.ack < number < hand.ack + 1000:
        return
    hand.ack, hand.rev, hand.refused = number, hand.rev + 1, ""
    try:
        act(gesture_from(payload, graph, taxonomy))
    except ScenewrightError as error:
        hand.refused = str(error)


def _look(hand: Hand, wanted: object) -> None:
    if isinstance(wanted, Mapping) and isinstance(wanted.get("satellites"), bool):
        hand.satellites = wanted["satellites"]
