"""Ray Data on this machine: the same pictures and judgements as without it, refusals told, what is there left alone.

Run it: `pytest tests/models/test_spread.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ClusterError, ModelMissing
from engine.run import Run
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import SceneLine, describe
from engine.taxonomy import load
from models import batch, generators, judges
from models.spread import judge_on_ray, render_on_ray

pytest.importorskip("ray", reason="needs requirements-ray.txt")
POCKET = load("pocket")


def lines(number: int) -> list[SceneLine]:
    graphs = [sample(Constraints(complexity=(2, 4)), POCKET, scene_rng(3, i)) for i in range(number)]
    return [describe(graph, POCKET, id=f"s{i}", seed=3) for i, graph in enumerate(graphs)]


def fresh(folder: Path, scenes: list[SceneLine]) -> Run:
    run = Run.create(folder, generator="pocket", taxonomy=POCKET, seed=1, settings={"size": 96})
    for scene in scenes:
        run.add_scene(scene)
    return run


def test_pictures_and_judgements_are_the_same_with_and_without(tmp_path: Path) -> None:
    scenes = lines(10)
    ray, plain = fresh(tmp_path / "ray", scenes), fresh(tmp_path / "plain", scenes)
    batch.render(ray, scenes[:1], generators.load("pocket"), images=2, seed=1, size=96)
    told: list[tuple[int, int]] = []
    done = render_on_ray(
        ray, scenes, "pocket", images=2, seed=1, size=96, address="local", progress=lambda *pair: told.append(pair)
    )
    assert (done.drawn, dict(done.refused)) == (18, {}) and told[-1] == (20, 20)
    batch.render(plain, scenes, generators.load("pocket"), images=2, seed=1, size=96)
    assert by_seed(ray) == by_seed(plain)
    assert judge_on_ray(ray, "pocket", address="local") == 20
    batch.judge(plain, judges.load("pocket"))
    assert scores(ray) == scores(plain)
    assert judge_on_ray(ray, "pocket", address="local") == 0
    assert render_on_ray(ray, scenes, "pocket", images=2, seed=1, size=96, address="local").drawn == 0


def by_seed(run: Run) -> dict[tuple[str, int], str]:
    from PIL import Image

    found = {}
    for picture in run.pictures():
        with Image.open(run.image_path(picture)) as image:
            found[picture.scene, picture.seed] = image.convert("RGB").tobytes().hex()[:4000]
    return found


def scores(run: Run) -> dict[tuple[str, int], tuple[float, float]]:
    pictures = {picture.id: (picture.scene, picture.seed) for picture in run.pictures()}
    return {pictures[row.picture]: (row.scores.gated, row.oracle.mean) for row in run.judgements() if row.oracle}


def test_what_cannot_be_reached_is_said_at_once(tmp_path: Path) -> None:
    run = fresh(tmp_path / "run", lines(1))
    with pytest.raises(ClusterError, match="No Ray cluster answers"):
        render_on_ray(run, lines(1), "pocket", images=1, seed=1, address="127.0.0.1:9")
    with pytest.raises(ModelMissing):
        render_on_ray(run, lines(1), "zebra", images=1, seed=1, address="local")
