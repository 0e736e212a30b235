"""Commands that make and read scenes: structures, generate, questions, parse.

Try it: `python cli.py generate --count 3 --seed 1`.
"""

from __future__ import annotations

from typing import Annotated, Any

import orjson
import typer

from commands.terminal import AsJson, Out, Range, Scenes, Seed, bar, emit, number_range, whole_range, written
from engine.parse import read as read_caption
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import describe, read_scenes
from engine.structure import StructureQuery, count, listing
from engine.taxonomy import load as load_taxonomy


def structures(
    complexity: int,
    show_list: Annotated[bool, typer.Option("--list", help="List them, not only count.")] = False,
    offset: int = 0,
    limit: int = 20,
    objects: Range = None,
    relations: Range = None,
    attributes: Range = None,
    components: Range = None,
    max_degree: int | None = None,
    mean_degree: Range = None,
    as_json: AsJson = False,
) -> None:
    """How many shapes a scene graph of this complexity can have, up to renaming of its objects."""
    query = StructureQuery(
        complexity=complexity,
        objects=whole_range("objects", objects),
        relations=whole_range("relations", relations),
        attributes=whole_range("attributes", attributes),
        components=whole_range("components", components),
        max_degree=max_degree,
        mean_degree=number_range("mean-degree", mean_degree),
    )
    found: dict[str, Any] = {"complexity": complexity, "count": count(query)}
    if show_list:
        rows = listing(query, offset=offset, limit=limit)
        found["structures"] = [{"attributes": row.attributes, "arcs": row.arcs} for row in rows]
    if as_json:
        emit(found)
    else:
        typer.echo(found["count"])
        for row in found.get("structures", ()):
            typer.echo(f"attributes {list(row['attributes'])}  relations {[list(arc) for arc in row['arcs']]}")


def generate(
    number: Annotated[int, typer.Option("--count", min=1, help="How many scenes.")] = 10,
    complexity: Annotated[str, typer.Option(metavar="N or A-B")] = "4-8",
    scene_attributes: Annotated[str, typer.Option(metavar="N or A-B")] = "0-2",
    objects: Range = None,
    relations: Range = None,
    attributes: Range = None,
    components: Range = None,
    max_degree: int | None = None,
    mode: Annotated[str, typer.Option(help="plausible or imaginative")] = "plausible",
    taxonomy: str = "pocket",
    no_questions: Annotated[bool, typer.Option("--no-questions", help="Captions only.")] = False,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Write scenes, one JSON line each: graph, caption with spans, questions with answers."""
    words = load_taxonomy(taxonomy)
    constraints = Constraints(
        complexity=whole_range("complexity", complexity),
        objects=whole_range("objects", objects),
        relations=whole_range("relations", relations),
        attributes=whole_range("attributes", attributes),
        components=whole_range("components", components),
        max_degree=max_degree,
        scene_attributes=whole_range("scene-attributes", scene_attributes) or (0, 0),
        mode=mode,
    )
    with written(out) as write, bar("Composing", number) as advance:
        for index in range(number):
            graph = sample(constraints, words, scene_rng(seed, index))
            line = describe(graph, words, id=f"{seed}-{index:06d}", seed=seed, ask=not no_questions)
            write(orjson.dumps(line.to_dict()))
            advance(1)


def questions(scenes: Scenes, out: Out = None) -> None:
    """Write the questions of each scene, one JSON line per question."""
    with written(out) as write:
        for scene in read_scenes(scenes):
            asked = scene.questions or describe(scene.graph, load_taxonomy(scene.taxonomy), id=scene.id).questions
            for question in asked:
                write(orjson.dumps({"scene": scene.id, **question.to_dict()}))


def parse(text: str, taxonomy: str = "pocket", as_json: AsJson = False) -> None:
    """Read a caption of our grammar back into a scene graph."""
    words = load_taxonomy(taxonomy)
    reading = read_caption(text, words)
    graph = reading.graph
    if as_json:
        spans = {element: [list(span) for span in found] for element, found in reading.spans.items()}
        emit({"hash": graph.hash, "scene_graph": graph.to_dict(), "spans": spans})
        return
    for item in graph.objects:
        marks = ", ".join(mark.value for mark in graph.attributes_of[item.id])
        typer.echo(f"{item.id}: {item.name}" + (f" ({marks})" if marks else ""))
    for link in graph.relations:
        typer.echo(f"{link.source} {link.phrase} {link.target}")
    for kind, value in graph.scene_attributes:
        typer.echo(f"{kind}: {value}")


def register(app: typer.Typer) -> None:
    """Make these functions commands."""
    for command in (structures, generate, questions, parse):
        app.command()(command)
