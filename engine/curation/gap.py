"""The gap: teacher's score minus student's, scene by scene and word by word, the widest first.

What the paper distils from (arXiv 2412.08221, section 4.2). Try it: `python -m pytest tests/engine/curation/test_gap.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sqlmodel import Session as Transaction
from sqlmodel import col

from engine.curation.facts import WORD, refresh
from engine.curation.filter import Filter
from engine.curation.query import check_judge, columns, narrowed, wanted
from engine.errors import FormatError, show
from engine.store import Store
from engine.store.sets import chunks
from engine.store.tables import PictureRow, TermRow

DRAWS, AT_ONCE = 500, 1_000_000
"""Of the bootstrap: how often scenes are drawn anew, and how many numbers are in memory at once."""


@dataclass(frozen=True, slots=True)
class SceneGap:
    """One scene that both drew: mean scores 0..1 over their pictures; the pictures of each, best first."""

    graph_hash: str
    caption: str
    complexity: int
    teacher: float
    student: float
    teacher_pictures: tuple[str, ...]
    student_pictures: tuple[str, ...]

    @property
    def gap(self) -> float:
        """Teacher minus student, -1..1."""
        return self.teacher - self.student


@dataclass(frozen=True, slots=True)
class WordGap:
    """A word of the graphs: mean gap over the `scenes` that have it, with a 95% bootstrap interval over scenes."""

    word: str
    gap: float
    low: float
    high: float
    scenes: int


@dataclass(frozen=True, slots=True)
class Gap:
    """All scenes and all words with enough scenes, widest gap first; the mean gap over scenes with its interval.

    The means are None where nothing was drawn by both; `only_teacher` and `only_student` count scenes that one drew.
    """

    scenes: tuple[SceneGap, ...]
    words: tuple[WordGap, ...]
    mean: float | None
    low: float | None
    high: float | None
    only_teacher: int
    only_student: int


class _Seen(NamedTuple):
    """A judged picture."""

    score: float
    picture: str


def gap(
    store: Store, filter: Filter, *, teacher: str, student: str, judge: str, min_scenes: int = 3, seed: int = 0
) -> Gap:
    """Compare two generators over the scenes of the filter that both drew and `judge` saw.

    Words with fewer than `min_scenes` scenes are left out; `seed` draws the bootstrap. Raises `FormatError` when teacher
    and student are the same, or the judge is called oracle.
    """
    if teacher == student:
        raise FormatError(f"Teacher and student are both {show(teacher)}. Choose two generators.")
    check_judge(judge)
    refresh(store)
    asked = narrowed(filter, judge=judge, generators=(teacher, student))
    with store.reading() as transaction:
        seen, complexity = _seen(transaction, asked)
        both = [graph for graph, by in seen.items() if len(by) == 2]
        captions = _captions(transaction, {graph: min(seen[graph][teacher]).picture for graph in both})
        words = _words(transaction, both)
    scenes = [_scene(g, captions[g], complexity[g], seen[g][teacher], seen[g][student]) for g in both]
    scenes.sort(key=lambda scene: (-scene.gap, scene.graph_hash))
    mean, low, high = _mean([scene.gap for scene in scenes], seed)
    alone = [next(iter(by)) for by in seen.values() if len(by) == 1]
    return Gap(
        tuple(scenes), _by_word(scenes, words, min_scenes, seed), mean, low, high,
        alone.count(teacher), alone.count(student),
    )  # fmt: skip


def _seen(transaction: Transaction, filter: Filter) -> tuple[dict[str, dict[str, list[_Seen]]], dict[str, int]]:
    """Graph -> generator -> its judged pictures, and graph -> complexity."""
    query = wanted(transaction, filter, "generator", "complexity", scored=True)
    found: dict[str, dict[str, list[_Seen]]] = defaultdict(lambda: defaultdict(list))
    complexity = {}
    for picture, graph, generator, size, score in transaction.execute(query):  # unpacked: there may be 50,000
        if graph and score is not None:
            found[graph][generator].append(_Seen(score, picture))
            complexity[graph] = size
    return found, complexity


def _scene(graph: str, caption: str, complexity: int, teacher: list[_Seen], student: list[_Seen]) -> SceneGap:
    means = [sum(one.score for one in seen) / len(seen) for seen in (teacher, student)]
    return SceneGap(graph, caption, complexity, means[0], means[1], _best_first(teacher), _best_first(student))


def _best_first(seen: list[_Seen]) -> tuple[str, ...]:
    return tuple(one.picture for one in sorted(seen, key=lambda one: (-one.score, one.picture)))


def _captions(transaction: Transaction, pictures: Mapping[str, str]) -> dict[str, str]:
    """Graph -> the caption of the picture named for it."""
    said: dict[str, str] = {}
    for some in chunks(list(pictures.values())):
        query = columns(PictureRow, "id", "caption").where(col(PictureRow.id).in_(some))
        said.update({row.id: row.caption for row in transaction.execute(query)})
    return {graph: said[picture] for graph, picture in pictures.items()}


def _words(transaction: Transaction, graphs: Sequence[str]) -> dict[str, list[str]]:
    """Word -> the graphs that have it."""
    found: dict[str, list[str]] = defaultdict(list)
    for some in chunks(graphs):
        query = columns(TermRow, "term", "graph_hash").where(col(TermRow.graph_hash).in_(some))
        for term, graph in transaction.execute(query.where(col(TermRow.term).startswith(WORD))):
            found[term.removeprefix(WORD)].append(graph)
    return found


def _by_word(
    scenes: Sequence[SceneGap], words: Mapping[str, list[str]], min_scenes: int, seed: int
) -> tuple[WordGap, ...]:
    gaps = {scene.graph_hash: scene.gap for scene in scenes}

    def rows() -> Iterator[WordGap]:
        for word, graphs in words.items():
            mean, low, high = _mean([gaps[graph] for graph in sorted(graphs)], seed)
            if len(graphs) >= min_scenes and mean is not None and low is not None and high is not None:
                yield WordGap(word, mean, low, high, len(graphs))

    return tuple(sorted(rows(), key=lambda row: (-row.gap, row.word)))


def _mean(values: Sequence[float], seed: int) -> tuple[float | None, float | None, float | None]:
    if not values:
        return None, None, None
    array, rng = np.array(values), np.random.default_rng(seed)
    rows = max(1, AT_ONCE // len(array))
    means = np.concatenate([
        array[rng.integers(len(array), size=(min(rows, DRAWS - start), len(array)))].mean(axis=1)
        for start in range(0, DRAWS, rows)
    ])  # fmt: skip
    low, high = np.quantile(means, (0.025, 0.975))
    return float(array.mean()), float(low), float(high)
