"""Filter: which of all pictures are meant, as a frozen value; one query finds them, a page at a time.

Try it: `python -c "from engine.store import open_store; from engine.curation import *; print(find(open_store(), Filter()).total)"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from engine.store import Store

Sort: TypeAlias = Literal["newest", "oldest", "best", "worst", "simple", "complex", "rated"]
Span: TypeAlias = tuple[float, float]
"""Lowest and highest, both included."""


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

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, only what is asked for: what a saved view and a set's selection hold."""
        raise NotImplementedError

    @classmethod
    def from_dict(cls, data: object) -> Filter:
        """Read what `to_dict` wrote; raises `FormatError` for anything else, naming the field."""
        raise NotImplementedError


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


def find(store: Store, filter: Filter, *, limit: int = 60, offset: int = 0) -> Found:
    """One page of what the filter means (`limit` 1 to 500). Deleted sessions' pictures are left out.

    Raises `FormatError` for a span that runs backwards or a sort nobody knows, `StoreError` for an unknown set.
    """
    raise NotImplementedError


def ids(store: Store, filter: Filter) -> tuple[str, ...]:
    """The ids of all that the filter means, in its order: what "select all" takes."""
    raise NotImplementedError


def facets(store: Store, filter: Filter, *, top: int = 50) -> Facets:
    """Counts over all that the filter means; `top` values of each."""
    raise NotImplementedError
