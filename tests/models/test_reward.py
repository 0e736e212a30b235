"""GRPO: the ratio is 1 before the first update, what is drawn is what is scored, and a run that stopped ends the same.

Run it: `pytest tests/models/test_reward.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.caption import caption
from engine.errors import FormatError, ModelError
from engine.graph import SceneGraph
from engine.sampler import Constraints, sample, scene_rng
from engine.taxonomy import load as load_taxonomy
from models import generators, judges
from models.generators import Stopped
from models.generators.autoregressive import Pen
from models.pocket import oracle
from models.pocket.slot_tokens import LENGTH, write
from models.pocket.text import LENGTH as WORDS
from models.pocket.words import tokens
from models.training.board import Alarm, Row, alarms, looks
from models.training.policies import Policy, Rollout, policy
from models.training.policies.flow import density, middle_of
from models.training.policies.writing import told
from models.training.reward import Settings, advantages, compare, objective, plan, run
from models.training.rewards import SceneGraphReward, Weights, reward

KINDS = ("pocket", "pocket-ar")
CAPTIONS = ["There is a red dog.", "There is a blue cat to the left of a green house."]
TINY = Settings(
    updates=2, groups=2, size=2, rank=4, steps=2, board=2, watched=2, reported=2, saved=1, complexity=(4, 6), rate=0.01
)


@pytest.fixture(scope="module", params=KINDS)
def drawn(request: pytest.FixtureRequest) -> tuple[Policy, Rollout]:
    actor = policy(request.param, rank=4, steps=4)
    return actor, actor.draw(CAPTIONS * 4, list(range(8)))


def graphs(count: int = 4) -> list[SceneGraph]:
    words = load_taxonomy("pocket")
    return [sample(Constraints(complexity=(4, 6)), words, scene_rng(5, i)) for i in range(count)]


def test_the_ratio_is_exactly_1_before_the_first_update(drawn: tuple[Policy, Rollout]) -> None:
    actor, rollout = drawn
    now, apart = actor.scored(rollout)
    assert torch.equal((now - rollout.before).exp(), torch.ones_like(now)) and now.requires_grad
    assert not apart.any(), "a fresh LoRA is the reference"
    loss, figures = objective(
        actor, rollout, np.array([[1.0, -1, 0.5, -0.5]] * 2), np.array([True, True]), clip=actor.clip, kl=0.1
    )
    assert figures == {"kl": 0.0, "clipped": 0.0, "ratio_off": 0.0}
    loss.backward()
    assert any(one.grad.abs().sum() > 0 for one in actor.student.parameters())


def test_the_ratio_leaves_1_and_the_divergence_0_with_the_weights(drawn: tuple[Policy, Rollout]) -> None:
    actor, rollout = drawn
    kept = [one.detach().clone() for one in actor.student.parameters()]
    with torch.no_grad():
        for one in actor.student.parameters():
            one.add_(0.02)
    now, apart = actor.scored(rollout)
    again = actor.scored(rollout)[0]
    assert torch.equal(now, again) and not torch.equal(now, rollout.before)
    assert (apart * rollout.told).sum() > 0 and (apart > -1e-5).all()
    with torch.no_grad():
        for one, old in zip(actor.student.parameters(), kept, strict=True):
            one.copy_(old)


def test_ar_what_the_pen_drew_from_is_what_is_scored() -> None:
    """The pen remembers and goes token by token, scoring reads all at once: the same log-probabilities, to rounding."""
    actor = policy("pocket-ar", rank=4)
    seeds = [3, 4, 5]
    rollout = actor.draw([*CAPTIONS, CAPTIONS[0]], seeds)
    own: Any = actor.student.generator
    pen = Pen(own.net, [tokens(text, WORDS) for text in rollout.captions], own.guidance, own.temperature)
    dice = [torch.rand(LENGTH, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    for at in range(LENGTH):
        pen.write(at, torch.stack(dice)[:, at])
    assert pen.written == rollout.state[1].tolist()
    assert torch.allclose(torch.stack(pen.likely, 1), rollout.before, atol=1e-4)
    assert own.guidance == 2.0, "as drawn, not without guidance"


def test_ar_pictures_are_those_that_the_generator_draws() -> None:
    actor = policy("pocket-ar", rank=4)
    drawn = actor.student.generator.draw(CAPTIONS, [3, 4], size=64)
    assert [one.tobytes() for one in actor.draw(CAPTIONS, [3, 4]).images] == [one.image.tobytes() for one in drawn]


def test_ar_tokens_after_the_last_thing_count_for_nothing() -> None:
    scene = generators.load("painter").draw([CAPTIONS[1]], [1], size=64)[0].contents
    assert scene is not None and len(scene.items) == 2
    said = torch.tensor([write(scene)]).clamp_min(0)
    assert told(said).tolist() == [[1] * (3 + 2 * 6 + 1) + [0] * (LENGTH - 16)]


def test_flow_steps_by_hand() -> None:
    """x = 2, v = 1, sigma = 0.5, a step of -0.1 with a spread of 0.7: mu = 2 (1 - 0.049) + (1 + 0.245) (-0.1)."""
    at = torch.full((1, 2, 3), 2.0)
    middle = middle_of(at, torch.ones_like(at), 0.5, -0.1, 0.7)
    assert torch.allclose(middle, torch.full_like(at, 2 * (1 - 0.049) - 0.1 * 1.245))
    assert density(middle + 0.3, middle, 0.3).item() == pytest.approx(-0.5 + 1.2039728 - 0.9189385, abs=1e-5)


def test_flow_without_noise_is_the_flow() -> None:
    at = torch.full((1, 2, 3), 2.0)
    assert torch.allclose(middle_of(at, torch.ones_like(at), 0.5, -0.1, 0.0), at - 0.1)


def test_advantages_by_hand() -> None:
    """Means 2 and 5; the deviation of 1, 3, 4, 6 is sqrt(3.25), the equal group left out."""
    found, kept = advantages(np.array([[1.0, 3.0], [7.0, 7.0], [4.0, 6.0]]))
    assert kept.tolist() == [True, False, True]
    assert found == pytest.approx(np.array([[-1, 1], [0, 0], [-1, 1]]) / 3.25**0.5)
    assert advantages(np.ones((2, 4)))[1].tolist() == [False, False]


def test_dropped_groups_move_nothing(drawn: tuple[Policy, Rollout]) -> None:
    actor, rollout = drawn
    some = np.array([[1.0, -1, 0.5, -0.5], [3.0, 3, 3, 3]])
    others = np.array([[1.0, -1, 0.5, -0.5], [0.0, 0, 0, 0]])
    kept = np.array([True, False])
    one, two = (objective(actor, rollout, worth, kept, clip=0.2, kl=0.0)[0].item() for worth in (some, others))
    assert one == two


@pytest.fixture(scope="module")
def rewarded() -> SceneGraphReward:
    return SceneGraphReward(load_taxonomy("pocket"))


def test_scene_reward_prefers_the_right_picture(rewarded: SceneGraphReward) -> None:
    shown = graphs()
    words = load_taxonomy("pocket")
    right = generators.load("painter").draw([caption(one, words).text for one in shown], [0, 1, 2, 3], size=64)
    images = [one.image for one in right]
    assert (rewarded.of(images, shown) > rewarded.of([*images[1:], images[0]], shown)).all()
    clip = reward("clip", words).of(images, shown)
    assert clip.shape == (4,) and (clip > reward("clip", words).of([*images[1:], images[0]], shown)).all()


def test_scene_reward_caps_questions_and_keeps_their_counterfactuals(rewarded: SceneGraphReward) -> None:
    few = SceneGraphReward(rewarded.taxonomy, weights=Weights(most=3, kinds=("existence", "relation")))
    for graph in graphs():
        asked = few.asked(graph)
        true = [one.id for one in asked if one.counterfactual_of is None]
        assert len(true) <= 3 and {one.kind for one in asked} <= {"existence", "relation"}
        assert {one.counterfactual_of for one in asked} - {None} <= set(true)
    with pytest.raises(ModelError, match="no reward"):
        reward("beauty", rewarded.taxonomy)


def row(update: int, first: float, second: float, truth: float) -> Row:
    mixed = np.random.default_rng(update).normal(0, 1, 60)
    return Row(update, {name: list(mean + mixed) for name, mean in
                        (("pocket", first), ("pocket-b", second), ("oracle", truth))})  # fmt: skip


def said(rows: list[Row], dropped: list[float]) -> list[Alarm]:
    return alarms(rows, dropped, patience=60, rewards="pocket", reports="pocket-b")


def test_alarms_in_words() -> None:
    start = row(0, 50, 50, 50)
    assert said([start], []) == []
    assert said([start, row(60, 60, 60, 60)], [0.1]) == []
    (flat,) = said([start, row(60, 50, 50, 50)], [0.1])
    assert flat.ends and flat.words.startswith("Stagnation: pocket-b has not risen since update 0")
    (empty,) = said([start, row(20, 55, 55, 55)], [0.6, 0.8])
    assert empty.words.startswith("70% of the groups had no variance")
    (fooled,) = said([start, row(20, 60, 40, 60)], [0.1])
    assert fooled.ends and "pocket rose since update 0" in fooled.words and "pocket-b fell" in fooled.words
    (known,) = said([start, row(20, 60, 60, 40)], [0.1])
    assert not known.ends and "oracle fell" in known.words, "the oracle ends no run"


def test_looks_see_blank_and_equal_pictures() -> None:
    drawn = generators.load("painter").draw(CAPTIONS, [1, 2], size=64)
    seen = looks([one.image for one in drawn], 2)
    assert 0 < seen["spread"] < 1 and looks([drawn[0].image] * 2, 2)["spread"] == 0


@pytest.mark.parametrize("name", KINDS)
def test_a_run_that_stopped_ends_as_one_that_did_not(name: str, tmp_path: Path) -> None:
    settings = replace(TINY, student=name)
    with pytest.raises(Stopped):
        run(settings, tmp_path / "stopped", heard=lambda done: done < 1)
    (tmp_path / "stopped" / "updates.jsonl").open("a").write('{"update": 2, "reward": 9}\n')  # a crash before the save
    again, whole = run(settings, tmp_path / "stopped"), run(settings, tmp_path / "whole")
    assert again == whole and whole["updates"] == 2 and whole["captions"] == 4
    for file in ("updates.jsonl", "board.jsonl", "points.json", "report.json"):
        assert (tmp_path / "stopped" / file).read_text() == (tmp_path / "whole" / file).read_text()
    # The names of layers in the file's head are a set, whose order is not told; the numbers are compared.
    one, two = (load_file(next((tmp_path / at / "lora").glob("*.safetensors"))) for at in ("stopped", "whole"))
    assert one.keys() == two.keys() and all(torch.equal(one[part], two[part]) for part in one)
    drawn = generators.load(f"{name}+{tmp_path / 'whole' / 'lora'}").draw(CAPTIONS, [1, 2], size=64)
    assert len(drawn) == 2
    assert compare(tmp_path / "whole", tmp_path / "stopped")["oracle"] == (0.0, 0.0, 0.0)
    with pytest.raises(FormatError, match="other settings"):
        run(replace(settings, rate=0.5), tmp_path / "whole")
    with pytest.raises(FormatError, match="cannot be compared"):
        compare(tmp_path / "whole", tmp_path)


def test_nothing_that_trains_reads_judge_b_or_the_oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    """An update asks judge A and nobody else."""
    asked: list[str] = []
    load = judges.load
    monkeypatch.setattr(judges, "load", lambda name: (asked.append(name), load(name))[1])
    monkeypatch.setattr(oracle, "replies", lambda *_: pytest.fail("the oracle was read"))
    plan(TINY)
    assert asked == ["pocket"]


def test_the_command_plans_and_refuses(call: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = call("train", "reward", "--updates", 3, "--dry-run", "--json", "--out", tmp_path / "none")
    found = json.loads(out)
    assert code == 0 and found["plan"].startswith("3 updates of 8 captions x 8 pictures") and found["memory_mb"] > 0
    assert not (tmp_path / "none").exists()
    with pytest.raises(ModelError, match="reward and report too"):
        run(replace(TINY, second="pocket"), tmp_path / "one")
    code, _, said = call("train", "reward", "--student", "painter", "--out", tmp_path / "run")
    assert code == 2 and "cannot be rewarded here" in said
