"""How many relations a structure can have: by formula, from its objects, components, highest degree and seed.

Try it: `python -c "from engine.structure.reach import relation_limits; print(relation_limits(5, (2, 3)))"` prints (2, 6).
"""

from __future__ import annotations

from engine.structure.canonical import Structure

Range = tuple[int, int]


def relation_limits(
    objects: int, components: Range | None, max_degree: int | None = None, seed: Structure | None = None
) -> Range:
    """The fewest and the most relations of a structure of so many objects; reversed, such as (1, 0), if there is none.

    Any simple graph can be directed without a cycle, so this is about simple graphs, and every number in between
    occurs: with k components from (the seed and a forest around it) to (all objects that can be joined, joined).
    With both `max_degree` and a seed the limits are wide: they may hold numbers that do not occur.
    """
    fewest, most = components or (1, objects)
    blocks = _blocks(objects, seed)
    if fewest > len(blocks) or (seed and (seed.objects > objects or _too_dense(seed, max_degree))):
        return 1, 0
    low = (seed.relations if seed else 0) + max(0, len(blocks) - most)
    *alone, _ = blocks[: max(fewest, 1)]  # the smallest stay by themselves, all others make one component
    high = sum(_pairs(size) for size in alone) + _pairs(objects - sum(alone))
    if max_degree is not None:
        high = min(high, _most_relations(objects, max(fewest, 1), max_degree))
    return low, high


def _blocks(objects: int, seed: Structure | None) -> list[int]:
    """Sizes of what is joined already, ascending: the single objects, then the components of the seed."""
    if seed is None:
        return [1] * objects
    return [1] * (objects - seed.objects) + sorted(seed.component_sizes)


def _too_dense(seed: Structure, max_degree: int | None) -> bool:
    return max_degree is not None and seed.max_degree > max_degree


def _pairs(objects: int) -> int:
    return objects * (objects - 1) // 2


def _most_relations(objects: int, components: int, max_degree: int) -> int:
    """The most relations of so many objects in so many components, none with more than `max_degree`.

    As many components as possible are complete graphs of max_degree + 1 objects, and one of them takes the remainder.
    """
    spare = objects - components
    if spare <= max_degree:
        return spare * (spare + 1) // 2
    full = min(components, spare // max_degree) if max_degree else 0
    return max_degree * (spare + full) // 2
