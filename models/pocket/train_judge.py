"""Trains the pocket judge from nothing on painted pictures, resumably; part of `make pocket`.

Beside the answers it learns what stands in every cell and which things a question means: signals of the painter that
are dropped afterwards. Try it: `python -m models.pocket.train_judge --steps 200 --out runs/judge`.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.programs import Is, Related, WhatRelated, WhichObject, say
from models.pocket.checkpoint import Training, options
from models.pocket.judge_b_net import JudgeBConfig, JudgeBNet
from models.pocket.judge_net import JudgeNet
from models.pocket.judge_sight import JudgeConfig, Sight, no_doubt
from models.pocket.oracle import holds, visible
from models.pocket.painter import paint
from models.pocket.quiz import COLOUR_WEIGHTS, WEIGHTS, Quiz, quiz, random_scene
from models.pocket.scene import COLOURS, NAMES, SETTINGS, SIZES, STYLES, TAXONOMY, WEATHERS, Item
from models.pocket.words import GRAMMAR_VERSION, tokens, vocabulary

ANSWERS = ["yes", "no", *NAMES, *COLOURS, *SIZES, *SETTINGS, *WEATHERS, *STYLES, "none"] + [
    "zero", "one", "two", "three", "four", "five", "six",
]  # fmt: skip
CELL = 8
IGNORE = -100


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides the weights, beside the code."""

    steps: int = 4500
    batch: int = 64
    questions: int = 12
    rate: float = 1.5e-3
    warmup: int = 200
    weight_decay: float = 0.02
    seed: int = 20261123
    average: float = 0.998
    asked: tuple[int, ...] = WEIGHTS
    """How often each sort of question is put, in the order of `quiz.ASKERS`."""


SECOND = Settings(steps=3000, seed=20261125)
"""The second judge's plan: other weights at the start and other pictures."""
SECOND_FURTHER = Settings(steps=1500, rate=6e-4, warmup=50, seed=20261128, asked=COLOUR_WEIGHTS)
"""Its lessons after those, on new pictures, with more questions about colours."""


@dataclass(frozen=True, slots=True)
class Batch:
    """B pictures with Q questions in all; targets per cell, per picture and per question."""

    pixels: Tensor
    cells: dict[str, Tensor]
    whole: dict[str, Tensor]
    owner: Tensor
    tokens: Tensor
    answers: Tensor
    meant: Tensor


Net = JudgeNet | JudgeBNet


def first_judge(**sizes: int) -> JudgeNet:
    """The judge `pocket`, untrained; `sizes` override its widths (tests use tiny ones)."""
    return JudgeNet(config(**sizes))


def second_judge(**sizes: int) -> JudgeBNet:
    """The judge `pocket-b`, untrained: another architecture."""
    return JudgeBNet(JudgeBConfig(**(_vocabulary() | sizes)))


def config(**sizes: int) -> JudgeConfig:
    """The first judge's configuration; `sizes` override its widths."""
    return JudgeConfig(**(_vocabulary() | sizes))


def _vocabulary() -> dict[str, Any]:
    labels = {"name": len(NAMES), "colour": len(COLOURS), "size": len(SIZES)}
    labels |= {"setting": len(SETTINGS) + 1, "weather": len(WEATHERS) + 1, "style": len(STYLES) + 1}
    return {"words": len(vocabulary()), "labels": labels, "answers": ANSWERS, "grammar": GRAMMAR_VERSION}


def make_batch(
    rng: random.Random, pictures: int, questions: int, length: int, *, asked: Sequence[int] = WEIGHTS
) -> Batch:
    """A fresh batch from the painter, the same for the same generator; `asked` weighs the sorts of questions."""
    scenes = [random_scene(rng) for _ in range(pictures)]
    seen = [visible(scene) for scene in scenes]
    pixels = np.stack([np.asarray(paint(scene)) for scene in scenes])
    quizzes = [quiz(scene, questions, rng, weights=asked) for scene in scenes]
    put = [(i, one) for i, group in enumerate(quizzes) for one in group]
    return Batch(
        pixels=_noisy(torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255, rng),
        cells=cell_targets(seen),
        whole={
            kind: torch.tensor([_place(values, scene.scene_value(kind)) for scene in scenes])
            for kind, values in (("setting", SETTINGS), ("weather", WEATHERS), ("style", STYLES))
        },
        owner=torch.tensor([i for i, _ in put]),
        tokens=trimmed(torch.tensor([tokens(say(one.program, TAXONOMY), length) for _, one in put])),
        answers=torch.tensor([ANSWERS.index(one.answer) for _, one in put]),
        meant=torch.stack([_meant(one, seen[i]) for i, one in put]),
    )


