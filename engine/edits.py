"""Edits: every change a person can make to a scene graph, as a value, and the one pure function that applies it.

Tables, canvas and uploads all go through here, so a refused edit says why wherever it was made.
Try it: `python -c "from engine.edits import *; help(apply)"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from engine.errors import GraphError, UnknownWord, show
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.taxonomy import Taxonomy

Row: TypeAlias = Mapping[str, str | None]
"""A line of a table; fields that are empty or missing have not been filled in yet."""


@dataclass(frozen=True, slots=True)
class AddObject:
    """A new object; without an `id` it gets the next free one, `o1`, `o2`…"""

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class RenameObject:
    """Another word for the object `id`; its attributes and relations stay."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class RemoveObject:
    """Take the object away, with its attributes and relations."""

    id: str


@dataclass(frozen=True, slots=True)
class CloneObjects:
    """The objects `ids` once more, each with its attributes, and with the relations among them; ids as `clone_ids` says."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """Give the object an attribute; of a kind it can have once, the new value takes the place of the old."""

    object: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class RemoveAttribute:
    """Take one attribute away."""

    object: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class AddRelation:
    """Relate two objects; the kind follows from the phrase."""

    source: str
    phrase: str
    target: str


@dataclass(frozen=True, slots=True)
class RemoveRelation:
    """Take one relation away."""

    source: str
    phrase: str
    target: str


@dataclass(frozen=True, slots=True)
class ChangeRelation:
    """Put the relation `new` in the place of `old`."""

    old: AddRelation
    new: AddRelation


@dataclass(frozen=True, slots=True)
class SetSceneAttribute:
    """Set, or change, one scene attribute."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class RemoveSceneAttribute:
    """Take one scene attribute away."""

    kind: str


@dataclass(frozen=True, slots=True)
class ReplaceGraph:
    """Another graph altogether: composed, read from a caption, or uploaded."""

    graph: SceneGraph


Operation: TypeAlias = (
    AddObject
    | RenameObject
    | RemoveObject
    | CloneObjects
    | SetAttribute
    | RemoveAttribute
    | AddRelation
    | RemoveRelation
    | ChangeRelation
    | SetSceneAttribute
    | RemoveSceneAttribute
    | ReplaceGraph
)


def apply(graph: SceneGraph, operation: Operation, taxonomy: Taxonomy) -> SceneGraph:
    """The graph after one edit; raises `GraphError` or `UnknownWord`, in one sentence, and changes nothing."""
    return apply_all(graph, (operation,), taxonomy)


def apply_all(graph: SceneGraph, operations: Iterable[Operation], taxonomy: Taxonomy) -> SceneGraph:
    """The graph after several edits that belong together; what holds for the result is checked once, at the end."""
    for operation in operations:
        graph = _step(graph, operation, taxonomy)
    taxonomy.check(graph)
    return graph


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


def fresh_id(graph: SceneGraph) -> str:
    """The first of `o1`, `o2`… that no object has."""
    return next(id for n in range(1, len(graph.objects) + 2) if (id := f"o{n}") not in graph.names)


def clone_ids(graph: SceneGraph, ids: Iterable[str]) -> dict[str, str]:
    """The id of each object -> the id that its copy gets, in the order of the graph; raises `GraphError` for an unknown one."""
    wanted = set(ids)
    for id in sorted(wanted):
        _known(graph, id)
    free = (id for n in range(1, 2 * len(graph.objects) + 1) if (id := f"o{n}") not in graph.names)
    return {item.id: next(free) for item in graph.objects if item.id in wanted}


# --- one operation ----------------------------------------------------------------------------------------------------


def _step(graph: SceneGraph, operation: Operation, taxonomy: Taxonomy) -> SceneGraph:
    match operation:
        case ReplaceGraph(new):
            return new
        case AddObject() | RenameObject() | RemoveObject():
            return _object_step(graph, operation)
        case CloneObjects(ids):
            return _clone_step(graph, ids)
        case SetAttribute() | RemoveAttribute():
            return _attribute_step(graph, operation, taxonomy)
        case ChangeRelation(old, new):
            place = _place(graph, old)
            link = _relation(new, taxonomy)
            return replace(graph, relations=(*graph.relations[:place], link, *graph.relations[place + 1 :]))
        case AddRelation():
            return replace(graph, relations=(*graph.relations, _relation(operation, taxonomy)))
        case RemoveRelation():
            place = _place(graph, operation)
            return replace(graph, relations=graph.relations[:place] + graph.relations[place + 1 :])
        case SetSceneAttribute() | RemoveSceneAttribute():
            return _scene_step(graph, operation)


