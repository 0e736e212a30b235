"""Items to rate, from scenes, sessions, captions and pictures; where something comes from stands under `hidden`.

Try it: `python -c "from engine.rating import from_captions; print(from_captions(['A dog.'], ['The dog!'], seed=1))"`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import orjson

from engine.caption import Span
from engine.errors import ScenewrightError
from engine.graph import Attribute, SceneGraph, attribute_element, object_element, relation_element, scene_element
from engine.scene import SceneLine, describe
from engine.store import Picture, Session
from engine.store.rating_values import NewItem
from engine.taxonomy import Taxonomy
from engine.wording import ordinal

ELEMENTS = 60
"""Elements that a checklist asks about at most; the issue is a person's patience."""


def from_scenes(lines: Iterable[SceneLine], **hidden: Any) -> tuple[NewItem, ...]:
    """A scene item for each line, with its graph and its elements for the checklist; `hidden` goes with all of them."""
    return tuple(NewItem(scene_content(line, {**hidden, "scene": line.id, "seed": line.seed})) for line in lines)


def scene_content(line: SceneLine, hidden: Mapping[str, Any]) -> dict[str, Any]:
    """What a scene item holds: its caption, its graph, its elements in the order of the caption."""
    return {
        "text": line.caption,
        "graph": line.graph.to_dict(),
        "elements": elements_of(line.spans, line.caption),
        "hidden": {**hidden, "hash": line.graph.hash, "taxonomy": line.taxonomy, "complexity": line.graph.complexity},
    }


def elements_of(spans: Mapping[str, Sequence[Span]], caption: str) -> list[dict[str, str]]:
    """`[{"id", "text"}]`: every element with the words that say it, at most 60."""
    said = sorted((places[0], id) for id, places in spans.items() if places)
    return [{"id": id, "text": caption[start:end]} for (start, end), id in said[:ELEMENTS]]


def named_elements(graph: SceneGraph) -> list[dict[str, str]]:
    """`[{"id", "text"}]` where there is no caption with spans: “second dog” is the second in the graph."""
    names = _told_apart(graph)
    marks = ((attribute_element(one), _marked(names[one.object], one, graph)) for one in graph.attributes)
    links = (
        (relation_element(one), f"{names[one.source]} {one.phrase} {names[one.target]}") for one in graph.relations
    )
    scene = ((scene_element(kind), value) for kind, value in graph.scene_attributes)
    said = [*((object_element(id), name) for id, name in names.items()), *marks, *links, *scene]
    return [{"id": id, "text": text} for id, text in said[:ELEMENTS]]


def _marked(name: str, mark: Attribute, graph: SceneGraph) -> str:
    """“red dog”, or “second dog, red” where there are several."""
    alone = name == graph.names[mark.object]
    return f"{mark.value} {name}" if alone else f"{name}, {mark.value}"


def _told_apart(graph: SceneGraph) -> dict[str, str]:
    """Object id -> its name, with an ordinal before it where several share the name."""
    places: dict[str, list[str]] = defaultdict(list)
    for one in graph.objects:
        places[one.name].append(one.id)
    return {
        one.id: one.name if len(places[one.name]) == 1 else f"{ordinal(places[one.name].index(one.id) + 1)} {one.name}"
        for one in graph.objects
    }


def from_sessions(sessions: Iterable[Session], taxonomies: Mapping[str, Taxonomy]) -> tuple[NewItem, ...]:
    """A scene item for each session that has a graph; `taxonomies` by name say its caption anew.

    Raises `GraphError` for a session whose graph cannot be read.
    """
    lines = []
    for session in sessions:
        graph = SceneGraph.from_dict(orjson.loads(session.graph))
        words = taxonomies.get(session.taxonomy)
        if graph.objects and words is not None:
            lines.append(describe(graph, words, id=session.id, seed=session.seed, ask=False))
    return from_scenes(lines, source="session")


def from_pictures(pictures: Iterable[Picture]) -> tuple[NewItem, ...]:
    """A picture item for each picture: how well does it show its caption."""
    return tuple(
        NewItem({"picture": one.id, "caption": one.caption, **_checklist(one), "hidden": _origin(one)})
        for one in pictures
        if one.caption
    )


def _checklist(picture: Picture) -> dict[str, Any]:
    """What the picture was asked to show, element by element; nothing for a picture without a graph."""
    try:
        return {"elements": named_elements(SceneGraph.from_dict(orjson.loads(picture.graph)))}
    except (orjson.JSONDecodeError, ScenewrightError):
        return {}


def picture_pairs(pictures: Iterable[Picture]) -> tuple[NewItem, ...]:
    """Pairs of pictures of the same caption, each with the next: other generators or other seeds, in this order."""
    by_caption: dict[str, list[Picture]] = defaultdict(list)
    for one in pictures:
        by_caption[one.caption].append(one)
    return tuple(picture_pair(first, second) for same in by_caption.values() for first, second in pairwise(same))


def picture_pair(first: Picture, second: Picture, **hidden: Any) -> NewItem:
    """Two pictures beside the caption of the first; `hidden` is what nobody sees who rates."""
    sides = {"a": _side(first), "b": _side(second), "caption": first.caption}
    return NewItem({**sides, "hidden": hidden} if hidden else sides)


def _side(picture: Picture) -> dict[str, Any]:
    return {"picture": picture.id, "hidden": _origin(picture)}


def _origin(picture: Picture) -> dict[str, Any]:
    return {"generator": picture.generator, "seed": picture.seed, "sha256": picture.sha256}


def from_captions(ours: Sequence[str], human: Sequence[str], *, seed: int) -> tuple[NewItem, ...]:
    """Caption pairs, a program's beside a person's: nearest in length, so that length tells nothing; order by chance.

    As many pairs as the shorter list has captions.
    """
    rng = random.Random(f"scenewright/captions/{seed}")
    count = min(len(ours), len(human))
    left = sorted(rng.sample(range(len(ours)), count), key=lambda place: len(ours[place].split()))
    right = sorted(rng.sample(range(len(human)), count), key=lambda place: len(human[place].split()))
    pairs = list(zip(left, right, strict=True))
    rng.shuffle(pairs)
    return tuple(
        NewItem(
            {
                "a": {"text": ours[first], "hidden": {"source": "program", "line": first + 1}},
                "b": {"text": human[second], "hidden": {"source": "human", "line": second + 1}},
            }
        )
        for first, second in pairs
    )
