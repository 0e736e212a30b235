"""The command that says captions in other words: by rules, by a model in a folder, or by a server; nothing is fetched.

Try it: `python cli.py paraphrase scenes.jsonl --level 2 --out paraphrases.jsonl`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from commands.terminal import Out, Scenes, Seed, bar, notes, written
from engine.errors import ConstraintError
from engine.paraphrase import LEVELS, STRATEGIES, Paraphrase, Rewriter, by_rewriter, by_rules
from engine.scene import SceneLine, read_scenes
from engine.taxonomy import load as load_taxonomy

BATCH = 32
RULES = "By rules, not by a language model: give --model FOLDER, or --server URL and --model NAME, for one."


def paraphrase(
    scenes: Scenes,
    level: Annotated[
        int | None,
        typer.Option(help="Of the rules: 1 synonyms, 2 order and voice too, 3 length too.", min=1, max=LEVELS[-1]),
    ] = None,
    strategy: Annotated[str | None, typer.Option(help=f"Of a model: {', '.join(STRATEGIES)}.")] = None,
    model: Annotated[
        str | None, typer.Option(help="A folder with a language model, or its name on the server.")
    ] = None,
    server: Annotated[
        str | None, typer.Option(help="A server that speaks the chat protocol of OpenAI: http://127.0.0.1:8000/v1")
    ] = None,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Say every caption in other words; each line tells whether all of the scene, and nothing else, is still said."""
    _check(level, strategy, model, server)
    rewriter = _rewriter(model, server)
    accepted = total = 0
    with written(out) as write, bar("Rewording", None) as advance:
        for found in _reworded(scenes, level or 1, strategy or "rewrite", rewriter, seed):
            write(orjson.dumps(row_of(found)))
            accepted, total = accepted + found.accepted, total + 1
            advance(1)
    _say(
        f"{accepted:,} of {total:,} accepted; the others are written with what they miss or add, so that nobody uses them "
        "by mistake."
    )
    if rewriter is None:
        _say(RULES)


def _say(text: str) -> None:
    notes.print(text, markup=False, highlight=False, soft_wrap=True)


def row_of(found: Paraphrase) -> dict[str, Any]:
    """A paraphrase as a line of the file."""
    return {
        "scene": found.scene,
        "text": found.text,
        "by": found.by,
        "strategy": found.strategy,
        "accepted": found.accepted,
        "missing": list(found.verdict.missing),
        "added": list(found.verdict.added),
    }


def _check(level: int | None, strategy: str | None, model: str | None, server: str | None) -> None:
    if server is not None and model is None:
        raise ConstraintError("A server may have several models. Name one with --model.")
    if strategy is not None and model is None:
        raise ConstraintError("Rules have levels, strategies are for models. Give --level, or a --model as well.")
    if level is not None and model is not None:
        raise ConstraintError("Levels are for rules, models have strategies. Give --strategy, or leave out --model.")


def _rewriter(model: str | None, server: str | None) -> Rewriter | None:
    if model is None:
        return None
    from models.paraphrasers import LocalRewriter, ServerRewriter

    return LocalRewriter(model) if server is None else ServerRewriter(server, model)


def _reworded(scenes: Path, level: int, strategy: str, rewriter: Rewriter | None, seed: int) -> Iterator[Paraphrase]:
    lines = read_scenes(scenes)
    if rewriter is None:
        yield from (by_rules(line, load_taxonomy(line.taxonomy), level=level, seed=seed) for line in lines)
        return
    while batch := list(islice(lines, BATCH)):
        for name, group in _by_taxonomy(batch):
            yield from by_rewriter(group, load_taxonomy(name), rewriter, strategy=strategy, seed=seed)


def _by_taxonomy(lines: list[SceneLine]) -> Iterator[tuple[str, list[SceneLine]]]:
    """The lines in runs of the same taxonomy, in their order."""
    start = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or lines[place].taxonomy != lines[start].taxonomy:
            yield lines[start].taxonomy, lines[start:place]
            start = place


def register(app: typer.Typer) -> None:
    """Make this function a command."""
    app.command()(paraphrase)