def _object_step(graph: SceneGraph, operation: AddObject | RenameObject | RemoveObject) -> SceneGraph:
    match operation:
        case AddObject(name, id):
            return replace(graph, objects=(*graph.objects, Object(id or fresh_id(graph), name)))
        case RenameObject(id, name):
            _known(graph, id)
            renamed = (Object(id, name) if item.id == id else item for item in graph.objects)
            return replace(graph, objects=tuple(renamed))
        case RemoveObject(id):
            _known(graph, id)
            return replace(
                graph,
                objects=tuple(item for item in graph.objects if item.id != id),
                attributes=tuple(mark for mark in graph.attributes if mark.object != id),
                relations=tuple(link for link in graph.relations if id not in (link.source, link.target)),
            )


def _clone_step(graph: SceneGraph, ids: tuple[str, ...]) -> SceneGraph:
    """Copies go to the end; what joins a copied object to the rest is not copied."""
    if not ids:
        raise GraphError("No object was chosen, so nothing was cloned. Select one or more objects first.")
    new = clone_ids(graph, ids)
    marks = (replace(mark, object=new[mark.object]) for mark in graph.attributes if mark.object in new)
    links = [link for link in graph.relations if link.source in new and link.target in new]
    return replace(
        graph,
        objects=(*graph.objects, *(replace(item, id=new[item.id]) for item in graph.objects if item.id in new)),
        attributes=(*graph.attributes, *marks),
        relations=(
            *graph.relations,
            *(replace(link, source=new[link.source], target=new[link.target]) for link in links),
        ),
    )


def _attribute_step(graph: SceneGraph, operation: SetAttribute | RemoveAttribute, taxonomy: Taxonomy) -> SceneGraph:
    _known(graph, operation.object)
    mark = Attribute(operation.object, operation.kind, operation.value)
    if isinstance(operation, RemoveAttribute):
        if mark not in graph.attributes:
            raise GraphError(f"{show(graph.names[mark.object])} is not {show(mark.value)}, so nothing was removed.")
        return replace(graph, attributes=tuple(other for other in graph.attributes if other != mark))
    kind = taxonomy.attribute_kind.get(mark.kind)
    if kind is None:
        raise UnknownWord(mark.kind, what="a kind of attribute", known=taxonomy.attribute_kind)
    same = [i for i, old in enumerate(graph.attributes) if (old.object, old.kind) == (mark.object, mark.kind)]
    if not (kind.exclusive and same):
        return replace(graph, attributes=(*graph.attributes, mark))
    changed = (mark if i == same[0] else old for i, old in enumerate(graph.attributes) if i not in same[1:])
    return replace(graph, attributes=tuple(changed))


def _relation(link: AddRelation, taxonomy: Taxonomy) -> Relation:
    word = taxonomy.relation.get(link.phrase)
    if word is None:
        raise UnknownWord(link.phrase, what="a relation", known=taxonomy.relation)
    return Relation(link.source, link.target, word.kind, link.phrase)


def _place(graph: SceneGraph, link: AddRelation | RemoveRelation) -> int:
    wanted = link.source, link.phrase, link.target
    for i, old in enumerate(graph.relations):
        if (old.source, old.phrase, old.target) == wanted:
            return i
    ends = (graph.names.get(end, end) for end in (link.source, link.target))
    raise GraphError(f"There is no relation {show(link.phrase)} between {' and '.join(map(show, ends))} any more.")


def _scene_step(graph: SceneGraph, operation: SetSceneAttribute | RemoveSceneAttribute) -> SceneGraph:
    kinds = [kind for kind, _ in graph.scene_attributes]
    if isinstance(operation, RemoveSceneAttribute):
        if operation.kind not in kinds:
            raise GraphError(f"The scene has no {show(operation.kind)}, so nothing was removed.")
        return replace(graph, scene_attributes=tuple(p for p in graph.scene_attributes if p[0] != operation.kind))
    pair = (operation.kind, operation.value)
    if operation.kind not in kinds:
        return replace(graph, scene_attributes=(*graph.scene_attributes, pair))
    changed = (pair if old[0] == operation.kind else old for old in graph.scene_attributes)
    return replace(graph, scene_attributes=tuple(changed))


def _known(graph: SceneGraph, id: str) -> None:
    if id not in graph.names:
        raise GraphError(f"There is no object {show(id)} in this scene any more. Choose one from the list.")


# --- tables to operations: what goes first, then what comes -----------------------------------------------------------


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
