"""The scene graph drawn: networkx to pyvis to vis-network, cards with attributes, marks of the chosen picture.

Only what a person picked comes back; editing on the canvas would send operations of `engine.edits`.
Try it: `python -m pytest tests/pages/test_parts.py -k canvas`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
from pyvis.network import Network

from engine.graph import SceneGraph, attribute_element, object_element, relation_element, scene_element
from engine.taxonomy import Taxonomy
from pages.parts.components import mount
from pages.parts.desk import pick_element, picked_elements
from pages.parts.layout import place
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


def drawing(graph: SceneGraph, taxonomy: Taxonomy, statuses: Mapping[str, str]) -> dict[str, Any]:
    """Nodes, edges and scene attributes as the canvas takes them; the ids are element ids."""
    net = Network(directed=True)
    at = place(graph, taxonomy)
    full = graph.to_networkx()
    for node, data in full.nodes(data=True):
        if data["type"] == "object":
            x, y = at[data["id"]]
            net.add_node(node, label=data["name"], shape="custom", x=x, y=y, chips=_chips(graph, data["id"], statuses))
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
    nodes, edges, *_ = net.get_network_data()
    scene = [
        {"id": scene_element(kind), "kind": kind, "value": value, "status": statuses.get(scene_element(kind))}
        for kind, value in graph.scene_attributes
    ]
    for item in (*nodes, *edges):
        item["status"] = statuses.get(item["id"])
    return {"nodes": nodes, "edges": edges, "scene": scene}


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


def canvas(graph: SceneGraph, taxonomy: Taxonomy, statuses: Mapping[str, str], *, text: str, group: str) -> None:
    """Show the graph; `text` is what a screen reader says, `group` ties it to the caption and the questions."""
    drawn = drawing(graph, taxonomy, statuses)
    used = set(statuses.values())
    data = {
        **drawn,
        "group": group,
        "shape": shape_of(drawn),
        "options": OPTIONS,
        "selected": picked_elements(),
        "alt": f"Scene graph: {text}" if text else "Empty scene graph",
        "empty": "No objects yet. Compose a scene, or add objects in the table below.",
        "legend": [entry for entry in LEGEND if entry[0] in used],
    }
    mount("canvas", key="canvas", data=data, on_picked=lambda picked: pick_element(picked.get("element")))
