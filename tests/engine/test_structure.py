"""Structures are counted, listed and drawn exactly; checked against brute force, published counts and chi-square.

Run it: `pytest tests/engine/test_structure.py`.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from itertools import combinations, permutations, product
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConstraintError, GraphError
from engine.structure import Structure, StructureQuery, canonical, count, draw, listing
from engine.structure.burnside import Census, cycle_types
from engine.structure.layers import Sampler
from engine.structure.table import rows

ALL = [1, 2, 4, 8, 17, 37, 83, 193, 469, 1171]
CONNECTED = [1, 1, 2, 3, 7, 13, 31, 70, 179, 454]


def to_networkx(shape: Structure) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from((i, {"attributes": number}) for i, number in enumerate(shape.attributes))
    graph.add_edges_from(shape.arcs)
    return graph


def acyclic(shape: Structure) -> bool:
    return nx.is_directed_acyclic_graph(to_networkx(shape))


def same_class(a: Structure, b: Structure) -> bool:
    match = nx.algorithms.isomorphism.categorical_node_match("attributes", 0)
    return bool(nx.is_isomorphic(to_networkx(a), to_networkx(b), node_match=match))


def labelled_structures(complexity: int) -> list[Structure]:
    """Every acyclic structure on named objects, by brute force."""
    found = []
    for objects in range(1, complexity + 1):
        for relations in range(complexity - objects + 1):
            spare = complexity - objects - relations
            attributes = [a for a in product(range(spare + 1), repeat=objects) if sum(a) == spare]
            for arcs in combinations(list(permutations(range(objects), 2)), relations):
                if acyclic(Structure((0,) * objects, arcs)):
                    found += [Structure(a, arcs) for a in attributes]
    return found


def distance(counts: Counter[Structure], weights: dict[Structure, int]) -> float:
    """Pearson's chi-square of observed counts against weights."""
    draws, total = sum(counts.values()), sum(weights.values())
    assert counts.keys() <= weights.keys()
    return sum((counts[s] - draws * w / total) ** 2 / (draws * w / total) for s, w in weights.items())


def critical_value(classes: int) -> float:
    """Chi-square at 0.001 for so many classes (Wilson and Hilferty 1931)."""
    spread = 2 / (9 * (classes - 1))
    return (classes - 1) * (1 - spread + 3.0902 * spread**0.5) ** 3


def sorted_structures(objects: int, relations: int, attributes: int) -> set[Structure]:
    """Every class of a size, by brute force: an acyclic graph has an order in which all arcs lead forwards."""
    gifts = [a for a in product(range(attributes + 1), repeat=objects) if sum(a) == attributes]
    forwards = combinations(list(combinations(range(objects), 2)), relations)
    return {canonical(gift, arcs) for arcs in forwards for gift in gifts}


@pytest.mark.parametrize(("complexity", "expected"), enumerate(ALL, start=1))
def test_number_of_classes(complexity: int, expected: int) -> None:
    assert count(StructureQuery(complexity=complexity)) == expected


@pytest.mark.parametrize(("complexity", "expected"), enumerate(CONNECTED, start=1))
def test_number_of_connected_classes(complexity: int, expected: int) -> None:
    assert count(StructureQuery(complexity=complexity, components=(1, 1))) == expected


@pytest.mark.parametrize("complexity", range(1, 6))
def test_listing_is_what_brute_force_finds(complexity: int) -> None:
    """One of each class by networkx's isomorphism test, none missing, and as many labellings of each as there are."""
    classes: dict[str, list[Structure]] = {}
    for shape in set(labelled_structures(complexity)):
        key = nx.weisfeiler_lehman_graph_hash(to_networkx(shape).to_undirected(), node_attr="attributes")
        bucket = classes.setdefault(key, [])
        if not any(same_class(shape, other) for other in bucket):
            bucket.append(shape)
    representatives = [shape for bucket in classes.values() for shape in bucket]
    listed = list(listing(StructureQuery(complexity=complexity)))
    assert len(listed) == len(representatives)
    assert {canonical(s.attributes, s.arcs) for s in representatives} == set(listed)


def test_canonical_form_separates_exactly_the_classes() -> None:
    """Complexity 6: all labelled graphs fall into 37 canonical forms, each isomorphic to what it came from."""
    sizes = Counter(canonical(s.attributes, s.arcs) for s in labelled_structures(6))
    assert sizes == {row.structure: row.labellings for row in rows(6)}
    assert all(not same_class(a, b) for a, b in combinations(sizes, 2))


