"""The command that looks at pictures: judges answer the questions, metrics put numbers on picture and caption.

Try it: `python cli.py judge runs/a --judge pocket --metric pocket-clip`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from commands.pictures import Ray
from commands.terminal import RunFolder, bar, command, notes, to_bar
from engine.run import Run
from engine.wording import counted

if TYPE_CHECKING:
    from models.judges.frames import Looking

DEFAULT = "pocket"
VQASCORE = "vqascore"


def judge(
    run: RunFolder,
    judge: Annotated[
        str | None, typer.Option("--judge", help="Who answers the questions; pocket, where no metric is asked for.")
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="A number for each picture: clipscore, vqascore, ... May be given several times."),
    ] = None,
    frames: Annotated[
        int | None,
        typer.Option(min=0, max=64, help="Frames that the judge is shown, 0: all; 4 of a video, all of a turntable."),
    ] = None,
    grid: Annotated[bool, typer.Option("--grid", help="Show them in one picture instead of one by one.")] = False,
    ray: Ray = None,
) -> None:
    """Ask a judge every question about every picture of a run, or measure them; what was looked at is left alone.

    Of a video the judge sees the middle frame of each quarter and its answers are averaged, unless told otherwise.
    """
    from models.judges.frames import Looking, usual

    opened = Run.open(run)
    usually = usual(opened.manifest.generator).frames
    if judge or not metric:
        _ask(opened, judge or DEFAULT, ray, Looking(usually if frames is None else frames, grid))
    for name in metric or ():
        _measure(opened, f"{VQASCORE}:{judge or 'blip-vqa'}" if name == VQASCORE else name)
    typer.echo(run)


def _ask(run: Run, judge: str, ray: str | None, looking: Looking) -> None:
    from models import batch, judges, spread
    from models.catalog import card
    from models.catalog.revision import revision

    with bar("Judging", None) as advance:
        if ray:
            done = spread.judge_on_ray(run, judge, address=ray, looking=looking, progress=to_bar(advance))
        else:
            done = batch.judge(run, judges.load(judge), looking=looking, progress=to_bar(advance))
    if done:
        run.note("judge", judge, revision=revision(card(judge, "judge")), done=done, command=command())
    run.finish(judge=judge)


def _measure(run: Run, name: str) -> None:
    from models import metrics
    from models.catalog import card
    from models.catalog.revision import revision
    from models.metrics.running import measure

    weights = revision(card(name, "metric"))
    with bar(f"Measuring {name}", None) as advance:
        found = measure(run, metrics.load(name), revision=weights, progress=to_bar(advance))
    if found.done:
        run.note("metric", name, revision=weights, done=found.done, command=command())
    for reason, number in Counter(found.refused.values()).most_common():
        pictures = counted(number, "picture")
        notes.print(
            f"Not measured: {pictures}. {reason}", style="yellow", markup=False, highlight=False, soft_wrap=True
        )


def register(app: typer.Typer) -> None:
    """Make this function a command."""
    app.command()(judge)
