"""Figures of a benchmark: from run folders to means over scenes with intervals, and the source behind each of them.

Try it: `python -c "from engine.benchmark import benchmark; print(benchmark(['runs/a']).figures[0])"`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from engine.disk import read_lines, to_json
from engine.errors import FormatError
from engine.evaluation import ORACLE, Evidence, by_complexity, by_skill, estimates, gather, overall
from engine.evaluation.cells import Cells, cells
from engine.evaluation.curve import ALL
from engine.questions import KINDS
from engine.run import SCENES, Run

OVERALL, COMPLEXITY, KIND = "overall", "complexity", "kind"
SCORES = {"QA": "half", "gated": "gated", "soft": "soft"}
"""Columns that a judge's answers give -> the figure of `engine.scoring`; QA is the paper's, half plain and half gated."""
MODALITIES = ("image", "video", "3d")
MIXED = "mixed"
Rows: TypeAlias = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """One measure: its `name` ("QA", "CLIPScore"'s metric), whose it is (`by`: a judge, a metric, the oracle) and what it is."""

    name: str
    by: str
    what: str

    @property
    def head(self) -> str:
        """What stands over the column: `QA (pocket)`, `clipscore`."""
        return self.name if self.name == self.by else f"{self.name} ({self.by})"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers come from that one judge or metric (`by`) gave to one generator's pictures in one `run` folder.

    `revisions` are the weights, `programs` the versions of this program, `first` and `last` the times (ISO 8601, UTC).
    `unread` counts pictures with a caption whose end the metric does not read. What older versions did not record is empty.
    """

    modality: str
    generator: str
    by: str
    run: str
    pictures: int
    drawn: int
    revisions: tuple[str, ...]
    programs: tuple[str, ...]
    first: str
    last: str
    commands: tuple[str, ...]
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Maker:
    """How the pictures of one generator were made: run folder, weights, settings, seed, words and when."""

    modality: str
    generator: str
    run: str
    model: str
    revisions: tuple[str, ...]
    settings: Mapping[str, Any]
    seed: int | None
    taxonomy: str
    program: str
    created: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: the mean over scenes of the means of their pictures, with its 95% bootstrap interval over scenes."""

    modality: str
    table: str
    row: str
    generator: str
    column: str
    mean: float
    low: float
    high: float
    n: int
    scenes: int


@dataclass(frozen=True)
class Benchmark:
    """All figures, the columns in their order, the generators as given, how their pictures were made, who looked at them."""

    columns: tuple[Column, ...]
    generators: tuple[str, ...]
    figures: tuple[Figure, ...]
    makers: tuple[Maker, ...]
    sources: tuple[Source, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        heads = [{**asdict(one), "head": one.head} for one in self.columns]
        plain: dict[str, Any] = orjson.loads(to_json({**asdict(self), "columns": heads}))
        return plain


def benchmark(runs: Sequence[Path | str], *, judges: Sequence[str] = ()) -> Benchmark:
    """The benchmark of run folders; `judges` limits whose answers count, all that there are if empty.

    Raises `FormatError` for a folder that is no run, and where nothing was judged or measured at all.
    """
    figures: list[Figure] = []
    columns: dict[str, Column] = {}
    makers: list[Maker] = []
    sources: list[Source] = []
    groups = _by_modality([Run.open(path) for path in runs])
    for modality, group in groups.items():
        part = _Part(modality, group, judges)
        for column, tables in part.columns():
            columns[column.head] = column
            figures += part.figures(column, tables)
        makers += part.makers()
        sources += part.sources()
    if not columns:
        raise FormatError(f"Nothing in {runs[0]} was judged or measured. Run `python cli.py judge {runs[0]}` first.")
    labels = tuple(dict.fromkeys(label for group in groups.values() for label in group))
    return Benchmark(tuple(sorted(columns.values(), key=_order)), labels, tuple(figures), tuple(makers), tuple(sources))


def _order(column: Column) -> tuple[int, str]:
    names = [*SCORES, ORACLE]
    return (names.index(column.name) if column.name in names else len(names), column.by)


def _by_modality(runs: Sequence[Run]) -> dict[str, dict[str, Run]]:
    """Modality -> label -> run; a label is the generator's name, with the folder where two of a modality share it."""
    kinds = [_modality(run) for run in runs]
    twice = Counter((kind, run.manifest.generator) for kind, run in zip(kinds, runs, strict=True))
    found: dict[str, dict[str, Run]] = defaultdict(dict)
    for kind, run in zip(kinds, runs, strict=True):
        name = run.manifest.generator
        found[kind][name if twice[kind, name] == 1 else f"{name} ({run.path})"] = run
    return {kind: found[kind] for kind in (*MODALITIES, MIXED) if kind in found}


def _modality(run: Run) -> str:
    kinds = {str(row.get("modality", "image")) for _, row in read_lines(run.path / SCENES)}
    only = kinds.pop() if len(kinds) == 1 else MIXED
    return only if only in MODALITIES else MIXED


class _Part:
    """The runs of one modality at work."""

    def __init__(self, modality: str, runs: Mapping[str, Run], judges: Sequence[str]) -> None:
        self.modality, self.runs = modality, runs
        self.evidence: Evidence = gather({label: run.path for label, run in runs.items()})
        self.measured = {label: run.measured() for label, run in runs.items()}
        spoke = dict.fromkeys(judge for _, judge in self.evidence.looks if judge != ORACLE)
        self.judges = [judge for judge in spoke if not judges or judge in judges]
        self.places = {scene.hash: i for i, scene in enumerate(self.evidence.scenes)}
        self.scenes = {label: _scenes(run, self.places) for label, run in runs.items()}

    def columns(self) -> Iterator[tuple[Column, dict[str, Cells]]]:
        """Each column with its cells by table."""
        for judge in self.judges:
            for name, figure in SCORES.items():
                yield (
                    Column(name, judge, f"answers of {judge}, {figure}"),
                    self._judged(judge, figure, kinds=name == "QA"),
                )
        if any(judge == ORACLE for _, judge in self.evidence.looks):
            yield Column(ORACLE, ORACLE, "exact answers, half"), self._judged(ORACLE, "half", kinds=True)
        for metric in dict.fromkeys(name for found in self.measured.values() for name in found):
            measure = next(one.measure for found in self.measured.values() for one in found.get(metric, {}).values())
            yield Column(metric, metric, measure), self._measured(metric)

    def _judged(self, judge: str, figure: str, *, kinds: bool) -> dict[str, Cells]:
        found = {
            OVERALL: overall(self.evidence, judge=judge, figure=figure),
            COMPLEXITY: by_complexity(self.evidence, judge=judge, figure=figure),
        }
        return {**found, KIND: by_skill(self.evidence, judge=judge)} if kinds else found

    def _measured(self, metric: str) -> dict[str, Cells]:
        told: dict[str, list[tuple[int, Any, float, int]]] = {}
        levels: dict[str, list[tuple[int, Any, float, int]]] = {}
        for label, found in self.measured.items():
            places = self.scenes[label]
            known = [(places[id], one.value) for id, one in found.get(metric, {}).items() if id in places]
            if known:
                told[label] = [(place, ALL, value, 1) for place, value in known]
                levels[label] = [(place, self.evidence.scenes[place].complexity, value, 1) for place, value in known]
        total, rows = len(self.evidence.scenes), sorted({scene.complexity for scene in self.evidence.scenes})
        return {OVERALL: cells(metric, total, told, [ALL]), COMPLEXITY: cells(metric, total, levels, rows)}

    def figures(self, column: Column, tables: Mapping[str, Cells]) -> Iterator[Figure]:
        """The figures of a column; of the table by kind only the kinds themselves."""
        for table, found in tables.items():
            for one in estimates(found):
                if table == KIND and one.row not in KINDS:
                    continue
                yield Figure(
                    self.modality, table, one.row, one.model, column.head, round(one.mean, 6), round(one.low, 6),
                    round(one.high, 6), one.pictures, one.graphs,
                )  # fmt: skip

    def makers(self) -> Iterator[Maker]:
        """How each generator's pictures were made."""
        for label, run in self.runs.items():
            about = run.manifest
            history = run.history("generator", about.generator)
            yield Maker(
                self.modality, label, str(run.path), about.generator, _once(_texts(history, "revision")), about.settings,
                about.seed, f"{about.taxonomy} {about.taxonomy_version}".strip(), about.program, about.created,
            )  # fmt: skip

    def sources(self) -> Iterator[Source]:
        """Who looked at each generator's pictures, judges first."""
        for label, run in self.runs.items():
            for judge in self.judges:
                if (label, judge) in self.evidence.looks:
                    seen = len(self.evidence.looks[label, judge].pictures)
                    history = run.history("judge", judge)
                    yield self._source(label, run, judge, history, history, seen)
            for metric, numbers in self.measured[label].items():
                rows = [
                    {"created": one.created, "revision": one.revision, "program": one.program}
                    for one in numbers.values()
                ]
                unread = sum(one.unread > 0 for one in numbers.values())
                yield self._source(label, run, metric, rows, run.history("metric", metric), len(rows), unread)

    def _source(
        self, label: str, run: Run, by: str, rows: Rows, history: Rows, pictures: int, unread: int = 0
    ) -> Source:
        """`rows` say which weights made the numbers that count, `history` by which commands."""
        times = sorted(_texts(rows, "created"))
        return Source(
            modality=self.modality, generator=label, by=by, run=str(run.path), pictures=pictures, drawn=len(run.drawn),
            revisions=_once(_texts(rows, "revision")), programs=_once(_texts(rows, "program")),
            first=times[0] if times else "", last=times[-1] if times else "", commands=_once(_texts(history, "command")),
            unread=unread,
        )  # fmt: skip


def _scenes(run: Run, places: Mapping[str, int]) -> dict[str, int]:
    """Picture id -> place of its scene in the evidence."""
    return {picture.id: places[run.hashes[picture.scene]] for picture in run.pictures()}


def _texts(rows: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    return [str(row[name]) for row in rows if row.get(name)]


def _once(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
