"""Commands under `study`: each measures one thing and prints a table or JSON.

Try it: `python cli.py study judge --json`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from commands.terminal import AsJson, Seed, bar, emit, to_bar

study = typer.Typer(no_args_is_help=True, help="Measure: judges, captions, coverage.")


@study.command("judge")
def study_judge(
    judge: Annotated[str, typer.Option("--judge")] = "pocket",
    generator: Annotated[
        str, typer.Option(help="Whose pictures to compare with the oracle on; none skips it.")
    ] = "pocket",
    pictures: Annotated[int, typer.Option(min=20)] = 600,
    seed: Seed = 990_001,
    as_json: AsJson = False,
) -> None:
    """How often a judge is right on painted pictures, by kind; its lean to yes; its calibration."""
    from models import generators, judges
    from models.training.judge_study import Settings, study, table

    drawer = None if generator == "none" else generators.load(generator)
    with bar("Examining", None) as advance:
        found = study(judges.load(judge), drawer, Settings(painted=pictures, seed=seed), to_bar(advance))
    if as_json:
        emit(found)
    else:
        typer.echo(table(found))


def register(app: typer.Typer) -> None:
    """Put `study` and its commands into the program."""
    app.add_typer(study, name="study")