def _noisy(pixels: Tensor, rng: random.Random) -> Tensor:
    """A little camera noise, so that a re-encoded or scaled picture is no surprise."""
    mixer = torch.Generator().manual_seed(rng.getrandbits(31))
    return (pixels + 0.02 * torch.randn(pixels.shape, generator=mixer)).clamp(0, 1)


def trimmed(tokens: Tensor) -> Tensor:
    """Token ids (Q, length) without the columns in which every row is padding."""
    return tokens[:, : int((tokens != 0).sum(1).max())]


def _place(values: tuple[str, ...], value: str | None) -> int:
    return len(values) if value is None else values.index(value)


def _cell(item: Item) -> int:
    return max(0, min(7, item.y // CELL)) * 8 + max(0, min(7, item.x // CELL))


def cell_targets(seen: list[tuple[Item, ...]]) -> dict[str, Tensor]:
    """What stands in each of 64 cells of B pictures, by kind; IGNORE where nothing does, (B, 64)."""
    shape = (len(seen), 64)
    targets = {kind: torch.full(shape, IGNORE) for kind in ("name", "colour", "size")}
    targets["object"] = torch.zeros(shape)
    targets["offset"] = torch.zeros((*shape, 2))
    for i, items in enumerate(seen):
        for item in items:
            cell = _cell(item)
            targets["object"][i, cell] = 1
            targets["name"][i, cell] = NAMES.index(item.name)
            targets["colour"][i, cell] = COLOURS.index(item.colour)
            targets["size"][i, cell] = list(SIZES).index(item.size)
            targets["offset"][i, cell] = torch.tensor([item.x / CELL - cell % 8, item.y / CELL - cell // 8])
    return targets


def _meant(one: Quiz, items: tuple[Item, ...]) -> Tensor:
    """(3, 64): the cells that the first and second pointer mean and those in the relation; IGNORE where not asked.

    Where a question asks whether a thing has an attribute, the second pointer means the things that have it.
    """
    program = one.program
    found = torch.full((3, 64), float(IGNORE))
    first = getattr(program, "thing", None) or getattr(program, "source", None)
    if first is not None or isinstance(program, WhichObject | WhatRelated):
        name, marks = (first.name, first.attributes) if first else (None, getattr(program, "attributes", ()))
        _mark(found[0], [i for i in items if (name in (None, i.name)) and _has(i, marks)])
    if isinstance(program, Is):
        asked = (*program.thing.attributes, (program.kind, program.value))
        _mark(found[1], [i for i in items if i.name == program.thing.name and _has(i, asked)])
    if isinstance(program, Related | WhatRelated):
        targets = [i for i in items if i.name == program.target.name and _has(i, program.target.attributes)]
        sources = [i for i in items if not first or (i.name == first.name and _has(i, first.attributes))]
        _mark(found[1], targets)
        _mark(found[2], [s for s in sources if any(s is not t and holds(program.phrase, s, t) for t in targets)])
    return found


def _has(item: Item, marks: tuple[tuple[str, str], ...]) -> bool:
    return all(item.attributes[kind] == value for kind, value in marks)


def _mark(row: Tensor, items: list[Item]) -> None:
    row.zero_()
    for item in items:
        row[_cell(item)] = 1


# --- losses -----------------------------------------------------------------------------------------------------------


def losses(net: Net, batch: Batch) -> dict[str, Tensor]:
    """Each part of the loss, and the share of right answers under `right`."""
    sight = net.see(batch.pixels)
    rows = sight.rows(batch.owner)
    answer, first, second, related = net.ask(rows, batch.tokens)
    cells = rows.cells
    parts = _sight_losses(sight, batch)
    parts["answer"] = F.cross_entropy(answer, batch.answers)
    parts["first"] = _pointer_loss(first, batch.meant[:, 0].gather(1, cells), rows.present)
    parts["second"] = _pointer_loss(second, batch.meant[:, 1].gather(1, cells), rows.present)
    target = batch.meant[:, 2].gather(1, cells)
    asked = target != IGNORE
    related = related.float().clamp(1e-5, 1 - 1e-5)
    parts["related"] = F.binary_cross_entropy(related[asked], target[asked])
    parts["right"] = (answer.argmax(1) == batch.answers).float().mean().detach()
    return parts


def _sight_losses(sight: Sight, batch: Batch) -> dict[str, Tensor]:
    here = batch.cells["object"] > 0
    parts = {"object": F.binary_cross_entropy_with_logits(sight.logits["object"], batch.cells["object"]) * 8}
    for kind in ("name", "colour", "size"):
        parts[kind] = F.cross_entropy(sight.logits[kind][here], batch.cells[kind][here])
    parts["offset"] = F.smooth_l1_loss(sight.logits["offset"][here], batch.cells["offset"][here], beta=0.1) * 4
    for kind, target in batch.whole.items():
        parts[kind] = F.cross_entropy(sight.logits[kind], target) * 0.3
    return parts


def _pointer_loss(logits: Tensor, target: Tensor, present: Tensor) -> Tensor:
    """Cross-entropy on candidates that are things, where the question points at all."""
    weight = (target != IGNORE).float() * present.detach()
    raw = F.binary_cross_entropy_with_logits(logits, target.clamp_min(0), reduction="none")
    return (raw * weight).sum() / weight.sum().clamp_min(1)


# --- the loop ---------------------------------------------------------------------------------------------------------


def train(
    settings: Settings,
    out: Path,
    *,
    device: str = "cpu",
    minutes: float = math.inf,
    sizes: Mapping[str, int] | None = None,
    build: Callable[..., Net] = first_judge,
    start: Path | None = None,
) -> Net:
    """Train to `settings.steps`, resuming from `out/checkpoint.pt`; returns the averaged weights.

    `start` is a folder of weights as they ship to begin from instead of random ones; their calibration is dropped.

    Stops early after `minutes` with a checkpoint; the data of step i depend only on (seed, i), so a resumed run sees
    what an unbroken one would. `build` makes the untrained network, `sizes` override its widths.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    net = _begun(build(**(sizes or {})), start).to(device)
    net.eye.to(memory_format=torch.channels_last)
    training = Training.of(net, weight_decay=settings.weight_decay, average=settings.average, use_buffers=True)

    def parts(step: int) -> dict[str, Tensor]:
        rng = random.Random(f"{settings.seed}/{step}")
        length = net.config.text_length
        batch = make_batch(rng, settings.batch, settings.questions, length, asked=settings.asked)
        return losses(net, _to(batch, device))

    averaged = training.run(settings, out, parts, device=device, minutes=minutes)
    return settle(averaged, settings, pictures=min(2048, settings.steps * settings.batch))


def _begun(net: Net, start: Path | None) -> Net:
    """The network, with the weights of `start` where it is named but without their calibration."""
    if start is not None:
        net.load_state_dict(type(net).from_pretrained(start).state_dict())
        no_doubt(net.doubt)
    return net


def settle(net: Net, settings: Settings, *, pictures: int = 2048) -> Net:
    """Measure the statistics of the normalising layers anew: those of averaged weights lag behind the weights."""
    layers = [layer for layer in net.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # a plain mean over all batches
    net.eye.train()
    device = str(next(net.parameters()).device)
    with torch.no_grad():
        for i in range(0, pictures, settings.batch):
            rng = random.Random(f"{settings.seed}/settle/{i}")
            net.eye(_to(make_batch(rng, settings.batch, 1, net.config.text_length), device).pixels)
    for layer in layers:
        layer.momentum = 0.1
    net.eval()
    return net


def _to(batch: Batch, device: str) -> Batch:
    return Batch(
        batch.pixels.to(device).contiguous(memory_format=torch.channels_last),
        {name: value.to(device) for name, value in batch.cells.items()},
        {name: value.to(device) for name, value in batch.whole.items()},
        *(part.to(device) for part in (batch.owner, batch.tokens, batch.answers, batch.meant)),
    )


if __name__ == "__main__":
    parser = options(__doc__, out=Path("runs/judge"))
    parser.add_argument("--steps", type=int, help="instead of the plan's")
    parser.add_argument("--second", action="store_true", help="the judge pocket-b instead of pocket")
    choice = parser.parse_args()
    plan, build = (SECOND, second_judge) if choice.second else (Settings(), first_judge)
    plan = replace(plan, steps=choice.steps or plan.steps)
    train(plan, choice.out, device=choice.device, minutes=choice.minutes, build=build)
