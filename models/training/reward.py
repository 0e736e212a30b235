"""Reward (`python cli.py train reward --student pocket-ar --reward scene-graph --updates 160 --out runs/reward`): GRPO.

Each update: `groups` fresh scene graphs, `size` pictures of each caption drawn by chance (a policy of
`models.training.policies`), a number for each picture (`models.training.rewards`), its distance from the mean of its
group as advantage, and one step of a LoRA. Groups whose numbers are all equal teach nothing: they are dropped and
counted. With one step per rollout (`inner` = 1, the default) it is strictly on-policy: the ratio is 1, nothing is
clipped, and this is REINFORCE with a baseline (GRPO-Guard, arXiv 2510.22319, says why). `kl` weighs the divergence
from the student without its LoRA.

Settings that matter, in this order: `rate` (AdamW, a warm-up, half a cosine; with 64 pictures an update 3e-3 drifts),
`complexity` of the captions (where every picture is right there is no variance), `groups`, `kl`. Sources: DeepSeekMath
2402.03300, Flow-GRPO 2505.05470, Dr.GRPO 2503.20783 (no division by the group's own deviation: it blows small noise up).

Watched every `board` updates on graphs with combinations of words that training never sees: judge A, judge B, oracle,
CLIP, diversity, divergence, light, colour, contrast. Alarms are words in `alarms.jsonl`; the first that ends the run
does so (`stop`). In `out`: `updates.jsonl`, `board.jsonl`, `lora/` (a generator: `pocket-ar+out/lora`), `report.json`.
A run that was stopped goes on from `checkpoint.pt` with the same result as without the stop.
"""

from __future__ import annotations

import json
import math
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.caption import caption
from engine.errors import FormatError, ModelError, show
from engine.graph import SceneGraph
from engine.heldout import HeldOut
from engine.sampler import Constraints, sample, scene_rng
from engine.taxonomy import Taxonomy
from engine.taxonomy import load as load_taxonomy
from models.generators import Stopped
from models.pocket.checkpoint import schedule
from models.training.board import Row, alarms, looks
from models.training.evidence import Held, examine, gain, held_out
from models.training.policies import Policy, Rollout, policy
from models.training.rewards import Reward, Weights, reward
from models.training.teaching import resume, save

TRAINED, WATCHED, REPORTED = 71_000_000, 72_000_000, 73_000_000
"""Seeds of the graphs that are trained on (plus the run's), of the board's, and of the report's."""
EQUAL = 1e-4
"""A group whose rewards lie no further apart than this has no variance."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides a run, beside the code; see the top of the file."""

    student: str = "pocket-ar"
    reward: str = "scene-graph"
    updates: int = 160
    seed: int = 0
    groups: int = 8
    size: int = 8
    inner: int = 1
    rate: float = 1.5e-3
    warmup: int = 5
    kl: float = 0.02
    clip: float | None = None
    """None: what suits the policy's kind of log-probability."""
    rank: int = 16
    steps: int = 10
    noise: float = 0.7
    complexity: tuple[int, int] = (6, 12)
    weights: Weights = field(default_factory=Weights)
    judge: str = "pocket"
    second: str = "pocket-b"
    board: int = 40
    watched: int = 64
    reported: int = 200
    patience: int = 80
    stop: bool = True
    saved: int = 20


