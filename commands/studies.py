"""Commands under `study`: each measures one thing and prints a table or JSON; `--out` writes a report with plots.

Try it: `python cli.py study judge --json`, or `python cli.py study captions-check --out report`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from commands.terminal import AsJson, Range, Seed, TaxonomyName, bar, emit, notes, to_bar, whole_range
from engine.studies.sheet import Sheet
from engine.taxonomy import load as load_taxonomy
from engine.wording import counted

study = typer.Typer(no_args_is_help=True, help="Measure: judges, captions, coverage.")
Folder = Annotated[Path | None, typer.Option(help="A folder for the report in Markdown, its plots (SVG) and figures.")]


@study.command("judge")
def study_judge(
    judge: Annotated[str, typer.Option("--judge")] = "pocket",
    generator: Annotated[
        str, typer.Option(help="Whose pictures to compare with the oracle on; none skips it.")
    ] = "pocket",
    pictures: Annotated[int, typer.Option(min=20)] = 600,
    ladders: Annotated[int, typer.Option(min=0, help="Graph-edit ladders; 0 skips them.")] = 200,
    size: Annotated[
        int, typer.Option(min=0, max=2048, help="Pixels an edge; 0 takes 64 for our judges, 384 else.")
    ] = 0,
    seed: Seed = 990_001,
    as_json: AsJson = False,
) -> None:
    """Examine a judge on painted pictures: right by kind, lean to yes, calibration, ladders; keeps its certificate."""
    from engine.store import default_home
    from models.training.examination import ENOUGH, certified, examine, size_for
    from models.training.judge_study import Settings, table

    settings = Settings(painted=pictures, seed=seed, size=size or size_for(judge))
    with bar("Examining", None) as advance:

        def told(_: str, done: int, total: int) -> None:
            advance(done, total)

        found = examine(judge, settings, ladders=ladders, generator=generator, told=told)
    earned = certified(found, judge, settings, ladders, default_home())
    if as_json:
        emit(found)
    else:
        none = f"No certificate: that takes {ENOUGH} pictures and ladders"
        typer.echo(f"{table(found)}\n\n{earned or none}.")


@study.command("judges")
def study_judges(
    judge: Annotated[list[str] | None, typer.Option("--judge", help="Two or more; repeat it.")] = None,
    generator: Annotated[str, typer.Option(help="Whose pictures they look at.")] = "pocket",
    pictures: Annotated[int, typer.Option(min=8)] = 300,
    seed: Seed = 990_001,
    as_json: AsJson = False,
) -> None:
    """How far judges agree on generated pictures, pair by pair, and with the oracle where contents are known."""
    from models import generators, judges
    from models.training.examination import size_for
    from models.training.judge_agreement import compare, table
    from models.training.judge_study import Settings

    names = list(dict.fromkeys(judge or ["pocket", "pocket-b"]))
    settings = Settings(generated=pictures, seed=seed, size=size_for(*names))
    asked, drawer = [judges.load(name) for name in names], generators.load(generator)
    with bar("Comparing", None) as advance:
        found = compare(asked, drawer, settings, to_bar(advance))
    if as_json:
        emit(found)
    else:
        typer.echo(table(found))


@study.command("captions-check")
def study_captions_check(
    graphs: Annotated[int, typer.Option(min=1, max=100_000, help="How many, spread evenly over the sizes.")] = 100,
    objects: Range = "3-12",
    taxonomy: TaxonomyName = "full",
    mode: Annotated[str, typer.Option(help="plausible or imaginative")] = "plausible",
    length: Annotated[str, typer.Option(help="Of the captions: terse, plain or rich.")] = "plain",
    phrasing: Annotated[int, typer.Option(min=0, help="Which phrasing; 0 is the house's.")] = 0,
    marks: Annotated[
        Path | None,
        typer.Option(help="What a person marked: CSV or JSON Lines with id or hash, and coherent (yes, no)."),
    ] = None,
    seed: Seed = 0,
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Coherence and diversity of captions by number of objects, with the rules' paraphrases beside them."""
    from engine.caption import Style
    from engine.studies.captions_check import Settings, check
    from engine.studies.captions_report import report
    from engine.studies.votes import read_marks

    words, votes = load_taxonomy(taxonomy), None if marks is None else read_marks(marks)
    settings = Settings(graphs, whole_range("objects", objects) or (3, 12), mode, Style(length, phrasing), seed)
    with bar("Checking captions", graphs) as advance:
        cases = check(words, settings, marks=votes, progress=to_bar(advance))
    _show(report(cases, words, settings), out, as_json)


@study.command("coverage")
def study_coverage(
    scenes: Annotated[int, typer.Option(min=1, max=10_000, help="For each number of objects and mode.")] = 30,
    objects: Range = "3-20",
    taxonomy: TaxonomyName = "full",
    mode: Annotated[list[str] | None, typer.Option(help="plausible or imaginative; both if not given.")] = None,
    ratings: Annotated[
        Path | None, typer.Option(help="What people rated: CSV or JSON Lines with id or hash, rating (1-5), rater.")
    ] = None,
    seed: Seed = 0,
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Where the taxonomy breaks down: plausibility by number of objects and complexity, reasons, kinds that fail."""
    from engine.plausibility import RulesLayer, StatisticsLayer
    from engine.sampler import MODES
    from engine.studies.coverage import Settings, study
    from engine.studies.coverage_report import report
    from engine.studies.votes import read_ratings

    words, votes = load_taxonomy(taxonomy), None if ratings is None else read_ratings(ratings)
    settings = Settings(scenes, whole_range("objects", objects) or (3, 20), tuple(mode or MODES), seed)
    layers = (RulesLayer(), StatisticsLayer())
    with bar("Drawing scenes", None) as advance:
        cases = study(words, settings, layers=layers, ratings=votes, progress=to_bar(advance))
    _show(report(cases, words, settings, votes), out, as_json)


@study.command("captions")
def study_captions(
    files: Annotated[list[Path], typer.Argument(help="One caption a line, scenes.jsonl, or a file of a known format.")],
    taxonomy: TaxonomyName = "full",
    most: Annotated[int, typer.Option(min=1, max=200_000, help="Captions of each file that are looked at.")] = 50_000,
    seed: Seed = 0,
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Length, tokens, diversity and elements of the captions of any files, side by side."""
    from engine.studies.captions_file import report, study
    from engine.studies.texts import read_texts

    words = load_taxonomy(taxonomy)
    found = [read_texts(path, words, most=most) for path in files]
    with bar("Reading captions", len(found)) as advance:
        rows = study(found, words, seed=seed, progress=to_bar(advance))
    _show(report(rows), out, as_json)


def _show(sheet: Sheet, out: Path | None, as_json: bool) -> None:
    """The figures or the text on stdout, and everything into the folder if there is one."""
    if out is not None:
        paths = sheet.write(out)
        notes.print(
            f"{counted(len(paths), 'file')} in {out}: begin with {paths[0].name}.", markup=False, highlight=False
        )
    if as_json:
        emit(orjson.loads(sheet.files["figures.json"]))
    else:
        typer.echo(sheet.text)


def register(app: typer.Typer) -> None:
    """Put `study` and its commands into the program."""
    app.add_typer(study, name="study")
