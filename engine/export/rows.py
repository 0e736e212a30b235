"""ExportRow: one picture of a set to train on, from a run or from a session, and which split it belongs to.

Try it: `python -c "from engine.export import *; from engine.run import Run; print(next(rows_of(Run.open('runs/a'))).columns())"`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from engine.errors import FormatError, show
from engine.graph import SceneGraph
from engine.png import SIGNATURE
from engine.run import Run, file_stem
from engine.scoring import Scores

if TYPE_CHECKING:
    from engine.store import Store
    from engine.store.set_values import Role

TRAIN, TEST = "train", "test"
SPLITS = (TRAIN, TEST)
COLUMNS = {
    "id": ("string", "name of the picture, also its file name"),
    "text": ("string", "the caption"),
    "scene_graph": ("string", "the scene graph as JSON: objects, attributes, relations, scene attributes"),
    "graph_hash": ("string", "the same for equal graphs, however their objects are named"),
    "complexity": ("int64", "objects + attributes + relations"),
    "seed": ("int64", "the generator's seed"),
    "generator": ("string", "what drew the picture"),
}
SCORE_COLUMNS = {
    "score": (
        "float64",
        "share of yes/no questions right, 0 to 1, one counting only where its parents are right (DSG)",
    ),
    "score_mean": ("float64", "the same without that condition"),
    "score_geometric": ("float64", "geometric mean of the judge's probabilities for the right answers"),
    "judge": ("string", "who judged"),
}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A picture (a PNG file or its bytes) and what is known of it; `split` None lets the graph's hash decide.

    `role` and `partner` (an id) are those it has in its set: keep, or one half of a pair.
    """

    id: str
    image: bytes | Path = field(repr=False)
    caption: str
    graph: SceneGraph
    scores: Scores | None
    seed: int
    generator: str
    split: str | None = None
    judge: str = ""
    role: Role = "keep"
    partner: str | None = None

    @property
    def score(self) -> float | None:
        """The gated score, 0..1, the one number to filter by; None when nobody judged the picture."""
        return None if self.scores is None else self.scores.gated

    @property
    def stem(self) -> str:
        """The name of its files."""
        return file_stem(self.id)

    def png(self) -> bytes:
        """The bytes of the picture; raises `FormatError` when they are no PNG or the file is gone."""
        if isinstance(self.image, Path) and not self.image.is_file():
            raise FormatError(f"The picture {show(self.id)} is missing: {self.image}. Restore it, or leave it out.")
        data = self.image.read_bytes() if isinstance(self.image, Path) else self.image
        if not data.startswith(SIGNATURE):
            raise FormatError(f"The picture {show(self.id)} is not a PNG. Export pictures as this program keeps them.")
        return data

    def columns(self, *, scored: bool = True) -> dict[str, Any]:
        """Column -> value, always in the same order; with `scored` also the scores, None where it has none."""
        columns: dict[str, Any] = {
            "id": self.id,
            "text": self.caption,
            "scene_graph": orjson.dumps(self.graph.to_dict()).decode(),
            "graph_hash": self.graph.hash,
            "complexity": self.graph.complexity,
            "seed": self.seed,
            "generator": self.generator,
        }
        return {**columns, **self._score_columns()} if scored else columns

    def _score_columns(self) -> dict[str, Any]:
        if self.scores is None:
            return dict.fromkeys(SCORE_COLUMNS)
        figures = self.scores.gated, self.scores.mean, self.scores.geometric
        return dict(zip(SCORE_COLUMNS, (*map(float, figures), self.judge), strict=True))


Pair: TypeAlias = tuple[str, str]
"""The roles of the two pictures of a row, the better one first."""
BETTER, WORSE = ("keep", "chosen", "teacher"), ("rejected", "student")


def pair_columns(pair: Pair) -> dict[str, tuple[str, str]]:
    """Columns of a row with two pictures -> (type, meaning)."""
    shared = {name: COLUMNS[name] for name in ("id", "text", "scene_graph", "graph_hash", "complexity")}
    ours = {f"{role}_{name}": COLUMNS[name] for role in pair for name in ("seed", "generator")}
    return {**shared, "id": ("string", f"name of the {pair[0]} picture"), **ours}


def pair_score_columns(pair: Pair) -> dict[str, tuple[str, str]]:
    """The columns of the scores of a row with two pictures."""
    scores = {f"{role}_score": SCORE_COLUMNS["score"] for role in pair}
    return {**scores, "margin": ("float64", f"{pair[0]}_score minus {pair[1]}_score"), "judge": SCORE_COLUMNS["judge"]}


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of a set in order of id, each with its split; `scored` when the score columns are written.

    With `pair`, a row of the set has two pictures, in these roles; `title` and `chosen` (how it was selected, as JSON
    values) are for people.
    """

    rows: tuple[ExportRow, ...]
    scored: bool
    test_share: float = 0.0
    licence: str = "unknown"
    pair: Pair | None = None
    title: str = ""
    chosen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def splits(self) -> dict[str, tuple[ExportRow, ...]]:
        """Split -> its rows; splits without any are left out."""
        found = {split: tuple(row for row in self.rows if row.split == split) for split in SPLITS}
        return {split: rows for split, rows in found.items() if rows}

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """Column -> (type, meaning) of the columns that are written."""
        if self.pair is not None:
            return pair_columns(self.pair) | (pair_score_columns(self.pair) if self.scored else {})
        return COLUMNS | SCORE_COLUMNS if self.scored else COLUMNS

    def pairs(self, split: str) -> Iterator[tuple[ExportRow, ExportRow]]:
        """The two pictures of each row of a split, in order of the first one's id."""
        by_id = {row.id: row for row in self.splits[split]}
        return ((row, by_id[row.partner or ""]) for row in by_id.values() if row.role in BETTER)

    def pair_values(self, first: ExportRow, second: ExportRow) -> dict[str, Any]:
        """Column -> value of a row with two pictures, in the order of `columns`."""
        assert self.pair is not None
        values = first.columns(scored=False)
        for role, row in zip(self.pair, (first, second), strict=True):
            values |= {f"{role}_seed": row.seed, f"{role}_generator": row.generator, f"{role}_score": row.score}
        apart = None if first.score is None or second.score is None else first.score - second.score
        values |= {"margin": apart, "judge": first.judge or None}
        return {name: values[name] for name in self.columns}


