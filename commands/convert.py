"""The command that turns one format into another: `convert`, with every loss said on stderr.

Try it: `python cli.py convert scenes.jsonl scenes.csv --to dsg`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.terminal import AsJson, emit, notes
from engine.interchange import FORMATS, PLAIN
from engine.interchange import convert as convert_file
from engine.taxonomy import load as load_taxonomy
from engine.wording import counted

_NAMES = ", ".join(FORMATS)


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The file to read.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write, whole or not at all.")],
    source_format: Annotated[
        str | None, typer.Option("--from", help=f"Format of IN ({_NAMES}); found by its content if not given.")
    ] = None,
    out_format: Annotated[
        str | None, typer.Option("--to", help="Format of OUT; found by its ending if not given.")
    ] = None,
    taxonomy: Annotated[
        str | None,
        typer.Option(help="Where kinds of attributes and relations are looked up: pocket, full or a folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read scenes in one format and write them in another; what the new one cannot hold is listed on stderr."""
    words = PLAIN if taxonomy is None else load_taxonomy(taxonomy)
    found = convert_file(source, out, source_format=source_format, out_format=out_format, taxonomy=words)
    scenes = counted(found.scenes, "scene")
    _say(f"{scenes}, {found.source_format} to {found.out_format}.")
    for loss in found.lost:
        _say(f"  {loss}")
    if as_json:
        emit(found.to_dict())


def _say(text: str) -> None:
    notes.print(text, markup=False, highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Make this function a command."""
    app.command()(convert)
