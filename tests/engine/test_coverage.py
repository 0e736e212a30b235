"""Covering sets hold every pair that can be said, and the certificate counts anew.

Run it: `pytest tests/engine/test_coverage.py`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.coverage import Cells, certificate, cover
from engine.sampler import Constraints
from engine.taxonomy import Taxonomy, load

SMALL = Constraints(complexity=(6, 8), mode="imaginative", scene_attributes=(0, 0))


@pytest.mark.parametrize("name", ["pocket", "full"])
def test_every_pair_is_covered(name: str) -> None:
    taxonomy = load(name)
    graphs = list(cover(SMALL, taxonomy, seed=3))
    found = certificate(graphs, taxonomy)
    assert found.complete, str(found)
    assert found.scenes == len(graphs) >= found.least
    assert certificate(graphs[:-1], taxonomy).covered < found.pairs, "the last scene was not needed"


def test_pairs_that_words_forbid_are_not_asked_for() -> None:
    full = load("full")
    pairs = Cells(full).pairs
    for kind, thing, mark in pairs:
        if kind == "object-attribute":
            about = full.attribute_kind[mark]
            assert any(full.accepts(about.narrow.get(value, about.applies), thing) for value in about.values)


def test_a_lost_scene_shows_in_the_certificate() -> None:
    pocket = load("pocket")
    graphs = list(cover(SMALL, pocket, seed=4))
    bare = [replace(graph, attributes=()) for graph in graphs]
    assert not certificate(bare, pocket).complete
    assert "of 20 pairs" in str(certificate(bare, pocket))


def test_covering_is_reproducible() -> None:
    pocket: Taxonomy = load("pocket")
    assert [g.hash for g in cover(SMALL, pocket, seed=5)] == [g.hash for g in cover(SMALL, pocket, seed=5)]
