"""What fits this machine: the memory that a model needs, beside what is free on the GPU or off it, with the reason.

Try it: `python cli.py models`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.errors import ModelDamaged
from models import machine
from models.catalog import disk, shards
from models.catalog.card import Card
from models.catalog.guard import PIPELINES
from models.catalog.parts import parts

WORK = 1.0
"""GiB that one picture in work takes beside the weights; a rule of thumb for 1024 pixels, not a measurement."""
SPARE = 1.1
"""What a loaded model takes over the bare weights: buffers and the allocator's rounding."""

ABOUT: dict[str, float] = {
    "stable-diffusion-v1-5/stable-diffusion-v1-5": 1.1,
    "stabilityai/stable-diffusion-2-1": 1.3,
    "stabilityai/stable-diffusion-xl-base-1.0": 3.5,
    "playgroundai/playground-v2.5-1024px-aesthetic": 3.5,
    "stabilityai/stable-diffusion-3-medium-diffusers": 7.7,
    "stabilityai/stable-diffusion-3.5-medium": 8.0,
    "PixArt-alpha/PixArt-XL-2-1024-MS": 5.5,
    "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS": 5.5,
    "Efficient-Large-Model/Sana_1600M_1024px_diffusers": 4.5,
    "DeepFloyd/IF-I-XL-v1.0": 9.1,
    "warp-ai/wuerstchen": 1.5,
    "black-forest-labs/FLUX.1-schnell": 16.9,
    "black-forest-labs/FLUX.1-dev": 16.9,
    "Qwen/Qwen-Image": 28.8,
    "damo-vilab/text-to-video-ms-1.7b": 1.8,
    "cerspense/zeroscope_v2_576w": 1.8,
    "THUDM/CogVideoX-2b": 6.7,
    "Lightricks/LTX-Video": 7.1,
    "Wan-AI/Wan2.1-T2V-1.3B-Diffusers": 7.2,
    "openai/shap-e": 0.5,
    "Salesforce/blip-vqa-base": 0.4,
    "dandelin/vilt-b32-finetuned-vqa": 0.12,
    "Salesforce/instructblip-flan-t5-xl": 4.0,
    "Qwen/Qwen2.5-VL-7B-Instruct": 8.3,
    "Qwen/Qwen3-VL-4B-Instruct": 4.4,
    "google/paligemma-3b-mix-224": 2.9,
    "llava-hf/llava-onevision-qwen2-0.5b-ov-hf": 0.9,
    "OpenGVLab/InternVL3-1B-hf": 0.94,
    "HuggingFaceTB/SmolVLM2-2.2B-Instruct": 2.25,
    "openai/clip-vit-large-patch14": 0.43,
    "yuvalkirstain/PickScore_v1": 0.99,
    "adams-story/HPSv2-hf": 0.99,
    "THUDM/ImageReward": 0.48,
    "facebook/dinov2-base": 0.09,
    "guoyww/animatediff-motion-adapter-v1-5-2": 0.45,
    "warp-ai/wuerstchen-prior": 1.6,
}
"""Billions of parameters of all parts together, text encoders included: a first guess, written from memory and checked
against no page or file. Once a model is on this machine its own files are counted instead."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a model fits (None: not known), the GiB that it needs (None: not known), and one sentence."""

    fits: bool | None
    needs: float | None
    says: str


def fit(card: Card, device: str | None = None) -> Fit:
    """Whether a model fits `device` now (`cuda:1`, `cpu`), by default the first GPU or else the CPU; loads nothing."""
    if card.url is not None:
        return Fit(True, None, "Runs on another machine.")
    if card.ours:
        return Fit(True, 0.1, "Runs anywhere: less than 1 GiB.")
    billions, counted = _billions(card)
    if not billions:
        return Fit(None, None, "How much memory it needs is not known until it is on this machine.")
    device = device or ("cuda:0" if machine.gpus() else "cpu")
    return _compared(card, billions, "counted in its files" if counted else "about", device)


def _compared(card: Card, billions: float, how: str, device: str) -> Fit:
    main, own = machine.room("cpu"), machine.room(device)
    needs = needed(billions, 4 if not device.startswith("cuda") else 2)
    said = f"{needs:.1f} GiB, {how}" if how != "about" else f"about {needs:.1f} GiB"
    if not device.startswith("cuda"):
        short = "" if needs <= own.free else "not enough: "
        return Fit(
            needs <= own.free, needs, f"Needs {said}, in float32 on the CPU; {short}{own.free:.1f} GiB are free."
        )
    if needs <= own.free:
        return Fit(True, needs, f"Needs {said}; {device} ({own.name}) has {own.free:.1f} GiB free.")
    if card.family in PIPELINES and needs <= main.free and own.total >= WORK:
        return Fit(
            True, needs, f"Needs {said}; {device} has {own.free:.1f} GiB free, so parts wait in main memory: slow."
        )
    return Fit(False, needs, f"Needs {said}; not enough: {device} ({own.name}) has {own.free:.1f} GiB free.")


def needed(billions: float, bytes_each: int) -> float:
    """GiB for a model of so many parameters in so many bytes each, and one picture in work."""
    return billions * 1e9 * bytes_each / machine.GIB * SPARE + WORK


def _billions(card: Card) -> tuple[float, bool]:
    """Parameters in billions (0: not known), and whether they were counted in files."""
    places = [card.place, *(disk.snapshot(hub, revision) for hub, revision in card.adapters)]
    counted = sum(_counted(place, _when(place)) for place in places if place is not None)
    if counted and all(places):
        return counted / 1e9, True
    if card.memory:
        return max(card.memory - WORK, 0.0) * machine.GIB / SPARE / 2e9, False
    return max(card.parameters, sum(ABOUT.get(hub, 0.0) for hub, _ in card.sources)), False


def _when(folder: Path) -> int:
    return os.stat(folder).st_mtime_ns


@lru_cache(maxsize=256)
def _counted(folder: Path, _when: int) -> int:
    """Numbers in the weights that a loader would read: of variants beside each other only the plain one."""
    total = 0
    try:
        for part in parts(folder):
            files = shards.weights(part.folder) if part.is_network else ()
            own = [file for file in files if "." not in file.name.removesuffix(shards.SUFFIX)]
            total += sum(shards.numbers(file) for file in own or files)
    except (ModelDamaged, OSError, TypeError):
        return 0  # the guard says what is wrong with it
    return total
