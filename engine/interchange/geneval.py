"""GenEval's JSON Lines: `{tag, include: [{class, count, color, position: ["left of", 0]}], exclude, prompt}`.

Holds counts, one colour and one of four positions for each thing; the rest is listed as lost.
Try it: `python cli.py convert evaluation_metadata.jsonl scenes.jsonl --taxonomy full`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import orjson

from engine.errors import FormatError, show
from engine.graph import Relation, SceneGraph
from engine.interchange.assemble import Assembly, Passage, dict_of, list_of, text_of
from engine.interchange.leftovers import note
from engine.interchange.record import SceneRecord
from engine.interchange.said import captioned
from engine.interchange.stream import Document, Source, documents

POSITIONS = {"left of": "to the left of", "right of": "to the right of", "above": "above", "below": "below"}
"""Their word -> our phrase."""
_THEIRS = {ours: theirs for theirs, ours in POSITIONS.items()}
MAX_COUNT = 64


def read(source: Source, shape: str, passage: Passage) -> Iterator[SceneRecord]:
    """The scenes of the prompts; raises `FormatError` with the place for what is none."""
    for document in documents(source, shape, passage.losses):
        yield _record(document, passage)


def _record(document: Document, passage: Passage) -> SceneRecord:
    value, place = document.value, document.place
    id = document.key or text_of(value, "id", place, str(document.number - 1))
    made = Assembly(id, passage)
    wanted = [dict_of(entry, "an entry of “include”", place) for entry in list_of(value, "include", place)]
    groups = [_group(made, i, entry, place) for i, entry in enumerate(wanted)]
    for entry, group in zip(wanted, groups, strict=True):
        _position(made, entry, group, groups, place)
    _exclude(made, value, wanted, place)
    caption = text_of(value, "prompt", place) if value.get("prompt") is not None else None
    return SceneRecord(id, made.graph(), caption)


def _group(made: Assembly, number: int, entry: Mapping[str, Any], place: str) -> list[str]:
    count = entry.get("count", 1)
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MAX_COUNT:
        raise FormatError(f"{place}: the count {show(count)} has to be a number from 1 to {MAX_COUNT}. Mend it.")
    ids = [f"{number}-{i}" for i in range(count)]
    for key in ids:
        if made.object(key, text_of(entry, "class", place)) and entry.get("color"):
            made.attribute(key, text_of(entry, "color", place), "colour")
    return ids


def _position(made: Assembly, entry: Mapping[str, Any], group: list[str], groups: list[list[str]], place: str) -> None:
    position = entry.get("position")
    if not position:
        return
    if not (isinstance(position, list) and len(position) == 2 and position[1] in range(len(groups))):
        raise FormatError(f"{place}: the position {show(position)} has to be [“left of”, place in the list]. Mend it.")
    phrase = str(position[0])
    made.relation(group[0], groups[position[1]][0], POSITIONS.get(phrase, phrase), "spatial")
    made.passage.losses.add(made.scene, "positions of the others of a group", phrase, len(group) - 1)


def _exclude(made: Assembly, value: Mapping[str, Any], wanted: list[Mapping[str, Any]], place: str) -> None:
    """ "Not five cats" beside "four cats" says no more than that there are four."""
    counts = Counter[str]()
    for entry in wanted:
        counts[str(entry.get("class"))] += entry.get("count", 1)
    for entry in (dict_of(entry, "an entry of “exclude”", place) for entry in list_of(value, "exclude", place)):
        name = text_of(entry, "class", place)
        if name not in counts or counts[name] + 1 != entry.get("count"):
            made.passage.losses.add(made.scene, "exclusions", name)


# --- out --------------------------------------------------------------------------------------------------------------


def write(scenes: Iterable[SceneRecord], out: BinaryIO, passage: Passage) -> None:
    """One line for each scene, with our caption where it has none."""
    for scene, caption in captioned(scenes, passage.taxonomy):
        include = _include(scene, passage)
        counts = Counter(item.name for item in scene.graph.objects)
        exclude = [{"class": name, "count": n + 1} for name, n in counts.items() if n > 1]
        line: dict[str, Any] = {"tag": _tag(include), "include": include}
        if exclude:
            line["exclude"] = exclude
        line["prompt"] = caption
        holds = ("captions", "kinds of attributes", "kinds of relations", "object ids")
        note(scene, passage, holds=holds)
        out.write(orjson.dumps(line) + b"\n")


def _include(scene: SceneRecord, passage: Passage) -> list[dict[str, Any]]:
    """Entries in an order in which every position names an earlier one; alike things in no relation are counted."""
    graph = scene.graph
    links = _positions(scene, passage)
    colours = {item.id: _colour(scene, graph, item.id, passage) for item in graph.objects}
    busy = {end for link in links.values() for end in (link.source, link.target)}
    entries: list[dict[str, Any]] = []
    places: dict[str, int] = {}
    counted: dict[tuple[str, str | None], int] = {}
    for id in _order(graph, links):
        name, colour = graph.names[id], colours[id]
        if id not in busy and (name, colour) in counted:
            entries[counted[name, colour]]["count"] += 1
            continue
        places[id] = len(entries)
        if id not in busy:
            counted[name, colour] = len(entries)
        entry: dict[str, Any] = {"class": name, "count": 1}
        if colour:
            entry["color"] = colour
        if id in links:
            entry["position"] = [_THEIRS[links[id].phrase], places[links[id].target]]
        entries.append(entry)
    return entries


def _positions(scene: SceneRecord, passage: Passage) -> dict[str, Relation]:
    """Object -> the one relation that its entry can hold; circles are cut."""
    found: dict[str, Relation] = {}
    for link in scene.graph.relations:
        if link.phrase not in _THEIRS:
            passage.losses.add(scene.id, "relations other than left, right, above and below", link.phrase)
        elif link.source in found or _leads(found, link.target, link.source):
            passage.losses.add(scene.id, "second positions of an object", link.phrase)
        else:
            found[link.source] = link
    return found


def _leads(links: Mapping[str, Relation], start: str, end: str) -> bool:
    while start in links and start != end:
        start = links[start].target
    return start == end


def _order(graph: SceneGraph, links: Mapping[str, Relation]) -> list[str]:
    depth: dict[str, int] = {}
    for item in graph.objects:
        steps, at = 0, item.id
        while at in links:
            steps, at = steps + 1, links[at].target
        depth[item.id] = steps
    return sorted(depth, key=lambda id: depth[id])


def _colour(scene: SceneRecord, graph: SceneGraph, id: str, passage: Passage) -> str | None:
    marks = graph.attributes_of[id]
    colours = [mark for mark in marks if mark.kind in ("colour", "color")]
    for mark in marks:
        if mark not in colours[:1]:
            passage.losses.add(scene.id, "attributes other than one colour", mark.value)
    return colours[0].value if colours else None


def _tag(include: list[dict[str, Any]]) -> str:
    """The name of the task that GenEval gives to such a prompt."""
    if any("position" in entry for entry in include):
        return "position"
    if any("color" in entry for entry in include):
        return "colors" if len(include) == 1 else "color_attr"
    if any(entry["count"] > 1 for entry in include):
        return "counting"
    return "single_object" if len(include) == 1 else "two_object"
