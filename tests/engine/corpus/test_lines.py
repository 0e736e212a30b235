"""A line from a template is the line that the ordinary code writes, byte for byte, whatever the words.

Run it: `pytest tests/engine/corpus/test_lines.py`.
"""

from __future__ import annotations

import orjson
import pytest

from engine.caption import Style
from engine.corpus.lines import Lines
from engine.sampler import Constraints, Plan, sample, scene_rng
from engine.scene import describe
from engine.taxonomy import load

COUNT = 1200


def ordinary(lines: Lines, index: int) -> bytes:
    """Scene `index` without templates."""
    rng = scene_rng(lines.seed, index)
    graph = sample(lines.constraints, lines.taxonomy, rng, structure=lines.plan.structure(index, rng))
    style = Style(lines.style.length, index % 12) if lines.vary else lines.style
    modality = lines.constraints.modality
    line = describe(
        graph, lines.taxonomy, id=f"{lines.seed}-{index:06d}", seed=lines.seed, ask=lines.ask, style=style,
        modality=modality,
    )  # fmt: skip
    return orjson.dumps(line.to_dict())


@pytest.mark.parametrize("taxonomy", ["pocket", "full"])
@pytest.mark.parametrize("length", ["terse", "plain", "rich"])
@pytest.mark.parametrize("ask", [True, False])
def test_templates_change_nothing(taxonomy: str, length: str, ask: bool) -> None:
    words = load(taxonomy)
    constraints = Constraints(complexity=(2, 9), mode="imaginative", scene_attributes=(0, 3))
    lines = Lines(Plan(constraints, words), words, seed=11, ask=ask, style=Style(length), vary=True)
    for index in range(COUNT):
        assert lines.json(lines.row(index)).encode() == ordinary(lines, index)
    assert bool(lines._templates) != (ask and taxonomy == "pocket"), (
        "templates where there should be none, or none at all"
    )


@pytest.mark.parametrize("modality", ["video", "3d"])
def test_other_modalities(modality: str) -> None:
    words = load("full")
    constraints = Constraints(complexity=(4, 6), mode="imaginative", scene_attributes=(1, 3), modality=modality)
    lines = Lines(Plan(constraints, words), words, seed=12)
    for index in range(100):
        assert lines.json(lines.row(index)).encode() == ordinary(lines, index)


def test_plausible_scenes_take_the_ordinary_way() -> None:
    words = load("pocket")
    lines = Lines(Plan(Constraints(), words), words, seed=13)
    for index in range(20):
        assert lines.json(lines.row(index)).encode() == ordinary(lines, index)


def test_a_scene_does_not_depend_on_those_before_it() -> None:
    words = load("full")
    plan = Plan(Constraints(complexity=(4, 8), mode="imaginative"), words)
    forward = Lines(plan, words, seed=14)
    backward = Lines(plan, words, seed=14)
    there = [forward.json(forward.row(index)) for index in range(200)]
    back = [backward.json(backward.row(index)) for index in reversed(range(200))]
    assert there == back[::-1]
