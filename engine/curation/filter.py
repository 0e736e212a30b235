"""Filter: which of all pictures are meant, as a frozen value; one query finds them, a page at a time.

Try it: `python -c "from engine.store import open_store; from engine.curation import *; print(find(open_store(), Filter()).total)"`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import ColumnElement, Select, distinct, func, literal_column, select
from sqlmodel import Session as Transaction
from sqlmodel import col

from engine.curation.facts import refresh
from engine.curation.query import check_judge, check_span, columns, score_by, wanted
from engine.errors import FormatError, join_or, show
from engine.store import Store
from engine.store.sets import chunks
from engine.store.tables import FactsRow, JudgementRow, PictureRow, TagRow

Sort: TypeAlias = Literal["newest", "oldest", "best", "worst", "simple", "complex", "rated"]
Span: TypeAlias = tuple[float, float]
"""Lowest and highest, both included."""
SORTS: tuple[Sort, ...] = get_args(Sort)
SPANS = ("complexity", "objects", "score", "rating")
MOST = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """All conditions hold at once; an empty one asks nothing. Scores are 0..1, ratings 1..5.

    `text`: every word is in the caption. `words` and `kinds`: each is in the graph (object names, attribute values,
    relation phrases, scene values; kinds of attributes, relations and scene attributes). `without`: no such word.
    `score` is the newest of `judge`, or of whoever judged last where `judge` is None; `judged` False asks for pictures
    that `judge` (or anybody) did not judge. `generators`, `sessions`, `runs` and `tags`: any one of them; `untagged`: no
    tag at all; `in_set` is the name of a set, `graphs` are graph hashes, `pictures` ids.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    complexity: Span | None = None
    objects: Span | None = None
    judge: str | None = None
    score: Span | None = None
    judged: bool | None = None
    rating: Span | None = None
    generators: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    untagged: bool = False
    in_set: str | None = None
    graphs: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    sort: Sort = "newest"

    def __post_init__(self) -> None:
        for name in SPANS:
            check_span(name, getattr(self, name))
        if self.sort not in SORTS:
            raise FormatError(f"{show(self.sort)} is no order. Choose {join_or(SORTS)}.")
        check_judge(self.judge)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, only what is asked for: what a saved view and a set's selection hold."""
        plain = Filter()
        asked = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asked.items()
            if value != getattr(plain, name)
        }

    @classmethod
    def from_dict(cls, data: object) -> Filter:
        """Read what `to_dict` wrote; raises `FormatError` for anything else, naming the field."""
        if not isinstance(data, Mapping):
            raise FormatError(f"A filter is a JSON object, not {show(data)}. Save the view again.")
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in data.items():
            if name not in known or not _fits(name, value):
                raise FormatError(
                    f"The filter has {show(name)} {show(value)}, which means nothing. Save the view again."
                )
            values[name] = tuple(value) if isinstance(value, list) else value
        return cls(**values)

    @property
    def empty(self) -> bool:
        """Whether it asks nothing, whatever the order."""
        return not self.to_dict().keys() - {"sort", "judge"}


def _fits(name: str, value: object) -> bool:
    plain = getattr(Filter(), name)
    if name in SPANS:
        return isinstance(value, list) and len(value) == 2
    if isinstance(plain, tuple):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if name in ("judged", "untagged"):
        return isinstance(value, bool)
    return isinstance(value, str)