def run(
    settings: Settings, out: Path, *, progress: Callable[[int, int], None] | None = None,
    heard: Callable[[int], bool] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Train, watch and report; returns what stands in `out/report.json`.

    `heard(update)` is told after each update; False stops with a checkpoint and raises `Stopped`. Raises `ModelError`
    for a student or reward there is not, and `FormatError` for a folder that holds a run of other settings.
    """
    _same_run(settings, out)
    words = load_taxonomy("pocket")
    actor = policy(settings.student, rank=settings.rank, seed=settings.seed, steps=settings.steps, noise=settings.noise)
    rewarded = reward(settings.reward, words, judge=settings.judge, weights=settings.weights)
    held = actor.student.parameters()
    optimizer = torch.optim.AdamW(held, lr=settings.rate, weight_decay=0.0)
    done = resume(held, optimizer, out)
    for name in ("updates.jsonl", "board.jsonl", "alarms.jsonl"):
        _cut(out / name, done)
    watch = held_out(_constraints(settings, "test"), words, count=settings.watched, seed=WATCHED)
    if done == 0:
        _look(settings, actor, watch, out, 0)
    while done < settings.updates and not (settings.stop and any(one["ends"] for one in _rows(out / "alarms.jsonl"))):
        _log(out / "updates.jsonl", {"update": done + 1} | update(settings, actor, rewarded, optimizer, words, done))
        done += 1
        if done % settings.board == 0 or done == settings.updates:
            _look(settings, actor, watch, out, done)
        go_on = heard is None or heard(done)
        if done % settings.saved == 0 or done % settings.board == 0 or done == settings.updates or not go_on:
            save(held, optimizer, out, done)
        if progress:
            progress(1, settings.updates)
        if not go_on:
            raise Stopped
    actor.student.save(out / "lora")
    return _report(settings, actor, words, out, done)


def update(
    settings: Settings, actor: Policy, rewarded: Reward, optimizer: torch.optim.Optimizer, words: Taxonomy, at: int
) -> dict[str, float]:
    """Draw, reward, and take `inner` steps; returns the figures of update `at` (from 0)."""
    graphs = [graph for graph in _graphs(settings, words, at) for _ in range(settings.size)]
    first = (settings.seed * 1_000_003 + at) * len(graphs)
    drawn = actor.draw(
        [caption(graph, words).text for graph in graphs], [(first + i) % 2**63 for i in range(len(graphs))]
    )
    worth = rewarded.of(drawn.images, graphs).reshape(settings.groups, settings.size)
    wanted, kept = advantages(worth)
    figures = {"reward": float(worth.mean()), "within": float(worth.std(1).mean()), "dropped": float(1 - kept.mean())}
    for group in optimizer.param_groups:
        group["lr"] = settings.rate * schedule(at, warmup=settings.warmup, steps=settings.updates)
    for _ in range(settings.inner if kept.any() else 0):
        loss, seen = objective(actor, drawn, wanted, kept, clip=settings.clip or actor.clip, kl=settings.kl)
        if not math.isfinite(float(loss.detach())):
            raise ModelError(f"The loss is no number at update {at + 1}. Lower the rate, and take another --out.")
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(actor.student.parameters(), 1.0)
        optimizer.step()
        figures |= seen
    return {name: round(value, 6) for name, value in (figures | looks(drawn.images, settings.size)).items()}


def advantages(worth: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Rewards (groups, size) -> advantages of the same shape and which groups (groups) are kept.

    The distance from the mean of the group over the deviation of all rewards of the kept groups, within -5..5.
    """
    kept = np.ptp(worth, axis=1) > EQUAL
    apart = worth - worth.mean(1, keepdims=True)
    scale = worth[kept].std() if kept.any() else 1.0
    return np.clip(apart / scale, -5, 5) * kept[:, None], kept


def objective(
    actor: Policy, drawn: Rollout, wanted: Numbers, kept: NDArray[np.bool_], *, clip: float, kl: float
) -> tuple[Tensor, dict[str, float]]:
    """PPO's clipped objective plus the weighted divergence, mean over the steps that count; and figures to log.

    Rows of dropped groups stay in the batch with weight 0, so that company, and with it every bit, is as it was drawn.
    """
    now, apart = actor.scored(drawn)
    good = torch.from_numpy(wanted).to(now.dtype).reshape(-1, 1)
    counts = drawn.told * torch.from_numpy(kept).repeat_interleave(wanted.shape[1]).reshape(-1, 1)
    ratio = (now - drawn.before).exp()
    worse = torch.maximum(-good * ratio, -good * ratio.clamp(1 - clip, 1 + clip))
    total = counts.sum()
    divergence = (apart * counts).sum() / total
    clipped = (((ratio - 1).abs() > clip) * counts).sum() / total
    loss = (worse * counts).sum() / total + kl * divergence
    away = ((ratio.detach() - 1).abs() * counts).max()
    return loss, {"kl": float(divergence.detach()), "clipped": float(clipped), "ratio_off": float(away)}


def _graphs(settings: Settings, words: Taxonomy, at: int) -> Iterator[SceneGraph]:
    for i in range(settings.groups):
        rng = scene_rng(TRAINED + settings.seed, at * settings.groups + i)
        yield sample(_constraints(settings, "train"), words, rng)


def _constraints(settings: Settings, split: str) -> Constraints:
    return Constraints(complexity=settings.complexity, held_out=HeldOut(split, 0.1))


def _look(settings: Settings, actor: Policy, watch: Held, out: Path, done: int) -> None:
    """Write the board's row after `done` updates, and its alarms."""
    since = [row for row in _rows(out / "updates.jsonl") if row["update"] > done - settings.board]
    seen = examine(actor.student.generator, watch, by=(settings.judge, settings.second))
    figures = {
        name: round(float(np.mean([row[name] for row in since if name in row])), 4)
        for name in ("reward", "dropped", "kl", "light", "colour", "contrast", "spread")
        if any(name in row for row in since)
    }
    _log(out / "board.jsonl", asdict(Row.of(done, seen, figures)))
    board = [Row(**row) for row in _rows(out / "board.jsonl")]
    shares = [row["dropped"] for row in since]
    for one in alarms(board, shares, patience=settings.patience, rewards=settings.judge, reports=settings.second):
        _log(out / "alarms.jsonl", asdict(one))


def _report(settings: Settings, actor: Policy, words: Taxonomy, out: Path, done: int) -> dict[str, Any]:
    """Start and end on graphs that neither training nor the board has seen; judge B and the oracle are what counts."""
    held = held_out(_constraints(settings, "test"), words, count=settings.reported, seed=REPORTED)
    by = (settings.judge, settings.second)
    with actor.student.plain():
        before = examine(actor.student.generator, held, by=by)
    after = examine(actor.student.generator, held, by=by)
    found = {
        "settings": json.loads(json.dumps(asdict(settings))),
        "updates": done,
        "captions": done * settings.groups,
        "start": before.means(),
        "end": after.means(),
        "gain": {name: gain(values, before.points[name]) for name, values in after.points.items()},
        "alarms": [row["words"] for row in _rows(out / "alarms.jsonl")],
    }
    points = {name: [round(float(one), 3) for one in values] for name, values in after.points.items()}
    (out / "points.json").write_text(json.dumps(points))
    (out / "report.json").write_text(json.dumps(found, indent=2))
    return found


def compare(one: Path, other: Path) -> dict[str, tuple[float, float, float]]:
    """How many points the run in `one` ends above that in `other`, by judge, with the paired interval over graphs.

    Raises `FormatError` where one of them has not ended or was examined on other graphs.
    """
    try:
        mine, theirs = (json.loads((folder / "points.json").read_text()) for folder in (one, other))
        return {name: gain(np.array(mine[name]), np.array(theirs[name])) for name in mine}
    except (OSError, ValueError, KeyError) as error:
        raise FormatError(f"{show(str(one))} and {show(str(other))} cannot be compared: one has not ended, or they "
                          "were examined on different graphs. Run both to the end with the same options.") from error  # fmt: skip


def plan(settings: Settings) -> dict[str, Any]:
    """What a run would do and cost, from an update of two groups on a throw-away student; nothing is written."""
    words = load_taxonomy("pocket")
    actor = policy(settings.student, rank=settings.rank, steps=settings.steps, noise=settings.noise)
    rewarded = reward(settings.reward, words, judge=settings.judge, weights=settings.weights)
    optimizer = torch.optim.AdamW(actor.student.parameters())
    small = replace(settings, groups=min(2, settings.groups))
    update(replace(small, size=2), actor, rewarded, optimizer, words, 0)  # the first loads judge or CLIP
    started = time.monotonic()
    update(small, actor, rewarded, optimizer, words, 1)
    spent = (time.monotonic() - started) * settings.groups / small.groups
    pictures = settings.updates * settings.groups * settings.size
    return {
        "plan": f"{settings.updates} updates of {settings.groups} captions x {settings.size} pictures = {pictures} "
        f"pictures by {settings.student}, rewarded by {settings.reward}",
        "lora": actor.student.size,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "seconds_an_update": round(spent, 2),
        "hours": round(spent * settings.updates / 3600, 2),
    }


def told(found: dict[str, Any]) -> str:
    """A plan, or a report with its comparison, as lines for a person."""
    if "plan" in found:
        return "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in found.items())
    lines = [f"{found['updates']} updates, {found['captions']} captions."]
    for name, (mean, low, high) in found["gain"].items():
        lines.append(f"{name}: {found['start'][name]} -> {found['end'][name]} ({mean:+} points, {low:+} to {high:+})")
    for name, gained in found.get("against", {}).items():
        lines.append(
            f"against {gained}" if name == "folder" else f"  {name}: {gained[0]:+} ({gained[1]:+} to {gained[2]:+})"
        )
    return "\n".join([*lines, *found["alarms"]])


def _same_run(settings: Settings, out: Path) -> None:
    """Keep the settings beside the run; other settings are another run, but for what alarms may do."""
    if settings.judge == settings.second:
        raise ModelError(f"The judge {show(settings.judge)} cannot reward and report too. Name another one to report.")
    out.mkdir(parents=True, exist_ok=True)
    file = out / "settings.json"
    wanted = json.loads(json.dumps(asdict(replace(settings, stop=False))))
    if file.is_file() and json.loads(file.read_text()) != wanted:
        raise FormatError(f"{show(str(out))} holds a run of other settings. Choose another --out, or remove it.")
    file.write_text(json.dumps(wanted, indent=2))


def _log(file: Path, row: dict[str, Any]) -> None:
    with file.open("a") as log:
        log.write(json.dumps(row) + "\n")


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.is_file() else []


def _cut(file: Path, done: int) -> None:
    """Forget what was logged after the checkpoint: it will be done again."""
    rows = [row for row in _rows(file) if row["update"] <= done]
    if done == 0 or len(rows) < len(_rows(file)):
        file.write_text("".join(json.dumps(row) + "\n" for row in (rows if done else [])))
