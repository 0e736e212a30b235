"""Items from a named set of Curate: its scenes, its pictures, or its pairs, in the order of the set.

Try it: `python cli.py ratings create pictures --set "best of four"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from engine.errors import FormatError, ScenewrightError, show
from engine.graph import SceneGraph
from engine.rating.items import from_pictures, named_elements, picture_pair, picture_pairs
from engine.store import Picture, Store
from engine.store.rating_values import Kind, NewItem
from engine.store.set_values import PAIRS, Member


def from_set(store: Store, name: str, kind: Kind) -> tuple[NewItem, ...]:
    """The items that the set `name` (or id) gives for a `kind` of project.

    scene         one for each graph in it, said as the caption its first picture was drawn from
    picture       one for each picture that has a caption
    picture-pair  its pairs, where it holds any; otherwise each picture beside the next of the same caption

    Which set something comes from, and its role there, stays hidden. Raises `StoreError` for a set that nobody knows,
    `FormatError` for one that holds nothing of the kind, or a graph that cannot be read.
    """
    chosen, members = store.get_set(name), store.members(name)
    pictures = [store.get_picture(member.picture) for member in members]
    found: Sequence[NewItem] = ()
    if kind == "scene":
        found = tuple(_scenes(pictures, chosen.name))
    elif kind == "picture":
        found = from_pictures(pictures)
    elif kind == "picture-pair":
        paired = chosen.kind in PAIRS
        found = tuple(_pairs(members, pictures, chosen.name)) if paired else picture_pairs(pictures)
    if not found:
        raise FormatError(f"The set {show(chosen.name)} gives no {kind} to rate. {REMEDY.get(kind, REMEDY['scene'])}")
    return tuple(found)


REMEDY = {
    "scene": "Choose a set whose pictures were drawn from scenes.",
    "picture": "Choose a set whose pictures have captions.",
    "picture-pair": "Choose a set of pairs, or one with several pictures of a caption.",
}


def _scenes(pictures: Sequence[Picture], name: str) -> Iterator[NewItem]:
    seen: set[str] = set()
    for picture in pictures:
        graph = _graph(picture)
        if graph is None or graph.hash in seen or not picture.caption:
            continue
        seen.add(graph.hash)
        hidden = {"source": "set", "set": name, "hash": graph.hash, "complexity": graph.complexity}
        said = {"text": picture.caption, "graph": graph.to_dict(), "elements": named_elements(graph)}
        yield NewItem({**said, "hidden": hidden})


def _graph(picture: Picture) -> SceneGraph | None:
    """The graph it was drawn from; None for a picture that has none."""
    try:
        data = orjson.loads(picture.graph)
        return SceneGraph.from_dict(data) if data else None
    except (orjson.JSONDecodeError, ScenewrightError) as error:
        raise FormatError(
            f"The graph of the picture {show(picture.id)} cannot be read ({error}). Take it out of the set."
        ) from error


def _pairs(members: Sequence[Member], pictures: Sequence[Picture], name: str) -> Iterator[NewItem]:
    """Every pair once, the better one (chosen, teacher) as side a; who rates sees the sides by chance."""
    known = {picture.id: picture for picture in pictures}
    for member in members:
        if member.partner and member.role in ("chosen", "teacher"):
            yield picture_pair(known[member.picture], known[member.partner], source="set", set=name, a=member.role)
