"""A show: everything the stage needs of one scene, as plain values: the drawing, the order to grow in, picture, answers.

Try it: `python -m pytest tests/pages/test_stage.py -k show`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.caption import Style
from engine.graph import SceneGraph, attribute_element, object_element, relation_element, scene_element
from engine.questions import Question
from engine.scene import SceneLine, describe
from engine.scoring import RIGHT, WRONG
from engine.taxonomy import Taxonomy
from pages.parts.canvas import SWATCHES
from pages.parts.caption import pieces
from pages.parts.geometry import Box, Point, card_box, label_box
from pages.parts.layout import place
from pages.parts.style import written_in
from pages.parts.verdict import Verdict, status
from pages.parts.words import figure

AIR = 34.0
CHIP_GAP = 8.0


def show_of(
    graph: SceneGraph, taxonomy: Taxonomy, verdict: Verdict, *, key: str, caption: str = "", final: str | None = None,
    frames: Sequence[str] = (), by: str = "", phone: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The show of a scene; `final` and `frames` are data addresses, `caption` is kept where this program wrote it so."""
    style = written_in(graph, taxonomy, caption) if caption else None
    line = describe(graph, taxonomy, id=key, style=style or Style())
    asked = [q for q in line.questions if not q.open and q.counterfactual_of is None]
    order = list(growing(graph, line))
    scores = verdict.scores
    return {
        "key": key,
        "caption": line.caption,
        "pieces": [{"text": p["text"], "elements": p["elements"], "element": p["element"]} for p in pieces(line.caption, line.spans, {})],
        "order": order,
        **drawn(graph, taxonomy),
        "frames": list(frames),
        "final": final,
        "by": by,
        "judged": scores is not None,
        "questions": [_asked(q, verdict) for q in asked],
        "statuses": verdict.elements,
        "score": None if scores is None else f"Score {figure(scores.gated)}",
        "reason": scores.reason if scores else "No judge has seen this picture.",
        "verdict": None if scores is None else RIGHT if scores.gated > 0.995 else WRONG,
        "phone": dict(phone or {}),
    }  # fmt: skip


def _asked(question: Question, verdict: Verdict) -> dict[str, Any]:
    mark = verdict.marks.get(question.id)
    return {
        "text": question.text,
        "reply": mark.reply.answer if mark else None,
        "status": status(mark),
        "elements": list(question.elements),
    }


def growing(graph: SceneGraph, line: SceneLine) -> Iterator[str]:
    """The elements in the order to grow: objects as the caption says them, each with its attributes, then what joins them."""
    first = {element: found[0][0] for element, found in line.spans.items() if found}
    objects = sorted(graph.objects, key=lambda item: first.get(object_element(item.id), 10**6))
    there: set[str] = set()
    left = list(graph.relations)
    for item in objects:
        yield object_element(item.id)
        yield from (attribute_element(mark) for mark in graph.attributes_of[item.id])
        there.add(item.id)
        joined = [link for link in left if {link.source, link.target} <= there]
        yield from (relation_element(link) for link in joined)
        left = [link for link in left if link not in joined]
    yield from (scene_element(kind) for kind, _ in graph.scene_attributes)


def drawn(graph: SceneGraph, taxonomy: Taxonomy) -> dict[str, Any]:
    """Cards, lines and scene attributes in pixels, and the box around them."""
    at = place(graph, taxonomy)
    boxes = {item.id: card_box(graph, item.id) for item in graph.objects}
    nodes = [
        {"id": object_element(item.id), "label": item.name, "x": at[item.id][0], "y": at[item.id][1],
         "w": boxes[item.id].w, "h": boxes[item.id].h, "chips": _chips(graph, item.id)}
        for item in graph.objects
    ]  # fmt: skip
    pairs: dict[frozenset[str], int] = {}
    edges = []
    for link in graph.relations:
        pair = frozenset((link.source, link.target))
        turn = pairs[pair] = pairs.get(pair, -1) + 1
        edges.append({"id": relation_element(link), "label": link.phrase,
                      **_line(at[link.source], boxes[link.source], at[link.target], boxes[link.target], turn),
                      "w": label_box(link.phrase).w})  # fmt: skip
    scene = [{"id": scene_element(kind), "kind": kind, "value": value} for kind, value in graph.scene_attributes]
    return {"nodes": nodes, "edges": edges, "scene": scene, "box": _around(nodes, edges)}


def _chips(graph: SceneGraph, id: str) -> list[dict[str, Any]]:
    marks = graph.attributes_of[id]
    halves = [(len(mark.value) * 10.5 + (44 if mark.kind == "colour" else 30)) / 2 for mark in marks]
    at = -(sum(halves) + CHIP_GAP * max(0, len(halves) - 1) / 2)
    found = []
    for mark, half in zip(marks, halves, strict=True):
        found.append({"id": attribute_element(mark), "text": mark.value, "w": half, "x": at + half,
                      "swatch": SWATCHES.get(mark.value) if mark.kind == "colour" else None})  # fmt: skip
        at += 2 * half + CHIP_GAP
    return found


def _line(a: Point, one: Box, b: Point, other: Box, turn: int) -> dict[str, Any]:
    """From border to border, bent aside where two things are joined twice; the label lies in its middle."""
    start, end = _leave(a, one, b), _leave(b, other, a)
    mx, my = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    length = max(1.0, ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5)
    bend = 64.0 * turn
    cx, cy = mx - (end[1] - start[1]) / length * bend, my + (end[0] - start[0]) / length * bend
    path = f"M{start[0]:.1f} {start[1]:.1f}Q{cx:.1f} {cy:.1f} {end[0]:.1f} {end[1]:.1f}"
    return {"path": path, "x": (mx + cx) / 2, "y": (my + cy) / 2}


def _leave(a: Point, box: Box, b: Point) -> Point:
    """Where the way from a's centre to b leaves the card of a."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    share = min([1.0, *(size / abs(d) for size, d in ((box.w + 4, dx), (box.h + 4, dy)) if d)])
    return a[0] + dx * share, a[1] + dy * share


def _around(nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> list[float]:
    """x, y, width and height of a box around everything."""
    spans = [(n["x"] - n["w"], n["x"] + n["w"], n["y"] - n["h"], n["y"] + n["h"]) for n in nodes]
    spans += [(e["x"] - e["w"], e["x"] + e["w"], e["y"] - 15, e["y"] + 15) for e in edges]
    if not spans:
        return [0, 0, 100, 100]
    left, right = min(s[0] for s in spans) - AIR, max(s[1] for s in spans) + AIR
    top, bottom = min(s[2] for s in spans) - AIR, max(s[3] for s in spans) + AIR
    wide = max(right - left, 560.0)
    high = max(bottom - top, 330.0)
    return [(left + right - wide) / 2, (top + bottom - high) / 2, wide, high]
