"""Constraints, what a drawn scene has to meet, and the sentence for those that mean nothing.

Try it: `python cli.py generate --count 3 --complexity 6 --components 1 --max-degree 2`.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import ConstraintError, show
from engine.graph import SceneGraph
from engine.heldout import HeldOut
from engine.sampler.scenery import scenery
from engine.sampler.urns import urns
from engine.structure import Structure, StructureQuery
from engine.taxonomy import Taxonomy

MODES = ("plausible", "imaginative")
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a drawn scene has to meet; ranges are inclusive, None leaves a number free.

    `complexity` counts objects, attributes and relations; `scene_attributes` is how many of those to add, of the
    kinds that `modality` (image, video, 3d) has; `mean_degree` is 2 x relations / objects. `seed_graph` is kept whole
    inside the scene. With `labelled`, graphs on named objects are equally likely, otherwise structures are.
    `held_out` says which combinations of words a scene must, or must not, have.
    """

    complexity: Range | None = (4, 6)
    objects: Range | None = None
    attributes: Range | None = None
    relations: Range | None = None
    components: Range | None = None
    max_degree: int | None = None
    mean_degree: tuple[float, float] | None = None
    scene_attributes: Range = (0, 2)
    mode: str = "plausible"
    modality: str = "image"
    seed_graph: SceneGraph | None = None
    labelled: bool = False
    held_out: HeldOut | None = None

    def query(self, complexity: int | None, taxonomy: Taxonomy) -> StructureQuery:
        """The constraints on shape alone, bounded by what the taxonomy can fill."""
        seed = self.seed_graph
        return StructureQuery(
            complexity=complexity,
            objects=_within(self.objects, taxonomy.max_objects),
            relations=self.relations,
            attributes=self.attributes,
            components=self.components,
            max_degree=self.max_degree,
            mean_degree=self.mean_degree,
            max_attributes_per_object=most_attributes(taxonomy),
            seed=None if seed is None else shape_of(seed),
        )


def shape_of(graph: SceneGraph) -> Structure:
    """The structure of a graph: object i is the i-th of the graph."""
    place = {item.id: i for i, item in enumerate(graph.objects)}
    return Structure(
        tuple(len(graph.attributes_of[item.id]) for item in graph.objects),
        tuple((place[link.source], place[link.target]) for link in graph.relations),
    )


def most_attributes(taxonomy: Taxonomy) -> int | None:
    """How many attributes the best object of the taxonomy can carry."""
    if not taxonomy.kinds:
        return taxonomy.max_attributes
    return urns(taxonomy).capacity


def _within(wanted: Range | None, most: int | None) -> Range | None:
    if most is None:
        return wanted
    if wanted is not None and wanted[0] > most:
        raise ConstraintError(
            f"This taxonomy draws at most {most} objects, {wanted[0]} were asked for. Ask for {most}."
        )
    return (wanted[0], min(wanted[1], most)) if wanted else (1, most)


def check(constraints: Constraints, taxonomy: Taxonomy) -> None:
    """Raise `ConstraintError` for values that mean nothing, before anything is drawn."""
    if constraints.mode not in MODES:
        raise ConstraintError(f"{show(constraints.mode)} is not a mode. Choose {' or '.join(MODES)}.")
    for name in ("complexity", "objects", "attributes", "relations", "components", "scene_attributes"):
        limits = getattr(constraints, name)
        if limits is not None and (limits[0] < 0 or limits[1] < limits[0]):
            raise ConstraintError(
                f"{name.replace('_', ' ').capitalize()} {limits[0]}-{limits[1]} is not a range. Put the smaller first."
            )
    _check_size(constraints, taxonomy)
    _check_scenery(constraints, taxonomy)
    if constraints.seed_graph is not None:
        _check_seed(constraints.seed_graph, taxonomy)


def _check_size(constraints: Constraints, taxonomy: Taxonomy) -> None:
    objects, marks = taxonomy.max_objects, most_attributes(taxonomy)
    if constraints.complexity is None or objects is None or marks is None:
        return
    relations = objects * (objects - 1) // 2
    most = objects + objects * marks + relations
    if constraints.complexity[1] > most:
        raise ConstraintError(
            f"The {taxonomy.name} taxonomy reaches complexity {most} ({objects} objects with {marks} attributes each and "
            f"{relations} relations), {constraints.complexity[1]} was asked for. Ask for {most} or less."
        )


def _check_scenery(constraints: Constraints, taxonomy: Taxonomy) -> None:
    most = len(scenery(taxonomy, constraints.modality).kinds)
    if constraints.scene_attributes[0] > most:
        raise ConstraintError(
            f"The {taxonomy.name} taxonomy has {most} kinds of scene attributes, {constraints.scene_attributes[0]} were "
            f"asked for. Ask for {most} or fewer."
        )


def _check_seed(seed: SceneGraph, taxonomy: Taxonomy) -> None:
    taxonomy.check(seed)
    if not seed.objects:
        raise ConstraintError("The seed graph has no objects. Give it at least one, or leave it out.")
    if not seed.acyclic:
        raise ConstraintError("The relations of the seed graph lead around in a circle. Remove or turn one of them.")
    pairs = [(link.source, link.target) for link in seed.relations]
    if len(set(pairs)) < len(pairs):
        raise ConstraintError("The seed graph has two relations from one object to another. Keep one of them.")
