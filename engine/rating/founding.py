"""Founding: a project with its items and the lessons of its kind, in one step that leaves nothing half made.

Try it: `python cli.py ratings create scenes --count 20`.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import FormatError
from engine.rating.lessons import LESSONS
from engine.store import Store
from engine.store.rating_projects import check_items
from engine.store.rating_values import Kind, NewItem, Project, Settings


def found_project(
    store: Store,
    name: str,
    kind: Kind,
    items: Iterable[NewItem],
    *,
    owner: str,
    overlap: int = 3,
    settings: Settings | None = None,
) -> Project:
    """A new project that can be rated at once: with the guidelines, practice and checks of its kind.

    Raises `FormatError` for no items, `StoreError` for an item, name, overlap or setting that cannot be; then there
    is no project.
    """
    chosen, lessons = list(items), LESSONS[kind]
    if not chosen:
        raise FormatError("Nothing of this can be rated: there are no such scenes or pictures. Choose others.")
    every = [*lessons.items, *chosen]
    check_items(kind, chosen)
    project = store.create_project(name, owner=owner, kind=kind, overlap=overlap, settings=settings)
    store.add_guideline(project.id, lessons.text, examples=lessons.examples, author=owner)
    store.add_items(project.id, every)
    return project
