"""Numbers and draws by components: the Euler transform held against the table, against brute force and chi-square.

Run it: `pytest tests/engine/test_structure_components.py`.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConstraintError
from engine.structure import StructureQuery, canonical, count, draw, drawer
from engine.structure.burnside import Census
from engine.structure.components import Components
from engine.structure.connected import ConnectedSampler
from engine.structure.counting import formula
from engine.structure.layers import Sampler
from engine.structure.table import rows
from tests.engine.test_structure import (
    CONNECTED,
    acyclic,
    critical_value,
    distance,
    labelled_structures,
    sorted_structures,
)

EULER_TO_18 = [
    1243,
    3461,
    10083,
    30143,
    93088,
    294986,
    960500,
    3203815,
]  # the univariate transform, below, says the same


def of(complexity: int, *, labelled: bool = False, most: int | None = None) -> Components:
    sizes = list(StructureQuery(complexity=complexity, max_attributes_per_object=most).sizes())
    return Components(Census(complexity, complexity, max_attributes_per_object=most), sizes, labelled=labelled)


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("most", [None, 1])
@pytest.mark.parametrize("complexity", [1, 2, 5, 9, 11])
def test_formula_agrees_with_the_table_in_every_size(complexity: int, most: int | None, labelled: bool) -> None:
    listed: Counter[tuple[tuple[int, int, int], int]] = Counter()
    for row in rows(complexity):
        shape = row.structure
        if most is None or max(shape.attributes) <= most:
            size = shape.objects, shape.relations, shape.attribute_count
            listed[size, row.components] += row.labellings if labelled else 1
    numbers = of(complexity, labelled=labelled, most=most)
    for size in StructureQuery(complexity=complexity, max_attributes_per_object=most).sizes():
        for low in range(1, size[0] + 1):
            for high in range(low, size[0] + 2):
                expected = sum(listed[size, k] for k in range(low, high + 1))
                assert numbers.number(size, (low, high)) == expected


def test_labelled_formula_is_what_brute_force_finds() -> None:
    found = Counter(shape.components for shape in labelled_structures(6))
    query = {k: StructureQuery(complexity=6, components=(k, k)) for k in found}
    assert {k: formula(q, labelled=True) for k, q in query.items()} == found
    assert {k: count(q, labelled=True) for k, q in query.items()} == found


def test_connected_numbers_are_the_inverse_euler_transform_of_all() -> None:
    """One variable instead of three, and another program: n t(n) = sum of b(k) t(n - k), b(n) = sum over d | n of d c(d)."""
    total = [1] + [count(StructureQuery(complexity=n)) for n in range(1, 19)]
    b, connected = [0], [0]
    for n in range(1, 19):
        b.append(n * total[n] - sum(b[k] * total[n - k] for k in range(1, n)))
        connected.append((b[n] - sum(d * connected[d] for d in range(1, n) if n % d == 0)) // n)
    assert connected[1:] == CONNECTED + EULER_TO_18
    found = [count(StructureQuery(complexity=n, components=(1, 1))) for n in range(1, 19)]
    assert found == connected[1:]


@pytest.mark.parametrize("labelled", [False, True])
def test_components_add_up_to_all_at_any_size(labelled: bool) -> None:
    query = {"complexity": 30, "objects": (4, 9), "relations": (3, 12)}
    whole = count(StructureQuery(**query), labelled=labelled)
    parts = [count(StructureQuery(**query, components=(k, k)), labelled=labelled) for k in range(1, 8)]
    assert sum(parts) == whole and min(parts) > 0
    assert count(StructureQuery(**query, components=(2, 20)), labelled=labelled) == whole - parts[0]


def test_a_range_that_excludes_nothing_changes_nothing() -> None:
    query = StructureQuery(complexity=15, components=(1, 15), max_degree=14)
    assert count(query) == count(StructureQuery(complexity=15)) == 193580


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.integers(13, 30), st.integers(1, 6), st.integers(0, 3), st.booleans(), st.integers(0, 99))
def test_large_draws_meet_their_query(complexity: int, low: int, more: int, labelled: bool, seed: int) -> None:
    query = StructureQuery(complexity=complexity, objects=(6, 9), components=(low, low + more))
    shape = draw(query, random.Random(seed), labelled=labelled)
    assert shape.complexity == complexity and 6 <= shape.objects <= 9
    assert low <= shape.components <= low + more
    assert acyclic(shape) and canonical(shape.attributes, shape.arcs) == shape


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize(("components", "classes"), [((1, 1), 70), ((2, 2), 64), ((2, 4), 112)])
def test_formula_draws_are_uniform(components: tuple[int, int], classes: int, labelled: bool) -> None:
    """The sampler for large sizes, held against the table at complexity 8 (chi-square at 0.001)."""
    weights = {r.structure: r.labellings for r in rows(8) if components[0] <= r.components <= components[1]}
    assert len(weights) == classes
    sizes = tuple(StructureQuery(complexity=8, components=components).sizes())
    census = Census(8, 7)
    numbers = Components(census, sizes, labelled=labelled)
    sampler = ConnectedSampler(Sampler(census, (), labelled=labelled), numbers, sizes, components)
    rng = random.Random(11)
    counts = Counter(canonical(*sampler.draw(rng)) for _ in range(8_000))
    assert distance(counts, weights if labelled else dict.fromkeys(weights, 1)) < critical_value(classes)


def test_draws_beyond_the_table_are_uniform() -> None:
    """Complexity 13, so large parts are drawn again until they are connected (chi-square at 0.001)."""
    query = StructureQuery(objects=(6, 6), relations=(6, 6), attributes=(1, 1), components=(1, 2))
    classes = {shape for shape in sorted_structures(6, 6, 1) if shape.components <= 2}
    assert count(query) == len(classes)
    found, rng = drawer(query), random.Random(3)
    counts = Counter(found(rng) for _ in range(20_000))
    assert distance(counts, dict.fromkeys(classes, 1)) < critical_value(len(classes))


def test_part_too_rare_to_draw_says_so() -> None:
    """Among 20 objects with 19 relations one structure in a thousand is in one piece: one attempt will not find it."""
    sizes = ((20, 19, 0),)
    census = Census(20, 19)
    sampler = ConnectedSampler(Sampler(census, ()), Components(census, sizes), sizes, (1, 1), limit=1)
    with pytest.raises(
        ConstraintError, match="Of 1 structures with 20 objects and 19 relations .* allow more components"
    ):
        sampler.draw(random.Random(0))
