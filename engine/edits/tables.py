"""Edited tables of objects, attributes, relations and scene attributes, read as operations on the graph they began from.

What goes comes first, then what comes. Try it: `python -m pytest tests/engine/test_edits.py -k table`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from engine.edits.applying import apply_all
from engine.edits.operations import (
    AddObject,
    AddRelation,
    Operation,
    RemoveAttribute,
    RemoveObject,
    RemoveRelation,
    RemoveSceneAttribute,
    RenameObject,
    SetAttribute,
    SetSceneAttribute,
)
from engine.errors import GraphError, UnknownWord, show
from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy

Row: TypeAlias = Mapping[str, str | None]
"""A line of a table; fields that are empty or missing have not been filled in yet."""


def from_tables(
    graph: SceneGraph,
    taxonomy: Taxonomy,
    *,
    objects: Sequence[Row] | None = None,
    attributes: Sequence[Row] | None = None,
    relations: Sequence[Row] | None = None,
    scene_attributes: Sequence[Row] | None = None,
) -> SceneGraph:
    """The graph as edited tables say; a table that is None is left as it is, an unfinished row is not there yet.

    Rows: objects `id` (None for a new one), `name`; attributes `object`, `value`; relations `source`, `phrase`,
    `target`; scene attributes `kind`, `value` (where the kind is empty, it follows from the value).
    """
    return apply_all(
        graph,
        [
            *_object_edits(graph, objects),
            *_attribute_edits(graph, attributes, taxonomy),
            *_relation_edits(graph, relations),
            *_scene_edits(graph, scene_attributes, taxonomy),
        ],
        taxonomy,
    )


def _object_edits(graph: SceneGraph, rows: Sequence[Row] | None) -> Iterator[Operation]:
    if rows is None:
        return
    kept = {row["id"]: row.get("name") for row in rows if row.get("id")}
    for item in graph.objects:
        name = kept.get(item.id)
        if item.id not in kept:
            yield RemoveObject(item.id)
        elif name and name != item.name:
            yield RenameObject(item.id, name)
    taken = set(graph.names)
    for row in rows:
        if (name := row.get("name")) and not row.get("id"):
            id = next(f"o{n}" for n in range(1, len(taken) + 2) if f"o{n}" not in taken)
            taken.add(id)
            yield AddObject(name, id)


def _attribute_edits(graph: SceneGraph, rows: Sequence[Row] | None, taxonomy: Taxonomy) -> Iterator[Operation]:
    """All are taken away and given again, in the order of the table, so that two colours can change places."""
    if rows is None:
        return
    wanted: list[tuple[str, str, str]] = []
    for row in rows:
        object, value = row.get("object"), row.get("value")
        if not object or not value:
            continue
        if value not in taxonomy.kind_of_value:
            raise UnknownWord(value, what="an attribute", known=taxonomy.kind_of_value)
        mark = (object, taxonomy.kind_of_value[value], value)
        _once_only(graph, mark, wanted, taxonomy)
        wanted.append(mark)
    for old in graph.attributes:
        yield RemoveAttribute(old.object, old.kind, old.value)
    for mark in wanted:
        yield SetAttribute(*mark)


def _once_only(
    graph: SceneGraph, mark: tuple[str, str, str], before: Sequence[tuple[str, str, str]], taxonomy: Taxonomy
) -> None:
    """A table that says red and blue of one thing is refused: which of the two was meant nobody knows."""
    object, kind, value = mark
    values = [old for thing, same, old in before if (thing, same) == (object, kind)]
    name = show(graph.names.get(object, object))
    if value in values:
        raise GraphError(f"{name} is {show(value)} twice. Remove one of the two.")
    if values and taxonomy.attribute_kind[kind].exclusive:
        raise GraphError(f"{name} has more than one {kind}: {show(values[0])}, {show(value)}. Keep one.")


def _relation_edits(graph: SceneGraph, rows: Sequence[Row] | None) -> Iterator[Operation]:
    if rows is None:
        return
    for old in graph.relations:
        yield RemoveRelation(old.source, old.phrase, old.target)
    for row in rows:
        source, phrase, target = row.get("source"), row.get("phrase"), row.get("target")
        if source and phrase and target:
            yield AddRelation(source, phrase, target)


def _scene_edits(graph: SceneGraph, rows: Sequence[Row] | None, taxonomy: Taxonomy) -> Iterator[Operation]:
    if rows is None:
        return
    wanted: dict[str, str] = {}
    for row in rows:
        value = row.get("value")
        if not value:
            continue
        kind = row.get("kind") or _scene_kind(value, taxonomy)
        if kind in wanted:
            raise GraphError(
                f"The scene has two values for {show(kind)}: {show(wanted[kind])}, {show(value)}. Keep one."
            )
        wanted[kind] = value
    for kind, _ in graph.scene_attributes:
        yield RemoveSceneAttribute(kind)
    for kind, value in wanted.items():
        yield SetSceneAttribute(kind, value)


def _scene_kind(value: str, taxonomy: Taxonomy) -> str:
    for kind in taxonomy.scene_kinds:
        if value in kind.phrases:
            return kind.name
    known = [word for kind in taxonomy.scene_kinds for word in kind.phrases]
    raise UnknownWord(value, what="a scene attribute", known=known)
