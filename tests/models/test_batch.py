"""Runs without a browser: a scene that a generator cannot read is refused alone, and a killed run is taken up again."""

from __future__ import annotations

from pathlib import Path

from engine.graph import Object, SceneGraph
from engine.run import Run
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import SceneLine, describe
from engine.taxonomy import load
from models import generators, judges
from models.batch import judge, picture_seed, render

WORDS = load("pocket")


def scenes() -> list[SceneLine]:
    graphs = [sample(Constraints(complexity=(3, 5)), WORDS, scene_rng(5, i)) for i in range(3)]
    return [describe(graph, WORDS, id=f"s{i}") for i, graph in enumerate(graphs)]


def test_one_unreadable_scene_does_not_stop_the_others(tmp_path: Path) -> None:
    strange = describe(SceneGraph((Object("a", "velociraptor"),)), WORDS, id="strange", ask=False)
    lines = [*scenes()[:1], strange, *scenes()[1:]]
    run = Run.create(tmp_path / "run", generator="pocket", taxonomy=WORDS, seed=1)
    done = render(run, lines, generators.load("pocket"), images=2, seed=1, size=64)
    assert done.drawn == 6
    assert set(done.refused) == {"strange"}
    assert "velociraptor" in done.refused["strange"]
    assert {picture.scene for picture in run.pictures()} == {"s0", "s1", "s2"}


def test_what_is_drawn_and_judged_is_not_drawn_or_judged_again(tmp_path: Path) -> None:
    lines = scenes()
    generator, viewer = generators.load("painter"), judges.load("pocket")
    run = Run.create(tmp_path / "run", generator="painter", taxonomy=WORDS, seed=1)
    assert render(run, lines[:2], generator, images=1, seed=1, size=64).drawn == 2
    assert judge(run, viewer) == 2
    again = Run.open(tmp_path / "run")
    assert render(again, lines, generator, images=1, seed=1, size=64).drawn == 1
    assert judge(again, viewer) == 1
    assert judge(again, viewer) == 0
    assert {p.seed for p in again.pictures()} == {picture_seed(1, i, 0) for i in range(3)}
    assert all(one.oracle is not None and one.oracle.gated == 1.0 for one in again.judgements())
