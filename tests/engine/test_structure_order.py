"""Rank and unrank are inverse, estimates cover what is known, labelled numbers, drawers and strata.

Run it: `pytest tests/engine/test_structure_order.py`.
"""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConstraintError
from engine.structure import (
    Structure,
    StructureQuery,
    census,
    count,
    draw,
    drawer,
    listing,
    rank,
    strata,
    unrank,
)
from engine.structure.bounds import accepted
from engine.structure.counting import formula
from engine.structure.drawing import unsorted
from engine.structure.estimate import wilson
from tests.engine.test_structure import labelled_structures

SEED = Structure((1, 0), ((0, 1),))
QUERIES = [
    StructureQuery(complexity=8),
    StructureQuery(complexity=9, components=(1, 2), max_degree=3),
    StructureQuery(objects=(1, 3), relations=(0, 3), attributes=(0, 3)),
    StructureQuery(complexity=9, seed=SEED),
]


@pytest.mark.parametrize("query", QUERIES)
def test_rank_and_unrank_are_inverse(query: StructureQuery) -> None:
    listed = list(listing(query))
    assert [unrank(query, place) for place in range(len(listed))] == listed
    assert [rank(shape, query) for shape in listed] == list(range(len(listed)))


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.integers(0, 8181), st.randoms(use_true_random=False))
def test_rank_does_not_see_names(place: int, rng: random.Random) -> None:
    shape = unrank(StructureQuery(complexity=12), place)
    names = list(range(shape.objects))
    rng.shuffle(names)
    attributes = [0] * shape.objects
    for old, new in enumerate(names):
        attributes[new] = shape.attributes[old]
    assert rank(Structure(tuple(attributes), tuple((names[a], names[b]) for a, b in shape.arcs))) == place


@pytest.mark.parametrize("place", [-1, 193])
def test_rank_that_does_not_exist(place: int) -> None:
    with pytest.raises(ConstraintError, match=f"There is no structure of rank {place}: 193 meet .* give 0 to 192"):
        unrank(StructureQuery(complexity=8), place)


@pytest.mark.parametrize(
    ("shape", "query", "message"),
    [
        (Structure((0, 0), ((0, 1), (1, 0))), None, "lead around in a circle"),
        (Structure((0, 0), ()), StructureQuery(complexity=3), "is not one of the 4 that meet|is not one of the"),
        (Structure((13,), ()), None, "listed to complexity 12, and this query reaches 14"),
    ],
)
def test_structure_without_rank(shape: Structure, query: StructureQuery | None, message: str) -> None:
    with pytest.raises(ConstraintError, match=message):
        rank(shape, query)


@pytest.mark.parametrize("complexity", range(1, 7))
def test_labelled_number_is_what_brute_force_finds(complexity: int) -> None:
    number = len(set(labelled_structures(complexity)))
    query = StructureQuery(complexity=complexity)
    assert count(query, labelled=True) == formula(query, labelled=True) == number


def test_labelled_formula_goes_on_where_the_table_ends() -> None:
    """Labelled acyclic graphs on 5 objects (OEIS A003024: 29281), each with any of 6 ways to give out 1 attribute more."""
    query = StructureQuery(objects=(5, 5), relations=(0, 10), attributes=(2, 2))
    assert query.largest_complexity == 17
    assert count(query, labelled=True) == 29281 * 15


@pytest.mark.parametrize(
    "chosen", [{"max_degree": 3}, {"seed": SEED}, {"components": (1, 2), "max_degree": 4, "seed": SEED}]
)
@pytest.mark.parametrize("labelled", [False, True])
def test_estimates_cover_the_true_number(chosen: dict[str, Any], labelled: bool) -> None:
    """At complexity 12 the truth is in the table: the share of draws that meet the query covers it."""
    query = StructureQuery(complexity=12, **chosen)
    truth, total = count(query, labelled=labelled), formula(query, labelled=labelled)
    plain, rng = unsorted(query, labelled=labelled), random.Random(1)
    covered = 0
    for _ in range(20):
        low, high = wilson(sum(accepted(plain(rng), query) for _ in range(150)), 150)
        covered += low * total <= truth <= high * total
    assert covered >= 16  # fewer than 16 of 20 at 95% each happens once in four hundred


