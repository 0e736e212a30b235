"""Saving a scene: what a session keeps of a graph, and that nobody's newer graph is overwritten.

Try it: `python -m pytest tests/pages/test_compose.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.caption import Style
from engine.graph import SceneGraph
from engine.scene import VERSION, describe
from engine.taxonomy import Taxonomy, load
from engine.wording import listed, number
from pages.parts.desk.kept_json import dumped, loaded
from pages.parts.desk.scene import TAXONOMY, Desk, go_to, stamps
from pages.parts.home import store, who
from pages.parts.people import require
from pages.parts.style import saved_style, with_style


def fields(graph: SceneGraph, taxonomy: Taxonomy, style: Style | None = None) -> dict[str, Any]:
    """What a session keeps of a graph, said in a style."""
    line = describe(graph, taxonomy, id="", style=style)
    return {
        "graph": dumped(graph.to_dict()),
        "caption": line.caption,
        "questions": dumped([question.to_dict() for question in line.questions]),
        "graph_hash": graph.hash,
        "taxonomy": taxonomy.name,
        "taxonomy_version": taxonomy.version,
        "program_version": VERSION,
    }


def new_session(graph: SceneGraph, *, taxonomy: Taxonomy, **more: Any) -> str:
    """Keep a graph in a session of its own and go there; its `settings` say in which style it is said."""
    require("edit")
    named = {"name": title(graph, taxonomy), **more}
    style = saved_style(loaded(more.get("settings", "")))
    id = store().create_session(owner=who(), **named, **fields(graph, taxonomy, style)).id
    go_to(id)
    return id


def save_graph(desk: Desk, graph: SceneGraph, **more: Any) -> None:
    """Save the graph, unless somebody else saved another one in between; a name nobody chose follows the graph."""
    require("edit")
    if desk.session.name in (title(desk.graph), title(desk.graph, desk.taxonomy)):
        more = {"name": title(graph, desk.taxonomy), **more}
    seen, style = stamps(), saved_style(loaded(more.get("settings", desk.session.settings)))
    expected, what = seen.get(desk.id, desk.session.updated), fields(graph, desk.taxonomy, style)
    seen[desk.id] = store().save_session(desk.id, expected_updated=expected, **what, **more).updated


def save_quietly(id: str, **some: Any) -> None:
    """Save settings, constraints or a name; they overwrite nobody's graph."""
    require("edit")
    seen = stamps()
    seen[id] = store().save_session(id, **some).updated


def say_as(desk: Desk, style: Style) -> None:
    """Say the same scene in another style, from now on."""
    save_graph(desk, desk.graph, settings=dumped(with_style(desk.settings, style)))


def unplaced(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without the places of objects, which were those of another graph."""
    return {name: value for name, value in settings.items() if name != "positions"}


def title(graph: SceneGraph, taxonomy: Taxonomy | None = None) -> str:
    """A name for a scene: “Red dog, owl and two trees”."""
    if not graph.objects:
        return "Empty scene"
    counts: dict[str, int] = {}
    for item in graph.objects:
        counts[item.name] = counts.get(item.name, 0) + 1
    nouns = (taxonomy or load(TAXONOMY)).noun
    several = {name: nouns[name].plural if name in nouns else name + "s" for name in counts}
    words = [name if count == 1 else f"{number(count)} {several[name]}" for name, count in counts.items()]
    said = listed(words)
    return (said[:1].upper() + said[1:100]).rstrip(" ,")
