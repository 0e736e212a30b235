"""Judgement: what one judge, and the oracle where there is one, said about one picture.

Reading checks every type, since judgements travel inside pictures that anybody may have made.
Try it: `python -c "from engine.judgement import Judgement; Judgement.from_dict({'judge': 'me'})"`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import FormatError, show
from engine.scoring import RIGHT, UNASKED, WRONG, Mark, Scores

FIGURES = ("mean", "gated", "half", "geometric", "soft")
STATUSES = (RIGHT, WRONG, UNASKED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The scores of a picture by `judge`; `oracle` are the exact ones, None for pictures nobody can see into."""

    picture: str
    judge: str
    scores: Scores
    oracle: Scores | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values: `picture`, `judge`, `scores`, `oracle`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: object) -> Judgement:
        """Read what `to_dict` wrote (`picture` may be missing); raises `FormatError` for anything else."""
        if not isinstance(data, Mapping) or not isinstance(data.get("judge"), str):
            raise FormatError(f"This is not a judgement of ours: {show(data)}. Judge the picture again.")
        oracle = data.get("oracle")
        return cls(
            picture=str(data.get("picture", "")),
            judge=data["judge"],
            scores=read_scores(data.get("scores")),
            oracle=None if oracle is None else read_scores(oracle),
        )


def read_scores(data: object) -> Scores:
    """Scores from plain JSON values, every type checked; raises `FormatError` naming what is wrong."""
    if not isinstance(data, Mapping):
        raise FormatError(f"Scores have to be a JSON object, got {show(data)}. Judge the picture again.")
    try:
        scores = Scores.from_dict(data)
        _check_scores(scores)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FormatError(f"These are not scores of ours ({show(error)}). Judge the picture again.") from error
    return scores


def _check_scores(scores: Scores) -> None:
    for name in FIGURES:
        _share(getattr(scores, name), name)
    if scores.open is not None:
        _share(scores.open, "open")
    for kind, value in _named(scores.by_kind, "by_kind").items():
        _share(value, kind)
    for element, status in _named(scores.elements, "elements").items():
        _one_of(status, element)
    _text(scores.reason, "reason")
    for mark in scores.marks:
        _check_mark(mark)


def _check_mark(mark: Mark) -> None:
    reply = mark.reply
    _text(mark.question, "question")
    _text(reply.answer, "answer")
    _one_of(mark.status, "status")
    _share(mark.soft, "soft")
    _share(reply.confidence, "confidence")
    for value in (reply.p_yes, reply.p_no, *(p for _, p in reply.top)):
        if value is not None:
            _share(value, "probability")
    if not isinstance(mark.correct, bool):
        raise TypeError(f"correct has to be true or false, not {show(mark.correct)}")


def _share(value: object, name: str) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # a thousandth of slack: probabilities come from float32 sums
    if not number or not math.isfinite(value) or not -0.001 <= value <= 1.001:  # type: ignore[arg-type, operator]
        raise ValueError(f"{name} has to be a number from 0 to 1, not {show(value)}")


def _text(value: object, name: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} has to be text, not {show(value)}")


def _one_of(value: object, name: str) -> None:
    if value not in STATUSES:
        raise ValueError(f"{name} has to be {', '.join(STATUSES)}, not {show(value)}")


def _named(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise TypeError(f"{name} has to be a JSON object, not {show(value)}")
    return value
