"""Evaluation: curves, skills, significance, failures and sample sizes, on real judged runs and on made-up numbers.

Run it: `pytest tests/engine/test_evaluation.py`.
"""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FormatError
from engine.evaluation import (
    Cells,
    Evidence,
    Spread,
    by_complexity,
    by_skill,
    by_word,
    detectable,
    differences,
    estimates,
    gather,
    holm,
    mine,
    needed,
    overall,
    plans,
    power,
    ranking,
    spread,
)
from engine.report import report
from engine.run import Run
from engine.structure.estimate import wilson
from tests.engine.judged_runs import make_run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    folder = tmp_path_factory.mktemp("runs")
    return make_run(folder / "a", count=14), make_run(folder / "b", count=14, images=2)


@pytest.fixture(scope="module")
def evidence(runs: tuple[Run, Run]) -> Evidence:
    return gather({"a": runs[0].path, "b": runs[1].path})


def table(**columns: list[float]) -> Cells:
    """One row, a graph for each number."""
    return Cells("row", ("r",), {model: np.array(values, dtype=float)[:, None] for model, values in columns.items()})


# --- reading ----------------------------------------------------------------------------------------------------------


def test_runs_of_one_set_are_paired_by_graph(evidence: Evidence) -> None:
    assert len(evidence.scenes) == 14 and evidence.models == ("a", "b") and evidence.judges == ("pocket",)
    assert len(evidence.looks["a", "pocket"].pictures) == 42
    assert len(evidence.looks["b", "oracle"].pictures) == 28


def test_the_newest_word_counts(runs: tuple[Run, Run], tmp_path: Path) -> None:
    run = Run.open(shutil.copytree(runs[0].path, tmp_path / "run"))
    before = gather({"a": run.path}).looks["a", "pocket"].figures["mean"][0]
    first = next(run.pictures())
    perfect = run.newest()[first.id].oracle
    assert perfect is not None and perfect.mean != before
    run.add_judgement(first.id, judge="pocket", scores=perfect)
    assert gather({"a": run.path}).looks["a", "pocket"].figures["mean"][0] == perfect.mean


def test_what_cannot_be_read_is_said(runs: tuple[Run, Run], tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no run to evaluate"):
        gather({})
    with pytest.raises(FormatError, match="There is no run in"):
        gather({"a": tmp_path / "nowhere"})
    path = shutil.copytree(runs[0].path, tmp_path / "run")
    with (path / "judgements.jsonl").open("a") as lines:
        lines.write(json.dumps({"picture": "3-0000-0", "judge": "x", "scores": {"mean": "much"}}) + "\n")
    with pytest.raises(FormatError, match=r"judgements.jsonl cannot be read"):
        gather({"a": path})
    with pytest.raises(FormatError, match="judged by “nobody”. Choose pocket"):
        by_complexity(gather({"a": runs[0].path}), judge="nobody")
    with pytest.raises(FormatError, match="no figure “best”"):
        overall(gather({"a": runs[0].path}), judge="pocket", figure="best")


# --- the curve and the tables -----------------------------------------------------------------------------------------


def test_the_curve_says_what_the_report_says(runs: tuple[Run, Run], evidence: Evidence) -> None:
    rows = report([runs[0]])[str(runs[0].path)]
    for figure in ("gated", "mean", "geometric"):
        found = {e.row: e for e in estimates(by_complexity(evidence, judge="pocket", figure=figure)) if e.model == "a"}
        assert {row: e.mean for row, e in found.items()} == pytest.approx(
            {level: row[figure] for level, row in rows.items() if level != "all"}
        )
    whole = next(e for e in estimates(overall(evidence, judge="oracle", figure="mean")) if e.model == "a")
    assert whole.mean == pytest.approx(rows["all"]["oracle"]["mean"])
    assert whole.low < whole.mean < whole.high and (whole.graphs, whole.pictures) == (14, 42)


def test_skills_say_what_the_report_says(runs: tuple[Run, Run], evidence: Evidence) -> None:
    kinds = report([runs[0]])[str(runs[0].path)]["all"]["by_kind"]
    found = {e.row: e for e in estimates(by_skill(evidence, judge="pocket")) if e.model == "a"}
    for kind, value in kinds.items():
        assert found[kind].mean == pytest.approx(value), kind
    assert next(iter(found)) == "existence" and list(found)[-1] == "open"
    assert {"attribute: colour", "attribute: size"} <= found.keys()


def test_words_have_kinds(evidence: Evidence) -> None:
    kinds = by_word(evidence, judge="pocket").rows
    words = by_word(evidence, judge="pocket", single=True).rows
    assert "object: animal" in kinds and "attribute: colour" in kinds
    assert len(words) > len(kinds) and any(row.startswith("relation: ") for row in words)


# --- intervals and significance ---------------------------------------------------------------------------------------


def test_an_interval_over_graphs_is_what_theory_says() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.1, 400).tolist()
    (found,) = estimates(table(a=values))
    reach = 1.96 * np.std(values) / 20
    assert found.mean == pytest.approx(fmean(values))
    assert found.high - found.mean == pytest.approx(reach, rel=0.1)
    assert found.mean - found.low == pytest.approx(reach, rel=0.1)


