"""The command that says how plausible scenes are and why not: `plausibility`, layer by layer.

Try it: `python cli.py plausibility scenes.jsonl`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from commands.terminal import AsJson, Out, Scenes, bar, notes, written
from engine.plausibility import (
    Layer,
    Opinion,
    RatingsLayer,
    RulesLayer,
    StatisticsLayer,
    fit,
    joined,
    opinions_of,
    read_ratings,
)
from engine.rating.learning import PREFIX, learned
from engine.scene import SceneLine, read_scenes
from engine.store import open_store
from engine.taxonomy import Taxonomy
from engine.taxonomy import load as load_taxonomy
from engine.wording import counted

SHOWN = 3
Layers = Callable[[Taxonomy], tuple[Layer, ...]]


def plausibility(
    scenes: Scenes,
    ratings: Annotated[
        str | None,
        typer.Option(
            help="Learn from these ratings, too: JSON Lines or CSV with scene_graph and rating (1-5), or store:PROJECT."
        ),
    ] = None,
    language_model: Annotated[
        str | None, typer.Option(help="A folder with a language model; scenes are ranked among those of the file.")
    ] = None,
    vera: Annotated[str | None, typer.Option(help="A folder with Vera (liujch1998/vera).")] = None,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """How plausible each scene is, from 0 to 1, and what speaks against it; - is what no layer knows anything of."""
    chosen = _layers(scenes, ratings, language_model, vera)
    known: dict[str, tuple[Layer, ...]] = {}
    scores: list[float] = []
    with written(out) as write, bar("Judging", None) as advance:
        for line in read_scenes(scenes):
            words = load_taxonomy(line.taxonomy)
            if line.taxonomy not in known:
                known[line.taxonomy] = chosen(words)
            said = opinions_of(line.graph, known[line.taxonomy], words)
            write(orjson.dumps(row_of(line, said)) if as_json else "\n".join(_told(line, said)).encode())
            scores += [score for score in (joined(said),) if score is not None]
            advance(1)
    mean = f"{sum(scores) / len(scores):.2f}" if scores else "-"
    _say(f"{counted(len(scores), 'scene')} judged, mean {mean}.")


def _layers(scenes: Path, ratings: str | None, language_model: str | None, vera: str | None) -> Layers:
    """What judges the scenes of a taxonomy; models are loaded once, and ratings learned from at the first scene."""
    models: list[Any] = []
    if language_model is not None or vera is not None:
        from models.language import LanguageLayer, VeraLayer

        models += [LanguageLayer(language_model)] if language_model is not None else []
        models += [VeraLayer(vera)] if vera is not None else []

    def of(taxonomy: Taxonomy) -> tuple[Layer, ...]:
        for model in models:
            if hasattr(model, "calibrate"):
                model.calibrate((line.graph for line in read_scenes(scenes)), taxonomy)
        rated = () if ratings is None else (_learned(ratings, taxonomy),)
        return (RulesLayer(), StatisticsLayer(), *rated, *models)

    return of


def _learned(ratings: str, taxonomy: Taxonomy) -> RatingsLayer:
    """The layer of a file's ratings, or of a project's in the store; says what it rests on."""
    if not ratings.startswith(PREFIX):
        return fit(read_ratings(ratings), taxonomy)
    with open_store() as store:
        found = learned(store, ratings.removeprefix(PREFIX), taxonomy)
    _say(f"Learned from {found}.")
    return found.layer


def row_of(line: SceneLine, said: Mapping[str, Opinion]) -> dict[str, Any]:
    """A scene's verdict as a line of JSON; a score of null is "I don't know"."""
    return {
        "scene": line.id,
        "hash": line.graph.hash,
        "score": _rounded(joined(dict(said))),
        "layers": {name: _opinion(opinion) for name, opinion in said.items()},
    }


def _opinion(opinion: Opinion) -> dict[str, Any]:
    reasons = [{"sort": r.sort, "text": r.text, "elements": list(r.elements)} for r in opinion.reasons]
    interval = None if opinion.interval is None else [round(end, 4) for end in opinion.interval]
    return {"score": _rounded(opinion.score), "interval": interval, "reasons": reasons}


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def _told(line: SceneLine, said: Mapping[str, Opinion]) -> Iterator[str]:
    parts = "  ".join(f"{name} {_number(opinion.score)}" for name, opinion in said.items())
    yield f"{_number(joined(dict(said)))}  {line.id}  ({parts})  {line.caption}"
    for name, opinion in said.items():
        yield from (f"      {name}: {reason.text}" for reason in opinion.reasons[:SHOWN])
        if len(opinion.reasons) > SHOWN:
            yield f"      {name}: and {len(opinion.reasons) - SHOWN} more"


def _number(score: float | None) -> str:
    return "   -" if score is None else f"{score:.2f}"


def _say(text: str) -> None:
    notes.print(text, markup=False, highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Make this function a command."""
    app.command()(plausibility)
