"""The command that compares models from scenes to tables: draws, judges, measures and reports, going on where it stopped.

Try it: `python cli.py benchmark scenes.jsonl --generator pocket --generator painter --metric pocket-clip --out benchmarks/a`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.judging import DEFAULT
from commands.judging import judge as look
from commands.pictures import render
from commands.report import report
from commands.terminal import Seed, notes
from engine.errors import FormatError, show
from engine.run import file_stem


def benchmark(
    scenes: Annotated[Path, typer.Argument(help="Scenes, or prompts of GenEval, DSG, DPG-Bench, TIFA or GenAI-Bench.")],
    generator: Annotated[list[str], typer.Option(help="Whose pictures; several times for several.")],
    judge: Annotated[list[str] | None, typer.Option(help="Who answers the questions; pocket if not given.")] = None,
    metric: Annotated[list[str] | None, typer.Option(help="A number for each picture; several times.")] = None,
    images: Annotated[int, typer.Option(min=1, help="Pictures per scene.")] = 1,
    out: Annotated[Path, typer.Option(help="A folder for runs and tables; an unfinished one is resumed.")] = Path(
        "benchmarks/benchmark"
    ),
    size: Annotated[
        int | None, typer.Option(min=32, max=2048, help="Pixels along an edge; each generator's own if left out.")
    ] = None,
    taxonomy: Annotated[
        str | None, typer.Option(help="For prompts of others: pocket, full or a folder of word lists.")
    ] = None,
    source_format: Annotated[str | None, typer.Option("--from", help="Format of SCENES.")] = None,
    seed: Seed = 0,
) -> None:
    """Compare generators: draw every scene with each, ask judges, measure, write the tables into OUT/tables.

    Nothing is done twice: the same command goes on after an interruption, and a further generator or metric joins.
    """
    judges = judge or [DEFAULT]
    _check(generator, judges, metric or [])
    runs = [out / file_stem(name) for name in generator]
    for name, run in zip(generator, runs, strict=True):
        notes.print(f"{name}:", markup=False, highlight=False)
        render(
            scenes, name, images=images, out=run, size=size, taxonomy=taxonomy, source_format=source_format, seed=seed
        )
        for one in judges:
            look(run, one)
        if metric:
            look(run, metric=[f"{one}:{judges[0]}" if one == "vqascore" else one for one in metric])
    report(runs, out=out / "tables")


def _check(generators: list[str], judges: list[str], metrics: list[str]) -> None:
    """Raise `ModelMissing` for what is not on this machine before anything is drawn."""
    from models.catalog import card
    from models.generators import card_of

    for names in (generators, judges, metrics):
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise FormatError(f"{show(twice)} is named twice. Name it once.")
    for name in generators:
        card_of(name)
    for job, names in (("judge", judges), ("metric", metrics)):
        for name in names:
            card(f"{name}:{judges[0]}" if name == "vqascore" else name, job)


def register(app: typer.Typer) -> None:
    """Make this function a command."""
    app.command()(benchmark)
