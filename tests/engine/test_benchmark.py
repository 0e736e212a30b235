"""The benchmark: figures that agree with the other reports, intervals, sources, and tables that others can read.

Run it: `pytest tests/engine/test_benchmark.py`.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from engine.benchmark import Benchmark, Figure, as_csv, as_latex, as_markdown, benchmark, write
from engine.errors import FormatError
from engine.evaluation import estimates, gather, overall
from engine.measurement import Measurement
from engine.questions import KINDS
from engine.run import METRICS, Run
from models.pocket.painter import paint
from tests.engine.judged_runs import POCKET, contents, lines, make_run


def measured(run: Run, metric: str, scale: float) -> Run:
    """The run with a number for each picture, larger for larger seeds."""
    for picture in run.pictures():
        value = scale * (1 + picture.seed) + int(picture.scene[-1])
        run.add_measurement(Measurement(picture=picture.id, metric=metric, value=value, measure="toy", revision="v1"))
    run.note("metric", metric, revision="v1", done=len(run.drawn), command="python cli.py judge a --metric toy")
    return run


def of_generator(path: Path, generator: str, *, modality: str = "image", count: int = 6) -> Run:
    """A run of painted pictures under another generator's name."""
    run = Run.create(path, generator=generator, taxonomy=POCKET, settings={"steps": 5}, seed=3)
    for line in lines(count):
        for one in range(2):
            scene = contents(line, one)
            run.add_picture(paint(scene, size=64), replace(line, modality=modality), one)
    run.finish()
    return run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    folder = tmp_path_factory.mktemp("benchmark")
    first = measured(make_run(folder / "first"), "toy", 1.0)
    second = measured(measured(of_generator(folder / "second", "other_2"), "toy", 2.0), "extra", 1.0)
    video = measured(of_generator(folder / "video", "pocket", modality="video"), "toy", 3.0)
    return [first, second, video]


@pytest.fixture(scope="module")
def found(runs: list[Run]) -> Benchmark:
    return benchmark([run.path for run in runs])


def figure(found: Benchmark, generator: str, column: str, row: str = "all", modality: str = "image") -> Figure:
    (one,) = [
        one for one in found.figures
        if (one.modality, one.generator, one.column, one.row) == (modality, generator, column, row)
    ]  # fmt: skip
    return one


def test_qa_is_what_the_evaluation_says(found: Benchmark, runs: list[Run]) -> None:
    (wanted,) = estimates(overall(gather({"pocket": runs[0].path}), judge="pocket", figure="half"))
    one = figure(found, "pocket", "QA (pocket)")
    assert (one.mean, one.low, one.high) == pytest.approx((wanted.mean, wanted.low, wanted.high), abs=1e-5)
    assert (one.n, one.scenes) == (18, 6)
    newest = runs[0].newest()
    assert one.mean == pytest.approx(fmean(said.scores.half for said in newest.values()), abs=1e-5)
    exact = fmean(said.oracle.half for said in newest.values() if said.oracle)
    assert figure(found, "pocket", "oracle").mean == pytest.approx(exact, abs=1e-5)


def test_metrics_are_means_over_scenes_with_intervals(found: Benchmark, runs: list[Run]) -> None:
    one = figure(found, "other_2", "toy")
    assert one.mean == pytest.approx(fmean(2.0 * 1.5 + k for k in range(6))) and one.low < one.mean < one.high
    for level in {scene.graph.complexity for scene in runs[1].scenes()}:
        here = [int(scene.id[-1]) for scene in runs[1].scenes() if scene.graph.complexity == level]
        part = figure(found, "other_2", "toy", str(level))
        assert part.mean == pytest.approx(3 + fmean(here)) and (part.n, part.scenes) == (2 * len(here), len(here))
        assert part.low <= part.mean <= part.high


def test_modalities_are_kept_apart(found: Benchmark) -> None:
    assert figure(found, "pocket", "toy", modality="video").mean == pytest.approx(4.5 + 2.5)
    assert figure(found, "pocket", "toy").mean == pytest.approx(2 + 2.5)
    assert {one.column for one in found.figures if one.modality == "video"} == {"toy"}
    assert found.generators == ("pocket", "other_2")


def test_by_kind_has_the_kinds_of_questions(found: Benchmark) -> None:
    rows = {one.row for one in found.figures if one.table == "kind"}
    assert rows <= set(KINDS) and {"existence", "attribute", "relation"} <= rows
    assert {one.column for one in found.figures if one.table == "kind"} == {"QA (pocket)", "oracle"}


