"""Edits: every change a person can make to a scene graph, as a value, and the one pure function that applies it.

Tables, canvas and uploads all go through here, so a refused edit says why wherever it was made. `operations` are the
values, `applying` does them, `tables` reads them off edited tables.
Try it: `python -c "from engine.edits import *; help(apply)"`.
"""

from engine.edits.applying import apply, apply_all, clone_ids, fresh_id
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
from engine.edits.tables import Row, from_tables

__all__ = [
    "AddObject",
    "AddRelation",
    "ChangeRelation",
    "CloneObjects",
    "Operation",
    "RemoveAttribute",
    "RemoveObject",
    "RemoveRelation",
    "RemoveSceneAttribute",
    "RenameObject",
    "ReplaceGraph",
    "Row",
    "SetAttribute",
    "SetSceneAttribute",
    "apply",
    "apply_all",
    "clone_ids",
    "fresh_id",
    "from_tables",
]
