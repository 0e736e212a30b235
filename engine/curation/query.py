"""The query behind a filter: conditions on short rows of facts, and the newest score of a judge beside each.

Try it: `python -m pytest tests/engine/curation/test_filter.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, or_, select
from sqlmodel import Session as Transaction
from sqlmodel import col

from engine.curation.facts import KIND, WORD
from engine.errors import FormatError, show
from engine.store.sets import found_set
from engine.store.tables import FactsRow, JudgementRow, PictureRow, SessionRow, SetMemberRow, Table, TagRow, TermRow

if TYPE_CHECKING:
    from engine.curation.filter import Filter, Span

ORACLE = "oracle"


def check_judge(judge: str | None) -> None:
    """Raises `FormatError` for the oracle: it is there to report by, never to choose by."""
    if judge is not None and judge.strip().lower() == ORACLE:
        raise FormatError("Nothing is chosen by the oracle, which only reports. Name a judge.")


def score_by(judge: str | None) -> ScalarSelect[Any]:
    """The newest score of a picture of facts by `judge`, or by anybody; None where there is none."""
    said = select(col(JudgementRow.score)).where(*_said_by(judge)).order_by(col(JudgementRow.number).desc()).limit(1)
    return said.correlate(FactsRow).scalar_subquery()


def _said_by(judge: str | None) -> Iterator[ColumnElement[bool]]:
    yield col(JudgementRow.picture) == col(FactsRow.picture)
    if judge is not None:
        yield col(JudgementRow.judge) == judge


def columns(table: type[Table], *names: str) -> Select[Any]:
    """A select of some columns of a table."""
    return select(*(col(getattr(table, name)) for name in names))


def wanted(transaction: Transaction, filter: Filter, *more: str, scored: bool = False) -> Select[Any]:
    """A select of the facts of all that the filter means, without order; `more` are columns of facts.

    Columns: picture, graph_hash, `more`, and with `scored` the score by the filter's judge.
    """
    query = columns(FactsRow, "picture", "graph_hash", *more)
    if scored:
        query = query.add_columns(score_by(filter.judge).label("score"))
    return query.where(*_conditions(transaction, filter))


def _conditions(transaction: Transaction, filter: Filter) -> Iterator[ColumnElement[bool]]:
    facts = FactsRow
    yield or_(col(facts.session).is_(None), col(facts.session).not_in(_deleted_sessions()))
    yield from (col(facts.graph_hash).in_(_having(WORD + word)) for word in filter.words)
    yield from (col(facts.graph_hash).not_in(_having(WORD + word)) for word in filter.without)
    yield from (col(facts.graph_hash).in_(_having(KIND + kind)) for kind in filter.kinds)
    yield from _within(col(facts.complexity), filter.complexity)
    yield from _within(col(facts.objects), filter.objects)
    yield from _within(col(facts.rating), filter.rating)
    yield from _within(score_by(filter.judge), filter.score)
    if filter.judged is not None:
        looked = select(col(JudgementRow.id)).where(*_said_by(filter.judge)).correlate(FactsRow).exists()
        yield looked if filter.judged else ~looked
    for column, values in (
        (facts.generator, filter.generators), (facts.session, filter.sessions), (facts.run, filter.runs),
        (facts.graph_hash, filter.graphs), (facts.picture, filter.pictures),
    ):  # fmt: skip
        if values:
            yield col(column).in_(values)
    yield from _tagged(filter)
    if filter.in_set is not None:
        members = select(col(SetMemberRow.picture)).where(
            col(SetMemberRow.set) == found_set(transaction, filter.in_set).id
        )
        yield col(facts.picture).in_(members)
    if filter.text.split():
        yield col(facts.picture).in_(_saying(filter.text))


def _deleted_sessions() -> Select[Any]:
    return select(col(SessionRow.id)).where(col(SessionRow.deleted).is_not(None))


def _having(term: str) -> Select[Any]:
    return select(col(TermRow.graph_hash)).where(col(TermRow.term) == term)


def _within(column: Any, span: Span | None) -> Iterator[ColumnElement[bool]]:
    if span is not None:
        yield column.between(*span)


def _tagged(filter: Filter) -> Iterator[ColumnElement[bool]]:
    tagged = select(col(TagRow.picture))
    if filter.tags:
        yield col(FactsRow.picture).in_(tagged.where(col(TagRow.tag).in_(filter.tags)))
    if filter.untagged:
        yield col(FactsRow.picture).not_in(tagged)


def _saying(text: str) -> Select[Any]:
    query = select(col(PictureRow.id))
    for word in text.replace("\0", " ").split():
        query = query.where(col(PictureRow.caption).icontains(word, autoescape=True))
    return query


def check_span(name: str, span: Span | None) -> None:
    """Raises `FormatError` for a span that runs backwards or is no pair of numbers."""
    if span is None:
        return
    numbers = len(span) == 2 and all(isinstance(x, int | float) and not isinstance(x, bool) for x in span)
    if not numbers or not span[0] <= span[1]:
        raise FormatError(f"The {name} {show(span)} is no span. Give the smaller number first, then the larger.")


def narrowed(filter: Filter, *, judge: str | None, generators: tuple[str, ...]) -> Filter:
    """The same filter for these generators only and scores of this judge; nothing, where the filter leaves one out."""
    left = tuple(one for one in generators if not filter.generators or one in filter.generators)
    return replace(filter, judge=judge, generators=left or ("",))
