"""`make pocket`: trains the pocket world from nothing, resumably, examines it, and puts the weights into assets/pocket.

Two and a half hours on two CPU cores. Try it: `python -m models.pocket.train --only ar --out runs/pocket`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
import transformers.utils.logging

from models.catalog import WEIGHTS
from models.judges import PocketJudge
from models.pocket import train_ar, train_clip, train_generator, train_judge, welcome
from models.pocket.calibrate import calibrate
from models.pocket.train_generator import Generator
from models.pocket.words import GRAMMAR_VERSION
from models.seal import seal
from models.training import judge_study

VALIDATION = judge_study.Settings(painted=300, seed=770_001)
LOG = Path(__file__).resolve().parents[2] / "bench" / "LOG.md"


PLANS: dict[str, tuple[Any, Callable[..., object]]] = {
    "generator": (train_generator.Settings(), train_generator.train),
    "judge": (train_judge.Settings(), train_judge.train),
    "ar": (train_ar.Settings(), train_ar.train),
    "judge-b": (train_judge.SECOND, partial(train_judge.train, build=train_judge.second_judge)),
    "clip": (train_clip.Settings(), train_clip.train),
}
"""Every member of the family, by the folder of its weights: its settings and how it is trained."""


def train(out: Path, *, only: str | None, device: str) -> None:
    """Train what is not finished, then ship and log it; each member resumes from its own checkpoint."""
    for name, (settings, learn) in PLANS.items():
        if only in (None, name):
            learn(settings, out / name, device=device)
            log(name, settings, device, out / name)
            ship(out, name)
    welcome.make()


def ship(out: Path, name: str) -> None:
    """Put what a checkpoint holds into assets/pocket, finished or not; nothing where there is no checkpoint."""
    if (out / name / "checkpoint.pt").is_file():
        put(_member(out / name, name), WEIGHTS / name)


def _member(folder: Path, name: str) -> Any:
    """What ships of a member: averaged weights, and of a judge the better of averaged and last ones."""
    if name == "generator":
        generator = Generator()
        generator.load_state_dict(_weights(folder, "mean"))
        return generator.cpu().pipeline()
    if name == "ar":
        writer = train_ar.writer()
        writer.load_state_dict(_weights(folder, "mean"))
        return writer
    if name == "clip":
        pupil = train_clip.Pupil()
        pupil.load_state_dict(_weights(folder, "mean"))
        return pupil.clip
    if name == "judge":
        return better_judge(folder, train_judge.first_judge, train_judge.Settings())
    return better_judge(folder, train_judge.second_judge, train_judge.SECOND)


def better_judge(out: Path, build: Callable[..., train_judge.Net], settings: train_judge.Settings) -> train_judge.Net:
    """The last weights or their running mean, calibrated: whichever answers more of a validation exam rightly.

    Training, calibration, validation and every reported exam have seeds of their own.
    """
    found: list[tuple[float, train_judge.Net]] = []
    for kind in ("mean", "net"):
        judge = build()
        judge.load_state_dict(_weights(out, kind))
        if kind == "mean":
            train_judge.settle(judge, settings)
        calibrate(judge)
        report = judge_study.study(PocketJudge.around(judge), None, VALIDATION)
        found.append((sum(row["accuracy"] for row in report["kinds"].values()) / len(report["kinds"]), judge))
        print(f"judge, {kind} weights: {found[-1][0]:.4f} right on the validation exam", flush=True)
    return max(found, key=lambda pair: pair[0])[1]


def _weights(folder: Path, kind: str) -> dict[str, Any]:
    state = torch.load(folder / "checkpoint.pt", map_location="cpu", weights_only=True)
    if kind == "net":
        return dict(state["net"])
    return {name.removeprefix("module."): value for name, value in state["mean"].items() if name.startswith("module.")}


def put(member: Any, folder: Path) -> None:
    """Save a network or pipeline as sealed safetensors in place of what is there, all or nothing."""
    transformers.utils.logging.disable_progress_bar()
    part = _fresh(folder)
    member.save_pretrained(part)
    _swap(part, folder)


def _fresh(folder: Path) -> Path:
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    return part


def _swap(part: Path, folder: Path) -> None:
    seal(part)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def log(what: str, settings: object, device: str, out: Path) -> None:
    """Add a dated line about a finished training to bench/LOG.md."""
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    minutes = sum(max(0.0, b["minutes"] - a["minutes"]) for a, b in pairwise(rows))
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    last = {key: value for key, value in rows[-1].items() if key not in ("minutes",)}
    with LOG.open("a", encoding="utf-8") as file:
        file.write(
            f"\n## {day} `make pocket`: {what}\n\n{settings} on {device}, {GRAMMAR_VERSION}, {minutes:.0f} minutes. "
            f"Last row: `{json.dumps(last)}`.\n"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/pocket"))
    parser.add_argument("--only", choices=tuple(PLANS))
    parser.add_argument("--ship", action="store_true", help="only put what the checkpoints hold into assets/pocket")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    choice = parser.parse_args()
    if choice.ship:
        for one in PLANS if choice.only is None else (choice.only,):
            ship(choice.out, one)
        welcome.make()
    else:
        train(choice.out, only=choice.only, device=choice.device)