def test_listing_is_sorted_canonical_and_acyclic() -> None:
    for complexity in range(1, 10):
        listed = list(listing(StructureQuery(complexity=complexity)))
        keys = [(s.objects, s.relations, s.attributes, s.arcs) for s in listed]
        assert keys == sorted(set(keys))
        for shape in listed:
            assert shape.complexity == complexity
            assert all(source < target for source, target in shape.arcs)
            assert canonical(shape.attributes, shape.arcs) == shape


def test_properties_of_a_structure() -> None:
    shape = canonical((0, 2, 1, 0), ((1, 0), (2, 0)))
    assert (shape.objects, shape.relations, shape.attribute_count, shape.complexity) == (4, 2, 3, 9)
    assert (shape.components, shape.max_degree, shape.mean_degree) == (2, 2, 1.0)


constraints: dict[str, Any] = {
    "objects": (2, 4),
    "relations": (1, 3),
    "attributes": (2, 2),
    "components": (2, 3),
    "max_degree": 2,
    "mean_degree": (0.5, 1.333),
    "max_attributes_per_object": 1,
}


def meets(shape: Structure, name: str) -> bool:
    value = constraints[name]
    if name == "max_degree":
        return shape.max_degree <= value
    if name == "max_attributes_per_object":
        return max(shape.attributes) <= value
    number = shape.attribute_count if name == "attributes" else getattr(shape, name)
    return value[0] <= round(number, 3) <= value[1]


@pytest.mark.parametrize("names", [c for k in (1, 2, 3) for c in combinations(constraints, k)], ids="+".join)
def test_constraints_filter(names: tuple[str, ...]) -> None:
    query = StructureQuery(complexity=7, **{name: constraints[name] for name in names})
    expected = [s for s in listing(StructureQuery(complexity=7)) if all(meets(s, name) for name in names)]
    assert expected
    assert list(listing(query)) == expected
    assert query.feasible()


def test_exact_numbers_in_place_of_complexity() -> None:
    query = StructureQuery(objects=(3, 3), relations=(2, 2), attributes=(1, 1))
    same = StructureQuery(complexity=6, objects=(3, 3), relations=(2, 2))
    assert list(listing(query)) == list(listing(same)) != []
    ranges = StructureQuery(objects=(1, 3), relations=(0, 2), attributes=(0, 1))
    sizes = [s.complexity for s in listing(ranges)]
    assert sizes == sorted(sizes)
    assert set(sizes) == {1, 2, 3, 4, 5, 6}


# Critical values of chi-square at 0.001, and a fixed seed: the test is deterministic.
@pytest.mark.parametrize(
    ("query", "classes", "critical"),
    [
        (StructureQuery(complexity=6), 37, 67.985),
        (StructureQuery(complexity=7, components=(1, 1), max_degree=2), 27, 54.052),
    ],
)
@pytest.mark.parametrize("labelled", [False, True])
def test_draw_is_uniform(query: StructureQuery, classes: int, critical: float, labelled: bool) -> None:
    found = list(listing(query))
    assert len(found) == classes
    labellings = {row.structure: row.labellings for row in rows(query.largest_complexity)}
    rng = random.Random(7)
    counts = Counter(draw(query, rng, labelled=labelled) for _ in range(20_000))
    assert distance(counts, {s: labellings[s] if labelled else 1 for s in found}) < critical


def test_draw_repeats_with_its_seed() -> None:
    query = StructureQuery(complexity=9)
    first = [draw(query, rng) for rng in [random.Random(3)] for _ in range(20)]
    again = [draw(query, rng) for rng in [random.Random(3)] for _ in range(20)]
    assert first == again
    assert len(set(first)) > 10


@st.composite
def graphs(make: st.DrawFn) -> tuple[list[int], list[tuple[int, int]]]:
    """Any structure, cyclic ones included, of up to 8 objects."""
    size = make(st.integers(1, 8))
    attributes = make(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    pairs = list(permutations(range(size), 2))
    arcs = make(st.lists(st.sampled_from(pairs), unique=True, max_size=12)) if pairs else []
    return attributes, arcs


@settings(deadline=None, derandomize=True, max_examples=100)
@given(graphs(), st.randoms(use_true_random=False))
def test_canonical_does_not_see_names(graph: tuple[list[int], list[tuple[int, int]]], rng: random.Random) -> None:
    attributes, arcs = graph
    names = list(range(len(attributes)))
    rng.shuffle(names)
    renamed = [0] * len(names)
    for old, new in enumerate(names):
        renamed[new] = attributes[old]
    moved = [(names[a], names[b]) for a, b in arcs]
    rng.shuffle(moved)
    shape = canonical(attributes, arcs)
    assert canonical(renamed, moved) == shape
    assert canonical(shape.attributes, shape.arcs) == shape
    assert same_class(shape, Structure(tuple(attributes), tuple(arcs)))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(1, 9), st.integers(0, 500), st.none() | st.integers(0, 500))
