"""The command that sums up runs: scores by complexity, or the benchmark over several generators, judges and metrics.

Try it: `python cli.py report runs/a runs/b --benchmark`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.terminal import AsJson, emit
from engine.errors import FormatError
from engine.run import Run


def report(
    runs: Annotated[list[Path], typer.Argument(help="Run folders, judged or measured.")],
    tables: Annotated[
        bool, typer.Option("--benchmark", help="Generators side by side, a column for each measure, with sources.")
    ] = False,
    judge: Annotated[
        list[str] | None,
        typer.Option(help="With --benchmark: only the answers of this judge. Several times for several."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="With --benchmark: a folder for Markdown, CSV, LaTeX and JSON.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Scores of one or several runs by complexity, with intervals, the oracle beside the judge; or the benchmark."""
    if tables or out:
        _benchmark(runs, judge or [], out, as_json)
        return
    if judge:
        raise FormatError("--judge goes with --benchmark. Add --benchmark, or leave --judge out.")
    from engine.report import report as summarise
    from engine.report import report_text

    found = summarise([Run.open(path) for path in runs])
    if as_json:
        emit(found)
    else:
        typer.echo(report_text(found))


def _benchmark(runs: list[Path], judges: list[str], out: Path | None, as_json: bool) -> None:
    from engine.benchmark import as_markdown, benchmark, write

    found = benchmark(runs, judges=judges)
    if out:
        for path in write(found, out):
            typer.echo(path)
    elif as_json:
        emit(found.to_dict())
    else:
        typer.echo(as_markdown(found))


def register(app: typer.Typer) -> None:
    """Make this function a command."""
    app.command()(report)
