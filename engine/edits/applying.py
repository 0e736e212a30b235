"""One pure function that applies an operation to a scene graph, or says in one sentence why it cannot be.

Try it: `python -c "from engine.edits import *; help(apply)"`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.edits.operations import (
    AddObject,
    AddRelation,
    ChangeRelation,
    CloneObjects,
    Operation,
    RemoveAttribute,
    RemoveObject,
    RemoveRelation,
    RemoveSceneAttribute,
    RenameObject,
    ReplaceGraph,
    SetAttribute,
    SetSceneAttribute,
)
from engine.errors import GraphError, UnknownWord, show
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.taxonomy import Taxonomy


def apply(graph: SceneGraph, operation: Operation, taxonomy: Taxonomy) -> SceneGraph:
    """The graph after one edit; raises `GraphError` or `UnknownWord`, in one sentence, and changes nothing."""
    return apply_all(graph, (operation,), taxonomy)


def apply_all(graph: SceneGraph, operations: Iterable[Operation], taxonomy: Taxonomy) -> SceneGraph:
    """The graph after several edits that belong together; what holds for the result is checked once, at the end."""
    for operation in operations:
        graph = _step(graph, operation, taxonomy)
    taxonomy.check(graph)
    return graph


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
