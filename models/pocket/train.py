"""`make pocket`: trains the pocket world from nothing, resumably, examines it, and puts the weights into assets/pocket.

Hours on two CPU cores, minutes on a GPU. Try it: `python -m models.pocket.train --only generator --out runs/pocket`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch

from models.catalog import WEIGHTS
from models.judges import PocketJudge
from models.pocket import train_generator, train_judge, welcome
from models.pocket.calibrate import calibrate
from models.pocket.judge_net import JudgeNet
from models.pocket.train_generator import Generator
from models.pocket.words import GRAMMAR_VERSION
from models.seal import seal
from models.training import judge_study

VALIDATION = judge_study.Settings(painted=300, seed=770_001)
LOG = Path(__file__).resolve().parents[2] / "bench" / "LOG.md"


def train(out: Path, *, only: str | None, device: str) -> None:
    """Train what is not finished, then ship and log it; each half resumes from its own checkpoint."""
    if only in (None, "generator"):
        settings = train_generator.Settings()
        train_generator.train(settings, out / "generator", device=device)
        log("generator", settings, device, out / "generator")
    if only in (None, "judge"):
        judge_settings = train_judge.Settings()
        train_judge.train(judge_settings, out / "judge", device=device)
        log("judge", judge_settings, device, out / "judge")
    ship(out)


def ship(out: Path) -> None:
    """Ship what the checkpoints hold, finished or not: the averaged generator, and the better of two judges."""
    if (out / "generator" / "checkpoint.pt").is_file():
        generator = Generator()
        generator.load_state_dict(_weights(out / "generator", "mean"))
        ship_generator(generator, WEIGHTS / "generator")
    if (out / "judge" / "checkpoint.pt").is_file():
        ship_judge(better_judge(out / "judge"), WEIGHTS / "judge")
    welcome.make()


def better_judge(out: Path) -> JudgeNet:
    """The last weights or their running mean, calibrated: whichever answers more of a validation exam rightly.

    Training, calibration, validation and every reported exam have seeds of their own.
    """
    found: list[tuple[float, JudgeNet]] = []
    for kind in ("mean", "net"):
        judge: JudgeNet = JudgeNet(train_judge.config())
        judge.load_state_dict(_weights(out, kind))
        if kind == "mean":
            train_judge.settle(judge, train_judge.Settings())
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


def ship_generator(generator: Generator, folder: Path) -> None:
    """Save the pipeline in place of the one that is there, all or nothing."""
    part = _fresh(folder)
    generator.cpu().pipeline().save_pretrained(part)
    _swap(part, folder)


def ship_judge(judge: JudgeNet, folder: Path) -> None:
    """Save the judge in place of the one that is there, all or nothing."""
    part = _fresh(folder)
    judge.cpu().eval().save_pretrained(part)
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
    parser.add_argument("--only", choices=("generator", "judge"))
    parser.add_argument("--ship", action="store_true", help="only put what the checkpoints hold into assets/pocket")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    choice = parser.parse_args()
    if choice.ship:
        ship(choice.out)
    else:
        train(choice.out, only=choice.only, device=choice.device)
