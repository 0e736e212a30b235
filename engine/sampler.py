"""Constraints + structure + taxonomy -> SceneGraph: a shape is drawn uniformly, then filled with typed words.

Scene i of run s depends on (s, i) alone, whatever the number of workers.
Try it: `python cli.py generate --count 3 --complexity 4-6 --seed 1`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import ConstraintError, GraphError, show
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.structure import Structure, StructureQuery, draw
from engine.taxonomy import AttributeKind, Taxonomy

MODES = ("plausible", "imaginative")
FILLINGS = 200
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a drawn scene has to meet; ranges are inclusive, None leaves a number free.

    `complexity` counts objects, attributes and relations; `scene_attributes` is how many of those to add;
    `mean_degree` is 2 x relations / objects.
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

    def query(self, complexity: int | None, taxonomy: Taxonomy) -> StructureQuery:
        """The constraints on shape alone, bounded by what the taxonomy can fill."""
        return StructureQuery(
            complexity=complexity,
            objects=_within(self.objects, taxonomy.max_objects),
            relations=self.relations,
            attributes=self.attributes,
            components=self.components,
            max_degree=self.max_degree,
            mean_degree=self.mean_degree,
            max_attributes_per_object=taxonomy.max_attributes,
        )


def _within(wanted: Range | None, most: int | None) -> Range | None:
    if most is None:
        return wanted
    if wanted is not None and wanted[0] > most:
        raise ConstraintError(
            f"This taxonomy draws at most {most} objects, {wanted[0]} were asked for. Ask for {most}."
        )
    return (wanted[0], min(wanted[1], most)) if wanted else (1, most)


def scene_rng(seed: int, index: int) -> random.Random:
    """The generator of scene `index` in the run of `seed`."""
    return random.Random(f"scenewright/{seed}/{index}")


def sample(constraints: Constraints, taxonomy: Taxonomy, rng: random.Random) -> SceneGraph:
    """One scene; raises `ConstraintError` with the culprit when none can meet the constraints."""
    check(constraints, taxonomy)
    complexity = _number(constraints.complexity, rng)
    structure = draw(constraints.query(complexity, taxonomy), rng)
    for _ in range(FILLINGS):
        graph = _fill(structure, constraints, taxonomy, rng)
        try:
            taxonomy.check(graph)
        except GraphError:
            continue
        return graph
    raise ConstraintError(
        f"No words of the {taxonomy.name} taxonomy fit a shape with {structure.relations} relations among "
        f"{structure.objects} objects. Ask for fewer relations."
    )


def scenes(constraints: Constraints, taxonomy: Taxonomy, *, seed: int, count: int) -> Iterator[SceneGraph]:
    """The first `count` scenes of the run of `seed`."""
    for index in range(count):
        yield sample(constraints, taxonomy, scene_rng(seed, index))


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
    most = len(taxonomy.scene_kinds)
    if constraints.scene_attributes[0] > most:
        raise ConstraintError(
            f"The {taxonomy.name} taxonomy has {most} kinds of scene attributes, {constraints.scene_attributes[0]} were "
            f"asked for. Ask for {most} or fewer."
        )


def _check_size(constraints: Constraints, taxonomy: Taxonomy) -> None:
    objects, marks = taxonomy.max_objects, taxonomy.max_attributes
    if constraints.complexity is None or objects is None or marks is None:
        return
    relations = objects * (objects - 1) // 2
    most = objects + objects * marks + relations
    if constraints.complexity[1] > most:
        raise ConstraintError(
            f"The {taxonomy.name} taxonomy reaches complexity {most} ({objects} objects with {marks} attributes each and "
            f"{relations} relations), {constraints.complexity[1]} was asked for. Ask for {most} or less."
        )


def _number(limits: Range | None, rng: random.Random) -> int | None:
    return None if limits is None else rng.randint(*limits)


# --- filling a shape with words ---------------------------------------------------------------------------------------


def _fill(structure: Structure, constraints: Constraints, taxonomy: Taxonomy, rng: random.Random) -> SceneGraph:
    objects = tuple(
        Object(f"o{i + 1}", name) for i, name in enumerate(_names(structure.objects, constraints, taxonomy, rng))
    )
    marks = tuple(
        mark
        for item, count in zip(objects, structure.attributes, strict=True)
        for mark in _marks(item, count, taxonomy, rng)
    )
    links = tuple(_relation(objects[s], objects[t], taxonomy, rng) for s, t in structure.arcs)
    return SceneGraph(objects, marks, links, _scene(constraints, taxonomy, rng))


def _names(count: int, constraints: Constraints, taxonomy: Taxonomy, rng: random.Random) -> list[str]:
    """A plausible scene keeps to three kinds of things, an imaginative one takes any."""
    kinds = sorted({noun.kind for noun in taxonomy.nouns})
    if constraints.mode == "plausible":
        kinds = rng.sample(kinds, min(len(kinds), 3))
    pool = [noun.name for noun in taxonomy.nouns if noun.kind in kinds]
    return [rng.choice(pool) for _ in range(count)]


def _marks(item: Object, count: int, taxonomy: Taxonomy, rng: random.Random) -> Iterator[Attribute]:
    """`count` attributes by kind, then value; an exclusive kind is drawn once, others while they have values."""
    left = list(taxonomy.attribute_kinds)
    taken: set[str] = set()
    for _ in range(count):
        if not left:
            raise ConstraintError(
                f"An object of the {taxonomy.name} taxonomy has no {count} attributes. Ask for fewer."
            )
        kind: AttributeKind = rng.choice(left)
        values = [value for value in kind.values if value not in taken]
        value = rng.choice(values)
        taken.add(value)
        if kind.exclusive or len(values) == 1:
            left.remove(kind)
        yield Attribute(item.id, kind.name, value)


def _relation(source: Object, target: Object, taxonomy: Taxonomy, rng: random.Random) -> Relation:
    kind = rng.choice(sorted({word.kind for word in taxonomy.relation_words}))
    word = rng.choice([word for word in taxonomy.relation_words if word.kind == kind])
    return Relation(source.id, target.id, word.kind, word.phrase)


def _scene(constraints: Constraints, taxonomy: Taxonomy, rng: random.Random) -> tuple[tuple[str, str], ...]:
    low, high = constraints.scene_attributes
    count = rng.randint(low, max(low, min(high, len(taxonomy.scene_kinds))))
    kinds = sorted(rng.sample(range(len(taxonomy.scene_kinds)), count))
    picked = [taxonomy.scene_kinds[i] for i in kinds]
    return tuple((kind.name, rng.choice(list(kind.phrases))) for kind in picked)


def exactly(constraints: Constraints, **numbers: int) -> Constraints:
    """The constraints with exact numbers: `exactly(c, objects=3)`; complexity follows from them where all are given."""
    ranges: dict[str, Any] = {name: (value, value) for name, value in numbers.items()}
    changed = replace(constraints, **ranges)
    return replace(changed, complexity=None) if {"objects", "attributes", "relations"} <= numbers.keys() else changed
