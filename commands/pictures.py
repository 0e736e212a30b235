"""Commands that make pictures and use them: render, export.

Try it: `python cli.py render scenes.jsonl --generator pocket --images 4 --out runs/a`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from commands.terminal import Scenes, Seed, bar, command, notes, to_bar
from engine.errors import FormatError
from engine.interchange import PLAIN, scene_lines
from engine.taxonomy import Taxonomy
from engine.taxonomy import load as load_taxonomy

Ray = Annotated[
    str | None, typer.Option(help="A Ray cluster's address, or local, for large sets (requirements-ray.txt).")
]


def render(
    scenes: Scenes,
    generator: str = "pocket",
    images: Annotated[int, typer.Option(min=1, help="Pictures per scene.")] = 4,
    out: Annotated[Path, typer.Option(help="The run folder; an unfinished one is resumed.")] = Path("runs/run"),
    steps: int | None = None,
    guidance: float | None = None,
    size: Annotated[
        int | None, typer.Option(min=32, max=2048, help="Pixels along an edge; the generator's own if left out.")
    ] = None,
    negative: Annotated[str, typer.Option(help="What the pictures should not show, where the model takes it.")] = "",
    scheduler: Annotated[
        str, typer.Option(help="dpm-karras, euler-a, lcm, turbo, ...; the model's own if left out.")
    ] = "",
    lora: Annotated[str, typer.Option(help="A LoRA's folder or .safetensors file, with @0.8 for its strength.")] = "",
    fast: Annotated[str, typer.Option(help="compile, channels-last, an attention backend; with commas between.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Refuse captions that no text encoder reads whole.")] = False,
    frames: Annotated[
        int, typer.Option(min=0, max=257, help="Length of a video, or views of a turntable; the model's own if 0.")
    ] = 0,
    taxonomy: Annotated[
        str | None,
        typer.Option(help="For prompts of others: pocket, full or a folder, where their words are looked up."),
    ] = None,
    source_format: Annotated[
        str | None, typer.Option("--from", help="Format of SCENES; found by its content if not given.")
    ] = None,
    seed: Seed = 0,
    ray: Ray = None,
) -> None:
    """Draw every scene into a run folder; also prompts of GenEval, DSG, DPG-Bench, TIFA and GenAI-Bench."""
    from engine.run import Run
    from models import batch, generators, spread
    from models.catalog.revision import revision

    lines = list(scene_lines(scenes, taxonomy=load_taxonomy(taxonomy) if taxonomy else PLAIN, format=source_format))
    words = _words(lines[0].taxonomy if lines else taxonomy or "pocket")
    generator = f"{generator}+{lora}" if lora else generator
    options = generators.Options(negative=negative, scheduler=scheduler, fast=fast, strict=strict, frames=frames)
    size = size or generators.card_of(generator).size or None
    settings = {"images": images, "steps": steps, "guidance": guidance, "size": size} | options.to_dict()
    run = Run.create(out, generator=generator, taxonomy=words, seed=seed, settings=settings, resume=True)
    for line in lines:
        run.add_scene(line)
    how: dict[str, Any] = {"images": images, "seed": seed, "steps": steps, "guidance": guidance, "size": size}
    with bar("Drawing", len(lines) * images) as advance:
        if ray:
            done = spread.render_on_ray(
                run, lines, generator, address=ray, options=options, progress=to_bar(advance), **how
            )
        else:
            done = batch.render(run, lines, generators.load(generator, options), progress=to_bar(advance), **how)
    if done.drawn:
        weights = revision(generators.card_of(generator))
        run.note("generator", generator, revision=weights, done=done.drawn, command=command())
    run.finish()
    for id, reason in done.refused.items():
        notes.print(f"Not drawn: scene {id}. {reason}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    if done.drawn and generators.card_of(generator).family == "image-api":
        notes.print(_cost(done.drawn, generators.card_of(generator).price), markup=False, highlight=False)
    typer.echo(out)


def _cost(pictures: int, price: float) -> str:
    """What pictures of a provider cost by the price that was told."""
    if not price:
        return "What this cost is not known: say a picture's price in SCENEWRIGHT_PRICES (MODEL=DOLLARS) to have it summed."
    return f"This cost about {pictures * price:,.2f} US dollars ({pictures:,} at {price:g}), by SCENEWRIGHT_PRICES."


def _words(name: str) -> Taxonomy:
    """The taxonomy that scenes name; the empty one for words that came with a file."""
    return PLAIN if name == PLAIN.name else load_taxonomy(name)


def export(
    out: Annotated[Path, typer.Option(help="A new folder.")],
    run: Annotated[Path | None, typer.Option(help="The run folder to export.")] = None,
    named: Annotated[str | None, typer.Option("--set", help="The named set to export (`cli.py sets list`).")] = None,
    format: Annotated[
        str, typer.Option(help="imagefolder, parquet, webdataset, kohya, preference, teacher-student, coco, ...")
    ] = "imagefolder",
    threshold: Annotated[float, typer.Option(min=0, max=1, help="Leave out pictures below this gated score.")] = 0.0,
    test_share: Annotated[float, typer.Option(min=0, max=0.9, help="Share of graphs kept for testing.")] = 0.0,
) -> None:
    """Write a training set from a run or a named set, and load it back to check it."""
    from engine.export import LAYOUTS, paired, rows_of
    from engine.export import export as write_set
    from engine.run import Run

    if (run is None) == (named is None):
        raise FormatError("Give --run FOLDER or --set NAME, one of the two.")
    if run is None:
        from commands.sets import write_set as write_named

        if threshold:
            raise FormatError("A named set is exported as it is. Leave --threshold out, or make another set.")
        typer.echo(write_named(str(named), out, format, test_share=test_share))
        return
    rows = [row for row in rows_of(Run.open(run)) if row.score is None or row.score >= threshold]
    if format in LAYOUTS and LAYOUTS[format].pair == ("chosen", "rejected"):
        rows = paired(rows)
    typer.echo(write_set(rows, out, format, test_share=test_share))


def register(app: typer.Typer) -> None:
    """Make these functions commands."""
    for verb in (render, export):
        app.command()(verb)