def test_differences_are_paired() -> None:
    rng = np.random.default_rng(2)
    hard = rng.uniform(0.2, 0.8, 60)
    better = hard + 0.05 + rng.normal(0, 0.02, 60)
    (gap,) = differences(table(a=better.tolist(), b=hard.tolist()))
    assert gap.difference == pytest.approx(0.05, abs=0.01) and not gap.equal and gap.p < 0.001
    (mixed,) = differences(table(a=better.tolist(), b=rng.permutation(hard).tolist()))
    assert mixed.equal  # the same numbers, unpaired, drown in how unlike scenes are


def test_a_permutation_test_is_right_about_nothing() -> None:
    rng = np.random.default_rng(3)
    wrong = sum(
        differences(table(a=rng.normal(0, 1, 12).tolist(), b=rng.normal(0, 1, 12).tolist()), draws=50, flips=999)[0].p
        < 0.05
        for _ in range(300)
    )
    assert 3 <= wrong <= 30  # 5% of 300 is 15


def test_graphs_that_one_model_lacks_are_left_out_of_the_pair() -> None:
    nan = float("nan")
    gaps = differences(table(a=[1, 1, 1, nan], b=[0, 0, nan, 0], c=[nan, nan, 1, 1]))
    assert [(g.a, g.b, g.graphs) for g in gaps] == [("a", "b", 2)]
    assert differences(table(a=[1.0], b=[0.0])) == ()


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm(chances: list[float]) -> None:
    found = holm(chances)
    assert all(p <= q <= 1 for p, q in zip(chances, found, strict=True))
    ordered = [q for _, q in sorted(zip(chances, found, strict=True))]
    assert all(a <= b for a, b in pairwise(ordered))


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_a_ranking_says_equal_where_nothing_was_shown() -> None:
    rng = np.random.default_rng(4)
    base = rng.uniform(0.4, 0.6, 80)
    found = table(a=(base + 0.3).tolist(), b=base.tolist(), c=(base + rng.normal(0.001, 0.1, 80)).tolist())
    said = ranking("r", estimates(found), differences(found))
    assert said in ("a > b = c", "a > c = b")


# --- failures ---------------------------------------------------------------------------------------------------------