@dataclass(frozen=True, slots=True)
class Card:
    """What a grid shows of a picture; `path` is relative to `home/images`, or to the folder `run` where that is given.

    `score` (0..1) is that of the filter's judge, `rating` (1..5) the mean of the people who rated it.
    """

    id: str
    path: str
    run: str | None
    session: str | None
    generator: str
    caption: str
    graph_hash: str
    complexity: int
    seed: int
    width: int
    height: int
    created: str
    score: float | None
    judge: str | None
    rating: float | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page: the cards from `offset` on, and how many there are in all, of how many scenes."""

    cards: tuple[Card, ...]
    total: int
    scenes: int
    offset: int


def find(store: Store, filter: Filter, *, limit: int = 60, offset: int = 0) -> Found:
    """One page of what the filter means (`limit` 1 to 500). Deleted sessions' pictures are left out.

    Raises `FormatError` for a limit out of range, `StoreError` for an unknown set.
    """
    if not 1 <= limit <= MOST or offset < 0:
        raise FormatError(
            f"A page of {show(limit)} pictures from {show(offset)} on is not possible. Ask for 1 to {MOST}."
        )
    refresh(store)
    with store.reading() as transaction:
        query = wanted(transaction, filter)
        total, scenes = _totals(transaction, query)
        page = _ordered(query, filter).limit(limit).offset(offset)
        shown = [row[0] for row in transaction.execute(page)]
        return Found(tuple(_cards(transaction, shown, filter)), total, scenes, offset)


def ids(store: Store, filter: Filter) -> tuple[str, ...]:
    """The ids of all that the filter means, in its order: what "select all" takes.

    Raises `StoreError` for an unknown set.
    """
    refresh(store)
    with store.reading() as transaction:
        query = _ordered(wanted(transaction, filter), filter)
        return tuple(row[0] for row in transaction.execute(query))


def cards(store: Store, pictures: Sequence[str], *, judge: str | None = None) -> tuple[Card, ...]:
    """The cards of these pictures in this order, with the newest score of `judge`; ids that nobody knows are left out."""
    check_judge(judge)
    refresh(store)
    with store.reading() as transaction:
        return tuple(_cards(transaction, pictures, Filter(judge=judge)))


# One page ------------------------------------------------------------------------------------------------------


def _totals(transaction: Transaction, query: Select[Any]) -> tuple[int, int]:
    found = query.subquery("found")
    counted = select(func.count(), func.count(distinct(found.c.graph_hash))).select_from(found)
    total, scenes = transaction.execute(counted).one()
    return total, scenes


def _ordered(query: Select[Any], filter: Filter) -> Select[Any]:
    """Every order ends with the id, so that pages never overlap."""
    if filter.sort in ("best", "worst"):
        query = query.add_columns(score_by(filter.judge).label("score"))
    score: ColumnElement[Any] = literal_column("score")
    order: dict[str, ColumnElement[Any]] = {
        "newest": col(FactsRow.created).desc(),
        "oldest": col(FactsRow.created).asc(),
        "best": score.desc().nulls_last(),
        "worst": score.asc().nulls_last(),
        "simple": col(FactsRow.complexity).asc(),
        "complex": col(FactsRow.complexity).desc(),
        "rated": col(FactsRow.rating).desc().nulls_last(),
    }
    return query.order_by(order[filter.sort], col(FactsRow.picture))


CARD = ("id", "path", "run", "session", "generator", "caption", "seed", "width", "height", "created")
BESIDE = ("graph_hash", "complexity", "rating")


def _cards(transaction: Transaction, shown: Sequence[str], filter: Filter) -> Iterator[Card]:
    found: dict[str, Card] = {}
    for some in chunks(list(shown)):
        tags = _tags(transaction, some)
        scores = _scores(transaction, some, filter.judge)
        query = columns(PictureRow, *CARD).add_columns(*(col(getattr(FactsRow, name)) for name in BESIDE))
        query = query.join(FactsRow, col(FactsRow.picture) == col(PictureRow.id)).where(col(PictureRow.id).in_(some))
        for row in transaction.execute(query):
            score, judge = scores.get(row.id, (None, None))
            found[row.id] = Card(**row._mapping, score=score, judge=judge, tags=tags.get(row.id, ()))
    return (found[id] for id in shown if id in found)


def _scores(transaction: Transaction, pictures: Sequence[str], judge: str | None) -> dict[str, tuple[float, str]]:
    query = columns(JudgementRow, "picture", "score", "judge")
    query = query.where(col(JudgementRow.picture).in_(pictures)).order_by(col(JudgementRow.number))
    if judge is not None:
        query = query.where(col(JudgementRow.judge) == judge)
    return {picture: (score, said) for picture, score, said in transaction.execute(query)}  # the last one stays


def _tags(transaction: Transaction, pictures: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    query = columns(TagRow, "picture", "tag").where(col(TagRow.picture).in_(pictures)).order_by(col(TagRow.tag))
    for picture, tag in transaction.execute(query):
        found[picture].append(tag)
    return {picture: tuple(tags) for picture, tags in found.items()}
