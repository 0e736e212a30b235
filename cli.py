"""The other front door: the same verbs without a browser. Data go to stdout or --out, progress to stderr.

Try it: `python cli.py demo`, or `python cli.py --help`.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.errors import ConstraintError, FormatError, ScenewrightError, show
from engine.parse import read as read_caption
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import describe, read_scenes
from engine.structure import StructureQuery, count, listing
from engine.taxonomy import load as load_taxonomy

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help=__doc__
)
study = typer.Typer(no_args_is_help=True, help="Measure: what a judge knows, and more to come.")
app.add_typer(study, name="study")
notes = Console(stderr=True)

Seed = Annotated[int, typer.Option(min=0, max=2**53, help="Everything random follows from it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output on stdout.")]
Out = Annotated[Path | None, typer.Option(help="Write here instead of to stdout.")]
Range = Annotated[str | None, typer.Option(metavar="N or A-B")]
Scenes = Annotated[Path, typer.Argument(help="A scenes.jsonl, as `generate` writes it.")]
RunFolder = Annotated[Path, typer.Argument(help="A run folder, as `render` writes it.")]


# --- scenes -----------------------------------------------------------------------------------------------------------


@app.command()
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
        objects=_range("objects", objects),
        relations=_range("relations", relations),
        attributes=_range("attributes", attributes),
        components=_range("components", components),
        max_degree=max_degree,
        mean_degree=_floats("mean-degree", mean_degree),
    )
    found: dict[str, Any] = {"complexity": complexity, "count": count(query)}
    if show_list:
        rows = listing(query, offset=offset, limit=limit)
        found["structures"] = [{"attributes": row.attributes, "arcs": row.arcs} for row in rows]
    if as_json:
        _emit(found)
    else:
        typer.echo(found["count"])
        for row in found.get("structures", ()):
            typer.echo(f"attributes {list(row['attributes'])}  relations {[list(arc) for arc in row['arcs']]}")


@app.command()
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
        complexity=_range("complexity", complexity),
        objects=_range("objects", objects),
        relations=_range("relations", relations),
        attributes=_range("attributes", attributes),
        components=_range("components", components),
        max_degree=max_degree,
        scene_attributes=_range("scene-attributes", scene_attributes) or (0, 0),
        mode=mode,
    )
    with _written(out) as write, _bar("Composing", number) as advance:
        for index in range(number):
            graph = sample(constraints, words, scene_rng(seed, index))
            line = describe(graph, words, id=f"{seed}-{index:06d}", seed=seed, ask=not no_questions)
            write(orjson.dumps(line.to_dict()))
            advance(1)


@app.command()
def questions(scenes: Scenes, out: Out = None) -> None:
    """Write the questions of each scene, one JSON line per question."""
    with _written(out) as write:
        for scene in read_scenes(scenes):
            asked = scene.questions or describe(scene.graph, load_taxonomy(scene.taxonomy), id=scene.id).questions
            for question in asked:
                write(orjson.dumps({"scene": scene.id, **question.to_dict()}))


@app.command()
def parse(text: str, taxonomy: str = "pocket", as_json: AsJson = False) -> None:
    """Read a caption of our grammar back into a scene graph."""
    words = load_taxonomy(taxonomy)
    reading = read_caption(text, words)
    graph = reading.graph
    if as_json:
        spans = {element: [list(span) for span in found] for element, found in reading.spans.items()}
        _emit({"hash": graph.hash, "scene_graph": graph.to_dict(), "spans": spans})
        return
    for item in graph.objects:
        marks = ", ".join(mark.value for mark in graph.attributes_of[item.id])
        typer.echo(f"{item.id}: {item.name}" + (f" ({marks})" if marks else ""))
    for link in graph.relations:
        typer.echo(f"{link.source} {link.phrase} {link.target}")
    for kind, value in graph.scene_attributes:
        typer.echo(f"{kind}: {value}")


# --- pictures ---------------------------------------------------------------------------------------------------------


@app.command()
def render(
    scenes: Scenes,
    generator: str = "pocket",
    images: Annotated[int, typer.Option(min=1, help="Pictures per scene.")] = 4,
    out: Annotated[Path, typer.Option(help="The run folder; an unfinished one is resumed.")] = Path("runs/run"),
    steps: int | None = None,
    guidance: float | None = None,
    size: Annotated[int, typer.Option(min=64, max=2048, help="Pixels along an edge.")] = 768,
    seed: Seed = 0,
) -> None:
    """Draw every scene into a run folder."""
    from engine.run import Run
    from models import batch, generators

    lines = list(read_scenes(scenes))
    words = load_taxonomy(lines[0].taxonomy if lines else "pocket")
    settings = {"images": images, "steps": steps, "guidance": guidance, "size": size}
    run = Run.create(out, generator=generator, taxonomy=words, seed=seed, settings=settings, resume=True)
    for line in lines:
        run.add_scene(line)
    with _bar("Drawing", len(lines) * images) as advance:
        done = batch.render(
            run, lines, generators.load(generator), images=images, seed=seed, steps=steps, guidance=guidance,
            size=size, progress=_to(advance),
        )  # fmt: skip
    run.finish()
    for id, reason in done.refused.items():
        notes.print(f"Not drawn: scene {id}. {reason}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    typer.echo(out)


@app.command()
def judge(run: RunFolder, judge: Annotated[str, typer.Option("--judge")] = "pocket") -> None:
    """Ask a judge every question about every picture of a run."""
    from engine.run import Run
    from models import batch, judges

    opened = Run.open(run)
    with _bar("Judging", None) as advance:
        batch.judge(opened, judges.load(judge), progress=_to(advance))
    opened.finish(judge=judge)
    typer.echo(run)


@app.command()
def report(runs: Annotated[list[Path], typer.Argument()], as_json: AsJson = False) -> None:
    """Scores of one or several runs by complexity, with intervals, the oracle beside the judge."""
    from engine.report import report as summarise
    from engine.report import report_text
    from engine.run import Run

    found = summarise([Run.open(path) for path in runs])
    if as_json:
        _emit(found)
    else:
        typer.echo(report_text(found))


@app.command()
def export(
    run: Annotated[Path, typer.Option(help="The run folder to export.")],
    out: Annotated[Path, typer.Option(help="A new folder.")],
    format: Annotated[str, typer.Option(help="imagefolder, parquet, webdataset or kohya")] = "imagefolder",
    threshold: Annotated[float, typer.Option(min=0, max=1, help="Leave out pictures below this gated score.")] = 0.0,
    test_share: Annotated[float, typer.Option(min=0, max=0.9, help="Share of graphs kept for testing.")] = 0.0,
) -> None:
    """Write a training set from a run, and load it back to check it."""
    from engine.export import export as write_set
    from engine.export import rows_of
    from engine.run import Run

    rows = [row for row in rows_of(Run.open(run)) if row.score is None or row.score >= threshold]
    typer.echo(write_set(rows, out, format, test_share=test_share))


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
    with _bar("Examining", None) as advance:
        found = study(judges.load(judge), drawer, Settings(painted=pictures, seed=seed), _to(advance))
    if as_json:
        _emit(found)
    else:
        typer.echo(table(found))


# --- the program ------------------------------------------------------------------------------------------------------


@app.command()
def models(as_json: AsJson = False) -> None:
    """What can draw and what can judge, and whether it is on this machine."""
    from models.catalog import CARDS

    if as_json:
        _emit(
            [
                {"name": c.name, "job": c.job, "ready": c.ready, "licence": c.licence, "summary": c.summary}
                for c in CARDS
            ]
        )
        return
    for card in CARDS:
        state = "ready" if card.ready else "missing: make pocket"
        typer.echo(f"{card.job:<10} {card.name:<10} {state:<22} {card.summary}")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check this machine and say what to do about whatever is missing."""
    from models.doctor import examine

    found = examine()
    if as_json:
        _emit([{"what": row.what, "well": row.well, "says": row.says} for row in found])
    else:
        for row in found:
            typer.echo(f"{'✓' if row.well else '✗'} {row.what:<12} {row.says}")
    if not all(row.well for row in found):
        raise typer.Exit(2)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="A new folder for the run and what comes of it.")] = Path("runs/demo"),
    number: Annotated[int, typer.Option("--scenes", min=1)] = 24,
    images: Annotated[int, typer.Option(min=1)] = 4,
    seed: Seed = 7,
) -> None:
    """The whole job in one go: compose, draw, judge, report, export, and a contact sheet to look at."""
    from engine.contact_sheet import contact_sheet
    from engine.export import export as write_set
    from engine.export import rows_of
    from engine.report import report as summarise
    from engine.report import report_text
    from engine.run import Run
    from models import batch, generators, judges

    words = load_taxonomy("pocket")
    constraints = Constraints(complexity=(3, 8))
    lines = [
        describe(sample(constraints, words, scene_rng(seed, i)), words, id=f"{seed}-{i:06d}", seed=seed)
        for i in range(number)
    ]
    out = _free(out)
    run = Run.create(out, generator="pocket", taxonomy=words, seed=seed, settings={"images": images, "size": 768})
    for line in lines:
        run.add_scene(line)
    with _bar("Loading the models", 2) as advance:
        drawer = generators.load("pocket")
        advance(1)
        viewer = judges.load("pocket")
        advance(1)
    with _bar("Drawing", number * images) as advance:
        batch.render(run, lines, drawer, images=images, seed=seed, progress=_to(advance))
    with _bar("Judging", number * images) as advance:
        batch.judge(run, viewer, progress=_to(advance))
    run.finish(judge="pocket")
    typer.echo(report_text(summarise([run])))
    best: dict[str, Any] = {}
    for row in rows_of(run):
        if row.graph.hash not in best or (row.score or 0) > (best[row.graph.hash].score or 0):
            best[row.graph.hash] = row
    typer.echo(write_set(list(best.values()), out / "imagefolder", "imagefolder"))
    contact_sheet(run, out / "contact-sheet.html")
    typer.echo(f"Look at it: {(out / 'contact-sheet.html').resolve()}")


