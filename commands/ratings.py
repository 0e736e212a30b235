"""The commands about people's ratings: `ratings list`, `create`, `import`, `export` and `agreement`.

Try it: `python cli.py ratings create scenes --count 20`, then rate in the app and `python cli.py ratings list`.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.terminal import AsJson, Seed, TaxonomyName, bar, emit, notes, to_bar
from engine.errors import FormatError, join_or, show
from engine.store import open_store
from engine.store.rating_values import Kind
from engine.wording import counted

ratings = typer.Typer(no_args_is_help=True, help="People's ratings: projects, exchange, agreement.")
Named = Annotated[
    str, typer.Argument(metavar="PROJECT", help="The id of a project, or its name where only one has it.")
]


@ratings.command("list")
def list_(as_json: AsJson = False) -> None:
    """All rating projects, how far each is, and how to open it."""
    with open_store() as store:
        rows = [(project, store.project_progress(project.id)) for project in store.projects()]
    if as_json:
        emit([{**asdict(project), "progress": asdict(progress)} for project, progress in rows])
        return
    for project, done in rows:
        typer.echo(
            f"{project.id}  {project.name}  ({project.kind}, {project.status})  {done.team} of {counted(done.needed, 'rating')}, "
            f"{done.items_done} of {counted(done.items, 'item')} done, {counted(done.people, 'person', 'people')}"
        )
    if not rows:
        _say("No rating projects yet. Make one with `python cli.py ratings create scenes`.")


@ratings.command()
def create(
    sort: Annotated[str, typer.Argument(metavar="scenes|captions|pictures|pairs", help="What is rated.")],
    human: Annotated[
        Path | None, typer.Option(help="For captions: a file of human-written ones, one a line or JSON Lines.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--set", metavar="NAME", help="A named set: its pictures, pairs of them, or scenes.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call it.")] = None,
    count: Annotated[int, typer.Option(min=1, max=2000, help="Items that are drawn.")] = 40,
    overlap: Annotated[int, typer.Option(min=1, max=100, help="People per item.")] = 3,
    elements: Annotated[bool, typer.Option("--elements", help="Ask about each element of an item, too.")] = False,
    owner: Annotated[str, typer.Option(help="Who runs it.")] = "me",
    taxonomy: TaxonomyName = "full",
    seed: Seed = 0,
) -> None:
    """Make a project that can be rated at once, with guidelines, and practice and checks where there are lessons.

    Ends with one sentence and code 2 for another sort, captions without a file, or pictures without a set.
    """
    from engine.rating import found_project, from_set, human_captions, make_captions, make_scenes
    from engine.store.rating_values import Settings
    from engine.taxonomy import load

    _check_sort(sort, human=human, chosen=from_)
    settings = Settings(elements=elements)
    shared: dict[str, Any] = {"owner": owner, "overlap": overlap, "settings": settings}
    drawn: dict[str, Any] = {"count": count, "seed": seed, **({} if name is None else {"name": name})}
    with open_store() as store, bar("Drawing items", count) as advance:
        if from_ is not None:
            items = from_set(store, from_, SORTS[sort])
            made = found_project(store, name or store.get_set(from_).name, SORTS[sort], items, **shared)
        elif human is None:
            made = make_scenes(store, load(taxonomy), progress=to_bar(advance), **drawn, **shared)
        else:
            words = load(taxonomy)
            made = make_captions(store, words, human_captions(human, words), **drawn, **shared)
    typer.echo(made.id)
    _say(f"{show(made.name)} is ready: open Rate in the app, or /rate?project={made.id}.")


SORTS: dict[str, Kind] = {
    "scenes": "scene",
    "captions": "caption-pair",
    "pictures": "picture",
    "pairs": "picture-pair",
}


def _check_sort(sort: str, *, human: Path | None, chosen: str | None) -> None:
    """Each sort with what it is made of; raises `FormatError` for another one."""
    if sort not in SORTS:
        raise FormatError(f"{show(sort)} is no sort of project. Choose {join_or(tuple(SORTS))}.")
    if (sort == "captions") != (human is not None):
        raise FormatError("--human FILE, with captions that people wrote, goes with captions, and only with them.")
    if sort in ("pictures", "pairs") and chosen is None:
        raise FormatError(f"{sort.capitalize()} come from a set. Name one with --set; `python cli.py sets list` knows.")
    if sort == "captions" and chosen is not None:
        raise FormatError("A set holds pictures, so --set goes with scenes, pictures and pairs.")


@ratings.command("import")
def import_(
    project: Named,
    file: Annotated[Path, typer.Argument(help="CSV, JSON or JSON Lines: text or item, person, and the answers.")],
) -> None:
    """Add ratings made elsewhere; the same file again adds nothing."""
    from engine.rating import import_ratings

    with open_store() as store:
        done = import_ratings(store, store.project(project).id, file)
    _say(
        f"{done.kept} of {counted(done.rows, 'row')} kept, {counted(done.new_items, 'new item')}, "
        f"{counted(done.empty, 'row')} without an answer."
    )


@ratings.command()
def export(
    project: Named,
    out: Annotated[Path, typer.Option(help="A new folder, or a name that ends in .zip.")],
    pseudonyms: Annotated[bool, typer.Option("--pseudonyms", help="P1, P2, ... in place of names.")] = False,
) -> None:
    """Ratings, items, guideline versions, the protocol in words, and agreement, as a zip or a folder."""
    from engine.rating import export_project

    with open_store() as store:
        files = export_project(store, store.project(project).id, out, pseudonyms=pseudonyms)
    _say(f"{counted(len(files), 'file')} in {out}: begin with {files[0]}.")


@ratings.command()
def agreement(
    project: Named,
    surplus: Annotated[
        bool, typer.Option("--surplus", help="Count answers, too, that came when their item was full.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Krippendorff's alpha of every question, with its interval."""
    from engine.rating import agreements, described

    with open_store() as store:
        found = store.project(project)
        said = agreements(store.ratings(found.id), found.kind, surplus=surplus)
    if as_json:
        emit({question: asdict(value) for question, value in said.items()})
    else:
        typer.echo("\n".join(described(said)))


def _say(text: str) -> None:
    notes.print(text, markup=False, highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Put `ratings` and its commands into the program."""
    app.add_typer(ratings, name="ratings")
