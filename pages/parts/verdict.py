"""What the judge made of a picture, element by element and question by question, for graph, caption and table.

Try it: `python -m pytest tests/pages/test_parts.py -k verdict`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from engine.errors import FormatError
from engine.graph import SceneGraph
from engine.questions import Question
from engine.scoring import RIGHT, UNASKED, WRONG, Mark, Scores
from engine.store import Judgement, Picture

UNSURE = "unsure"
MARGIN = 0.1
"""Soft answers closer to one half than this are shown as unsure."""
BESIDE = 0.5
"""Probability of what is neither yes nor no beyond which an answer is none."""
LEGEND = ((RIGHT, "right"), (WRONG, "wrong"), (UNASKED, "not asked: what it rests on failed"), (UNSURE, "unsure"))


@dataclass(frozen=True)
class Verdict:
    """The newest look at one picture: the judge's scores, the oracle's where it knows, and the marks by question."""

    scores: Scores | None = None
    oracle: Scores | None = None
    judge: str = ""
    marks: dict[str, Mark] = field(default_factory=dict)
    elements: dict[str, str] = field(default_factory=dict)


NONE = Verdict()


def verdict(judgement: Judgement | None, questions: Sequence[Question]) -> Verdict:
    """Read a judgement; one that cannot be read counts as none."""
    if judgement is None:
        return NONE
    try:
        data = orjson.loads(judgement.scores)
        scores = Scores.from_dict(data["judge"])
        oracle = Scores.from_dict(data["oracle"]) if data.get("oracle") else None
    except (FormatError, KeyError, TypeError, ValueError, AttributeError):
        return NONE
    marks = {mark.question: mark for mark in scores.marks}
    return Verdict(scores, oracle, judgement.judge, marks, element_statuses(scores, marks, questions))


def status(mark: Mark | None) -> str | None:
    """Right, wrong, not asked, or unsure where the judge hardly leaned either way or said neither; None without an answer."""
    if mark is None or mark.status == UNASKED:
        return None if mark is None else mark.status
    yes, other = mark.reply.soft_yes, mark.reply.left_over
    leaned = yes is None or abs(yes - 0.5) >= MARGIN
    return mark.status if leaned and (other is None or other <= BESIDE) else UNSURE


def element_statuses(scores: Scores, marks: dict[str, Mark], questions: Sequence[Question]) -> dict[str, str]:
    """The scores' own statuses, unsure where the question that decided was."""
    found = dict(scores.elements)
    for question in questions:
        mark = marks.get(question.id)
        if question.open or question.counterfactual_of is not None or question.kind == "count" or mark is None:
            continue
        for element in question.elements:
            if status(mark) == UNSURE and found.get(element) == mark.status:
                found[element] = UNSURE
    return found


def same_scene(picture: Picture, graph: SceneGraph) -> bool:
    """Whether the picture was drawn from exactly this graph, ids included, so that its answers belong to it."""
    try:
        return SceneGraph.from_dict(orjson.loads(picture.graph)).to_dict() == graph.to_dict()
    except (FormatError, ValueError):
        return False
