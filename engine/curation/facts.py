"""Facts: what a filter asks of a picture's graph and its ratings, kept beside the picture so that SQL can answer.

Try it: `python -c "from engine.store import open_store; from engine.curation import refresh; print(refresh(open_store()))"`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import bindparam, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import ScenewrightError
from engine.graph import SceneGraph
from engine.store import Store
from engine.store.tables import FactsRow, PictureRow, RatingItemRow, RatingRow, Table, TermRow

BATCH = 500
"""Pictures in one transaction, so that nobody waits long for the lock."""
WORD, KIND = "word:", "kind:"
COUNTED = ("rated", "flagged")
SHOWN = "shows"
"""The answer of a rated picture: 1-5, how well it shows its caption."""
Told = Callable[[int, int], None] | None


@dataclass(frozen=True, slots=True)
class SceneFacts:
    """What filters ask of a graph; one that cannot be read has no hash and no terms."""

    graph_hash: str
    complexity: int
    objects: int
    terms: tuple[str, ...]


def refresh(store: Store, *, on_step: Told = None) -> int:
    """Note the facts of pictures that have none yet, and the newest ratings; how many pictures were new.

    `find` and the others do it themselves; call it before with `on_step` (done, of how many) to show progress. Raises
    `StoreError` and its kinds when the store cannot be written.
    """
    new = _missing(store)
    for start in range(0, len(new), BATCH):
        _note(store, new[start : start + BATCH])
        if on_step:
            on_step(min(start + BATCH, len(new)), len(new))
    _note_ratings(store)
    return len(new)


def take_run(store: Store, path: Path) -> int:
    """List the pictures of a run folder and what its judges said, so that they can be filtered; how many were new.

    The files stay where they are. Raises `FormatError` for a folder that is no run.
    """
    new = store.index_pictures(path)
    refresh(store)
    return new


@lru_cache(maxsize=4096)
def facts_of(graph: str) -> SceneFacts:
    """The facts of a graph in JSON; never raises, since one odd picture must not hide the others."""
    try:
        scene = SceneGraph.from_dict(orjson.loads(graph))
    except (orjson.JSONDecodeError, ScenewrightError):
        return SceneFacts("", 0, 0, ())
    return SceneFacts(scene.hash, scene.complexity, len(scene.objects), tuple(sorted(set(_terms(scene)))))


def _terms(graph: SceneGraph) -> Iterator[str]:
    for item in graph.objects:
        yield WORD + item.name
    for mark in graph.attributes:
        yield from (WORD + mark.value, KIND + mark.kind)
    for link in graph.relations:
        yield from (WORD + link.phrase, KIND + link.kind)
    for kind, value in graph.scene_attributes:
        yield from (WORD + value, KIND + kind)


# New pictures --------------------------------------------------------------------------------------------------


def _missing(store: Store) -> Sequence[str]:
    """Ids without facts; where the counts agree there are none, which two quick counts tell."""
    with store.reading() as transaction:
        pictures = transaction.exec(select(func.count()).select_from(PictureRow)).one()
        if pictures == transaction.exec(select(func.count()).select_from(FactsRow)).one():
            return []
        known = select(FactsRow.picture).where(FactsRow.picture == PictureRow.id)
        return transaction.exec(select(PictureRow.id).where(~known.exists()).order_by(PictureRow.id)).all()


def _note(store: Store, ids: Sequence[str]) -> None:
    columns = [col(getattr(PictureRow, name)) for name in ("id", "graph", "generator", "session", "run", "created")]
    with store.reading() as transaction:
        query = sa.select(*columns).where(col(PictureRow.id).in_(ids))
        rows = [row._asdict() for row in transaction.execute(query)]
    scenes = [(row, facts_of(row["graph"])) for row in rows]
    terms = {(term, facts.graph_hash) for _, facts in scenes for term in facts.terms}
    with store.writing() as transaction:
        _insert_new(transaction, FactsRow, [_facts_row(row, facts) for row, facts in scenes])
        _insert_new(transaction, TermRow, [{"term": term, "graph_hash": hash} for term, hash in sorted(terms)])


def _facts_row(row: Mapping[str, Any], facts: SceneFacts) -> dict[str, Any]:
    kept = {name: row[name] for name in ("generator", "session", "run", "created")}
    return {
        "picture": row["id"],
        "graph_hash": facts.graph_hash,
        "complexity": facts.complexity,
        "objects": facts.objects,
        **kept,
    }


def _insert_new(transaction: Transaction, table: type[Table], rows: list[dict[str, Any]]) -> None:
    """Insert rows, passing over those that another program put there meanwhile."""
    if rows:
        connection = transaction.connection()
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


# Ratings -------------------------------------------------------------------------------------------------------


def _note_ratings(store: Store) -> None:
    """Bring the mean ratings up to date; writes only where one changed."""
    with store.reading() as transaction:
        means = _ratings(transaction)
        query = select(FactsRow.picture, FactsRow.rating).where(col(FactsRow.rating).is_not(None))
        known = dict(transaction.exec(query).all())
    changed = [
        {"id": picture, "mean": means.get(picture)}
        for picture in means.keys() | known.keys()
        if means.get(picture) != known.get(picture)
    ]
    if changed:
        with store.writing() as transaction:
            change = update(FactsRow).where(col(FactsRow.picture) == bindparam("id")).values(rating=bindparam("mean"))
            transaction.connection().execute(change, changed)


def _ratings(transaction: Transaction) -> dict[str, float]:
    """Picture -> mean of what people said who rated it, a later answer in place of an earlier one."""
    replaced = select(RatingRow.supersedes).where(col(RatingRow.supersedes).is_not(None))
    query = (
        select(RatingItemRow.content, RatingRow.answers)
        .join(RatingItemRow, col(RatingItemRow.id) == RatingRow.item)
        .where(col(RatingItemRow.content).contains('"picture"', autoescape=True))
        .where(col(RatingRow.status).in_(COUNTED), col(RatingRow.id).not_in(replaced))
    )
    said: dict[str, list[float]] = defaultdict(list)
    for content, answers in transaction.exec(query):
        picture, value = orjson.loads(content).get("picture"), orjson.loads(answers).get(SHOWN)
        if isinstance(picture, str) and isinstance(value, int | float):
            said[picture].append(float(value))
    return {picture: sum(values) / len(values) for picture, values in said.items()}