def test_offset_and_limit_cut_the_listing(complexity: int, offset: int, limit: int | None) -> None:
    query = StructureQuery(complexity=complexity)
    whole = list(listing(query))
    assert len(whole) == len(set(whole)) == count(query)
    end = None if limit is None else offset + limit
    assert list(listing(query, offset=offset, limit=limit)) == whole[offset:end]


small = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda pair: (min(pair), max(pair)))
positive = small.map(lambda pair: (pair[0] + 1, pair[1] + 1))


@settings(deadline=None, derandomize=True, max_examples=80)
@given(
    st.integers(1, 8),
    st.fixed_dictionaries(
        {},
        optional={
            "objects": positive,
            "relations": small,
            "attributes": small,
            "components": positive,
            "max_degree": st.integers(0, 3),
            "max_attributes_per_object": st.integers(0, 3),
        },
    ),
)
def test_feasible_is_what_the_table_says(complexity: int, chosen: dict[str, Any]) -> None:
    """The formula and the table agree, and an impossible query always gets a message with a way out."""
    query = StructureQuery(complexity=complexity, **chosen)
    if query.feasible():
        assert count(query) > 0
    else:
        with pytest.raises(ConstraintError, match=r"No structure .* has .*\. (Set|More than one)"):
            count(query)


def test_every_way_out_works() -> None:
    """What the message offers is possible: the numbers are read back from the sentence."""
    query = {"complexity": 5, "relations": (4, 4)}
    assert count(StructureQuery(**query | {"relations": (2, 2)})) > 0
    assert count(StructureQuery(**query | {"complexity": 8})) > 0
    for complexity in (6, 7):
        with pytest.raises(ConstraintError):
            count(StructureQuery(**query | {"complexity": complexity}))


IMPOSSIBLE = [
    (
        {"complexity": 5, "relations": (4, 4)},
        "No structure of complexity 5 has 4 relations: 5 = objects + attributes + relations leaves room for at most 2. "
        "Set relations to 2 or less, or complexity to 8 or more.",
    ),
    (
        {"complexity": 3, "attributes": (3, 5)},
        "No structure of complexity 3 has 3 to 5 attributes: 3 = objects + attributes + relations leaves room for at "
        "most 2. Set attributes to 2 or less, or complexity to 4 or more.",
    ),
    (
        {"complexity": 4, "objects": (6, 6)},
        "No structure of complexity 4 has 6 objects: 4 = objects + attributes + relations leaves room for at most 4. "
        "Set objects to 4 or less, or complexity to 6 or more.",
    ),
    (
        {"complexity": 3, "components": (5, 5)},
        "No structure of complexity 3 has 5 components: at most 3 are possible. Set components to 3 or less, or "
        "complexity to 5 or more.",
    ),
    (
        {"complexity": 5, "objects": (1, 1), "max_attributes_per_object": 1},
        "No structure of complexity 5 with at most 1 attribute at every object has 1 object: at least 2 are needed. "
        "Set objects to 2-5, or complexity to 2 or less.",
    ),
    (
        {"objects": (4, 4), "relations": (3, 3), "attributes": (0, 0), "components": (1, 1), "max_degree": 1},
        "No structure with 4 objects and 3 relations has at most 1 relation at every object: at least 2 is needed. "
        "Set max_degree to 2 or more.",
    ),
    (
        {"complexity": 8, "mean_degree": (2.2, 2.3)},
        "No structure of complexity 8 has a mean degree of 2.2 to 2.3. Set mean_degree to 2 (objects 3, relations 3), "
        "or complexity to 15 or more.",
    ),
    (
        {"objects": (3, 3), "relations": (4, 4), "attributes": (0, 0)},
        "No structure with 3 objects has 4 relations: at most 3 are possible. Set relations to 3 or less, or objects "
        "to 4 or more.",
    ),
    (
        {"complexity": 3, "relations": (5, 5), "attributes": (3, 3), "max_attributes_per_object": 0},
        "No structure of complexity 3 has 5 relations: 3 = objects + attributes + relations leaves room for at most 1. "
        "More than one constraint has to change: begin by setting relations to 1 or less, or complexity to 9 or more.",
    ),
]


