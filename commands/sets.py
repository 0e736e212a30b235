"""The commands of named sets: `sets list`, `sets show`, `sets make`, `sets export`.

Try it: `python cli.py sets make "best of four" --run runs/a --rule best-of --judge pocket`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from commands.terminal import AsJson, Seed, bar, emit, notes, to_bar, whole_range
from engine.errors import FormatError, join_or, show
from engine.wording import counted

RULES = ("best-of", "threshold", "double-gate", "top-share", "best-share", "random", "preference", "teacher-student")
sets = typer.Typer(no_args_is_help=True, help="Named sets of pictures, to train on and to export.")
Name = Annotated[str, typer.Argument(help="The name of a set.")]
Format = Annotated[
    str, typer.Option(help="imagefolder, parquet, webdataset, kohya, preference, teacher-student, coco, ...")
]
Share = Annotated[float, typer.Option(min=0, max=0.9, help="Share of graphs kept for testing.")]


@sets.command("list")
def list_sets(search: Annotated[str, typer.Option(help="Words of the name.")] = "", as_json: AsJson = False) -> None:
    """Every set: name, kind, size, owner, when it was changed."""
    from engine.store import open_store

    with open_store() as store:
        found = store.sets(search=search, limit=10_000)
    if as_json:
        emit([_row(one) for one in found])
        return
    for one in found:
        typer.echo(f"{one.name}: {one.kind}, {counted(one.size, 'picture')}, by {one.owner}, {one.updated[:16]}")
    if not found:
        typer.echo("There is no set yet. Make one with `python cli.py sets make NAME --run runs/a`.")


@sets.command("show")
def show_set(name: Name, as_json: AsJson = False) -> None:
    """One set: how it was chosen, and its members with their roles."""
    from engine.store import open_store

    with open_store() as store:
        found, members = store.get_set(name), store.members(name)
    if as_json:
        rows = [{"picture": one.picture, "role": one.role, "partner": one.partner} for one in members]
        emit({**_row(found), "selection": orjson.loads(found.selection), "members": rows})
        return
    typer.echo(f"{found.name}: {found.kind}, {counted(found.size, 'picture')}, by {found.owner}, {found.updated[:16]}")
    typer.echo(f"chosen by: {found.selection}")
    for one in members:
        typer.echo(f"{one.picture} {one.role}" + (f" of {one.partner}" if one.partner else ""))


@sets.command("make")
def make_set(
    name: Name,
    run: Annotated[list[Path] | None, typer.Option(help="Only pictures of this run folder; may be repeated.")] = None,
    rule: Annotated[str, typer.Option(help=", ".join(RULES))] = "best-of",
    judge: str = "pocket",
    second: Annotated[str, typer.Option(help="The other judge of a double gate.")] = "",
    at_least: Annotated[float, typer.Option(min=0, max=1, help="Lowest score that is kept.")] = 0.0,
    second_at_least: Annotated[float, typer.Option(min=0, max=1)] = 0.0,
    keep: Annotated[int, typer.Option(min=1, help="Pictures of each scene, of best-of and random.")] = 1,
    share: Annotated[float, typer.Option(min=0, max=1, help="Of top-share and best-share.")] = 0.25,
    margin: Annotated[float, typer.Option(min=0, max=1, help="How far pairs have to be apart.")] = 0.1,
    teacher: str = "",
    student: str = "",
    word: Annotated[list[str] | None, typer.Option(help="Only scenes with this word; may be repeated.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only pictures with one of these tags.")] = None,
    generator: Annotated[list[str] | None, typer.Option(help="Only pictures of these generators.")] = None,
    complexity: Annotated[str | None, typer.Option(metavar="N or A-B")] = None,
    seed: Seed = 0,
    owner: str = "command line",
    replace: Annotated[bool, typer.Option(help="Replace the set of this name.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be kept.")] = False,
) -> None:  # fmt: skip
    """Choose pictures by a rule and keep them as a named set; nothing is chosen by the oracle."""
    from engine.certificate import warning
    from engine.curation import Filter, choose, take_run
    from engine.curation import keep as keep_choice
    from engine.store import default_home, open_store

    if doubt := warning(judge, default_home()):
        notes.print(f"Warning: {doubt}", markup=False, highlight=False)
    chosen = _rule(rule, judge=judge, second=second, at_least=at_least, second_at_least=second_at_least, keep=keep,
                   share=share, margin=margin, teacher=teacher, student=student, seed=seed)  # fmt: skip
    with open_store() as store:
        for folder in run or ():
            take_run(store, folder)
        filter = Filter(
            runs=tuple(str(folder.expanduser().resolve()) for folder in run or ()), words=tuple(word or ()),
            tags=tuple(tag or ()), generators=tuple(generator or ()), complexity=whole_range("complexity", complexity),
        )  # fmt: skip
        choice = choose(store, filter, chosen)
        if not dry_run:
            keep_choice(store, name, choice, owner=owner, replace=replace)
    typer.echo(choice)


@sets.command("export")
def export_set(
    name: Name,
    out: Annotated[Path, typer.Option(help="A new folder.")],
    format: Format = "imagefolder",
    test_share: Share = 0.0,
    licence: Annotated[str, typer.Option(help="Of the set, as the Hub spells it: cc-by-4.0.")] = "unknown",
    overwrite: Annotated[bool, typer.Option(help="Replace an exported set that is there.")] = False,
) -> None:
    """Write a named set as a folder to train on, and load it back to check it."""
    typer.echo(write_set(name, out, format, test_share=test_share, licence=licence, overwrite=overwrite))


def write_set(name: str, out: Path, format: str, **options: Any) -> str:
    """Export the set of this name; what was written, and the command that trains on it."""
    from engine.export import export as write
    from engine.store import open_store

    with open_store() as store:
        found = store.get_set(name)
        with bar("Exporting", found.size) as advance:
            receipt = write(
                store.set_rows(name), out, format, title=found.name, chosen=json.loads(found.selection),
                on_step=to_bar(advance), **options,
            )  # fmt: skip
    return f"{receipt}\nTrain on it:\n{receipt.train}"


def _rule(name: str, **given: Any) -> Any:
    """The rule of this name; raises `FormatError` for one that nobody knows."""
    from engine import curation as c

    made: dict[str, Callable[[], Any]] = {
        "best-of": lambda: c.BestOf(given["judge"], given["keep"], given["at_least"]),
        "threshold": lambda: c.Threshold(given["judge"], given["at_least"]),
        "double-gate": lambda: c.DoubleGate(
            given["judge"], given["second"], given["at_least"], given["second_at_least"]
        ),
        "top-share": lambda: c.TopShare(given["judge"], given["share"]),
        "best-share": lambda: c.BestShare(given["judge"], given["share"]),
        "random": lambda: c.RandomControl(c.BestOf(given["judge"], given["keep"], given["at_least"]), given["seed"]),
        "preference": lambda: c.Preference(given["judge"], given["margin"]),
        "teacher-student": lambda: c.TeacherStudent(
            given["judge"], given["teacher"], given["student"], given["margin"]
        ),
    }
    if name not in made:
        raise FormatError(f"{show(name)} is no rule. Choose {join_or(RULES)}.")
    return made[name]()


def _row(found: Any) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "kind": found.kind,
        "size": found.size,
        "owner": found.owner,
        "updated": found.updated,
    }


def register(app: typer.Typer) -> None:
    """Make these functions commands."""
    app.add_typer(sets, name="sets")