def test_estimate_says_that_it_is_one() -> None:
    found = census(StructureQuery(complexity=13, max_degree=3), samples=800)
    assert not found.exact and found.note.startswith("estimate: ")
    assert 0 < found.low < found.value < found.high < 22760
    assert "of 800 random structures met max_degree" in found.note
    assert found == census(StructureQuery(complexity=13, max_degree=3), samples=800)
    assert found != census(StructureQuery(complexity=13, max_degree=3), samples=800, rng=random.Random(1))


def test_exact_numbers_are_called_exact() -> None:
    for query in (StructureQuery(complexity=9, max_degree=2), StructureQuery(complexity=14, components=(1, 2))):
        found = census(query)
        assert (found.value, found.exact, found.low, found.high) == (count(query), True, count(query), count(query))


def test_estimate_of_nothing_found_is_not_nothing() -> None:
    query = StructureQuery(objects=(10, 10), relations=(30, 30), attributes=(0, 0), max_degree=6)
    found = census(query, samples=100)
    assert found.value == found.low == 0 < found.high


def test_estimates_need_samples() -> None:
    with pytest.raises(ConstraintError, match="samples cannot be 0: give 1 or more."):
        census(StructureQuery(complexity=5), samples=0)


@pytest.mark.parametrize("query", [*QUERIES, StructureQuery(complexity=15, components=(1, 2))])
@pytest.mark.parametrize("labelled", [False, True])
def test_drawer_draws_what_draw_does(query: StructureQuery, labelled: bool) -> None:
    found = drawer(query, labelled=labelled)
    one, other = random.Random(4), random.Random(4)
    assert [found(one) for _ in range(30)] == [draw(query, other, labelled=labelled) for _ in range(30)]


def test_drawer_of_a_single_structure() -> None:
    assert drawer(StructureQuery(complexity=1))(random.Random(0)) == Structure((0,), ())


def test_strata_by_complexity() -> None:
    found = strata([StructureQuery(complexity=c, relations=(2, 9)) for c in range(3, 9)], count=14)
    assert [(cell.complexity, number) for cell, number in found.cells] == [(5, 4), (6, 4), (7, 3), (8, 3)]
    assert [cell.complexity for cell in found.empty] == [3, 4]


def test_strata_of_ranges_by_complexity() -> None:
    ranges = StructureQuery(objects=(2, 3), relations=(1, 2), attributes=(0, 1))
    found = strata([ranges], count=8)
    assert [cell.complexity for cell, _ in found.cells] == [3, 4, 5, 6]
    assert sum(count(cell) for cell, _ in found.cells) == count(ranges)


def test_strata_by_profile() -> None:
    """Every size once; those whose structures all miss the degree are reported as empty."""
    query = StructureQuery(complexity=8, seed=Structure((0, 0, 0), ((0, 1), (1, 2), (0, 2))), max_degree=2)
    found = strata([query], by="profile", count=100)
    numbers = [number for _, number in found.cells]
    assert sum(numbers) == 100 and max(numbers) - min(numbers) <= 1
    assert sum(count(cell) for cell, _ in found.cells) == count(query)
    assert len(found.cells) + len(found.empty) == len(list(query.sizes()))
    for cell in found.empty:
        with pytest.raises(ConstraintError):
            count(cell)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"by": "colour", "count": 3}, "“colour” is not a way to make strata: choose “complexity” or “profile”."),
        ({"count": -1}, "count cannot be -1: give 0 or more."),
    ],
)
def test_strata_refuse(chosen: dict[str, Any], message: str) -> None:
    with pytest.raises(ConstraintError) as caught:
        strata([StructureQuery(complexity=5)], **chosen)
    assert str(caught.value) == message
    with pytest.raises(ConstraintError, match="No structure meets any of these"):
        strata([StructureQuery(complexity=2, objects=(3, 4))], count=5)


def test_every_order_of_names_has_one_rank() -> None:
    shape = unrank(StructureQuery(complexity=9), 300)
    found = set()
    for names in permutations(range(shape.objects)):
        attributes = [shape.attributes[names.index(v)] for v in range(shape.objects)]
        found.add(rank(Structure(tuple(attributes), tuple((names[a], names[b]) for a, b in shape.arcs))))
    assert found == {300}
