"""StructureQuery, what a structure shall look like, and the sizes (objects, relations, attributes) that can meet it.

Try it: `python -c "from engine.structure import *; print(count(StructureQuery(complexity=8, components=(1, 1))))"`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import ConstraintError, GraphError
from engine.structure.canonical import Structure, canonical
from engine.structure.reach import Range, relation_limits

Size = tuple[int, int, int]  # objects, relations, attributes

# Mean degrees are fractions: a person who types 1.333 means 4/3.
MEAN_DEGREE_TOLERANCE = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureQuery:
    """What a structure shall look like; every range is (lowest, highest), both included, and None means any.

    Without `complexity` the size must be bounded by ranges for objects, relations and attributes. `max_degree` is
    the most relations, in and out, at one object; `mean_degree` is 2 x relations / objects, compared to 0.0005.
    A structure contains `seed` if the seed's objects can be placed in it, each on one of its own, so that arcs lie on
    arcs and no object has fewer attributes than the one placed there.
    Raises ConstraintError, naming the value, for what is no number, negative, reversed or unbounded, and for a seed
    with a circle. Whether any structure meets the query is not asked here but by `count`, `listing` and `draw`.
    """

    complexity: int | None = None
    objects: Range | None = None
    relations: Range | None = None
    attributes: Range | None = None
    components: Range | None = None
    max_degree: int | None = None
    mean_degree: tuple[float, float] | None = None
    max_attributes_per_object: int | None = None
    seed: Structure | None = None

    def __post_init__(self) -> None:
        for name, least in (("complexity", 1), ("max_degree", 0), ("max_attributes_per_object", 0)):
            _check_number(name, getattr(self, name), least=least)
        for name, least in (("objects", 1), ("relations", 0), ("attributes", 0), ("components", 1)):
            _check_range(name, getattr(self, name), least=least)
        _check_range("mean_degree", self.mean_degree, least=0, whole=False)
        _check_seed(self.seed)
        missing = [name for name in ("objects", "relations", "attributes") if getattr(self, name) is None]
        if self.complexity is None and missing:
            raise ConstraintError(
                f"Without a complexity the size has no bound: set complexity, or also {' and '.join(missing)}."
            )

    @property
    def largest_complexity(self) -> int:
        """An upper bound of the complexity of anything that meets the query."""
        if self.complexity is not None:
            return self.complexity
        assert self.objects and self.relations and self.attributes  # __post_init__ saw to it
        objects, relations, attributes = self.objects[1], self.relations[1], self.attributes[1]
        if self.max_attributes_per_object is not None:
            attributes = min(attributes, objects * self.max_attributes_per_object)
        return objects + min(relations, objects * (objects - 1) // 2) + attributes

    def sizes(self) -> Iterator[Size]:
        """Every (objects, relations, attributes) with at least one structure that meets the query, ascending."""
        for objects in self.object_range():
            for relations in self.relation_range(objects):
                if self.complexity is None:
                    yield from ((objects, relations, number) for number in self._attribute_range(objects))
                else:
                    yield objects, relations, self.complexity - objects - relations

    def feasible(self) -> bool:
        """Whether any structure meets the query; by formula, so at any size and at once.

        With a seed and `max_degree` together, only whether none is known to be impossible.
        """
        return any(self.relation_range(objects) for objects in self.object_range())

    def object_range(self) -> range:
        """Numbers of objects to consider; not each of them need be possible."""
        low, high = self.objects or (1, self.largest_complexity)
        return range(max(low, self.seed.objects if self.seed else 1), min(high, self.largest_complexity) + 1)

    def relation_range(self, objects: int) -> range:
        """Numbers of relations of the structures with so many objects that meet the query; it has no gaps."""
        attributes, relations = self._attribute_range(objects), self._free_relation_range(objects)
        if not attributes or not relations or self.complexity is None:
            return relations if attributes else range(0)
        rest = self.complexity - objects
        return range(max(relations[0], rest - attributes[-1]), min(relations[-1], rest - attributes[0]) + 1)

    def _attribute_range(self, objects: int) -> range:
        low, high = self.attributes or (0, self.largest_complexity)
        if self.seed:
            low = max(low, self.seed.attribute_count)
        if self.max_attributes_per_object is not None:
            if self.seed and max(self.seed.attributes) > self.max_attributes_per_object:
                return range(0)
            high = min(high, objects * self.max_attributes_per_object)
        return range(low, high + 1)

    def _free_relation_range(self, objects: int) -> range:
        """Numbers of relations that some structure of so many objects has, whatever its attributes."""
        low, high = relation_limits(objects, self.components, self.max_degree, self.seed)
        if self.relations is not None:
            low, high = max(low, self.relations[0]), min(high, self.relations[1])
        if self.mean_degree is not None:
            least, top = (value * objects / 2 for value in self.mean_degree)
            slack = MEAN_DEGREE_TOLERANCE * objects / 2
            low, high = max(low, math.ceil(least - slack)), min(high, math.floor(top + slack))
        return range(low, high + 1)


def _check_number(name: str, value: object, *, least: int) -> None:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConstraintError(f"{name} cannot be {value!r}: give a whole number, {least} or more.")
    if value < least:
        raise ConstraintError(f"{name} cannot be {value}: give {least} or more.")


def _check_range(name: str, value: object, *, least: int, whole: bool = True) -> None:
    if value is None:
        return
    kinds = (int,) if whole else (int, float)
    noun = "whole numbers" if whole else "numbers"
    if (
        not isinstance(value, tuple)
        or len(value) != 2
        or any(not isinstance(end, kinds) or isinstance(end, bool) or not math.isfinite(end) for end in value)
    ):
        raise ConstraintError(f"{name} cannot be {value!r}: give a pair of {noun}, (lowest, highest).")
    low, high = value
    if low > high:
        raise ConstraintError(f"{name} cannot be ({low}, {high}): the lowest comes first, ({high}, {low}).")
    if low < 0 or high < least:
        raise ConstraintError(f"{name} cannot be ({low}, {high}): give {least} or more.")


def _check_seed(seed: object) -> None:
    if seed is None:
        return
    if not isinstance(seed, Structure):
        raise ConstraintError(f"seed cannot be {seed!r}: give a Structure.")
    try:
        canonical(seed.attributes, seed.arcs)
    except GraphError as error:
        raise ConstraintError(f"The seed graph cannot be used. {error}") from error
    if not seed.acyclic:
        raise ConstraintError(
            "The relations of the seed graph lead around in a circle, which no structure has: remove or turn one of them."
        )
