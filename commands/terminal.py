"""What every command shares: options, progress on stderr, data on stdout or in a file that appears when it is whole.

Try it: `python cli.py generate --count 2 --out -`.
"""

from __future__ import annotations

import math
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from engine.errors import ConstraintError, FormatError, show

notes = Console(stderr=True)

Seed = Annotated[int, typer.Option(min=0, max=2**53, help="Everything random follows from it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output on stdout.")]
Out = Annotated[Path | None, typer.Option(help="Write here instead of to stdout.")]
Range = Annotated[str | None, typer.Option(metavar="N or A-B")]
TaxonomyName = Annotated[
    str, typer.Option("--taxonomy", help="pocket, full, or a folder of word lists (ours or the paper's).")
]
Scenes = Annotated[Path, typer.Argument(help="A scenes.jsonl, as `generate` writes it.")]
RunFolder = Annotated[Path, typer.Argument(help="A run folder, as `render` writes it.")]


def whole_range(name: str, text: str | None) -> tuple[int, int] | None:
    """`4` or `4-8` as (low, high), None where nothing was given; raises `ConstraintError` for anything else."""
    found = number_range(name, text)
    if found is None:
        return None
    if any(value != int(value) for value in found):
        raise ConstraintError(f"--{name} {show(text)} has to be whole numbers, as in 4 or 4-8.")
    return int(found[0]), int(found[1])


def number_range(name: str, text: str | None) -> tuple[float, float] | None:
    """As `whole_range`, for numbers that need not be whole."""
    if text is None:
        return None
    low, dash, high = text.partition("-")
    try:
        found = float(low), float(high if dash else low)
    except ValueError:
        found = math.nan, math.nan
    if not all(map(math.isfinite, found)):
        raise ConstraintError(f"--{name} {show(text)} is not a number or a range. Write 4 or 4-8.")
    if found[1] < found[0]:
        raise ConstraintError(f"--{name} {show(text)} runs backwards. Put the smaller number first.")
    return found


def emit(value: object) -> None:
    """Write a value to stdout as indented JSON."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")


@contextmanager
def written(out: Path | None) -> Iterator[Callable[[bytes], None]]:
    """A function that writes lines to stdout, or to `out` by way of a file beside it that replaces it when all is done.

    Raises `FormatError` where `out` cannot be written; what stood there before stays.
    """
    if out is None:
        yield lambda line: (sys.stdout.buffer.write(line + b"\n"), None)[1]
        return
    part = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            yield lambda line: (file.write(line + b"\n"), None)[1]
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FormatError(f"{show(out)} cannot be written: {error.strerror}. Choose another --out.") from error


@contextmanager
def bar(what: str, total: int | None, *, rate: bool = False) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr where that is a terminal, otherwise one line at the end."""
    columns: list[ProgressColumn] = [
        TextColumn("{task.description:<20}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    ]
    if rate:
        columns.insert(3, _Rate())
    with Progress(*columns, console=notes, disable=not notes.is_terminal) as progress:
        task = progress.add_task(what, total=total)

        def advance(count: int, of: int | None = None) -> None:
            progress.update(task, completed=count, total=of) if of else progress.advance(task, count)

        yield advance
    if not notes.is_terminal:
        notes.print(f"{what}: done.")


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text("" if not task.speed else f"{task.speed:,.0f}/s")


def command() -> str:
    """What was typed, as records keep it."""
    return shlex.join(["python", "cli.py", *sys.argv[1:]])


def to_bar(advance: Callable[..., None]) -> Callable[[int, int], None]:
    """A `progress(done, total)` that moves the bar of `bar`."""
    return lambda done, total: advance(done, total)
