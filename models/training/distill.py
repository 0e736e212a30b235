"""Distillation (`python cli.py train distill --student pocket --teacher painter --arm hard --out runs/distill`).

Teacher and student draw the same `candidates` scenes and judge A scores both. The `captions` (the paper: 778, fewer than
800) where the teacher is most ahead are chosen, the teacher draws `pictures` of each, those that judge A gives less
than `gate` are left out, and the student's LoRA learns the rest for `lessons` (the paper, section 4, arXiv 2412.08221).

Arms: `hard`, as above; `random`, as many captions drawn from the same candidates without looking at a score.
With `named` the recipe chooses nothing and learns a set made in Curate. What was chosen is kept as a named set, and
`chosen.json` lists it: captions, both scores, and the words on which the teacher is most ahead.

Settings that matter: `lessons.steps`, `pictures` (more layouts of one caption), `complexity`. Reported on held-out
graphs, which have combinations of words that training never sees: judges A and B, the oracle, CLIP, diversity; `hard`
are those of them with a word of the ten widest gaps. The oracle and judge B choose nothing.

In `out`: `student/`, `teacher/`, `lessons/`, `lora/` (a generator: `pocket+out/lora`), `report.json`.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

import numpy as np

from engine.curation import Filter, Threshold, choose, gap, keep, take_run
from engine.curation.gap import Gap, SceneGap
from engine.disk import write_whole
from engine.errors import FormatError, show
from engine.heldout import HeldOut
from engine.run import Run
from engine.sampler import Constraints
from engine.scene import SceneLine
from engine.store import Store
from engine.taxonomy import load as load_taxonomy
from models import generators
from models.training.evidence import Examined, Held, examine, gain, held_out
from models.training.folders import (
    Told,
    gained,
    lessons_heard,
    lines_of,
    looked,
    pictured,
    reported,
    same_run,
)
from models.training.sets import pairs_of
from models.training.students import Pair, student
from models.training.teaching import Lessons, teach

Arm: TypeAlias = Literal["hard", "random"]
ARMS = ("hard", "random")
TRAINED, REPORTED = 91_000_000, 93_000_000
"""Seeds of the candidate graphs (plus the run's), and of the report's."""
WORDS = 10
"""How many of the words with the widest gaps make a graph a hard one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides a run, beside the code; see the top of the file."""

    student: str = "pocket"
    teacher: str = "painter"
    arm: Arm = "hard"
    named: str = ""
    seed: int = 0
    candidates: int = 2000
    captions: int = 778
    pictures: int = 4
    gate: float = 0.9
    complexity: tuple[int, int] = (4, 11)
    rank: int = 32
    lessons: Lessons = field(default_factory=lambda: Lessons(steps=1200, rate=2e-3))
    judge: str = "pocket"
    second: str = "pocket-b"
    reported: int = 300


def run(settings: Settings, out: Path, store: Store, *, name: str = "", told: Told | None = None) -> dict[str, Any]:
    """Choose, teach and report; returns what stands in `out/report.json`. `name` is the set's (default: the folder's).

    Raises `ModelError` for a student, teacher or judge there is not, `StoreError` for a set there is not, `FormatError`
    for a folder with a run of other settings.
    """
    same_run(settings, out)
    words = load_taxonomy("pocket")
    pupil = student(settings.student, rank=settings.rank, seed=settings.seed)
    held = held_out(_constraints(settings, "test"), words, count=settings.reported, seed=REPORTED)
    by = settings.judge, settings.second
    start = looked(out / "start.json", lambda: examine(pupil.generator, held, by=by))
    if (out / "lora").is_dir() and (out / "seen.json").is_file():
        pupil.load(out / "lora")
    else:
        chosen = pairs_of(store, settings.named) if settings.named else _chosen(settings, out, store, name, told)
        teach(
            pupil, chosen, settings.lessons, out / "lessons", seed=settings.seed, heard=lessons_heard(told, "Teaching")
        )
        pupil.save(out / "lora")
    end = looked(out / "seen.json", lambda: examine(pupil.generator, held, by=by))
    return reported(out, _report(settings, out, held, start, end))


def _constraints(settings: Settings, split: str) -> Constraints:
    """Training never sees a tenth of all combinations of words; the report's graphs all have one."""
    return Constraints(complexity=settings.complexity, mode="imaginative", held_out=HeldOut(split))


