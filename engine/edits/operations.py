"""Every change a person can make to a scene graph, as a value: what was done, before anything is known of whether it may be.

Try it: `python -c "from engine.edits.operations import AddObject; print(AddObject('dog'))"`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.graph import SceneGraph


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
