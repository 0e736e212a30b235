"""Published text-to-video pipelines at toy size: frames, own dice, steps, stopping, lengths, shapes and what is refused.

Run it: `pytest tests/tiny/test_video.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.errors import ModelDamaged, ModelMissing
from models.catalog import Card
from models.generators import Options, Stopped
from models.generators.checkpoint import folder_card
from models.generators.lengths import packed, zero_turns
from models.generators.video import VideoGenerator, opened
from tests.toy_pipelines import VIDEOS, motion_adapter, save

DOG, CAT = "a red dog", "a small blue cat above a large green cat"
ON_SD = {"AnimateDiff": "AnimateDiffPipeline", "TextToVideoZero": "TextToVideoZeroPipeline"}
KINDS = [*VIDEOS, *ON_SD]
FRAMES = {"TextToVideoSD": 3, "CogVideoX": 9, "LTX": 9, "Wan": 5, "AnimateDiff": 3, "TextToVideoZero": 3}
SIZES = {"CogVideoX": (48, 32), "LTX": (32, 32), "Wan": (48, 32)}
Get = Callable[[str], VideoGenerator]


def card(kind: str, folder: Path, **more: Any) -> Card:
    return Card(
        name=kind, job="generator", family="diffusers-video", modality="video", summary="", licence="", folder=folder,
        size=32, frames=FRAMES[kind], **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    save("StableDiffusion", folder / "sd")
    torch.manual_seed(2)
    motion_adapter().save_pretrained(folder / "motion")
    return folder


@pytest.fixture(scope="module")
def get(home: Path) -> Get:
    held: dict[str, VideoGenerator] = {}

    def load(kind: str) -> VideoGenerator:
        if kind in ON_SD and kind not in held:
            adapters = ((str(home / "motion"), None),) if kind == "AnimateDiff" else ()
            held[kind] = opened(card(kind, home / "sd", loads=ON_SD[kind], adapters=adapters))
        elif kind not in held:
            held[kind] = opened(card(kind, save(kind, home / kind)))
        return held[kind]

    return load


def bytes_of(generator: VideoGenerator, captions: list[str], seeds: list[int], **more: Any) -> list[list[bytes]]:
    drawn = generator.draw(captions, seeds, **{"steps": 2, "size": 32} | more)
    return [[frame.tobytes() for frame in drawing.frames] for drawing in drawn]


@pytest.mark.parametrize("kind", KINDS)
def test_frames_of_its_own_shape_and_the_first_stands_for_them(get: Get, kind: str) -> None:
    (drawing,) = get(kind).draw([DOG], [1], steps=2, size=32)
    assert len(drawing.frames) == FRAMES[kind]
    assert {frame.size for frame in drawing.frames} == {SIZES.get(kind, (32, 32))}
    assert drawing.image.tobytes() == drawing.frames[0].tobytes()
    assert len({frame.tobytes() for frame in drawing.frames}) > 1
    used = drawing.record["used"]
    assert (used["frames"], used["steps"], used["device"], drawing.record["said"]) == (FRAMES[kind], 2, "cpu", [])


@pytest.mark.parametrize("kind", KINDS)
def test_company_and_order_change_no_byte(get: Get, kind: str) -> None:
    dog, cat = bytes_of(get(kind), [DOG, CAT], [1, 2])
    assert bytes_of(get(kind), [CAT], [2]) == [cat]
    assert bytes_of(get(kind), [DOG], [3]) != [dog]


@pytest.mark.parametrize("kind", KINDS)
def test_it_tells_its_steps_shows_them_and_stops_within_one(get: Get, kind: str) -> None:
    before = bytes_of(get(kind), [DOG], [1], steps=3)
    heard: list[tuple[int, int]] = []
    seen: list[Any] = []
    watched = bytes_of(
        get(kind), [DOG], [1], steps=3,
        on_step=lambda step, steps, looks: (heard.append((step, steps)), seen.append(looks())) and True,
    )  # fmt: skip
    last = heard[-1][0]
    assert heard == [(i, last) for i in range(1, last + 1)] and last >= 3
    assert watched == before
    (picture,) = seen[0]
    assert picture.size == (256, 256) and picture.getextrema() != ((128, 128),) * 3
    heard.clear()
    with pytest.raises(Stopped):
        get(kind).draw([DOG], [1], steps=3, size=32, on_step=lambda *told: heard.append(told[:2]) or len(heard) < 2)
    assert len(heard) == 2
    assert bytes_of(get(kind), [DOG], [1], steps=3) == before  # nothing is left over


@pytest.mark.parametrize(
    ("kind", "asked", "drawn"), [("Wan", 7, 5), ("Wan", 8, 9), ("LTX", 3, 1), ("AnimateDiff", 7, 7)]
)
def test_length_is_asked_for_and_rounded_aloud(get: Get, kind: str, asked: int, drawn: int) -> None:
    (drawing,) = get(kind).tuned(Options(frames=asked)).draw([DOG], [1], steps=1, size=32)
    assert len(drawing.frames) == drawn
    assert any("frames instead of" in said for said in drawing.record["said"]) == (asked != drawn)


def test_shape_is_rounded_aloud(get: Get) -> None:
    (drawing,) = get("CogVideoX").draw([DOG], [1], steps=1, size=40)
    assert drawing.frames[0].size == (64, 32)
    assert drawing.record["said"] == ["Drawn at 64 x 32 pixels: this model draws multiples of 16."]


def test_lengths_that_pack_time() -> None:
    assert [packed(n, 4) for n in (1, 2, 5, 6, 7, 8, 81)] == [1, 1, 5, 5, 5, 9, 81]
    assert [packed(n, 8) for n in (161, 100)] == [161, 97]
    assert [packed(n, 1) for n in (1, 7)] == [1, 7]
    for steps in range(2, 60):
        early, late = zero_turns(steps)
        assert 0 <= early < late < steps
    assert zero_turns(50) == (44, 47)


def test_a_folder_says_itself_that_it_is_a_video(get: Get, home: Path) -> None:
    get("Wan")
    found = folder_card(str(home / "Wan"))
    assert (found.family, found.modality, found.loads) == ("diffusers-video", "video", "WanPipeline")


def test_a_motion_module_that_is_missing_or_no_module_is_said(home: Path, tmp_path: Path) -> None:
    made = {"loads": "AnimateDiffPipeline"}
    with pytest.raises(ModelMissing, match="models fetch AnimateDiff"):
        opened(card("AnimateDiff", home / "sd", adapters=(("someone/motion", None),), **made))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelDamaged, match="motion module .* cannot be read"):
        opened(card("AnimateDiff", home / "sd", adapters=((str(tmp_path), None),), **made))