def rows_of(source: Run | Store, *, set: str = "", judge: str | None = None) -> Iterator[ExportRow]:
    """The pictures of a run, or of the named `set` of a store, with the newest scores of its judge.

    Raises `FormatError` for what cannot be read, and `StoreError` for a set that is not there.
    """
    return _rows_of_run(source, judge) if isinstance(source, Run) else source.set_rows(set, judge=judge)


def _rows_of_run(run: Run, judge: str | None) -> Iterator[ExportRow]:
    newest = run.newest(judge)
    graphs = {scene.id: scene.graph for scene in run.scenes()}
    for picture in run.pictures():
        if picture.scene not in graphs:
            raise FormatError(f"The scene {show(picture.scene)} is missing in {run.path}. Restore scenes.jsonl.")
        said = newest.get(picture.id)
        yield ExportRow(
            id=picture.id,
            image=run.image_path(picture),
            caption=picture.caption,
            graph=graphs[picture.scene],
            scores=said.scores if said else None,
            seed=picture.seed,
            generator=picture.generator,
            judge=said.judge if said else "",
        )


def select(
    pictures: Iterable[ExportRow], *, test_share: float = 0.0, licence: str = "unknown", pair: Pair | None = None,
    title: str = "", chosen: Mapping[str, Any] | None = None,
) -> Selection:  # fmt: skip
    """Order and split rows: a graph is in one split only, and stays there when the set grows.

    Without `pair` the worse halves of pairs (rejected, student) are left out: nobody wants to train on them alone. With
    it, only whole pairs are taken. Raises `FormatError` for nothing at all, the same picture twice, or a split that
    leaves nothing to train on.
    """
    if not 0 <= test_share < 1:
        raise FormatError(f"A test share of {show(test_share)} is impossible. Choose one from 0 up to (not with) 1.")
    ordered = sorted(pictures, key=lambda row: row.id)
    ordered = [row for row in ordered if row.role in BETTER] if pair is None else _whole_pairs(ordered, pair)
    if not ordered:
        raise FormatError("There is no picture to export. Render some, or lower the score they have to reach.")
    for stem, times in Counter(row.stem for row in ordered).items():
        if times > 1:
            raise FormatError(f"Two pictures have the id {show(stem)}. Give each an id of its own.")
    split = tuple(replace(row, split=row.split or split_of(row.graph.hash, test_share)) for row in ordered)
    _check_splits(split)
    return Selection(split, _scored(split), test_share, licence, pair, title, dict(chosen or {}))


def _whole_pairs(rows: Sequence[ExportRow], pair: Pair) -> list[ExportRow]:
    by_id = {row.id: row for row in rows}
    roles = {role for role in pair if role in ("teacher", "student")} or {*BETTER, *WORSE} - {"keep"}
    found = [row for row in rows if row.role in roles and row.partner in by_id]
    if not found:
        raise FormatError(
            f"This format holds pairs of {pair[0]} and {pair[1]}, and there are none here. "
            "Make a set of pairs, or choose another format."
        )
    for row in found:
        if by_id[row.partner or ""].graph.hash != row.graph.hash:
            raise FormatError(f"The two pictures of {show(row.id)} show different scenes. Pair pictures of one scene.")
    return found


def paired(rows: Iterable[ExportRow], *, margin: float = 0.0) -> list[ExportRow]:
    """The best and the worst picture of each scene as chosen and rejected, where they are apart by `margin` (0..1)."""
    scenes: dict[str, list[ExportRow]] = defaultdict(list)
    for row in rows:
        if row.score is not None:
            scenes[row.graph.hash].append(row)
    found = []
    for scene in scenes.values():
        ranked = sorted(scene, key=lambda row: (-(row.score or 0), row.id))
        best, worst = ranked[0], ranked[-1]
        apart = (best.score or 0) - (worst.score or 0)
        if apart > 0 and apart >= margin:
            found.append(replace(best, role="chosen", partner=worst.id))
            found.append(replace(worst, role="rejected", partner=best.id))
    return found


def split_of(graph_hash: str, test_share: float) -> str:
    """`train` or `test` for all pictures of a graph; `test_share` (0..1) of all graphs go to test, always the same."""
    place = int(hashlib.sha256(graph_hash.encode()).hexdigest()[:8], 16) / 16**8
    return TEST if place < test_share else TRAIN


def _check_splits(split: Sequence[ExportRow]) -> None:
    found: dict[str, set[str | None]] = defaultdict(set)
    for row in split:
        if row.split not in SPLITS:
            raise FormatError(f"{show(row.split)} is not a split. Choose train or test.")
        found[row.graph.hash].add(row.split)
    for row in split:
        if len(found[row.graph.hash]) > 1:
            raise FormatError(f"The scene of {show(row.id)} is in train and in test. Put all its pictures in one.")
    if all(row.split == TEST for row in split):
        raise FormatError("All of these pictures fall into test. Choose a smaller test share, or more scenes.")


def _scored(split: Sequence[ExportRow]) -> bool:
    """Readers refuse a column that holds numbers in one split and nothing at all in the other (datasets 5.2)."""
    splits = {row.split for row in split}
    return splits == {row.split for row in split if row.scores is not None}
