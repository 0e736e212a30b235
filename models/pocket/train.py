"""`make pocket`: trains the pocket world from nothing, resumably, examines it, and puts the weights into assets/pocket.

About two hours and a half on one CPU core. `--from shipped` only takes the further lessons of those that have any, beginning
from what ships. Try it, in a minute and changing nothing: `python -m models.pocket.train --rehearse`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch

from engine.errors import ModelError
from models.catalog import WEIGHTS
from models.pocket import welcome
from models.pocket.calibrate import Settings as Calibration
from models.pocket.family import FAMILY, Exam, Member
from models.pocket.shipping import put, write_log
from models.training import judge_study

LOG = Path(__file__).resolve().parents[2] / "bench" / "LOG.md"
FURTHER = "-further"
"""Ends the name of the folder of further lessons."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a training happens and where its weights and its dated line go."""

    out: Path
    device: str = "cpu"
    weights: Path = WEIGHTS
    log: Path = LOG
    exam: Exam = field(default_factory=Exam)
    start: Path | None = None
    """Folder of the weights that further lessons begin from, instead of from a first training."""


def train(course: Course, members: Sequence[Member]) -> None:
    """Train what is not finished, then ship and log it; each member resumes from its own checkpoint."""
    for member in members:
        if course.start is None:
            member.learn(member.plan, course.out / member.name, device=course.device)
            write_log(course.log, member.name, member.plan, course.device, course.out / member.name)
            ship(course, member)
        if member.further is not None:
            learn_further(course, member)


def learn_further(course: Course, member: Member) -> None:
    """The further lessons of a member, from `course.start` or what has just been shipped; shipped and logged again."""
    out = course.out / (member.name + FURTHER)
    begun = out / "start"
    if not begun.is_dir():  # a resumed training must not begin from what an earlier half of it has shipped
        put(member.opened((course.start or course.weights) / member.name), begun)
    member.learn(member.further, out, device=course.device, start=begun)
    write_log(course.log, f"further lessons of {member.name}", member.further, course.device, out)
    ship(course, member)


def ship(course: Course, member: Member) -> None:
    """Put what the latest checkpoint holds into the weights, finished or not; nothing where there is no checkpoint."""
    for name in (member.name + FURTHER, member.name):
        if (course.out / name / "checkpoint.pt").is_file():
            put(member.finished(course.out / name, course.exam), course.weights / member.name)
            return


def rehearse(folder: Path, device: str) -> list[Path]:
    """Train every member for a few steps, further lessons and all, within `folder` alone; returns the weights' folders."""
    exam = Exam(judge_study.Settings(painted=6, seed=1), Calibration(pictures=4, steps=4))
    course = Course(folder / "runs", device, folder / "weights", folder / "LOG.md", exam)
    train(course, [member.at_toy_size() for member in FAMILY])
    return [course.weights / member.name for member in FAMILY]


def main(words: Sequence[str] | None = None) -> None:
    """The command line; what cannot be done is said in a sentence."""
    parser = _parser()
    choice = parser.parse_args(words)
    members = [member for member in FAMILY if choice.only in (None, member.name)]
    if choice.start is not None and not any(member.further for member in members):
        parser.error(
            f"argument --from: {choice.only} has no further lessons; leave --from out to train it from nothing"
        )
    try:
        _do(choice, members)
    except ModelError as error:
        parser.error(str(error))


def _do(choice: argparse.Namespace, members: Sequence[Member]) -> None:
    if choice.rehearse:
        with tempfile.TemporaryDirectory() as folder:
            print(*(f"rehearsed: {path.name}" for path in rehearse(Path(folder), choice.device)), sep="\n")
        return
    start = None if choice.start is None else WEIGHTS if choice.start == "shipped" else Path(choice.start)
    course = Course(choice.out, choice.device, start=start)
    if choice.ship:
        for member in members:
            ship(course, member)
    else:
        train(course, members)
    welcome.make()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/pocket"))
    parser.add_argument("--only", choices=[member.name for member in FAMILY])
    parser.add_argument(
        "--from", dest="start", metavar="FOLDER", help="further lessons alone, from FOLDER or `shipped`"
    )
    parser.add_argument("--ship", action="store_true", help="only put what the checkpoints hold into assets/pocket")
    parser.add_argument("--rehearse", action="store_true", help="a few steps of everything in a temporary folder")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser


if __name__ == "__main__":
    main()
