"""Selection: rules that keep the pictures worth training on, and what they would keep before anything is saved.

Best-of-N and threshold follow the paper's self-improvement (arXiv 2412.08221, section 4.1), the random control keeps as
many without looking. Try it: `python -c "from engine.curation import *; print(BestOf(judge='pocket'))"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.curation.filter import Filter
from engine.store import Store
from engine.store.set_values import Kind, Member, PictureSet


@dataclass(frozen=True, slots=True)
class BestOf:
    """The `keep` best pictures of each scene by `judge`, each at least `at_least` (0..1); ties go to the lower id."""

    judge: str
    keep: int = 1
    at_least: float = 0.0


@dataclass(frozen=True, slots=True)
class Threshold:
    """Every picture that `judge` gives at least `at_least` (0..1)."""

    judge: str
    at_least: float


@dataclass(frozen=True, slots=True)
class DoubleGate:
    """Every picture that passes two judges, each with a threshold of its own: what one overlooks the other may see."""

    judge: str
    second: str
    at_least: float
    second_at_least: float


@dataclass(frozen=True, slots=True)
class TopShare:
    """The best `share` (0..1) of all pictures by `judge`, rounded up."""

    judge: str
    share: float


@dataclass(frozen=True, slots=True)
class RandomControl:
    """As many pictures, of as many scenes where that can be, as `like` keeps, drawn without looking at a score."""

    like: BestOf | Threshold | DoubleGate | TopShare
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Preference:
    """Pairs of one scene, the best picture and the worst by `judge`, at least `margin` (0..1) apart."""

    judge: str
    margin: float = 0.1


@dataclass(frozen=True, slots=True)
class TeacherStudent:
    """Pairs of one scene: the best picture of `teacher` and the worst of `student`, the teacher ahead by `margin`."""

    judge: str
    teacher: str
    student: str
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class Hand:
    """Pictures chosen by hand, in this order."""

    pictures: tuple[str, ...]


Rule: TypeAlias = BestOf | Threshold | DoubleGate | TopShare | RandomControl | Preference | TeacherStudent | Hand


@dataclass(frozen=True, slots=True)
class Choice:
    """What a rule would keep, to look at before it is saved with `keep`.

    Counts are of pictures and scenes; means are of the rule's judge, 0..1, None where it judged nothing. `unjudged` had
    no score and could not be chosen. `selection` is filter and rule as JSON values.
    """

    members: tuple[Member, ...]
    kind: Kind
    considered: int
    scenes_considered: int
    unjudged: int
    scenes: int
    mean_before: float | None
    mean_kept: float | None
    selection: Mapping[str, Any]

    def __str__(self) -> str:
        raise NotImplementedError


def choose(store: Store, filter: Filter, rule: Rule) -> Choice:
    """Apply a rule to all that the filter means; nothing is saved, the oracle is never read.

    Raises `FormatError` for a figure out of range, or a judge called oracle.
    """
    raise NotImplementedError


def keep(store: Store, name: str, choice: Choice, *, owner: str, replace: bool = False) -> PictureSet:
    """Save a choice as a set; raises `StoreError` as `Store.save_set` does, also for a choice of nothing."""
    raise NotImplementedError
