"""What was seen in one picture: a judge's answers, a person's in their place, and both scores side by side.

Try it: `python -m pytest tests/pages/test_inspect.py -k sight`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.corrections import corrected, standing
from engine.errors import FormatError
from engine.questions import Question
from engine.store import Correction, Picture
from pages.parts.verdict import NONE, Verdict, element_statuses, verdict


@dataclass(frozen=True)
class Sight:
    """One picture as one judge saw it (`automatic`) and as it stands after people's answers (`corrected`)."""

    automatic: Verdict = NONE
    corrected: Verdict = NONE
    said: Mapping[str, Correction] = field(default_factory=dict)
    judge: str = ""


def sight(picture: Picture, questions: Sequence[Question], said: Iterable[Correction], *, judge: str = "") -> Sight:
    """Read what `judge` (default: the one who looked last) and people said about a picture."""
    judgement = next((one for one in picture.judgements if one.judge == judge), picture.judgement)
    automatic = verdict(judgement, questions)
    now = standing(said)
    if automatic.scores is None:
        return Sight(automatic, automatic, now, automatic.judge)
    known = {question.id: question for question in questions}
    answers = {
        id: one.answer for id, one in now.items() if one.answer and id in known and one.answer in known[id].choices
    }
    return Sight(automatic, _with(automatic, questions, answers), now, automatic.judge)


def _with(automatic: Verdict, questions: Sequence[Question], answers: Mapping[str, str]) -> Verdict:
    if not answers or automatic.scores is None:
        return automatic
    try:
        scores = corrected(questions, automatic.scores, answers)
    except FormatError:
        return automatic
    marks = {mark.question: mark for mark in scores.marks}
    return replace(automatic, scores=scores, marks=marks, elements=element_statuses(scores, marks, questions))


def judges_of(pictures: Iterable[Picture]) -> list[str]:
    """Everyone who looked at one of these pictures, in the order of their names."""
    return sorted({judgement.judge for picture in pictures for judgement in picture.judgements})
