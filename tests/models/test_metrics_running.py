"""Metrics over runs: where each number comes from, what is not measured twice, what one unreadable caption does not stop.

Run it: `pytest tests/models/test_metrics_running.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import FormatError
from engine.graph import Object, SceneGraph
from engine.measurement import Measurement
from engine.png import read_frames
from engine.run import HISTORY, METRICS, Run
from engine.scene import describe
from models import metrics
from models.catalog import card
from models.catalog.revision import revision
from models.metrics.running import FRAMES, measure
from models.pocket.painter import paint
from tests.engine.judged_runs import POCKET, contents, lines, make_run
from tests.toy_metrics import dinov2

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return make_run(tmp_path / "run", count=3, images=2, judged=False)


def test_every_number_says_where_it_comes_from(run: Run) -> None:
    metric = metrics.load("pocket-clip")
    weights = revision(card("pocket-clip", "metric"))
    assert weights.startswith("sha256:") and len(weights) == 23
    assert measure(run, metric, revision=weights).done == 6
    found = run.measured()["pocket-clip"]
    assert set(found) == {picture.id for picture in run.pictures()}
    for picture in run.pictures():
        one = found[picture.id]
        with Image.open(run.image_path(picture)) as image:
            assert one.value == pytest.approx(metric.score([image], [picture.caption])[0], abs=1e-5)
        assert (one.measure, one.revision, one.program) == ("clipscore", weights, "0.1.0")
        assert one.created.endswith("+00:00") and one.among == one.frames == 1


def test_what_is_measured_is_not_measured_again_but_by_other_weights(run: Run) -> None:
    metric = metrics.load("pocket-clip")
    assert measure(run, metric, revision="one").done == 6
    extra = lines(4)[3]
    run.add_picture(paint(contents(extra, 0), size=64), extra, 0)
    assert measure(run, metric, revision="one").done == 1
    assert measure(Run.open(run.path), metric, revision="one").done == 0
    assert measure(run, metric, revision="two").done == 7
    assert {one.revision for one in run.measured()["pocket-clip"].values()} == {"two"}
    assert len((run.path / METRICS).read_bytes().splitlines()) == 14  # nothing is ever taken out


def test_a_killed_writers_half_line_costs_one_picture(run: Run) -> None:
    metric = metrics.load("pocket-clip")
    measure(run, metric, revision="one")
    file = run.path / METRICS
    file.write_bytes(file.read_bytes()[:-20])
    assert measure(Run.open(run.path), metric, revision="one").done == 1
    assert len(run.measured()["pocket-clip"]) == 6


def test_diversity_is_measured_among_the_pictures_of_a_scene(run: Run, tmp_path: Path) -> None:
    (tmp_path / "eyes").mkdir()
    metric = metrics.load(str(dinov2(tmp_path / "eyes")))
    assert measure(run, metric, revision="one").done == 6
    line = lines(1)[0]
    run.add_picture(paint(contents(line, 7), size=64), line, 7)
    assert measure(run, metric, revision="one").done == 3  # a third picture changes the other two
    amongst = {one.among for one in run.measured()[metric.name].values()}
    assert amongst == {2, 3}
    assert measure(run, metric, revision="one").done == 0


def test_a_scene_with_one_picture_has_no_diversity(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", count=2, images=1, judged=False)
    (tmp_path / "eyes").mkdir()
    assert measure(run, metrics.load(str(dinov2(tmp_path / "eyes")))).done == 0


def test_one_unreadable_caption_does_not_stop_the_others(run: Run) -> None:
    strange = describe(SceneGraph((Object("a", "velociraptor"),)), POCKET, id="strange", ask=False)
    run.add_picture(Image.new("RGB", (64, 64)), strange, 0)
    found = measure(run, metrics.load("pocket-clip"))
    assert found.done == 6 and list(found.refused) == ["strange-0"]
    assert "velociraptor" in found.refused["strange-0"]


def test_a_video_gets_the_mean_of_its_frames(run: Run) -> None:
    line = lines(4)[3]
    scene = contents(line, 0)
    frames = [paint(replace(scene, items=scene.items[: 1 + i % 2]), size=64) for i in range(12)]
    picture = run.add_picture(frames[0], line, 0)
    path = run.image_path(picture)
    frames[0].save(path, save_all=True, append_images=frames[1:], format="PNG")
    assert len(read_frames(path.read_bytes())) == 12
    metric = metrics.load("pocket-clip")
    measure(run, metric)
    one = run.measured()["pocket-clip"][picture.id]
    chosen = [frames[round(i * 11 / 7)] for i in range(8)]
    wanted = metric.score(chosen, [picture.caption] * 8)
    assert one.frames == FRAMES == 8 and one.value == pytest.approx(sum(wanted) / 8, abs=1e-5)
    assert len(set(wanted)) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("value", "1"), ("value", float("nan")), ("value", True), ("picture", 3), ("among", -1), ("frames", 1.5)],
)
def test_measurements_of_others_are_checked(name: str, value: object) -> None:
    row = Measurement(picture="a-0", metric="m", value=0.5).to_dict()
    assert Measurement.from_dict(row) == Measurement(picture="a-0", metric="m", value=0.5)
    with pytest.raises(FormatError, match=f"The {name} of this measurement is"):
        Measurement.from_dict({**row, name: value})
    with pytest.raises(FormatError, match="no “metric”"):
        Measurement.from_dict({"picture": "a-0"})


def test_a_bad_line_is_named(run: Run) -> None:
    (run.path / METRICS).write_text('{"picture": "a", "metric": "m", "value": []}\n')
    with pytest.raises(FormatError, match="Line 1 of .*metrics.jsonl: The value"):
        run.measured()


# --- the command line -------------------------------------------------------------------------------------------------


def test_judge_with_metrics(run: Run, call: Call) -> None:
    code, out, _ = call("judge", run.path, "--judge", "pocket", "--metric", "pocket-clip")
    assert code == 0 and out.strip() == str(run.path)
    again = Run.open(run.path)
    assert len(list(again.judgements())) == len(again.measured()["pocket-clip"]) == 6
    done = again.history("judge", "pocket") + again.history("metric", "pocket-clip")
    assert [row["done"] for row in done] == [6, 6] and "--metric pocket-clip" in done[0]["command"]
    before = (run.path / HISTORY).read_bytes()
    assert call("judge", run.path, "--metric", "pocket-clip")[0] == 0
    assert (run.path / HISTORY).read_bytes() == before and len(list(again.judgements())) == 6


def test_metrics_alone_ask_no_judge(run: Run, call: Call) -> None:
    assert call("judge", run.path, "--metric", "pocket-clip")[0] == 0
    assert not list(Run.open(run.path).judgements())


def test_what_a_metric_cannot_read_is_said_once(run: Run, call: Call) -> None:
    code, _, err = call("judge", run.path, "--judge", "pocket", "--metric", "vqascore")
    assert code == 0 and "Not measured: 6 pictures." in " ".join(err.split()) and "figure" in err


def test_a_missing_metric_is_one_sentence(run: Run, call: Call) -> None:
    code, out, err = call("judge", run.path, "--metric", "pickscore")
    assert code == 2 and not out and "models fetch pickscore" in " ".join(err.split())
