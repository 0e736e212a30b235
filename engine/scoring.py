"""Answers to scores: per question, per element and per picture, with a reason in words.

Means follow TIFA (2303.11897), gating DSG (2310.18235), half-and-half the paper's released metric, the geometric mean
and soft answers GenEval 2's Soft-TIFA. Try it: `python cli.py report runs/a`.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import FormatError, show
from engine.matching import same
from engine.questions import KINDS, Question

FLOOR = 1e-4
"""Soft scores are not taken below this in the geometric mean, so that one zero does not hide the rest."""
RIGHT, WRONG, UNASKED = "right", "wrong", "not asked"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a judge said to one question: its best answer, P(yes) and P(no) of yes/no questions, and its confidence.

    `p_yes` and `p_no` are probabilities 0..1 before normalising; None for open questions. `confidence` is the
    probability of `answer`; `top` holds the likeliest answers with theirs, best first. `left_over` is the probability
    of everything that is no answer to what was asked (beyond one half the judge does not answer the question), `prior`
    the soft yes to the same question without a picture, which has been taken off; None where nobody measured it.
    """

    answer: str
    confidence: float
    p_yes: float | None = None
    p_no: float | None = None
    top: tuple[tuple[str, float], ...] = ()
    left_over: float | None = None
    prior: float | None = None

    @property
    def soft_yes(self) -> float | None:
        """P(yes) / (P(yes) + P(no)); one half when both are zero."""
        if self.p_yes is None or self.p_no is None:
            return None
        total = self.p_yes + self.p_no
        return self.p_yes / total if total > 0 else 0.5


@dataclass(frozen=True, slots=True)
class Mark:
    """One question marked: `soft` credit 0..1, `right` or `wrong` or `not asked` because a parent failed."""

    question: str
    reply: Reply
    soft: float
    correct: bool
    status: str


@dataclass(frozen=True, slots=True)
class Scores:
    """One picture marked. All figures are 0..1 and over yes/no questions; open ones have their own share.

    `mean` counts right answers, `gated` counts those whose parents are right too, `half` is their mean (the paper's),
    `geometric` the geometric mean of soft credits, `soft` their arithmetic mean.
    """

    mean: float
    gated: float
    half: float
    geometric: float
    soft: float
    open: float | None
    by_kind: Mapping[str, float]
    elements: Mapping[str, str]
    reason: str
    marks: tuple[Mark, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Scores:
        """Read what `to_dict` wrote; raises `FormatError` for anything else."""
        try:
            marks = tuple(_mark_from(row) for row in data["marks"])
            return cls(**{**data, "marks": marks})
        except (KeyError, TypeError) as error:
            raise FormatError(f"These are not scores of ours: {show(data)} ({error}).") from error


def score(questions: Sequence[Question], replies: Sequence[Reply]) -> Scores:
    """Mark one picture; `replies` belong to `questions` one by one."""
    if len(questions) != len(replies):
        raise ValueError(f"{len(questions)} questions have {len(replies)} replies; there has to be one for each.")
    right = {q.id: _correct(q, r) for q, r in zip(questions, replies, strict=True)}
    asked = {q.id: all(right.get(parent, True) for parent in _ancestors(q, questions)) for q in questions}
    marks = tuple(_mark(q, r, right[q.id], asked[q.id]) for q, r in zip(questions, replies, strict=True))
    paired = list(zip(questions, marks, strict=True))
    closed = [mark for question, mark in paired if not question.open]
    opened = [mark.correct for question, mark in paired if question.open]
    mean, gated = _mean([m.correct for m in closed]), _mean([m.status == RIGHT for m in closed])
    return Scores(
        mean=mean,
        gated=gated,
        half=(mean + gated) / 2,
        geometric=_geometric([m.soft for m in closed]),
        soft=_mean([m.soft for m in closed]),
        open=_mean(opened) if opened else None,
        by_kind={kind: _mean(values) for kind in KINDS if (values := _of_kind(paired, kind))},
        elements=_elements(paired),
        reason=_reason(paired),
        marks=marks,
    )


def _correct(question: Question, reply: Reply) -> bool:
    yes = reply.soft_yes
    if not question.open and yes is not None:
        return (yes >= 0.5) == (question.answer == "yes")
    return same(reply.answer, question.answer, others=[one for one in question.choices if one != question.answer])


def _ancestors(question: Question, questions: Sequence[Question]) -> set[str]:
    parents = {q.id: q.parents for q in questions}
    found: set[str] = set()
    ahead = list(question.parents)
    while ahead:
        id = ahead.pop()
        if id not in found:
            found.add(id)
            ahead += parents.get(id, ())
    return found


def _mark(question: Question, reply: Reply, correct: bool, asked: bool) -> Mark:
    yes = None if question.open else reply.soft_yes
    soft = (reply.confidence if correct else 0.0) if yes is None else yes if question.answer == "yes" else 1 - yes
    return Mark(question.id, reply, soft, correct, UNASKED if not asked else RIGHT if correct else WRONG)


def _mean(values: Sequence[float | bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _geometric(values: Sequence[float]) -> float:
    return math.exp(_mean([math.log(max(FLOOR, value)) for value in values])) if values else 0.0


def _of_kind(paired: Sequence[tuple[Question, Mark]], kind: str) -> list[bool]:
    return [mark.status == RIGHT for question, mark in paired if question.kind == kind and not question.open]


def _elements(paired: Sequence[tuple[Question, Mark]]) -> dict[str, str]:
    """Element id -> status of the true questions about it; wrong beats not asked beats right."""
    rank = {RIGHT: 0, UNASKED: 1, WRONG: 2}
    found: dict[str, str] = {}
    for question, mark in paired:
        if question.open or question.counterfactual_of is not None or question.kind == "count":
            continue
        for element in question.elements:
            found[element] = max(found.get(element, RIGHT), mark.status, key=rank.__getitem__)
    return found


def _reason(paired: Sequence[tuple[Question, Mark]]) -> str:
    """What went wrong, as "Is the dog red? expected yes, judged no"; or that nothing did."""
    failed = [(q, m) for q, m in paired if m.status == WRONG and not q.open]
    if not failed:
        return "Everything asked is there."
    told = [f"{q.text} Expected {q.answer}, judged {m.reply.answer}." for q, m in failed[:3]]
    return " ".join(told) + (f" And {len(failed) - 3} more." if len(failed) > 3 else "")


def _mark_from(row: Mapping[str, Any]) -> Mark:
    reply = row["reply"]
    top = tuple((str(word), float(p)) for word, p in reply.get("top", ()))
    return Mark(**{**row, "reply": Reply(**{**reply, "top": top})})


def interval(
    values: Sequence[float], *, draws: int = 1000, share: float = 0.95, rng: random.Random | None = None
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean; (0, 0) without values, the value itself with one."""
    if not values:
        return (0.0, 0.0)
    rng = rng or random.Random(0)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(draws))
    cut = (1 - share) / 2
    return means[int(cut * draws)], means[min(draws - 1, int((1 - cut) * draws))]