# --- small things -----------------------------------------------------------------------------------------------------


def _free(folder: Path) -> Path:
    """The folder, or the first of `folder-2`, `folder-3`, ... that is not there yet."""
    tries = [folder, *(folder.with_name(f"{folder.name}-{i}") for i in range(2, 1000))]
    return next(one for one in tries if not one.exists())


def _range(name: str, text: str | None) -> tuple[int, int] | None:
    found = _floats(name, text)
    if found is None:
        return None
    if any(value != int(value) for value in found):
        raise ConstraintError(f"--{name} {show(text)} has to be whole numbers, as in 4 or 4-8.")
    return int(found[0]), int(found[1])


def _floats(name: str, text: str | None) -> tuple[float, float] | None:
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


def _emit(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")


@contextmanager
def _written(out: Path | None) -> Iterator[Callable[[bytes], None]]:
    """A function that writes lines to stdout, or to `out` by way of a file beside it that replaces it when all is done."""
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
def _bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr where that is a terminal, otherwise one line at the end."""
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=notes, disable=not notes.is_terminal) as progress:
        task = progress.add_task(what, total=total)

        def advance(count: int, of: int | None = None) -> None:
            progress.update(task, completed=count, total=of) if of else progress.advance(task, count)

        yield advance
    if not notes.is_terminal:
        notes.print(f"{what}: done.")


def _to(advance: Callable[..., None]) -> Callable[[int, int], None]:
    return lambda done, total: advance(done, total)


def main() -> None:
    """Run a command; whatever a person can mend ends as one sentence and exit code 2."""
    try:
        app()
    except ScenewrightError as error:
        notes.print(str(error), style="bold red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `| head` has seen enough
        sys.exit(0)


if __name__ == "__main__":
    main()
