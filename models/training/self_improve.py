"""Self-improvement (`python cli.py train self-improve --student pocket --arm best --out runs/improve`): best of its own.

Each round: `captions` fresh scene graphs, `pictures` pictures of each by the student as it is now, judge A's answers to
every question, the best picture of each scene and of these the best `share` (within each complexity), and `lessons`
steps of a LoRA on what was chosen (the paper, section 3: 10K captions x 8, top 25 %, 3 rounds). The next round draws
with what the last one taught. The choice is kept as a named set, so that Curate shows it and can change it.

Arms, at equal numbers of pairs: `best`; `random`, as many pictures drawn without looking at a score; `web`, fresh pairs
of the long-tailed and partly wrong captions that the generator was first trained on (the paper's CC3M).

Settings that matter: `complexity` of the captions (where all pictures are right nothing is learnt), `lessons.steps`,
`share`. Judge A alone chooses. Judge B, the oracle and CLIP are reported on held-out graphs and steer nothing. Alarms
are sentences: no rise over rounds, CLIP or diversity falls, A rises while B or the oracle falls.

In `out`: `round-N/{run,lessons,lora}`, `report.json`; `pocket+out/round-3/lora` is a generator. Run again, it goes on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from engine.curation import BestShare, Filter, RandomControl, Rule, choose, keep, take_run
from engine.errors import FormatError, show
from engine.heldout import HeldOut
from engine.sampler import Constraints
from engine.store import Store
from engine.taxonomy import Taxonomy
from engine.taxonomy import load as load_taxonomy
from models.pocket.web import pairs as web_pairs
from models.training.evidence import Examined, examine, gain, held_out
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
from models.training.students import Pair, Student, student
from models.training.teaching import Lessons, teach

Arm: TypeAlias = Literal["best", "random", "web"]
ARMS = ("best", "random", "web")
TRAINED, REPORTED = 81_000_000, 83_000_000
"""Seeds of the graphs that are trained on (plus the run's and the round's), and of the report's."""
WEB = 85_000_000
"""Seed of fresh pairs of the distribution that the generator's first training set is from."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides a run, beside the code; see the top of the file."""

    student: str = "pocket"
    arm: Arm = "best"
    seed: int = 0
    captions: int = 400
    pictures: int = 8
    share: float = 0.25
    rounds: int = 3
    complexity: tuple[int, int] = (4, 11)
    rank: int = 16
    lessons: Lessons = field(default_factory=Lessons)
    judge: str = "pocket"
    second: str = "pocket-b"
    reported: int = 200


def run(settings: Settings, out: Path, store: Store, *, name: str = "", told: Told | None = None) -> dict[str, Any]:
    """All rounds; returns what stands in `out/report.json`. `name` begins the names of the sets (default: the folder's).

    Raises `ModelError` for a student or judge there is not, `FormatError` for a folder with a run of other settings.
    """
    same_run(settings, out)
    words = load_taxonomy("pocket")
    pupil = student(settings.student, rank=settings.rank, seed=settings.seed)
    held = held_out(_constraints(settings, "test"), words, count=settings.reported, seed=REPORTED)
    rows = [looked(out / "start.json", lambda: examine(pupil.generator, held, by=(settings.judge, settings.second)))]
    for number in range(1, settings.rounds + 1):
        folder = out / f"round-{number}"
        if (folder / "lora").is_dir() and (folder / "seen.json").is_file():
            pupil.load(folder / "lora")
        else:
            if number > 1:
                pupil.load(out / f"round-{number - 1}" / "lora")
            chosen = _pairs(settings, number, folder, pupil, words, store, name or out.name, told)
            heard = lessons_heard(told, f"Round {number}")
            teach(pupil, chosen, settings.lessons, folder / "lessons", seed=settings.seed * 100 + number, heard=heard)
            pupil.save(folder / "lora")
        look = lambda: examine(pupil.generator, held, by=(settings.judge, settings.second))  # noqa: E731
        rows.append(looked(folder / "seen.json", look))
    return reported(out, _report(settings, rows))


def _constraints(settings: Settings, split: str) -> Constraints:
    """Training never sees a tenth of all combinations of words; the report's graphs all have one."""
    return Constraints(complexity=settings.complexity, mode="imaginative", held_out=HeldOut(split))


def _pairs(
    settings: Settings, number: int, folder: Path, pupil: Student, words: Taxonomy, store: Store, name: str, told: Told | None
) -> list[Pair]:  # fmt: skip
    """What this round is taught from; its own pictures chosen by the arm's rule, or fresh web-like pairs."""
    if settings.arm == "web":
        fresh = web_pairs(_kept(settings), seed=WEB + settings.seed * settings.rounds + number)
        return [Pair(pair.caption, scene=pair.scene) for pair in fresh]
    seed = TRAINED + settings.seed * 1000 + number
    lines = lines_of(_constraints(settings, "train"), words, count=settings.captions, seed=seed)
    drawn = pictured(folder / "run", pupil.generator, pupil.name, lines, words, images=settings.pictures, seed=seed,
                     judge=settings.judge, told=told)  # fmt: skip
    take_run(store, drawn.path)
    best: Rule = BestShare(settings.judge, settings.share)
    rule = best if settings.arm == "best" else RandomControl(BestShare(settings.judge, settings.share), settings.seed)
    choice = choose(store, Filter(runs=(str(drawn.path.resolve()),)), rule)
    kept = keep(store, f"{name}, round {number}", choice, owner="lab", replace=True)
    return pairs_of(store, kept.name)


def _kept(settings: Settings) -> int:
    """How many pairs the other arms learn from, give or take the rounding within each complexity."""
    return max(1, round(settings.captions * settings.share))


def good_arm(name: str) -> Arm:
    """Raises `FormatError` for an arm that there is not."""
    if name not in ARMS:
        raise FormatError(f"{show(name)} is no arm of the experiment. Choose best, random or web.")
    return cast(Arm, name)


# --- what is reported -------------------------------------------------------------------------------------------------


def _report(settings: Settings, rows: list[Examined]) -> dict[str, Any]:
    gains = gained(rows[0], rows[-1])
    rounds = [row.means() for row in rows]
    return {"settings": asdict(settings), "rounds": rounds, "gains": gains, "alarms": alarms(settings, rows)}


def alarms(settings: Settings, rows: list[Examined]) -> list[str]:
    """What should worry a person, in sentences."""
    start, last, found = rows[0], rows[-1], []
    up = {name: gain(last.points[name], start.points[name]) for name in start.points}
    if up[settings.second][1] <= 0:
        found.append(f"No rise of {settings.second} over {len(rows) - 1} rounds that its interval would show.")
    if last.clip.mean() < start.clip.mean() - 2:
        found.append(f"CLIPScore fell from {start.clip.mean():.1f} to {last.clip.mean():.1f}: the student forgets.")
    if last.diversity < 0.9 * start.diversity:
        found.append(
            f"Diversity fell from {start.diversity:.3f} to {last.diversity:.3f}: pictures begin to look alike."
        )
    for other in (settings.second, "oracle"):
        if other in up and up[settings.judge][1] > 0 and up[other][2] < 0:
            found.append(f"{settings.judge} rises while {other} falls: the judge that chooses is being fooled.")
    return found
