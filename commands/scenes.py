"""Commands that make and read scenes: structures, generate, questions, parse.

Try it: `python cli.py generate --count 3 --seed 1`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from commands.corpus import FORMAT_OF, read_graph_file, write_corpus, write_cover, write_filtered
from commands.terminal import AsJson, Out, Range, Scenes, Seed, TaxonomyName, emit, number_range, whole_range, written
from engine.caption import Style
from engine.corpus.order import Order
from engine.heldout import HeldOut
from engine.parse import read as read_caption
from engine.sampler import Constraints
from engine.sampler.constraints import shape_of
from engine.scene import describe, read_scenes
from engine.structure import StructureQuery, census, listing
from engine.taxonomy import Choice
from engine.taxonomy import load as load_taxonomy


def structures(
    complexity: int,
    show_list: Annotated[bool, typer.Option("--list", help="List them, not only count.")] = False,
    offset: Annotated[int, typer.Option(help="The rank to begin the list at.")] = 0,
    limit: int = 20,
    objects: Range = None,
    relations: Range = None,
    attributes: Range = None,
    components: Range = None,
    max_degree: int | None = None,
    mean_degree: Range = None,
    seed_graph: Annotated[Path | None, typer.Option(help="A scene graph whose shape has to be inside.")] = None,
    labelled: Annotated[bool, typer.Option("--labelled", help="Count graphs on named objects.")] = False,
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
        seed=None if seed_graph is None else shape_of(read_graph_file(seed_graph)),
    )
    total = census(query, labelled=labelled)
    found: dict[str, Any] = {"complexity": complexity, "count": total.value, "exact": total.exact}
    if not total.exact:
        found |= {"low": total.low, "high": total.high, "note": total.note}
    if show_list:
        rows = listing(query, offset=offset, limit=limit)
        found["structures"] = [
            {"rank": place, "attributes": row.attributes, "arcs": row.arcs}
            for place, row in enumerate(rows, start=offset)
        ]
    if as_json:
        emit(found)
        return
    typer.echo(
        total.value if total.exact else f"about {total.value} ({total.low} to {total.high} at 95 %): {total.note}"
    )
    for row in found.get("structures", ()):
        arcs = [list(arc) for arc in row["arcs"]]
        typer.echo(f"{row['rank']:>6}  attributes {list(row['attributes'])}  relations {arcs}")


def generate(
    number: Annotated[
        int | None, typer.Option("--count", min=1, help="How many scenes; 10 if nothing else says.")
    ] = None,
    complexity: Annotated[
        str | None, typer.Option(metavar="N or A-B", help="4-8 if no exact numbers are given.")
    ] = None,
    scene_attributes: Annotated[str, typer.Option(metavar="N or A-B")] = "0-2",
    objects: Range = None,
    relations: Range = None,
    attributes: Range = None,
    components: Range = None,
    max_degree: int | None = None,
    mean_degree: Range = None,
    mode: Annotated[str, typer.Option(help="plausible or imaginative")] = "plausible",
    modality: Annotated[str, typer.Option(help="image, video or 3d: which scene attributes there are")] = "image",
    taxonomy: TaxonomyName = "pocket",
    topic: Annotated[
        list[str] | None, typer.Option(help="Only objects of this hypernym or kind; may be repeated.")
    ] = None,
    switch: Annotated[
        list[str] | None, typer.Option(help="Draw the words behind this switch, too; may be repeated.")
    ] = None,
    words: Annotated[Path | None, typer.Option(help="A file of words to add, remove and re-weigh.")] = None,
    flat: Annotated[bool, typer.Option("--flat", help="Draw over values alike instead of kind first.")] = False,
    seed_graph: Annotated[Path | None, typer.Option(help="A scene graph to keep whole in every scene.")] = None,
    labelled: Annotated[bool, typer.Option("--labelled", help="Uniform over graphs on named objects.")] = False,
    strata: Annotated[str | None, typer.Option(help="complexity or profile: equally many scenes of each")] = None,
    each_structure: Annotated[bool, typer.Option("--each-structure", help="Every structure in turn.")] = False,
    cover: Annotated[
        str | None, typer.Option(help="pairs: the smallest set found that has every pair of kinds")
    ] = None,
    held_out: Annotated[float | None, typer.Option(help="Share of word combinations that training never sees.")] = None,
    split: Annotated[str, typer.Option(help="train (none of the held-out combinations) or test")] = "train",
    accept: Annotated[
        float | None, typer.Option(help="The plausibility dial: keep this share, 0.1 the most plausible tenth.")
    ] = None,
    within: Annotated[
        str | None, typer.Option(help="Refuse captions longer than this text encoder reads: clip.")
    ] = None,
    length: Annotated[str, typer.Option(help="Of the captions: terse, plain or rich.")] = "plain",
    phrasing: Annotated[int, typer.Option(min=0, help="Which phrasing; 0 is the house's.")] = 0,
    vary: Annotated[bool, typer.Option("--vary", help="Another phrasing for each scene.")] = False,
    no_questions: Annotated[bool, typer.Option("--no-questions", help="Captions only.")] = False,
    format: Annotated[str | None, typer.Option(help="jsonl, parquet or paper; else by the end of --out")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; all cores if not given.")] = None,
    ray: Annotated[
        str | None, typer.Option(help="Write the shards on this Ray cluster; `local` starts one here.")
    ] = None,
    seed: Seed = 0,
    out: Annotated[Path | None, typer.Option(help="A file, or a folder for shards; stdout if not given.")] = None,
) -> None:
    """Write scenes: graph, caption with spans, questions with answers. An interrupted call goes on where it stopped."""
    constraints = Constraints(
        complexity=_size(complexity, objects, relations, attributes),
        objects=whole_range("objects", objects),
        relations=whole_range("relations", relations),
        attributes=whole_range("attributes", attributes),
        components=whole_range("components", components),
        max_degree=max_degree,
        mean_degree=number_range("mean-degree", mean_degree),
        scene_attributes=whole_range("scene-attributes", scene_attributes) or (0, 0),
        mode=mode,
        modality=modality,
        seed_graph=None if seed_graph is None else read_graph_file(seed_graph),
        labelled=labelled,
        held_out=None if held_out is None else HeldOut(split, held_out, seed=0),
    )
    order = Order(
        count=number or 10,
        seed=seed,
        taxonomy=taxonomy,
        constraints=constraints,
        choice=Choice(switches=frozenset(switch or ()), topics=tuple(topic or ()), flat=flat),
        words=None if words is None else str(words),
        strata=strata,
        each=each_structure,
        ask=not no_questions,
        style=Style(length, phrasing),
        vary=vary,
        within=within,
        format=format or FORMAT_OF.get(out.suffix if out else "", "jsonl"),
    )
    if cover is not None:
        write_cover(order, cover, out)
    elif accept is not None:
        write_filtered(order, accept, out)
    else:
        if each_structure and number is None:
            order = replace(order, count=len(order.lines.plan.listed))
        write_corpus(order, out, workers=workers, ray=ray)


def _size(complexity: str | None, *numbers: str | None) -> tuple[int, int] | None:
    """The range of complexity; none where objects, relations and attributes are all given."""
    if complexity is None and all(numbers):
        return None
    return whole_range("complexity", complexity or "4-8")


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
