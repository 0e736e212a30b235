"""SceneRecord, a scene on its way in or out, and the ledger of what a format could not hold.

Try it: `python -c "from engine.interchange.record import *; l = Losses(); l.add('7', 'boxes', 'x 4'); print(*l.listed())"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.caption import Span
from engine.errors import show
from engine.graph import SceneGraph
from engine.questions import Question
from engine.scene import SceneLine
from engine.wording import counted

SHOWN = 5
"""Scenes that a loss names; the others are counted."""


@dataclass(frozen=True, slots=True)
class SceneRecord:
    """A scene as a file has it: the graph, and whatever else stood beside it; its words may be of no taxonomy."""

    id: str
    graph: SceneGraph
    caption: str | None = None
    questions: tuple[Question, ...] = ()
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    seed: int | None = None
    taxonomy: str | None = None
    modality: str = "image"
    plausibility: float | None = None

    @classmethod
    def of(cls, line: SceneLine) -> SceneRecord:
        """A scene of ours."""
        return cls(line.id, line.graph, line.caption, line.questions, line.spans, line.seed, line.taxonomy,
                   line.modality, line.plausibility)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loss:
    """What was not carried over: the field, how often in how many scenes, the first of these, and one example."""

    field: str
    count: int
    scenes: int
    first: tuple[str, ...]
    example: str = ""

    def __str__(self) -> str:
        where = counted(self.scenes, "scene")
        like = f", for example {show(self.example)}" if self.example else ""
        return f"{self.field}: {self.count:,} not held, in {where}{like} (scene {', '.join(self.first)})"


@dataclass
class _Entry:
    count: int = 0
    scenes: int = 0
    first: list[str] = field(default_factory=list)
    last: str | None = None
    example: str = ""


class Losses:
    """Collects losses while scenes stream by; the size depends on the fields, not on the scenes."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def add(self, scene: str, field: str, example: str = "", count: int = 1) -> None:
        """Note that `count` values of a field of a scene are not held."""
        if count < 1:
            return
        entry = self._entries.setdefault(field, _Entry())
        entry.count += count
        entry.example = entry.example or example
        if entry.last != scene:
            entry.last = scene
            entry.scenes += 1
            if len(entry.first) < SHOWN:
                entry.first.append(scene)

    def listed(self) -> list[Loss]:
        """What was noted so far, most frequent first."""
        found = [Loss(name, e.count, e.scenes, tuple(e.first), e.example) for name, e in self._entries.items()]
        return sorted(found, key=lambda loss: (-loss.count, loss.field))


@dataclass(frozen=True)
class Imported:
    """The scenes of a file and what of it they do not hold; scenes stream, so `lost` is complete once they are read."""

    format: str
    scenes: Iterable[SceneRecord]
    losses: Losses

    def __iter__(self) -> Iterator[SceneRecord]:
        return iter(self.scenes)

    @property
    def lost(self) -> list[Loss]:
        """What was not carried over, of the scenes that were read so far."""
        return self.losses.listed()