@pytest.mark.parametrize(("chosen", "message"), IMPOSSIBLE)
def test_impossible_query_names_culprit_and_nearest(chosen: dict[str, Any], message: str) -> None:
    query = StructureQuery(**chosen)
    for attempt in (count, listing, lambda q: draw(q, random.Random(0))):
        with pytest.raises(ConstraintError) as caught:
            attempt(query)
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"complexity": 0}, "complexity cannot be 0: give 1 or more."),
        ({"complexity": 2.5}, "complexity cannot be 2.5: give a whole number, 1 or more."),
        ({"complexity": 5, "relations": (3, 1)}, r"relations cannot be \(3, 1\): the lowest comes first, \(1, 3\)."),
        ({"complexity": 5, "attributes": (-1, 1)}, r"attributes cannot be \(-1, 1\): give 0 or more."),
        ({"complexity": 5, "objects": (0, 0)}, r"objects cannot be \(0, 0\): give 1 or more."),
        ({"complexity": 5, "components": 2}, r"components cannot be 2: give a pair of whole numbers"),
        ({"complexity": 5, "max_degree": -2}, "max_degree cannot be -2: give 0 or more."),
        ({"complexity": 5, "max_attributes_per_object": -1}, "max_attributes_per_object cannot be -1"),
        ({"complexity": 5, "mean_degree": (0.5, float("nan"))}, "mean_degree cannot be .*: give a pair of numbers"),
        ({}, "set complexity, or also objects and relations and attributes"),
        ({"objects": (2, 2), "relations": (1, 1)}, "set complexity, or also attributes"),
    ],
)
def test_query_checks_its_values(chosen: dict[str, Any], message: str) -> None:
    with pytest.raises(ConstraintError, match=message):
        StructureQuery(**chosen)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"complexity": 61}, "known to complexity 60, and this query reaches 61: set complexity to 60 or less"),
        ({"complexity": 30}, r"known to 20 objects, and this query allows 30: set objects to \(1, 20\) or narrower"),
        (
            {"objects": (9, 9), "relations": (8, 8), "attributes": (0, 1), "max_degree": 3},
            "With max_degree, .* exactly to complexity 12, .* reaches 18: lower .*, leave out max_degree, or ask for an estimate",
        ),
    ],
)
def test_size_beyond_reach_is_refused(chosen: dict[str, Any], message: str) -> None:
    with pytest.raises(ConstraintError, match=message):
        count(StructureQuery(**chosen))


def test_listing_beyond_the_table_is_refused() -> None:
    with pytest.raises(ConstraintError, match="listed to complexity 12, and this query reaches 13"):
        listing(StructureQuery(complexity=13))


def test_formula_goes_on_where_the_table_ends() -> None:
    """22,760 is also `len(rows(13))`, which takes seconds: two programs, one number."""
    assert count(StructureQuery(complexity=13)) == 22760


@pytest.mark.parametrize("most", [None, 0, 1, 2])
@pytest.mark.parametrize("complexity", [5, 9, 12])
def test_formula_agrees_with_the_table_in_every_size(complexity: int, most: int | None) -> None:
    query = StructureQuery(complexity=complexity, max_attributes_per_object=most)
    listed = Counter((s.objects, s.relations, s.attribute_count) for s in listing(query))
    census = Census(complexity, complexity - 1, max_attributes_per_object=most)
    assert {size: census.classes(*size) for size in query.sizes()} == listed


def test_labelled_numbers_agree_with_the_table() -> None:
    sizes: Counter[tuple[int, int, int]] = Counter()
    for row in rows(9):
        sizes[row.structure.objects, row.structure.relations, row.structure.attribute_count] += row.labellings
    census = Census(9, 8)
    assert {size: census.labelled(*size) for size in sizes} == sizes


def test_two_sums_over_acyclic_graphs_agree() -> None:
    """Robinson's signed sum and the sum over layers, for every cycle type of up to 8 objects."""
    census = Census(8, 12)
    sampler = Sampler(census, [(8, 12, 0)])
    for objects in range(1, 9):
        for cycles in cycle_types(objects):
            assert sampler.ways((), cycles) == census.acyclic(cycles)


