"""Another scene on the desk: drawn from constraints, or brought from elsewhere, without losing the one before.

Try it: `python -m pytest tests/pages/test_form.py`.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from engine.edits import ReplaceGraph
from engine.errors import ConstraintError
from engine.graph import SceneGraph
from engine.sampler import Constraints, Plan, sample, scene_rng
from engine.structure import Structure
from pages.parts.desk.gesture import edit
from pages.parts.desk.kept_json import dumped
from pages.parts.desk.saving import new_session, unplaced
from pages.parts.desk.scene import TAXONOMY, Desk, world
from pages.parts.home import say


def new_scene(desk: Desk, graph: SceneGraph, **more: Any) -> None:
    """Another scene: in this session while it has no pictures, otherwise in a new one, so that none is lost."""
    if desk.pictures or desk.session.deleted:
        new_session(graph, taxonomy=desk.taxonomy, **{"settings": dumped(unplaced(desk.settings)), **more})
        if desk.pictures:
            say("A new scene. The one before is kept, with its pictures, under Sessions.", kind="info")
    else:
        edit(desk, ReplaceGraph(graph), **more)


def compose(desk: Desk, constraints: Constraints, seed: int, *, form: dict[str, Any]) -> None:
    """Draw a scene that meets the constraints; the same seed gives the same scene."""
    name = form["taxonomy"]
    taxonomy = world(name, tuple(form["topics"]) if name != TAXONOMY else ())
    shape = _shape(Plan(constraints, taxonomy), form["structure"])
    graph = sample(constraints, taxonomy, scene_rng(seed, 0), structure=shape)
    settings = dumped({**desk.settings, "modality": constraints.modality})
    there = replace(desk, taxonomy=taxonomy)
    new_scene(there, graph, seed=seed, settings=settings, constraints=dumped({**form, "seed": seed}))


def _shape(plan: Plan, place: int) -> Structure | None:
    """The structure at a place of the list, from 1; None for 0, which is any, and where there is no list."""
    if not place or not plan.listable:
        return None
    if place > len(plan.listed):
        raise ConstraintError(
            f"There is no structure {place:,} among the {len(plan.listed):,} that meet these constraints. "
            "Choose a smaller number, or 0 for any."
        )
    return plan.listed[place - 1]


def surprise() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(1_000_000)
