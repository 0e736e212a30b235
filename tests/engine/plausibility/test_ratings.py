"""A model of the annotators' ratings: it learns, it is unsure with few of them, its intervals hold, and it reads files.

Run it: `pytest tests/engine/plausibility/test_ratings.py`.
"""

from __future__ import annotations

import csv
import json
import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from engine import sensible
from engine.errors import FormatError
from engine.graph import Object, SceneGraph
from engine.plausibility import RulesLayer, fit, read_ratings
from engine.sampler import Constraints, sample
from engine.structure import StructureQuery, drawer
from engine.taxonomy import load

FULL = load("full")
SHAPES = drawer(StructureQuery(complexity=6))


@cache
def scene(seed: int) -> SceneGraph:
    """Odd seeds give scenes that make sense, even ones scenes of any words."""
    rng = random.Random(seed)
    shape = SHAPES(rng)
    if seed % 2:
        return sensible.fill(shape, FULL, rng)
    return sample(Constraints(complexity=(6, 6), mode="imaginative"), FULL, rng, structure=shape)


def rated(count: int, *, noise: float = 0.0, start: int = 0) -> list[tuple[SceneGraph, float]]:
    """Ratings of somebody who sees what the rules see, gives 1 to 5, and is not always sure."""
    rng = random.Random(start)
    found = []
    for seed in range(start, start + count):
        score = RulesLayer().score(scene(seed), FULL).score or 0.0
        found.append((scene(seed), min(5.0, max(1.0, 1 + 4 * score + rng.gauss(0, noise)))))
    return found


def test_it_learns_what_people_like() -> None:
    layer = fit(rated(200, noise=0.3), FULL)
    fresh = rated(100, start=1000)
    guesses = [layer.predict(graph)[0] for graph, _ in fresh]
    truth = [(rating - 1) / 4 for _, rating in fresh]
    assert np.corrcoef(guesses, truth)[0, 1] > 0.9
    assert layer.score(scene(1001), FULL).score is not None


def test_few_ratings_give_an_interval_and_no_score() -> None:
    layer = fit(rated(6), FULL)
    opinion = layer.score(scene(1001), FULL)
    assert opinion.score is None and opinion.interval is not None
    assert opinion.interval[1] - opinion.interval[0] > 0.2
    assert "unsure: fitted to 6 ratings" in opinion.reasons[0].text


def test_more_ratings_are_surer() -> None:
    widths = []
    for count in (4, 40, 400):
        _, low, high = fit(rated(count, noise=0.5), FULL).predict(scene(1001))
        widths.append(high - low)
    assert widths[0] > widths[1] > widths[2]


def test_nine_in_ten_ratings_lie_in_their_interval() -> None:
    layer = fit(rated(300, noise=0.5), FULL)
    inside = 0
    for graph, rating in (fresh := rated(150, noise=0.5, start=2000)):
        _, low, high = layer.predict(graph)
        inside += low <= (rating - 1) / 4 <= high
    assert inside / len(fresh) > 0.82


def test_contrary_people_leave_it_unsure() -> None:
    rng = random.Random(3)
    layer = fit([(scene(seed), float(rng.choice((1, 5)))) for seed in range(60)], FULL)
    assert layer.score(scene(1001), FULL).score is None


def test_what_cannot_be_learned_from_is_refused() -> None:
    with pytest.raises(FormatError, match="no ratings"):
        fit([], FULL)
    with pytest.raises(FormatError, match="goes from 1 to 5"):
        fit([(scene(1), 7.0)], FULL)
    assert fit([(scene(1), 4.0)], FULL).predict(scene(3))[0] == pytest.approx(0.75, abs=0.01)


def test_files_of_ratings(tmp_path: Path) -> None:
    graph = SceneGraph((Object("a", "dog"),))
    lines, table = tmp_path / "ratings.jsonl", tmp_path / "ratings.csv"
    lines.write_text(json.dumps({"scene_graph": graph.to_dict(), "rating": 4}) + "\n\n", encoding="utf-8")
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([("rating", "scene_graph", "who"), ("2.5", json.dumps(graph.to_dict()), "ann")])
    assert list(read_ratings(lines)) == [(graph, 4.0)]
    assert list(read_ratings(table)) == [(graph, 2.5)]


MALFORMED = (
    "nonsense",
    "[]",
    '{"rating": 3}',
    '{"rating": "x", "scene_graph": {"objects": []}}',
    '{"rating": 3, "scene_graph": {"objects": [{}]}}',
)


@pytest.mark.parametrize("line", MALFORMED)
def test_malformed_ratings_are_said_with_their_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "ratings.jsonl"
    path.write_text("\n" + line + "\n", encoding="utf-8")
    with pytest.raises(FormatError, match="Line 2 of"):
        list(read_ratings(path))
    with pytest.raises(FormatError, match="cannot be read"):
        list(read_ratings(tmp_path / "none.jsonl"))