@pytest.mark.parametrize(
    ("query", "labelled", "critical"),
    [
        (StructureQuery(complexity=6), False, 67.985),
        (StructureQuery(complexity=7), True, 124.839),
        (StructureQuery(complexity=7, max_attributes_per_object=1), False, 82.720),
    ],
)
def test_formula_draws_are_uniform(query: StructureQuery, labelled: bool, critical: float) -> None:
    """The sampler for large sizes, held against the table at small ones (chi-square at 0.001)."""
    sizes = list(query.sizes())
    sampler = Sampler(Census(7, 6, max_attributes_per_object=query.max_attributes_per_object), sizes, labelled=labelled)
    labellings = {row.structure: row.labellings for row in rows(query.largest_complexity)}
    weights = {s: labellings[s] if labelled else 1 for s in listing(query)}
    rng = random.Random(11)
    counts = Counter(canonical(*sampler.draw(rng)) for _ in range(6_000))
    assert distance(counts, weights) < critical


@pytest.mark.parametrize("labelled", [False, True])
def test_large_draws_meet_their_query(labelled: bool) -> None:
    query = StructureQuery(
        complexity=24, objects=(5, 9), attributes=(3, 8), mean_degree=(1.5, 3), max_attributes_per_object=2
    )
    rng = random.Random(5)
    for _ in range(50):
        shape = draw(query, rng, labelled=labelled)
        assert acyclic(shape) and canonical(shape.attributes, shape.arcs) == shape
        assert shape.complexity == 24 and 5 <= shape.objects <= 9 and 3 <= shape.attribute_count <= 8
        assert 1.5 <= shape.mean_degree <= 3 and max(shape.attributes) <= 2


def test_large_draws_meet_what_has_no_formula() -> None:
    query = StructureQuery(complexity=16, objects=(4, 8), components=(1, 2), max_degree=4)
    rng = random.Random(5)
    for shape in (draw(query, rng) for _ in range(50)):
        assert shape.components <= 2 and shape.max_degree <= 4


def test_one_in_millions_is_drawn() -> None:
    """A transitive tournament of 6 objects and 4 single objects: no other structure has 5 components here."""
    query = StructureQuery(objects=(10, 10), relations=(15, 15), attributes=(0, 0), components=(5, 5))
    assert count(query) == 1
    shape = draw(query, random.Random(0))
    assert set(shape.arcs) == set(combinations(range(6), 2)) and shape.objects == 10


def test_too_rare_to_draw_says_so() -> None:
    """Thirty relations among ten objects leave six to each: almost every such structure has an object with more."""
    query = StructureQuery(objects=(10, 10), relations=(30, 30), attributes=(0, 0), max_degree=6)
    with pytest.raises(ConstraintError, match="Of 5000 structures .* none met max_degree: .* widen max_degree"):
        draw(query, random.Random(0))


@pytest.mark.parametrize("name", ["offset", "limit"])
def test_negative_offset_and_limit(name: str) -> None:
    with pytest.raises(ConstraintError, match=f"{name} cannot be -1"):
        listing(StructureQuery(complexity=3), **{name: -1})


@pytest.mark.parametrize(
    ("attributes", "arcs", "message"),
    [
        ((), (), "at least one object"),
        ((0, -1), (), "Object 1 has -1 attributes"),
        ((0, 0), ((0, 2),), r"\(0, 2\) leaves the structure"),
        ((0, 0), ((1, 1),), "joins object 1 to itself"),
        ((0, 0), ((0, 1), (0, 1)), r"\(0, 1\) is given twice"),
    ],
)
def test_canonical_refuses_what_is_no_structure(
    attributes: tuple[int, ...], arcs: tuple[tuple[int, int], ...], message: str
) -> None:
    with pytest.raises(GraphError, match=message):
        canonical(attributes, arcs)


def test_query_is_a_value() -> None:
    assert hash(StructureQuery(complexity=5)) == hash(StructureQuery(complexity=5))
    with pytest.raises(AttributeError):
        StructureQuery(complexity=5).complexity = 6  # type: ignore[misc]


@pytest.mark.parametrize(("argument", "code", "output"), [("8", 0, "193\n"), ("no", 2, "")])
def test_command(argument: str, code: int, output: str) -> None:
    command = [sys.executable, "-m", "engine.structure", argument]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code, output)
    assert bool(done.stderr) == (code == 2)