def test_every_number_has_a_source(found: Benchmark, runs: list[Run]) -> None:
    by = {one.head: one.by for one in found.columns}
    known = {(one.modality, one.generator, one.by): one for one in found.sources}
    for one in found.figures:
        if by[one.column] != "oracle":
            assert (one.modality, one.generator, by[one.column]) in known
    toy = known["image", "other_2", "toy"]
    assert (toy.pictures, toy.drawn, toy.run) == (12, 12, str(runs[1].path))
    assert toy.revisions == ("v1",) and toy.programs == ("0.1.0",) and toy.first <= toy.last
    assert toy.commands == ("python cli.py judge a --metric toy",)
    (maker,) = [one for one in found.makers if one.generator == "other_2"]
    assert maker.seed == 3 and maker.settings == {"steps": 5} and maker.taxonomy.startswith("pocket ")
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()


def test_what_is_judged_later_joins(tmp_path: Path) -> None:
    run = measured(of_generator(tmp_path / "run", "a", count=2), "toy", 1.0)
    file = run.path / METRICS
    whole = file.read_bytes()
    file.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    assert figure(benchmark([run.path]), "a", "toy").n == 3
    file.write_bytes(whole)
    assert figure(benchmark([run.path]), "a", "toy").n == 4


def test_numbers_of_older_weights_leave_no_trace(tmp_path: Path) -> None:
    run = measured(of_generator(tmp_path / "run", "a", count=2), "toy", 1.0)
    for picture in run.pictures():
        run.add_measurement(Measurement(picture=picture.id, metric="toy", value=7.0, revision="v2"))
    found = benchmark([run.path])
    assert figure(found, "a", "toy").mean == 7 and [one.revisions for one in found.sources] == [("v2",)]


def test_one_generator_twice_is_told_apart_by_folder(tmp_path: Path) -> None:
    runs = [measured(of_generator(tmp_path / name, "a", count=1), "toy", 1.0) for name in ("x", "y")]
    assert benchmark([run.path for run in runs]).generators == tuple(f"a ({run.path})" for run in runs)


def test_judges_can_be_chosen(runs: list[Run]) -> None:
    heads = {one.head for one in benchmark([runs[0].path], judges=["nobody"]).columns}
    assert heads == {"oracle", "toy"}


def test_nothing_to_report_is_said(tmp_path: Path) -> None:
    run = of_generator(tmp_path / "run", "a", count=1)
    with pytest.raises(FormatError, match=r"was judged or measured. Run `python cli.py judge"):
        benchmark([run.path])
    with pytest.raises(FormatError, match="There is no run"):
        benchmark([tmp_path / "nowhere"])


# --- the tables -------------------------------------------------------------------------------------------------------


def test_markdown_has_a_table_for_each_part(found: Benchmark) -> None:
    text = as_markdown(found)
    titles = [line for line in text.splitlines() if line.startswith("## ")]
    assert titles == [
        "## image, all scenes", "## image, by complexity", "## image, by kind of question", "## video, all scenes",
        "## video, by complexity", "## Sources",
    ]  # fmt: skip
    one = figure(found, "other_2", "toy")
    (row,) = [line for line in text.splitlines() if line.startswith("| other_2")]
    assert f"{one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]" in row and "–" in row
    assert "toy on other_2 (image): 12 of 12 pictures, weights v1; program 0.1.0;" in text


def test_csv_has_a_line_for_each_number(found: Benchmark) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert len(rows) == len(found.figures)
    for row, one in zip(rows, found.figures, strict=True):
        assert float(row["mean"]) == one.mean and int(row["n"]) == one.n and row["generator"] == one.generator
    (toy,) = [row for row in rows if (row["generator"], row["column"], row["table"]) == ("other_2", "toy", "overall")]
    assert toy["commands"] == "python cli.py judge a --metric toy" and toy["revisions"] == "v1"


def test_latex_is_whole_and_escaped(found: Benchmark) -> None:
    text = as_latex(found)
    body = [line for line in text.splitlines() if not line.startswith("%")]
    assert "other\\_2" in text and not any("other_2" in line for line in body)
    for name in ("table", "tabular"):
        assert text.count(rf"\begin{{{name}}}") == text.count(rf"\end{{{name}}}") == 5
    rows = [line for line in body if line.endswith(r"\\")]
    assert {len(line.split("&")) for line in rows} == {width for width in map(_columns, body) if width}


def _columns(line: str) -> int:
    return len(line.rsplit("{", 1)[1].rstrip("}")) if line.startswith(r"\begin{tabular}") else 0


def test_files_are_written(found: Benchmark, tmp_path: Path) -> None:
    files = write(found, tmp_path / "out")
    assert [path.name for path in files] == ["benchmark.md", "benchmark.csv", "benchmark.tex", "benchmark.json"]
    assert json.loads(files[3].read_bytes()) == found.to_dict()
