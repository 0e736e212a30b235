"""Seeds: placements against networkx, numbers and draws against a filtered listing, and the sentences of refusals.

Run it: `pytest tests/engine/test_structure_seed.py`.
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import permutations
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConstraintError
from engine.structure import Structure, StructureQuery, census, contains, count, draw, embeddings, listing
from engine.structure.drawing import unsorted
from engine.structure.table import rows
from tests.engine.test_structure import critical_value, distance, labelled_structures, sorted_structures, to_networkx

PATH = Structure((1, 1, 0), ((0, 1), (1, 2)))
TRIANGLE = Structure((0, 0, 0), ((0, 1), (1, 2), (0, 2)))


def by_hand(shape: Structure, seed: Structure) -> set[tuple[int, ...]]:
    """Every placement, by trying all of them."""
    arcs = set(shape.arcs)
    return {
        place
        for place in permutations(range(shape.objects), seed.objects)
        if all(shape.attributes[v] >= need for v, need in zip(place, seed.attributes, strict=True))
        and all((place[a], place[b]) in arcs for a, b in seed.arcs)
    }


@st.composite
def shapes(make: st.DrawFn, most: int) -> Structure:
    size = make(st.integers(1, most))
    attributes = make(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    pairs = list(permutations(range(size), 2))
    arcs = make(st.lists(st.sampled_from(pairs), unique=True, max_size=9)) if pairs else []
    return Structure(tuple(attributes), tuple(arcs))


@settings(deadline=None, derandomize=True, max_examples=150)
@given(shapes(6), shapes(4))
def test_embeddings_are_all_there_are(shape: Structure, seed: Structure) -> None:
    found = list(embeddings(shape, seed))
    assert len(found) == len(set(found))
    assert set(found) == by_hand(shape, seed)
    assert contains(shape, seed) == bool(found)
    assert list(embeddings(shape, seed, limit=3)) == found[:3]


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.integers(0, 10**6), shapes(4))
def test_embeddings_are_those_of_networkx(place: int, seed: Structure) -> None:
    shape = draw(StructureQuery(complexity=20, objects=(6, 9)), random.Random(place))
    match = nx.algorithms.isomorphism.DiGraphMatcher(
        to_networkx(shape), to_networkx(seed), node_match=lambda a, b: a["attributes"] >= b["attributes"]
    )
    theirs = {tuple(sorted(found, key=found.__getitem__)) for found in match.subgraph_monomorphisms_iter()}
    assert set(embeddings(shape, seed)) == theirs


def test_hopeless_seed_of_single_objects_is_told_at_once() -> None:
    """Ten objects with an attribute each do not fit where nine have one: not tried in all of 9! orders."""
    shape = Structure((1,) * 9 + (0,) * 11, ())
    assert not contains(shape, Structure((1,) * 10, ()))
    assert contains(shape, Structure((1,) * 9, ()))


@pytest.mark.parametrize("seed", [PATH, TRIANGLE, Structure((2, 0), ()), Structure((0, 0, 0, 0), ((0, 2), (1, 2)))])
@pytest.mark.parametrize(
    "chosen", [{}, {"components": (1, 1)}, {"max_degree": 3}, {"components": (2, 3), "max_degree": 2}]
)
def test_listing_is_what_a_filter_finds(seed: Structure, chosen: dict[str, Any]) -> None:
    for complexity in (8, 9):
        expected = [s for s in listing(StructureQuery(complexity=complexity, **chosen)) if by_hand(s, seed)]
        query = StructureQuery(complexity=complexity, seed=seed, **chosen)
        if expected:
            assert list(listing(query)) == expected
            assert count(query) == len(expected)
        else:
            with pytest.raises(ConstraintError, match="the seed graph"):
                count(query)


def test_labelled_number_is_what_brute_force_finds() -> None:
    seed = Structure((1, 0), ((0, 1),))
    found = sum(bool(by_hand(shape, seed)) for shape in labelled_structures(6))
    assert count(StructureQuery(complexity=6, seed=seed), labelled=True) == found > 0


@settings(deadline=None, derandomize=True, max_examples=120)
@given(
    st.integers(3, 9),
    st.sampled_from([row.structure for size in range(1, 7) for row in rows(size)]),
    st.tuples(st.integers(1, 4), st.integers(0, 3)),
    st.none() | st.tuples(st.integers(1, 5), st.integers(0, 2)),
    st.none() | st.integers(0, 3),
)
def test_feasible_is_what_the_table_says(
    complexity: int, seed: Structure, parts: tuple[int, int], objects: tuple[int, int] | None, most: int | None
) -> None:
    query = StructureQuery(
        complexity=complexity,
        seed=seed,
        components=(parts[0], sum(parts)),
        objects=objects and (objects[0], sum(objects)),
        max_attributes_per_object=most,
    )
    if query.feasible():
        assert count(query) > 0
    else:
        with pytest.raises(
            ConstraintError, match=r"^No structure .* (has|contains) .*\. (Set|More than one|Leave|Widen)"
        ):
            count(query)


@pytest.mark.parametrize("labelled", [False, True])
def test_draws_are_uniform(labelled: bool) -> None:
    """Drawn from the table (chi-square at 0.001)."""
    query = StructureQuery(complexity=9, seed=PATH, max_degree=2)
    labellings = {row.structure: row.labellings for row in rows(9)}
    weights = {shape: labellings[shape] if labelled else 1 for shape in listing(query)}
    assert len(weights) > 10
    rng = random.Random(7)
    counts = Counter(draw(query, rng, labelled=labelled) for _ in range(6_000))
    assert distance(counts, weights) < critical_value(len(weights))


def test_draws_beyond_the_table_are_uniform() -> None:
    """Complexity 13 with a triangle and at most 3 relations an object, held against brute force."""
    query = StructureQuery(objects=(5, 5), relations=(6, 6), attributes=(2, 2), seed=TRIANGLE, max_degree=3)
    classes = {shape for shape in sorted_structures(5, 6, 2) if shape.max_degree <= 3 and by_hand(shape, TRIANGLE)}
    rng = random.Random(2)
    counts = Counter(draw(query, rng) for _ in range(20_000))
    assert distance(counts, dict.fromkeys(classes, 1)) < critical_value(len(classes))
    found = census(query)
    assert not found.exact and found.low <= len(classes) <= found.high


def test_large_draws_contain_their_seed() -> None:
    query = StructureQuery(complexity=24, objects=(6, 9), seed=PATH, max_degree=5, components=(1, 3))
    rng = random.Random(4)
    for shape in (draw(query, rng) for _ in range(30)):
        assert contains(shape, PATH) and shape.max_degree <= 5 and shape.components <= 3


def test_draws_before_rejection_meet_the_rest() -> None:
    query = StructureQuery(complexity=16, seed=PATH, components=(2, 2))
    plain, rng = unsorted(query), random.Random(5)
    for shape in (plain(rng) for _ in range(30)):
        assert shape.components == 2 and shape.objects >= 3 and shape.relations >= 2 and shape.attribute_count >= 2


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (
            {"complexity": 4},
            "No structure with the seed graph (objects 3, relations 2, attributes 2) has complexity 4: at least 7 is "
            "needed. Set complexity to 7 or more.",
        ),
        (
            {"complexity": 9, "relations": (0, 1)},
            "No structure with the seed graph (objects 3, relations 2, attributes 2) has 0 to 1 relations: at least 2 "
            "are needed. Set relations to 2-3.",
        ),
        (
            {"complexity": 9, "components": (5, 5)},
            "No structure of complexity 9 with the seed graph (objects 3, relations 2, attributes 2) has 5 components: "
            "at most 3 are possible. Set components to 3 or less, or complexity to 11 or more.",
        ),
        (
            {"complexity": 30, "objects": (3, 8), "max_degree": 1},
            "No structure with the seed graph (objects 3, relations 2, attributes 2) has at most 1 relation at every "
            "object: at least 2 is needed. Set max_degree to 2 or more.",
        ),
    ],
)
def test_seed_that_does_not_fit_is_refused(chosen: dict[str, Any], message: str) -> None:
    query = StructureQuery(seed=PATH, **chosen)
    for attempt in (count, lambda q: draw(q, random.Random(0))):
        with pytest.raises(ConstraintError) as caught:
            attempt(query)
        assert str(caught.value) == message


def test_seed_that_only_a_listing_excludes_is_refused() -> None:
    """A triangle uses up all the degrees of its objects, and the other two cannot have two relations."""
    size: dict[str, Any] = {"objects": (5, 5), "relations": (5, 5), "attributes": (0, 0), "max_degree": 2}
    query = StructureQuery(seed=TRIANGLE, **size)
    assert query.feasible()
    for attempt in (count, listing, lambda q: draw(q, random.Random(0))):
        with pytest.raises(ConstraintError, match="at most 2 relations at every object contains the seed graph"):
            attempt(query)


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        (Structure((0, 0), ((0, 1), (1, 0))), "lead around in a circle, which no structure has"),
        (Structure((), ()), "The seed graph cannot be used. A structure without objects is none"),
        (Structure((0,), ((0, 3),)), r"The seed graph cannot be used. Relation \(0, 3\) leaves"),
        ("dog", "seed cannot be 'dog': give a Structure."),
    ],
)
def test_seed_that_is_no_structure_is_refused(seed: Any, message: str) -> None:
    with pytest.raises(ConstraintError, match=message):
        StructureQuery(complexity=9, seed=seed)


def test_rare_seed_is_refused_after_a_while() -> None:
    """A tournament of 5 among 12 objects and 12 relations."""
    seed = Structure((0,) * 5, tuple((a, b) for a in range(5) for b in range(a + 1, 5)))
    query = StructureQuery(objects=(12, 12), relations=(12, 12), attributes=(4, 4), seed=seed)
    with pytest.raises(ConstraintError, match="Of 5000 structures of complexity 28 none met seed: .* widen seed or"):
        draw(query, random.Random(0))
