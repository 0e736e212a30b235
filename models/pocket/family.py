"""The six members of the pocket family: how each is trained, what of it ships, and how it is opened again.

Try it: `python -c "from models.pocket.family import *; print([member.name for member in FAMILY])"`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from models.catalog import WEIGHTS
from models.judges import PocketJudge
from models.metrics import CLIPScore
from models.pocket import calibrate as calibration
from models.pocket import train_ar, train_clip, train_generator, train_judge, train_video
from models.training import judge_study


@dataclass(frozen=True, slots=True)
class Exam:
    """What the better weights of a judge are chosen by; training, calibration and every reported exam have other seeds."""

    study: judge_study.Settings = field(default_factory=lambda: judge_study.Settings(painted=300, seed=770_001))
    calibration: calibration.Settings = field(default_factory=calibration.Settings)


@dataclass(frozen=True, slots=True)
class Member:
    """One member; `name` is the folder of its weights."""

    name: str
    plan: Any
    learn: Callable[..., object]
    """`learn(plan, out, device=...)` trains, resumably; with `start=folder` from the weights in that folder."""
    finished: Callable[[Path, Exam], Any]
    """What ships of a folder with a checkpoint."""
    further: Any = None
    """The plan of further lessons, which begin from the weights that the first plan made."""
    opened: Callable[[Path], Any] = Path
    """The network in a folder of weights, checked as in use; only asked of members with further lessons."""

    def at_toy_size(self) -> Member:
        """The same member with plans of two steps."""
        few = {"steps": 2, "batch": 4, "warmup": 1} | (
            {"pairs": 8} if hasattr(self.plan, "pairs") else {"questions": 2}
        )
        return replace(
            self, plan=replace(self.plan, **few), further=replace(self.further, **few) if self.further else None
        )


def _weights(folder: Path, kind: str) -> dict[str, Any]:
    """`net`, the last weights of a checkpoint, or `mean`, their running mean."""
    state = torch.load(folder / "checkpoint.pt", map_location="cpu", weights_only=True)
    if kind == "net":
        return dict(state["net"])
    return {name.removeprefix("module."): value for name, value in state["mean"].items() if name.startswith("module.")}


def _generator(folder: Path, exam: Exam) -> Any:
    generator = train_generator.Generator()
    generator.load_state_dict(_weights(folder, "mean"))
    return generator.cpu().pipeline()


def _video(folder: Path, exam: Exam) -> Any:
    generator = train_video.VideoGenerator()
    generator.load_state_dict(_weights(folder, "mean"))
    return generator.cpu().pipeline().to(dtype=torch.float16)


def _writer(folder: Path, exam: Exam) -> Any:
    writer = train_ar.writer()
    writer.load_state_dict(_weights(folder, "mean"))
    return writer


def _clip(folder: Path, exam: Exam) -> Any:
    pupil = train_clip.Pupil()
    pupil.load_state_dict(_weights(folder, "mean"))
    return pupil.clip.to(dtype=torch.float16)  # half the size; read as float32


def better_judge(
    build: Callable[..., train_judge.Net], settings: train_judge.Settings, folder: Path, exam: Exam
) -> train_judge.Net:
    """The last weights or their running mean, calibrated: whichever answers more of a validation exam rightly."""
    found: list[tuple[float, train_judge.Net]] = []
    for kind in ("mean", "net"):
        judge = build()
        judge.load_state_dict(_weights(folder, kind))
        if kind == "mean":
            train_judge.settle(judge, settings)
        calibration.calibrate(judge, exam.calibration)
        found.append((_right(judge, exam), judge))
        print(f"judge, {kind} weights: {found[-1][0]:.4f} right on the validation exam", flush=True)
    return max(found, key=lambda pair: pair[0])[1]


def _right(judge: train_judge.Net, exam: Exam) -> float:
    """The mean of the shares of right answers to each kind of question."""
    kinds = judge_study.study(PocketJudge.around(judge), None, exam.study)["kinds"].values()
    return float(sum(row["accuracy"] for row in kinds) / len(kinds))


FAMILY = (
    Member("generator", train_generator.Settings(), train_generator.train, _generator),
    Member(
        "judge", train_judge.Settings(), train_judge.train,
        partial(better_judge, train_judge.first_judge, train_judge.Settings()),
    ),
    Member("ar", train_ar.Settings(), train_ar.train, _writer),
    Member(
        "judge-b", train_judge.SECOND, partial(train_judge.train, build=train_judge.second_judge),
        partial(better_judge, train_judge.second_judge, train_judge.SECOND),
        train_judge.SECOND_FURTHER, lambda folder: PocketJudge(str(folder)).net,
    ),
    Member(
        "clip", train_clip.Settings(), train_clip.train, _clip, train_clip.FURTHER, lambda folder: CLIPScore(str(folder)).net,
    ),
    Member("video", train_video.Settings(), partial(train_video.train, start=WEIGHTS / "generator"), _video),
)  # fmt: skip
