"""Shap-E at toy size: a turntable of views, own dice, steps and stopping; few points on a ray, since that is its cost.

Run it: `pytest tests/tiny/test_shap_e.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from engine.errors import ModelDamaged, ModelError
from models.catalog import Card
from models.generators import Options, Stopped, shap_e
from models.generators.checkpoint import folder_card
from models.generators.shap_e import ShapEGenerator, opened
from tests.toy_pipelines import save

DOG, CAT = "a red dog", "a blue cat"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save("ShapE", tmp_path_factory.mktemp("shap-e") / "toy")


@pytest.fixture(scope="module")
def generator(folder: Path) -> ShapEGenerator:
    card = Card(
        name="toy",
        job="generator",
        family="shap-e",
        modality="3d",
        summary="",
        licence="",
        folder=folder,
        size=32,
        frames=20,
    )
    return opened(card)


@pytest.fixture(autouse=True)
def few_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shap_e, "SAMPLES", (4, 8))


def bytes_of(generator: ShapEGenerator, captions: list[str], seeds: list[int], **more: Any) -> list[list[bytes]]:
    drawn = generator.tuned(Options(frames=2)).draw(captions, seeds, **{"steps": 2} | more)
    return [[frame.tobytes() for frame in drawing.frames] for drawing in drawn]


def test_a_turn_of_twenty_views(generator: ShapEGenerator) -> None:
    (drawing,) = generator.draw([DOG], [1], steps=2)
    assert len(drawing.frames) == 20 and {frame.size for frame in drawing.frames} == {(32, 32)}
    assert len({frame.tobytes() for frame in drawing.frames}) > 1
    assert drawing.image.tobytes() == drawing.frames[0].tobytes()
    used = drawing.record["used"]
    assert (used["frames"], used["size"], used["steps"], used["scheduler"]) == (20, 32, 2, "HeunDiscreteScheduler")
    assert drawing.record["said"] == []


def test_the_views_are_those_that_diffusers_renders(generator: ShapEGenerator, monkeypatch: pytest.MonkeyPatch) -> None:
    """With so few points the dice would tell; without them both have to agree."""
    monkeypatch.setattr(torch, "rand_like", lambda x, **_: torch.full_like(x, 0.5))
    monkeypatch.setattr(
        torch, "rand", lambda *size, **_: torch.full(size[0] if isinstance(size[0], tuple) else size, 0.5)
    )
    latents = torch.randn(1, 32 * 32, generator=torch.Generator().manual_seed(1)).view(1, 32, 32)
    work = shap_e.Turning(generator, 2, None, 32)
    with torch.no_grad():
        ours = [torch.tensor(list(view.get_flattened_data())) for view in work._rendered(latents)]  # type: ignore[attr-defined]
        theirs = generator.pipe.shap_e_renderer.decode_to_image(
            latents, "cpu", size=32, n_coarse_samples=4, n_fine_samples=8
        )
    assert torch.allclose(torch.stack(ours).float(), theirs.view(20, -1, 3) * 255, atol=1.0)


def test_company_and_the_worlds_dice_change_no_byte(generator: ShapEGenerator) -> None:
    dog, cat = bytes_of(generator, [DOG, CAT], [1, 2])
    torch.manual_seed(99)
    before = torch.get_rng_state()
    assert bytes_of(generator, [CAT], [2]) == [cat]
    assert torch.equal(torch.get_rng_state(), before)
    assert bytes_of(generator, [DOG], [3]) != [dog]


def test_it_tells_its_steps_shows_views_and_stops_within_one(generator: ShapEGenerator) -> None:
    heard: list[tuple[int, int]] = []
    seen: list[int] = []
    watched = bytes_of(
        generator, [DOG, CAT], [1, 2],
        on_step=lambda step, steps, looks: (heard.append((step, steps)), seen.append(len(looks()))) and True,
    )  # fmt: skip
    assert heard == [(i, 10) for i in range(1, 11)]  # three of Heun's and two views for each
    assert seen == [1] * 5 + [2] * 5
    assert watched == bytes_of(generator, [DOG, CAT], [1, 2])
    for last in (2, 4):
        heard.clear()
        with pytest.raises(Stopped):
            generator.draw([DOG], [1], steps=2, on_step=lambda *told: heard.append(told[:2]) or len(heard) < last)  # noqa: B023
        assert len(heard) == last
    assert not generator.pipe.prior._forward_hooks


def test_what_is_rounded_or_ignored_is_said(generator: ShapEGenerator) -> None:
    asked = generator.tuned(Options(frames=1, negative="green"))
    (drawing,) = asked.draw([DOG], [1], steps=1, size=50)
    assert drawing.image.size == (64, 64)
    assert [said.split(":")[0] for said in drawing.record["said"]] == [
        "The negative prompt was ignored", "Drawn at 64 pixels instead of 50",
    ]  # fmt: skip
    with pytest.raises(ModelError, match="does not fit"):
        generator.tuned(Options(scheduler="flow-euler"))


def test_a_folder_says_itself_what_it_is_and_pickles_are_refused(folder: Path, tmp_path: Path) -> None:
    found = folder_card(str(folder))
    assert (found.family, found.modality, found.frames) == ("shap-e", "3d", 0)
    save("ShapE", tmp_path / "toy")
    weights = next((tmp_path / "toy" / "shap_e_renderer").glob("*.safetensors"))
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelDamaged, match="pickle"):
        opened(folder_card(str(tmp_path / "toy")))
