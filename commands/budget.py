"""The command that counts tokens: `tokens`, of a text or of every caption of a file, and what falls outside of an encoder.

Try it: `python cli.py tokens "A large red dog is above a tree." --encoder clip`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.terminal import AsJson, TaxonomyName, emit
from engine.errors import FormatError, ScenewrightError, show
from engine.parse import read as read_caption
from engine.scene import read_scenes
from engine.taxonomy import load as load_taxonomy
from engine.tokens import ENCODERS, Budget, budget, encoder
from engine.wording import counted

SCENES = ".jsonl"


def tokens(
    text: Annotated[str, typer.Argument(metavar="TEXT|scenes.jsonl", help="A caption, or a file of scenes.")],
    encoder_name: Annotated[str, typer.Option("--encoder", help=f"One of {', '.join(ENCODERS)}.")] = "clip",
    taxonomy: TaxonomyName = "pocket",
    as_json: AsJson = False,
) -> None:
    """How many tokens captions take in a text encoder, and which elements of the scene fall outside."""
    encoder(encoder_name)
    if text.endswith(SCENES) or ("\n" not in text and len(text) < 255 and Path(text).is_file()):
        _of_file(Path(text), encoder_name, as_json)
        return
    found = _of_text(text, encoder_name, taxonomy)
    if as_json:
        emit(row_of(found))
    else:
        typer.echo(str(found))


def _of_text(text: str, name: str, taxonomy: str) -> Budget:
    """A caption of our grammar has spans, another text has only a length."""
    if not text.strip():
        raise FormatError("The text is empty. Give a caption, or a file of scenes.")
    try:
        reading = read_caption(text, load_taxonomy(taxonomy))
    except ScenewrightError:
        return budget(text, {}, name)
    return budget(text, reading.spans, name)


def _of_file(path: Path, name: str, as_json: bool) -> None:
    rows = list(_rows(path, name))
    if not rows:
        raise FormatError(f"{show(path.name)} has no scenes. Write some with `python cli.py generate`.")
    if as_json:
        emit([{"scene": scene, **row_of(found)} for scene, found in rows])
        return
    for scene, found in rows:
        if not found.fits:
            typer.echo(f"{scene}: {found}")
    fitting, mean = sum(found.fits for _, found in rows), sum(found.tokens for _, found in rows) / len(rows)
    about = "" if rows[0][1].exact else "about "
    typer.echo(f"{fitting:,} of {counted(len(rows), 'caption')} fit into {name}; {about}{mean:.1f} tokens on average.")


def _rows(path: Path, name: str) -> Iterator[tuple[str, Budget]]:
    for line in read_scenes(path):
        yield line.id, budget(line.caption, line.spans, name)


def row_of(found: Budget) -> dict[str, Any]:
    """A budget as plain JSON values."""
    return {
        "encoder": found.encoder,
        "tokens": found.tokens,
        "limit": found.limit,
        "exact": found.exact,
        "fits": found.fits,
        "outside": list(found.outside),
    }


def register(app: typer.Typer) -> None:
    """Make this function a command."""
    app.command()(tokens)
