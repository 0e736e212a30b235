"""Presets: who learns from whom, judged by whom, at the paper's sizes; and what a recipe will do before it does it.

Try it: `python -c "from models.training.presets import planned; print(planned('sd15', 'self-improve'))"`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import ModelError, show
from models import machine, standing
from models.catalog import Card, card, cards
from models.catalog.card import Job
from models.catalog.fits import fit
from models.training.teaching import Lessons

RECIPES = ("self-improve", "distill", "reward")
STATE = 16
"""Bytes for each number of a LoRA while it learns: float32, its gradient, and AdamW's two moments."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Models and sizes of the lab's recipes; sizes are the paper's (section 3: 10K captions, 8 pictures, top 25%, 3 rounds;
    section 4: 778 captions; section 5: 10K captions, one epoch, groups of 4 as SimpleAR), what it does not say is ours.

    `judge` selects and rewards, `reporter` only reports, `clip` rewards for comparison. `arms` are taught and examined
    beside each other: the effect and its controls. `numbers` are those of the LoRA, of rank `rank`; `size` is in pixels.
    """

    name: str
    student: str
    teacher: str
    judge: str
    reporter: str
    clip: str
    numbers: int
    lessons: Lessons
    rank: int = 16
    size: int = 64
    captions: int = 10_000
    pictures: int = 8
    share: float = 0.25
    rounds: int = 3
    arms: int = 3
    distilled: int = 778
    scored: int = 10_000
    group: int = 4
    update: int = 8
    reward_rate: float = 1e-4
    held: int = 1_000

    @property
    def kept(self) -> int:
        """Pairs that a round of self-improvement learns from."""
        return round(self.captions * self.share)


def _pocket(name: str, numbers: int) -> Preset:
    lessons = Lessons(steps=600, batch=64, rate=1e-3, warmup=20)
    return Preset(name, name, "painter", "pocket", "pocket-b", "pocket-clip", numbers, lessons)


def _published(name: str, student: str, teacher: str, numbers: int, size: int, batch: int) -> Preset:
    """Five times through 2,500 pairs, at the rate of diffusers' own script."""
    lessons = Lessons(steps=12_000 // batch, batch=batch, rate=1e-4, warmup=100)
    return Preset(name, student, teacher, "qwen3-vl", "internvl", "clipscore", numbers, lessons, size=size)


PRESETS = {
    preset.name: preset
    for preset in (
        _pocket("pocket", 474_880),
        _pocket("pocket-ar", 266_240),
        _published("sd15", "sd15", "flux-dev", 5_984_256, 512, 8),
        _published("sdxl", "sdxl", "flux-dev", 41_861_120, 1024, 4),
        _published("sd3", "sd3", "flux-dev", 20_938_752, 1024, 4),
        _published("flux", "flux-dev", "qwen-image", 65_372_160, 1024, 2),
    )
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a recipe: `count` pictures for a model at `seconds` each (None: not measured on this machine).

    `job` is what `models.standing.timed` calls it: generator, judge, metric, teaching or rewarding.
    """

    what: str
    job: str
    model: str
    count: int
    seconds: float | None

    @property
    def hours(self) -> float | None:
        """None where no speed is known."""
        return None if self.seconds is None else self.count * self.seconds / 3600

    def __str__(self) -> str:
        took = "time not known" if self.hours is None else f"{self.hours:.2f} h at {self.seconds:.3g} s each"
        return f"{self.what} with {self.model}: {self.count:,}, {took}"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a recipe will do, in its order, the GiB of models that it holds at once (None: not known), and the hours."""

    preset: Preset
    recipe: str
    stages: tuple[Stage, ...]
    memory: float | None
    fits: tuple[str, ...] = field(default=())

    @property
    def hours(self) -> float | None:
        """None as long as one stage's speed is not known."""
        known = [stage.hours for stage in self.stages]
        return None if None in known else sum(hours for hours in known if hours is not None)

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """The jobs and models whose speed is not known here."""
        return tuple(dict.fromkeys(f"{stage.job} {stage.model}" for stage in self.stages if stage.seconds is None))

    def __str__(self) -> str:
        held = "not known" if self.memory is None else f"about {self.memory:.1f} GiB"
        memory = f"Memory: {held} for models and LoRA, without what the teaching of one batch takes."
        lacking = ", ".join(self.unmeasured)
        hours = f"not known: {lacking} not measured on this machine yet" if lacking else f"about {self.hours:.1f}"
        title = f"{self.recipe} with the preset {self.preset.name}"
        return "\n".join([title, *map(str, self.stages), memory, *self.fits, f"Hours: {hours}."])


def preset(name: str) -> Preset:
    """The preset of that name; raises `ModelError`."""
    if name not in PRESETS:
        raise ModelError(f"There is no preset {show(name)}. Choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]


def planned(which: str | Preset, recipe: str, *, home: Path | None = None, device: str | None = None) -> Planned:
    """What `recipe` will do with this preset on `device`; loads no model. Speeds are what workers of `home` measured.

    Raises `ModelError` for another preset or recipe and for a model that the catalogue does not know.
    """
    from engine.store import default_home

    chosen = preset(which) if isinstance(which, str) else which
    if recipe not in RECIPES:
        raise ModelError(f"There is no recipe {show(recipe)}. Choose one of {', '.join(RECIPES)}.")
    speeds = _speeds(home or default_home(), chosen.size)
    stages = tuple(
        Stage(what, job, name, count, speeds.get(f"{job}/{name}"))
        for what, job, name, count in (*_own(chosen, recipe), *_examined(chosen, recipe))
    )
    held = [_card(chosen.student, "generator"), _card(chosen.judge, "judge")]
    memory = _memory(held, chosen, device or ("cuda:0" if machine.gpus() else "cpu"))
    return Planned(chosen, recipe, stages, memory, tuple(_said(one, device) for one in held))


def _card(name: str, job: Job) -> Card:
    """Also of what is not on this machine: a plan needs no weights."""
    return next((one for one in cards(job) if one.name == name), None) or card(name, job)


def _said(one: Card, device: str | None) -> str:
    absent = "" if one.ready else f" Not on this machine: python cli.py models fetch {one.name}."
    return f"{one.job} {one.name}: {fit(one, device).says}{absent}"


Row = tuple[str, str, str, int]


def _own(chosen: Preset, recipe: str) -> tuple[Row, ...]:
    lessons = chosen.lessons.steps * chosen.lessons.batch * chosen.arms
    if recipe == "self-improve":
        drawn = chosen.captions * chosen.pictures * chosen.rounds
        return (
            ("pictures drawn", "generator", chosen.student, drawn),
            ("pictures judged", "judge", chosen.judge, drawn),
            ("pictures learned from", "teaching", chosen.student, lessons * chosen.rounds),
        )
    if recipe == "distill":
        return (
            ("pictures drawn to find where the teacher is ahead", "generator", chosen.student, chosen.scored),
            ("the teacher's pictures of the same captions", "generator", chosen.teacher, chosen.scored),
            ("pictures judged", "judge", chosen.judge, 2 * chosen.scored),
            ("pictures learned from", "teaching", chosen.student, lessons),
        )
    drawn = chosen.captions * chosen.group
    return (
        ("pictures drawn in groups", "generator", chosen.student, drawn * 2),
        ("pictures rewarded by the scene graph", "judge", chosen.judge, drawn),
        ("pictures rewarded by CLIP", "metric", chosen.clip, drawn),
        ("pictures learned from", "rewarding", chosen.student, drawn * 2),
    )


def _examined(chosen: Preset, recipe: str) -> tuple[Row, ...]:
    """The start and each arm (for reward: the scene graph's and CLIP's), after each round, on the held-out captions."""
    arms = 2 if recipe == "reward" else chosen.arms
    count = chosen.held * (1 + arms * (chosen.rounds if recipe == "self-improve" else 1))
    return (
        ("held-out pictures drawn", "generator", chosen.student, count),
        ("held-out pictures judged", "judge", chosen.judge, count),
        ("held-out pictures reported on", "judge", chosen.reporter, count),
    )


def _speeds(home: Path, size: int) -> dict[str, float]:
    """Seconds a picture by `job/model`, the newest of this machine's workers; of pictures of another size nothing follows."""
    found = sorted((one for one in standing.standings(home)), key=lambda one: one.when)
    rows = (item for one in found for item in one.speeds.items())
    return {name: speed.seconds for name, speed in rows if not name.startswith("generator/") or speed.size in (0, size)}


def _memory(held: Iterable[Card], chosen: Preset, device: str) -> float | None:
    needs = [fit(one, device).needs for one in held]
    if None in needs:
        return None
    return sum(need for need in needs if need is not None) + chosen.numbers * STATE / machine.GIB
