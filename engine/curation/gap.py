"""The gap: teacher's score minus student's, scene by scene and word by word, the widest first.

What the paper distils from (arXiv 2412.08221, section 4.2). Try it: `python -m pytest tests/engine/curation/test_gap.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.curation.filter import Filter
from engine.store import Store


@dataclass(frozen=True, slots=True)
class SceneGap:
    """One scene that both drew: mean scores 0..1 over their pictures, and the picture each shows best and worst."""

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
    """All scenes, widest gap first; all words with at least `min_scenes`, widest first; and the mean with its interval."""

    scenes: tuple[SceneGap, ...]
    words: tuple[WordGap, ...]
    mean: float | None
    low: float | None
    high: float | None
    only_teacher: int
    only_student: int


def gap(
    store: Store, filter: Filter, *, teacher: str, student: str, judge: str, min_scenes: int = 3, seed: int = 0
) -> Gap:
    """Compare two generators over the scenes of the filter that both drew and `judge` saw.

    Raises `FormatError` when teacher and student are the same, or the judge is called oracle.
    """
    raise NotImplementedError
