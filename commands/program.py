"""Commands about the program itself: doctor, demo.

Try it: `python cli.py demo`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.terminal import AsJson, Seed, bar, emit, to_bar
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import describe
from engine.taxonomy import load as load_taxonomy

if TYPE_CHECKING:
    from models.doctor import Finding


def doctor(
    as_json: AsJson = False,
    stage: Annotated[
        bool, typer.Option("--stage", help="Rehearse the stage: a worker started cold, pictures timed.")
    ] = False,
    minutes: Annotated[
        float,
        typer.Option(
            min=0, max=240, help="With --stage: rehearse the talk so long in a real browser, with the network cut."
        ),
    ] = 0,
) -> None:
    """Check this machine and say what to do about whatever is missing; exit code 2 if anything is."""
    from models.doctor import examine
    from models.stage_check import rehearse

    found = rehearse() if stage else examine()
    if stage and minutes:
        found += _talk(minutes)
    if as_json:
        emit([{"what": row.what, "well": row.well, "says": row.says} for row in found])
    else:
        for row in found:
            typer.echo(f"{'✓' if row.well else '✗'} {row.what:<12} {row.says}")
    if not all(row.well for row in found):
        raise typer.Exit(2)


def _talk(minutes: float) -> tuple[Finding, ...]:
    from models.stage_rehearsal import talk

    total = round(minutes * 60)
    with bar("Rehearsing, seconds", total) as advance:
        progress = to_bar(advance)
        return tuple(talk(minutes, on_time=lambda seconds: progress(round(seconds), total)))


def demo(
    out: Annotated[Path, typer.Option(help="A new folder for the run and what comes of it.")] = Path("runs/demo"),
    number: Annotated[int, typer.Option("--scenes", min=1)] = 24,
    images: Annotated[int, typer.Option(min=1)] = 4,
    seed: Seed = 7,
) -> None:
    """The whole job in one go: compose, draw, judge, report, export, and a contact sheet to look at."""
    from engine.contact_sheet import contact_sheet
    from engine.export import export as write_set
    from engine.export import rows_of
    from engine.report import report as summarise
    from engine.report import report_text
    from engine.run import Run
    from models import batch, generators, judges

    words = load_taxonomy("pocket")
    constraints = Constraints(complexity=(3, 8))
    lines = [
        describe(sample(constraints, words, scene_rng(seed, i)), words, id=f"{seed}-{i:06d}", seed=seed)
        for i in range(number)
    ]
    out = _free(out)
    run = Run.create(out, generator="pocket", taxonomy=words, seed=seed, settings={"images": images, "size": 768})
    for line in lines:
        run.add_scene(line)
    with bar("Loading the models", 2) as advance:
        drawer = generators.load("pocket")
        advance(1)
        viewer = judges.load("pocket")
        advance(1)
    with bar("Drawing", number * images) as advance:
        batch.render(run, lines, drawer, images=images, seed=seed, progress=to_bar(advance))
    with bar("Judging", number * images) as advance:
        batch.judge(run, viewer, progress=to_bar(advance))
    run.finish(judge="pocket")
    typer.echo(report_text(summarise([run])))
    best: dict[str, Any] = {}
    for row in rows_of(run):
        if row.graph.hash not in best or (row.score or 0) > (best[row.graph.hash].score or 0):
            best[row.graph.hash] = row
    typer.echo(write_set(list(best.values()), out / "imagefolder", "imagefolder"))
    contact_sheet(run, out / "contact-sheet.html")
    typer.echo(f"Look at it: {(out / 'contact-sheet.html').resolve()}")


def _free(folder: Path) -> Path:
    """The folder, or the first of `folder-2`, `folder-3`, ... that is not there yet."""
    tries = [folder, *(folder.with_name(f"{folder.name}-{i}") for i in range(2, 1000))]
    return next(one for one in tries if not one.exists())


def register(app: typer.Typer) -> None:
    """Make these functions commands."""
    for command in (doctor, demo):
        app.command()(command)
