"""Selection: rules that keep the pictures worth training on, and what they would keep before anything is saved.

Best-of-N and threshold follow the paper's self-improvement (arXiv 2412.08221, section 4.1), the random control keeps as
many without looking. Try it: `python -c "from engine.curation import *; print(BestOf(judge='pocket'))"`.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, TypeAlias

import orjson
from sqlalchemy import select
from sqlmodel import col

from engine.curation.facts import refresh
from engine.curation.filter import Filter
from engine.curation.query import check_judge, narrowed, score_by, wanted
from engine.errors import FormatError, show
from engine.store import Store
from engine.store.set_values import Kind, Member, PictureSet, Role
from engine.store.tables import FactsRow, PictureRow


@dataclass(frozen=True, slots=True)
class BestOf:
    """The `keep` best pictures of each scene by `judge`, each at least `at_least` (0..1); ties go to the lower hash."""

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
class BestShare:
    """The best picture of each scene, then the best `share` (0..1) of these among scenes of the same complexity.

    Within a complexity, because over all of them a share is taken by the easy scenes, which have nothing to teach.
    """

    judge: str
    share: float


@dataclass(frozen=True, slots=True)
class RandomControl:
    """As many pictures as `like` keeps, of as many scenes where that can be, drawn without looking at a score.

    They are drawn among the pictures that `like` could have kept, that is, those its judges saw.
    """

    like: BestOf | Threshold | DoubleGate | TopShare | BestShare
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
    """Pictures chosen by hand, in this order; the filter does not matter."""

    pictures: tuple[str, ...]


Rule: TypeAlias = (
    BestOf | Threshold | DoubleGate | TopShare | BestShare | RandomControl | Preference | TeacherStudent | Hand
)


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

    @property
    def pictures(self) -> tuple[str, ...]:
        """The ids of what is kept."""
        return tuple(member.picture for member in self.members)

    def __str__(self) -> str:
        kept = f"{len(self.members):,} of {self.considered:,} pictures, {self.scenes:,} of {self.scenes_considered:,} scenes"
        if self.mean_before is not None and self.mean_kept is not None:
            kept += f"; mean score {100 * self.mean_before:.1f} → {100 * self.mean_kept:.1f}"
        return kept + (f"; {self.unjudged:,} without a score left out" if self.unjudged else "") + "."


class Seen(NamedTuple):
    """A picture as a rule sees it: scores by the rule's judges, 0..1, None where a judge did not look.

    `sha256` of its file comes first and breaks ties, so that a choice does not depend on the folder a run lies in.
    """

    sha256: str
    picture: str
    graph: str
    generator: str
    complexity: int
    score: float | None
    second: float | None


def choose(store: Store, filter: Filter, rule: Rule) -> Choice:
    """Apply a rule to all that the filter means; nothing is saved, the oracle is never read.

    Raises `FormatError` for a figure out of range, or a judge called oracle; `StoreError` for an unknown set.
    """
    check_rule(rule)
    refresh(store)
    seen = _seen(store, _asked(filter, rule), rule)
    judged = [one for one in seen if one.score is not None and _second_looked(one, rule)]
    members = _members(rule, judged if not isinstance(rule, Hand) else seen)
    by_id = {one.picture: one for one in seen}
    kept = [by_id[member.picture] for member in members]
    return Choice(
        members=tuple(members),
        kind=_kind(rule),
        considered=len(seen),
        scenes_considered=len({one.graph for one in seen}),
        unjudged=0 if isinstance(rule, Hand) else len(seen) - len(judged),
        scenes=len({one.graph for one in kept}),
        mean_before=_mean(seen),
        mean_kept=_mean(kept),
        selection={"filter": filter.to_dict(), "rule": {"name": type(rule).__name__, **asdict(rule)}},
    )


def keep(store: Store, name: str, choice: Choice, *, owner: str, replace: bool = False) -> PictureSet:
    """Save a choice as a set; raises `StoreError` as `Store.save_set` does, also for a choice of nothing."""
    selection = orjson.dumps(choice.selection).decode()
    return store.save_set(name, choice.members, owner=owner, kind=choice.kind, selection=selection, replace=replace)


# Rules ---------------------------------------------------------------------------------------------------------


def check_rule(rule: Rule) -> None:
    """Raises `FormatError` for a rule that cannot be followed."""
    if isinstance(rule, RandomControl):
        check_rule(rule.like)
        return
    check_judge(_judge(rule))
    check_judge(getattr(rule, "second", None))
    for name in ("at_least", "second_at_least", "share", "margin"):
        value = getattr(rule, name, 0.0)
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise FormatError(f"The {name.replace('_', ' ')} {show(value)} is not within 0 and 1. Choose another.")
    if isinstance(rule, BestOf) and rule.keep < 1:
        raise FormatError(f"Of each scene {show(rule.keep)} pictures cannot be kept. Keep 1 or more.")
    if isinstance(rule, DoubleGate) and rule.judge == rule.second:
        raise FormatError(f"Both judges are {show(rule.judge)}. Choose two, or a threshold.")
    if isinstance(rule, TeacherStudent) and rule.teacher == rule.student:
        raise FormatError(f"Teacher and student are both {show(rule.teacher)}. Choose two generators.")


def _judge(rule: Rule) -> str | None:
    if isinstance(rule, RandomControl):
        return rule.like.judge
    return None if isinstance(rule, Hand) else rule.judge


def _second(rule: Rule) -> str | None:
    base = rule.like if isinstance(rule, RandomControl) else rule
    return base.second if isinstance(base, DoubleGate) else None


def _second_looked(one: Seen, rule: Rule) -> bool:
    return _second(rule) is None or one.second is not None


def _kind(rule: Rule) -> Kind:
    return "preference" if isinstance(rule, Preference) else (
        "distillation" if isinstance(rule, TeacherStudent) else "pictures"
    )  # fmt: skip


def _members(rule: Rule, seen: Sequence[Seen]) -> list[Member]:
    """What the rule keeps of pictures that its judges saw, in order of hash."""
    if isinstance(rule, Preference):
        return list(_pairs(_preferred(rule, seen), ("chosen", "rejected")))
    if isinstance(rule, TeacherStudent):
        return list(_pairs(_ahead(rule, seen), ("teacher", "student")))
    kept = _control(rule, seen) if isinstance(rule, RandomControl) else KEPT[type(rule)](rule, seen)
    if isinstance(rule, Hand):
        place = {picture: i for i, picture in enumerate(rule.pictures)}
        return [Member(one.picture) for one in sorted(kept, key=lambda one: place[one.picture])]
    return [Member(one.picture) for one in sorted(kept)]


def _best(seen: Sequence[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda one: (-(one.score or 0), one.sha256, one.picture))


def _by_scene(seen: Sequence[Seen]) -> dict[str, list[Seen]]:
    found: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        found[one.graph].append(one)
    return found


def _best_of(rule: BestOf, seen: Sequence[Seen]) -> list[Seen]:
    firsts = [one for scene in _by_scene(seen).values() for one in _best(scene)[: rule.keep]]
    return [one for one in firsts if (one.score or 0) >= rule.at_least]


def _above(rule: Threshold, seen: Sequence[Seen]) -> list[Seen]:
    return [one for one in seen if (one.score or 0) >= rule.at_least]


def _twice(rule: DoubleGate, seen: Sequence[Seen]) -> list[Seen]:
    return [one for one in seen if (one.score or 0) >= rule.at_least and (one.second or 0) >= rule.second_at_least]


def _top(rule: TopShare, seen: Sequence[Seen]) -> list[Seen]:
    return _best(seen)[: math.ceil(rule.share * len(seen) - 1e-9)]


def _best_share(rule: BestShare, seen: Sequence[Seen]) -> list[Seen]:
    by: dict[int, list[Seen]] = defaultdict(list)
    for scene in _by_scene(seen).values():
        by[scene[0].complexity].append(_best(scene)[0])
    return [one for group in by.values() for one in _best(group)[: math.ceil(rule.share * len(group) - 1e-9)]]


def _all(rule: Hand, seen: Sequence[Seen]) -> list[Seen]:
    return list(seen)


KEPT: dict[type[Any], Callable[[Any, Sequence[Seen]], list[Seen]]] = {
    BestOf: _best_of,
    Threshold: _above,
    DoubleGate: _twice,
    TopShare: _top,
    BestShare: _best_share,
    Hand: _all,
}


def _control(rule: RandomControl, seen: Sequence[Seen]) -> list[Seen]:
    """As many pictures per scene as the rule kept, of as many scenes; what a scene has too few of comes from others."""
    kept = KEPT[type(rule.like)](rule.like, seen)
    wanted = sorted((len(group) for group in _by_scene(kept).values()), reverse=True)
    rng = random.Random(rule.seed)
    scenes = [sorted(group) for _, group in sorted(_by_scene(seen).items())]
    rng.shuffle(scenes)
    scenes.sort(key=lambda group: len(group) < (wanted[0] if wanted else 0))  # scenes with enough come first
    drawn = [one for group, n in zip(scenes, wanted, strict=False) for one in rng.sample(group, min(n, len(group)))]
    left = sorted(set(seen) - set(drawn))
    return drawn + rng.sample(left, len(kept) - len(drawn))


def _preferred(rule: Preference, seen: Sequence[Seen]) -> Iterator[tuple[Seen, Seen]]:
    for scene in _by_scene(seen).values():
        ranked = _best(scene)
        yield from _apart(ranked[0], ranked[-1], rule.margin)


def _ahead(rule: TeacherStudent, seen: Sequence[Seen]) -> Iterator[tuple[Seen, Seen]]:
    for scene in _by_scene(seen).values():
        teacher, student = (
            _best([one for one in scene if one.generator == name]) for name in (rule.teacher, rule.student)
        )
        if teacher and student:
            yield from _apart(teacher[0], student[-1], rule.margin)


def _apart(better: Seen, worse: Seen, margin: float) -> Iterator[tuple[Seen, Seen]]:
    """The pair, where one is really ahead."""
    ahead = (better.score or 0) - (worse.score or 0)
    if better.picture != worse.picture and ahead > 0 and ahead >= margin - 1e-9:
        yield better, worse


def _pairs(pairs: Iterator[tuple[Seen, Seen]], roles: tuple[Role, Role]) -> Iterator[Member]:
    for better, worse in sorted(pairs):
        yield Member(better.picture, roles[0], worse.picture)
        yield Member(worse.picture, roles[1], better.picture)


# What rules see ------------------------------------------------------------------------------------------------


def _asked(filter: Filter, rule: Rule) -> Filter:
    """The filter as the rule needs it: scores of its judge; the span of scores stays one of the filter's own judge."""
    if isinstance(rule, Hand):
        return Filter(pictures=rule.pictures or ("",))
    if isinstance(rule, TeacherStudent):
        return narrowed(filter, judge=filter.judge, generators=(rule.teacher, rule.student))
    return filter


def _seen(store: Store, filter: Filter, rule: Rule) -> list[Seen]:
    second = _second(rule)
    file = select(col(PictureRow.sha256)).where(col(PictureRow.id) == col(FactsRow.picture)).scalar_subquery()
    with store.reading() as transaction:
        query = wanted(transaction, filter, "generator", "complexity").add_columns(
            score_by(_judge(rule)).label("one"), file.label("sha256")
        )
        if second is not None:
            query = query.add_columns(score_by(second).label("two"))
        return [
            Seen(
                row.sha256,
                row.picture,
                row.graph_hash,
                row.generator,
                row.complexity,
                row.one,
                row.two if second is not None else None,
            )
            for row in transaction.execute(query)
            if row.graph_hash
        ]


def _mean(seen: Sequence[Seen]) -> float | None:
    scores = [one.score for one in seen if one.score is not None]
    return sum(scores) / len(scores) if scores else None
