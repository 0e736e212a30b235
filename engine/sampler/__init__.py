"""Constraints + structure + taxonomy -> SceneGraph: a shape is drawn uniformly, then filled with typed words.

Scene i of run s depends on (s, i) alone, whatever the number of workers.
Try it: `python cli.py generate --count 3 --complexity 4-6 --seed 1`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.errors import ConstraintError
from engine.graph import SceneGraph
from engine.heldout import pairs_of
from engine.sampler.constraints import MODES, Constraints, Range, check
from engine.sampler.draft import Draft
from engine.sampler.plan import Plan
from engine.sampler.scenery import MODALITIES, scenery
from engine.sampler.seeded import Seeded
from engine.sampler.urns import urns
from engine.structure import Structure
from engine.taxonomy import Taxonomy

__all__ = [
    "MODALITIES",
    "MODES",
    "Constraints",
    "Draft",
    "Plan",
    "Range",
    "check",
    "draft",
    "exactly",
    "sample",
    "scene_rng",
    "scenes",
]

FILLINGS = 200


def scene_rng(seed: int, index: int, rng: random.Random | None = None) -> random.Random:
    """The generator of scene `index` in the run of `seed`: a new one, or `rng` seeded anew."""
    rng = rng or random.Random(0)
    rng.seed(f"scenewright/{seed}/{index}")
    return rng


def sample(
    constraints: Constraints, taxonomy: Taxonomy, rng: random.Random, *, structure: Structure | None = None
) -> SceneGraph:
    """One scene, of the given structure or of one drawn; raises `ConstraintError` with the culprit when none can be."""
    if structure is None:
        check(constraints, taxonomy)
        structure = Plan(constraints, taxonomy).structure(0, rng)
    if constraints.mode == "imaginative" or constraints.seed_graph is not None:
        return draft(constraints, taxonomy, rng, structure).graph()
    return _sensible(constraints, taxonomy, rng, structure)


def draft(constraints: Constraints, taxonomy: Taxonomy, rng: random.Random, structure: Structure) -> Draft:
    """The structure filled with any words that do not contradict each other; a seed graph is kept whole.

    Raises `ConstraintError` where no words fit in `FILLINGS` tries.
    """
    split = constraints.held_out
    for _ in range(FILLINGS):
        found = _fill(constraints, taxonomy, rng, structure)
        if found.orderly(taxonomy) and (split is None or split.accepts(found.pairs())):
            return found
    raise _unfillable(taxonomy, structure, constraints)


def _fill(constraints: Constraints, taxonomy: Taxonomy, rng: random.Random, structure: Structure) -> Draft:
    words = urns(taxonomy)
    scene = scenery(taxonomy, constraints.modality)
    if constraints.seed_graph is not None:
        return Seeded(constraints.seed_graph, taxonomy).fill(structure, constraints.scene_attributes, words, scene, rng)
    nouns = [words.noun(rng, need) for need in structure.attributes]
    return Draft(
        structure,
        nouns,
        [words.marks(noun, need, rng) if need else [] for noun, need in zip(nouns, structure.attributes, strict=True)],
        [words.relation(rng) for _ in structure.arcs],
        scene.draw(constraints.scene_attributes, rng),
    )


def _sensible(constraints: Constraints, taxonomy: Taxonomy, rng: random.Random, structure: Structure) -> SceneGraph:
    from engine import sensible  # its tables are read only where scenes have to make sense

    scene, split = scenery(taxonomy, constraints.modality), constraints.held_out
    for _ in range(FILLINGS):
        graph = sensible.fill(structure, taxonomy, rng)
        if not taxonomy.circles(graph) and (split is None or split.accepts(pairs_of(graph))):
            return replace(graph, scene_attributes=tuple(scene.draw(constraints.scene_attributes, rng)))
    raise _unfillable(taxonomy, structure, constraints)


def _unfillable(taxonomy: Taxonomy, structure: Structure, constraints: Constraints) -> ConstraintError:
    if constraints.held_out is not None:
        return ConstraintError(
            f"No scene of the {constraints.held_out.split} split was found in {FILLINGS} tries: "
            f"{constraints.held_out.share:.0%} of the combinations are held out. Choose another share."
        )
    return ConstraintError(
        f"No words of the {taxonomy.name} taxonomy fit a shape with {structure.relations} relations among "
        f"{structure.objects} objects. Ask for fewer relations."
    )


def scenes(constraints: Constraints, taxonomy: Taxonomy, *, seed: int, count: int) -> Iterator[SceneGraph]:
    """The first `count` scenes of the run of `seed`."""
    plan = Plan(constraints, taxonomy)
    for index in range(count):
        rng = scene_rng(seed, index)
        yield sample(constraints, taxonomy, rng, structure=plan.structure(index, rng))


def exactly(constraints: Constraints, **numbers: int) -> Constraints:
    """The constraints with exact numbers: `exactly(c, objects=3)`; complexity follows from them where all are given."""
    ranges: dict[str, Any] = {name: (value, value) for name, value in numbers.items()}
    changed = replace(constraints, **ranges)
    return replace(changed, complexity=None) if {"objects", "attributes", "relations"} <= numbers.keys() else changed