def test_failures_are_counted_over_graphs(runs: tuple[Run, Run], evidence: Evidence) -> None:
    found = mine(evidence, model="a", judge="oracle", least=2)
    assert found and [one.low for one in found] == sorted((one.low for one in found), reverse=True)
    animal = next(one for one in found if (one.shape, one.words) == ("kind of object", "animal"))
    newest, shares, failing = runs[0].newest(), {}, set()
    for scene in runs[0].scenes():
        ids = [item.id for item in scene.graph.objects if item.name in ANIMALS]
        marks = []
        for picture in (p for p in runs[0].pictures() if p.scene == scene.id and ids):
            oracle = newest[picture.id].oracle
            assert oracle is not None
            said = [oracle.elements[f"o:{id}"] for id in ids if oracle.elements.get(f"o:{id}") != "not asked"]
            marks += [status == "wrong" for status in said]
            if "wrong" in said:
                failing.add(picture.id)
        if marks:
            shares[scene.id] = fmean(marks)
    assert animal.graphs == len(shares) and animal.rate == pytest.approx(fmean(shares.values()))
    assert (animal.low, animal.high) == pytest.approx(wilson(sum(shares.values()), len(shares)))
    assert set(animal.shown) == failing and animal.failing == len(failing)


ANIMALS = {
    "cat", "dog", "horse", "fish", "bird", "frog", "cow", "spider", "elephant", "rabbit", "penguin", "owl", "pig",
    "bee", "turtle", "butterfly", "snail", "duck", "hippo", "dove",
}  # fmt: skip


def test_a_pattern_is_only_told_where_it_adds_something(evidence: Evidence) -> None:
    found = {(one.shape, one.words): one for one in mine(evidence, model="a", judge="pocket", least=2)}
    for (shape, words), one in found.items():
        if shape == "object + attribute":
            value = words.split(" ")[0]
            wide = found.get(("attribute", value))
            assert wide is None or wide.rate < one.rate
    assert all(one.graphs >= 2 and one.failing for one in found.values())
    with pytest.raises(FormatError, match="Nothing by “c”"):
        mine(evidence, model="c", judge="pocket")


# --- sample sizes -----------------------------------------------------------------------------------------------------


def test_the_table_of_sample_sizes() -> None:
    """80% power, two-sided 5%: computed elsewhere as 882 unpaired, 441 paired at r = .5; 3,528 and 1,764; 1,984."""
    assert needed(Spread.assumed(0.3, 0.0), 0.04) == pytest.approx(882, abs=1.01)
    assert needed(Spread.assumed(0.3, 0.5), 0.04) == pytest.approx(441, abs=1.01)
    assert needed(Spread.assumed(0.3, 0.0), 0.02) == pytest.approx(3528, abs=4)
    assert needed(Spread.assumed(0.45, 0.0), 0.04) == pytest.approx(1984, abs=4)


def test_the_planned_number_gives_the_wished_power() -> None:
    rng = np.random.default_rng(5)
    about = Spread(between=0.04, within=0.12, graphs=50)
    graphs = needed(about, 0.1, images=2)
    seen = 0
    for _ in range(200):
        gaps = 0.1 + rng.normal(0, 0.2, graphs) + rng.normal(0, np.sqrt(0.06), graphs)
        seen += differences(table(a=gaps.tolist(), b=[0.0] * graphs), draws=10, flips=999)[0].p < 0.05
    assert 0.70 <= seen / 200 <= 0.90
    assert power(about, 0.1, graphs, images=2) == pytest.approx(0.8, abs=0.02)
    assert detectable(about, graphs, images=2) == pytest.approx(0.1, abs=0.005)


def test_spread_splits_scenes_from_seeds(evidence: Evidence) -> None:
    found = spread(evidence, a="a", b="b", judge="pocket")
    assert found.seeds and found.graphs == 14 and found.within > 0
    offers = plans(found, 0.05, seconds=0.5)
    assert [plan.pictures for plan in offers] == sorted(plan.pictures for plan in offers)
    assert all(plan.seconds == plan.pictures * 0.5 for plan in offers)
    with pytest.raises(FormatError, match="share 0 graphs"):
        spread(evidence, a="a", b="c", judge="pocket")


@pytest.mark.parametrize(("difference", "chance"), [(0.0, 0.8), (1.5, 0.8), (0.1, 0.2), (float("nan"), 0.8)])
def test_a_plan_for_nothing_is_refused(difference: float, chance: float) -> None:
    with pytest.raises(FormatError, match="is not within"):
        needed(Spread.assumed(0.3), difference, power=chance)
