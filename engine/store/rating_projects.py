"""Rating projects: what is asked, the versions of the guidelines, and the items.

Try it: `python -c "from engine.store import open_store; print(open_store().projects())"`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import func
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import StoreError, join_or, show
from engine.store.connection import Database, found, held
from engine.store.people import good_person
from engine.store.rating_answers import good_gold
from engine.store.rating_values import (
    ITEM_ROLES,
    KINDS,
    PAIRS,
    Guideline,
    Kind,
    NewItem,
    Project,
    Settings,
    StoredItem,
)
from engine.store.tables import GuidelineRow, RatingItemRow, RatingProjectRow

LONGEST_NAME = 120
LONGEST_TEXT = 50_000
LONGEST_CONTENT = 200_000
MOST_ITEMS = 100_000
MOST_OVERLAP = 100
BOUNDS = {
    "lease_seconds": (5, 86_400 * 30),
    "gold_every": (0, 10_000),
    "practice": (0, 100),
    "min_seconds": (0, 3600),
    "block_after": (0, 1000),
}


class RatingProjects(Database):
    """What one does with projects. An id that nobody knows raises `StoreError`, everywhere."""

    def create_project(
        self, name: str, *, owner: str, kind: Kind, overlap: int = 3, settings: Settings | None = None
    ) -> Project:
        """A new, empty project; `overlap` is how many people rate each item.

        Raises `StoreError` for a name, kind, overlap or setting that cannot be.
        """
        row = RatingProjectRow(
            name=_good_name(name),
            owner=good_person(owner),
            kind=_one_of("kind", kind, KINDS),
            overlap=_within("overlap", overlap, 1, MOST_OVERLAP),
            settings=json.dumps(asdict(good_settings(settings or Settings()))),
        )
        with self.writing() as transaction:
            transaction.add(row)
            transaction.flush()
            return project_of(row)

    def change_project(
        self,
        id: str,
        *,
        name: str | None = None,
        overlap: int | None = None,
        settings: Settings | None = None,
        open: bool | None = None,
    ) -> Project:
        """Rename it, change how it runs, close or open it; a closed project gives no more items."""
        with self.writing() as transaction:
            row = held(transaction, RatingProjectRow, id, what="rating project")
            if name is not None:
                row.name = _good_name(name)
            if overlap is not None:
                row.overlap = _within("overlap", overlap, 1, MOST_OVERLAP)
            if settings is not None:
                row.settings = json.dumps(asdict(good_settings(settings)))
            if open is not None:
                row.status = "open" if open else "closed"
            return project_of(row)

    def projects(self, *, open: bool | None = None) -> tuple[Project, ...]:
        """All projects, newest first; `open` keeps those that are (True) or are not (False)."""
        query = select(RatingProjectRow).order_by(col(RatingProjectRow.created).desc())
        if open is not None:
            query = query.where(RatingProjectRow.status == ("open" if open else "closed"))
        with self.reading() as transaction:
            return tuple(project_of(row) for row in transaction.exec(query))

    def project(self, id: str) -> Project:
        """One project, by its id or, where only one has it, its name."""
        with self.reading() as transaction:
            row = transaction.get(RatingProjectRow, id)
            if row is None:
                same = transaction.exec(select(RatingProjectRow).where(RatingProjectRow.name == id)).all()
                row = same[0] if len(same) == 1 else found(transaction, RatingProjectRow, id, what="rating project")
            return project_of(row)

    # Guidelines --------------------------------------------------------------------------------------------

    def add_guideline(
        self, project: str, text: str, *, examples: Sequence[Mapping[str, Any]] = (), author: str
    ) -> Guideline:
        """The next version of the guidelines (1, 2, ...); every rating says which one its person had read.

        Raises `StoreError` for an unknown project, and for a text that is empty or too long.
        """
        text = text.replace("\0", "").strip()
        if not text or len(text) > LONGEST_TEXT:
            raise StoreError(f"Guidelines have 1 to {LONGEST_TEXT:,} characters, not {len(text):,}. Write some.")
        with self.writing() as transaction:
            held(transaction, RatingProjectRow, project, what="rating project")
            row = GuidelineRow(
                project=project,
                version=latest_version(transaction, project) + 1,
                text=text,
                examples=kept_json([dict(example) for example in examples]),
                author=good_person(author),
            )
            transaction.add(row)
            transaction.flush()
            return _guideline(row)

    def guideline(self, project: str, version: int | None = None) -> Guideline | None:
        """A version of the guidelines, the newest where none is named; None where there is none."""
        return next((one for one in self.guidelines(project) if version in (None, one.version)), None)

    def guidelines(self, project: str) -> tuple[Guideline, ...]:
        """All versions, newest first."""
        query = select(GuidelineRow).where(GuidelineRow.project == project).order_by(col(GuidelineRow.version).desc())
        with self.reading() as transaction:
            found(transaction, RatingProjectRow, project, what="rating project")
            return tuple(_guideline(row) for row in transaction.exec(query))

    # Items -------------------------------------------------------------------------------------------------

    def add_items(self, project: str, items: Iterable[NewItem]) -> tuple[StoredItem, ...]:
        """Add items after those that are there; all of them, or none where one is wrong (`StoreError` says which)."""
        with self.writing() as transaction:
            kind = held(transaction, RatingProjectRow, project, what="rating project").kind
            last = transaction.exec(select(func.max(RatingItemRow.place)).where(RatingItemRow.project == project)).one()
            first = -1 if last is None else last
            rows = [_row(project, kind, first + number, item, number) for number, item in enumerate(items, 1)]
            if first + len(rows) >= MOST_ITEMS:
                raise StoreError(f"A project holds up to {MOST_ITEMS:,} items. Make another one for the rest.")
            transaction.add_all(rows)
            transaction.flush()
            return tuple(stored_item(row) for row in rows)

    def items(self, project: str, *, role: str | None = None) -> tuple[StoredItem, ...]:
        """The items of a project in order, of one role where it is named."""
        query = select(RatingItemRow).where(RatingItemRow.project == project).order_by(col(RatingItemRow.place))
        if role is not None:
            query = query.where(RatingItemRow.role == _one_of("role", role, ITEM_ROLES))
        with self.reading() as transaction:
            found(transaction, RatingProjectRow, project, what="rating project")
            return tuple(stored_item(row) for row in transaction.exec(query))

    def item(self, id: str) -> StoredItem:
        """One item as its curator sees it."""
        with self.reading() as transaction:
            return stored_item(found(transaction, RatingItemRow, id, what="item"))


# Rows to values ------------------------------------------------------------------------------------------------


def project_of(row: RatingProjectRow) -> Project:
    """The row as a value; settings of another version of the program are read as far as they are known."""
    known = {field.name for field in fields(Settings)}
    said = {name: value for name, value in json.loads(row.settings).items() if name in known}
    values = {name: getattr(row, name) for name in ("id", "name", "owner", "kind", "overlap", "status", "created")}
    return Project(**values, settings=Settings(**said))


def stored_item(row: RatingItemRow) -> StoredItem:
    """The row as a value."""
    gold = None if row.gold is None else json.loads(row.gold)
    values = {name: getattr(row, name) for name in ("id", "project", "place", "role", "done", "created")}
    return StoredItem(**values, content=json.loads(row.content), gold=gold)


def latest_version(transaction: Transaction, project: str) -> int:
    """The newest version of the guidelines, 0 where there are none."""
    return transaction.exec(select(func.max(GuidelineRow.version)).where(GuidelineRow.project == project)).one() or 0


def _guideline(row: GuidelineRow) -> Guideline:
    examples = tuple(json.loads(row.examples))
    return Guideline(row.project, row.version, row.text, examples, row.author, row.created)


def check_items(kind: str, items: Sequence[NewItem]) -> None:
    """Raises `StoreError`, as `add_items` would, for items that a project of this kind cannot hold."""
    if len(items) > MOST_ITEMS:
        raise StoreError(f"A project holds up to {MOST_ITEMS:,} items, not {len(items):,}. Choose fewer.")
    for number, item in enumerate(items, 1):
        _row("", kind, number, item, number)


def _row(project: str, kind: str, place: int, item: NewItem, number: int) -> RatingItemRow:
    try:
        _one_of("role", item.role, ITEM_ROLES)
        content = _good_content(kind, item.content)
        if (item.role == "item") != (item.gold is None):
            raise StoreError(f"A {item.role} {'has no' if item.role == 'item' else 'needs a'} gold answer.")
        gold = None if item.gold is None else kept_json(good_gold(item.gold))
    except StoreError as error:
        raise StoreError(f"Item {number}: {error} No item was added.") from error
    return RatingItemRow(project=project, place=place, role=item.role, content=content, gold=gold)


def _good_content(kind: str, content: Mapping[str, Any]) -> str:
    parts = (content.get("a"), content.get("b")) if kind in PAIRS else (content,)
    needed = "text" if kind in ("scene", "caption-pair") else "picture"
    for part in parts:
        value = part.get(needed) if isinstance(part, Mapping) else None
        if not isinstance(value, str) or not value.strip():
            sides = " on both sides (a and b)" if kind in PAIRS else ""
            raise StoreError(f"A {kind} needs a {needed}{sides}, got {show(content)}.")
    return kept_json(content)


def kept_json(value: Any) -> str:
    """The value as JSON that can be kept; raises `StoreError` for what is none, is too long, or holds broken text."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:  # half a character is a ValueError
        raise StoreError(f"{show(ascii(value))} is no JSON ({show(ascii(error))}).") from error
    if len(text) > LONGEST_CONTENT or "\\u0000" in text:
        raise StoreError(f"An item holds up to {LONGEST_CONTENT:,} characters, none of them NUL, not {len(text):,}.")
    return text


# Checks --------------------------------------------------------------------------------------------------------


def good_settings(settings: Settings) -> Settings:
    """The settings as they are; raises `StoreError` for one outside its bounds."""
    for name, (low, high) in BOUNDS.items():
        _within(name, getattr(settings, name), low, high)
    return settings


def _good_name(name: str) -> str:
    name = " ".join(name.replace("\0", " ").split())
    if not name or len(name) > LONGEST_NAME:
        raise StoreError(f"A project needs a name of 1 to {LONGEST_NAME} characters, got {show(name)}. Type one.")
    return name


def _one_of(what: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise StoreError(f"{show(value)} is no {what}. Choose {join_or(choices)}.")
    return value


def _within(what: str, value: float, low: float, high: float) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise StoreError(f"{show(what)} goes from {low} to {high}, not {show(value)}. Choose another number.")
    return value
