"""Folders of the lab: what every recipe keeps in the folder of a run, so that it goes on where it was stopped.

Try it: `python -m pytest tests/models/test_self_improve.py tests/models/test_distill.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from engine.disk import write_whole
from engine.errors import FormatError, show
from engine.run import Run
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import SceneLine, describe
from engine.taxonomy import Taxonomy
from models import batch, judges
from models.generators import Generator
from models.training.evidence import SIZE, Examined, gain

REPORT = "report.json"
Told: TypeAlias = Callable[[str, int, int], None]
"""`told(what, done, total)`."""


def same_run(settings: Any, out: Path) -> None:
    """Begin a folder, or check that it is this run's; raises `FormatError` where another run stands in it."""
    path, now = out / "settings.json", json.loads(json.dumps(asdict(settings)))
    if path.is_file():
        if json.loads(path.read_bytes()) != now:
            raise FormatError(f"{show(str(out))} holds a run of other settings. Choose another folder.")
        return
    out.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(now, indent=2).encode() + b"\n")


def lines_of(constraints: Constraints, words: Taxonomy, *, count: int, seed: int) -> list[SceneLine]:
    """`count` scene lines of these constraints."""
    found = (sample(constraints, words, scene_rng(seed, i)) for i in range(count))
    return [describe(graph, words, id=f"scene-{i:05d}", seed=seed) for i, graph in enumerate(found)]


def pictured(
    folder: Path, generator: Generator, name: str, lines: list[SceneLine], words: Taxonomy, *, images: int, seed: int,
    judge: str, told: Told | None = None,
) -> Run:  # fmt: skip
    """Pictures of these scenes and a judge's answers in a run folder; what is there already is not drawn again."""
    shown = {"images": images, "steps": None, "guidance": None, "size": SIZE}
    run = Run.create(folder, generator=name, taxonomy=words, seed=seed, settings=shown, resume=True)
    for line in lines:
        run.add_scene(line)
    at = (lambda what: None) if told is None else (lambda what: lambda done, total: told(what, done, total))
    batch.render(run, lines, generator, images=images, seed=seed, size=SIZE, progress=at(f"Drawing, {name}"))
    batch.judge(run, judges.load(judge), progress=at(f"Judging {name}"))
    run.finish(judge=judge)
    return run


def lessons_heard(told: Told | None, what: str) -> Callable[[int, int, float], bool] | None:
    """What teaching is told to say of its steps."""
    if told is None:
        return None

    def heard(step: int, steps: int, loss: float) -> bool:
        told(f"{what}, loss {loss:.3f}", step, steps)
        return True

    return heard


def looked(path: Path, look: Callable[[], Examined]) -> Examined:
    """An examination, kept in `path` so that a run that goes on does not look again."""
    if path.is_file():
        return Examined.from_dict(json.loads(path.read_bytes()))
    found = look()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(found.to_dict()).encode())
    return found


def gained(before: Examined, after: Examined) -> dict[str, dict[str, float]]:
    """Judge or oracle -> gain in points over the same graphs and its 95 % interval."""
    found = {name: gain(after.points[name], before.points[name]) for name in before.points}
    return {name: dict(zip(("gain", "low", "high"), row, strict=True)) for name, row in found.items()}


def reported(out: Path, report: dict[str, Any]) -> dict[str, Any]:
    """Write the report and give it back."""
    write_whole(out / REPORT, json.dumps(report, indent=2).encode() + b"\n")
    return report


def table(report: dict[str, Any]) -> str:
    """A report as plain text: `rounds` are rows of means, `gains` are over the first of them, `alarms` are sentences."""
    names = list(report["rounds"][0])
    lines = [f"{'round':<8}" + "".join(f"{name:>12}" for name in names)]
    for number, row in enumerate(report["rounds"]):
        lines.append(f"{number or 'start':<8}" + "".join(f"{row[name]:>12}" for name in names))
    lines += ["", "gain over the start, held-out graphs, 95 % interval:"]
    lines += [
        f"{name:<24}{g['gain']:+.1f} ({g['low']:+.1f} to {g['high']:+.1f})" for name, g in report["gains"].items()
    ]
    return "\n".join(lines + [f"! {alarm}" for alarm in report["alarms"]])
