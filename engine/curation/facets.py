"""Facets: what there is to choose from among the pictures that a filter means, with counts.

Try it: `python -c "from engine.store import open_store; from engine.curation import *; print(facets(open_store(), Filter()).words)"`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, distinct, func, select
from sqlmodel import Session as Transaction
from sqlmodel import col

from engine.curation.facts import KIND, WORD, refresh
from engine.curation.filter import Filter
from engine.curation.query import columns, wanted
from engine.store import Store
from engine.store.sets import chunks
from engine.store.tables import JudgementRow, Table, TagRow, TermRow

MANY = 5_000
"""Graphs above which all terms are read at once, rather than some at a time."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to choose from among the found: value -> how many pictures, most first.

    `sessions` are ids; `scores` are counts in ten bins from 0 to 1, the last one with 1 included.
    """

    generators: Mapping[str, int]
    judges: Mapping[str, int]
    tags: Mapping[str, int]
    words: Mapping[str, int]
    kinds: Mapping[str, int]
    sessions: Mapping[str, int]
    runs: Mapping[str, int]
    complexity: Mapping[int, int]
    scores: tuple[int, ...]


def facets(store: Store, filter: Filter, *, top: int = 50) -> Facets:
    """Counts over all that the filter means; `top` values of each. Raises `StoreError` for an unknown set."""
    refresh(store)
    with store.reading() as transaction:
        query = wanted(transaction, filter, "generator", "session", "run", "complexity", scored=True)
        rows = transaction.execute(query).all()
        terms = _terms(transaction, Counter(row.graph_hash for row in rows))
        named = {name: Counter(getattr(row, name) for row in rows) for name in ("generator", "session", "run")}
        beside = {name: _beside(transaction, wanted(transaction, filter), name) for name in BESIDE}
    return Facets(
        generators=_top(named["generator"], top),
        judges=_top(beside["judge"], top),
        tags=_top(beside["tag"], top),
        words=_top(terms[WORD], top),
        kinds=_top(terms[KIND], top),
        sessions=_top(named["session"], top),
        runs=_top(named["run"], top),
        complexity=dict(sorted(Counter(row.complexity for row in rows).items())),
        scores=_bins([row.score for row in rows]),
    )


BESIDE: dict[str, type[Table]] = {"judge": JudgementRow, "tag": TagRow}


def _beside(transaction: Transaction, query: Select[Any], name: str) -> Counter[str]:
    """How many of the found pictures have each judge or tag."""
    found, table = query.subquery("found"), BESIDE[name]
    picture, value = (col(getattr(table, column)) for column in ("picture", name))
    counted = select(value, func.count(distinct(picture))).join(found, found.c.picture == picture).group_by(value)
    return Counter({row[0]: row[1] for row in transaction.execute(counted)})


def _terms(transaction: Transaction, graphs: Counter[str]) -> dict[str, Counter[str]]:
    """Words and kinds of the graphs, each counted as often as its graph has pictures."""
    found: dict[str, Counter[str]] = {WORD: Counter(), KIND: Counter()}
    query = columns(TermRow, "term", "graph_hash")
    parts = (
        [query] if len(graphs) > MANY else [query.where(col(TermRow.graph_hash).in_(g)) for g in chunks(list(graphs))]
    )
    for part in parts:
        for term, graph_hash in transaction.execute(part):
            if graph_hash in graphs:
                found[term[:5]][term[5:]] += graphs[graph_hash]
    return found


def _top(counts: Counter[Any], top: int) -> dict[str, int]:
    ranked = sorted(((value, count) for value, count in counts.items() if value), key=lambda pair: (-pair[1], pair[0]))
    return dict(ranked[:top])


def _bins(scores: Sequence[float | None]) -> tuple[int, ...]:
    counts = Counter(min(int(score * 10), 9) for score in scores if score is not None)
    return tuple(counts[place] for place in range(10))