def _chosen(settings: Settings, out: Path, store: Store, name: str, told: Told | None) -> list[Pair]:
    """The teacher's gated pictures of the chosen captions, kept as a named set."""
    words = load_taxonomy("pocket")
    seed = TRAINED + settings.seed * 10_000_000
    lines = lines_of(_constraints(settings, "train"), words, count=settings.candidates, seed=seed)
    both = [_once(settings, out, who, lines, seed, told) for who in (settings.student, settings.teacher)]
    for drawn in both:
        take_run(store, drawn.path)
    runs = Filter(runs=tuple(str(drawn.path.resolve()) for drawn in both))
    found = gap(store, runs, teacher=settings.teacher, student=settings.student, judge=settings.judge)
    picked = _picked(settings, found)
    _listed(out, found, picked)
    hashes = {one.graph_hash for one in picked}
    lessons = [line for line in lines if line.graph.hash in hashes]
    shown = pictured(
        out / "teacher-lessons", generators.load(settings.teacher), settings.teacher, lessons, words,
        images=settings.pictures, seed=seed + 1, judge=settings.judge, told=told,
    )  # fmt: skip
    take_run(store, shown.path)
    gated = choose(store, Filter(runs=(str(shown.path.resolve()),)), Threshold(settings.judge, settings.gate))
    kept = keep(store, name or out.name, gated, owner="lab", replace=True)
    return pairs_of(store, kept.name)


def _once(settings: Settings, out: Path, who: str, lines: list[SceneLine], seed: int, told: Told | None) -> Run:
    """One picture of each candidate by student or teacher, and judge A's answers."""
    role = "student" if who == settings.student else "teacher"
    return pictured(
        out / role, generators.load(who), who, lines, load_taxonomy("pocket"), images=1, seed=seed,
        judge=settings.judge, told=told,
    )  # fmt: skip


def _picked(settings: Settings, found: Gap) -> list[SceneGap]:
    """The captions with the widest gaps, or as many by lot."""
    if settings.arm == "hard":
        return [scene for scene in found.scenes if scene.gap > 0][: settings.captions]
    scenes = sorted(found.scenes, key=lambda scene: scene.graph_hash)
    many = min(settings.captions, sum(scene.gap > 0 for scene in found.scenes))
    return random.Random(settings.seed).sample(scenes, many)


def _listed(out: Path, found: Gap, picked: list[SceneGap]) -> None:
    """What was chosen, and the words, for a person to read."""
    rows = [
        {"caption": s.caption, "teacher": s.teacher, "student": s.student, "complexity": s.complexity} for s in picked
    ]
    words = [asdict(word) for word in found.words]
    write_whole(out / "chosen.json", json.dumps({"captions": rows, "words": words}, indent=1).encode() + b"\n")


def good_arm(name: str) -> Arm:
    """Raises `FormatError` for an arm that there is not."""
    if name not in ARMS:
        raise FormatError(f"{show(name)} is no arm of the experiment. Choose hard or random.")
    return cast(Arm, name)


# --- what is reported -------------------------------------------------------------------------------------------------


def _report(settings: Settings, out: Path, held: Held, start: Examined, end: Examined) -> dict[str, Any]:
    gains = gained(start, end)
    hard = _hard(out, held)
    if hard.any():
        for name in start.points:
            row = gain(end.points[name][hard], start.points[name][hard])
            gains[f"{name}, hard words"] = dict(zip(("gain", "low", "high"), row, strict=True))
    rounds = [start.means(), end.means()]
    return {"settings": asdict(settings), "rounds": rounds, "gains": gains, "hard_graphs": int(hard.sum()),
            "alarms": alarms(settings, start, end)}  # fmt: skip


def _hard(out: Path, held: Held) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which held-out graphs have a word on which the teacher was surely ahead."""
    path = out / "chosen.json"
    words = json.loads(path.read_bytes())["words"] if path.is_file() else []
    worst = {word["word"] for word in words if word["low"] > 0}
    worst = {word["word"] for word in words[:WORDS] if word["word"] in worst}
    return np.array([bool(worst & _words(held, i)) for i in range(len(held.graphs))])


def _words(held: Held, i: int) -> set[str]:
    graph = held.graphs[i]
    return (
        {item.name for item in graph.objects}
        | {m.value for m in graph.attributes}
        | {r.phrase for r in graph.relations}
    )


def alarms(settings: Settings, start: Examined, end: Examined) -> list[str]:
    """What should worry a person, in sentences."""
    found = []
    up = gained(start, end)
    if up[settings.second]["low"] <= 0:
        found.append(f"No rise of {settings.second} that its interval would show.")
    if end.clip.mean() < start.clip.mean() - 2:
        found.append(f"CLIPScore fell from {start.clip.mean():.1f} to {end.clip.mean():.1f}: the student forgets.")
    if end.diversity < 0.9 * start.diversity:
        found.append(f"Diversity fell from {start.diversity:.3f} to {end.diversity:.3f}: pictures begin to look alike.")
    return found
