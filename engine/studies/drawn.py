"""The scenes that studies look at: equally many for each number of objects, sparse and dense ones in turn.

Scene i of a size depends on the seed, the size and i alone, so a longer study keeps the scenes of a shorter one.
Try it: `python cli.py study coverage --objects 3-5 --scenes 2`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import ConstraintError
from engine.graph import SceneGraph
from engine.sampler import Constraints, Plan, check, sample, scene_rng
from engine.taxonomy import Taxonomy

DENSITIES = (2.0, 2.5, 3.0)
"""Complexity per object, in turn."""
STRIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A scene of a study; `id` names its mode and size, too."""

    id: str
    objects: int
    graph: SceneGraph


def sizes_within(sizes: tuple[int, int], taxonomy: Taxonomy) -> list[int]:
    """The numbers of objects of a range that the taxonomy can draw; raises `ConstraintError` for none."""
    low, high = sizes
    most = min(high, taxonomy.max_objects or high)
    if low < 1 or most < low:
        raise ConstraintError(
            f"The {taxonomy.name} taxonomy has no scenes of {low}-{high} objects. Ask for some of 1-{taxonomy.max_objects or 20}."
        )
    return list(range(low, most + 1))


def evenly(total: int, sizes: list[int]) -> dict[int, int]:
    """Size -> how many of `total` scenes it gets; the first sizes get one more where that does not come out even."""
    each, more = divmod(total, len(sizes))
    return {size: each + (i < more) for i, size in enumerate(sizes)}


def draw(
    taxonomy: Taxonomy, numbers: dict[int, int], *, mode: str, seed: int, scene_attributes: tuple[int, int] = (0, 2)
) -> Iterator[Drawn]:
    """`numbers[n]` scenes of n objects each, the smallest first; raises `ConstraintError` for an unknown mode."""
    for objects, count in numbers.items():
        check(_constraints(objects, DENSITIES[0], mode, scene_attributes), taxonomy)
        plans = [Plan(_constraints(objects, d, mode, scene_attributes), taxonomy) for d in DENSITIES[:count]]
        for i in range(count):
            plan, rng = plans[i % len(plans)], scene_rng(seed, objects * STRIDE + i)
            graph = sample(plan.constraints, taxonomy, rng, structure=plan.structure(i, rng))
            yield Drawn(f"{mode}-{seed}-{objects}-{i}", objects, graph)


def _constraints(objects: int, density: float, mode: str, scene_attributes: tuple[int, int]) -> Constraints:
    complexity = round(density * objects)
    return Constraints(
        complexity=(complexity, complexity),
        objects=(objects, objects),
        scene_attributes=scene_attributes,
        mode=mode,
    )
