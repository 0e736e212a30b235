"""Marks pictures and videos: the judge's scores and, where the exact contents are known, the oracle's beside them.

Nothing selects or trains by the oracle; it is shown. Try it: `python cli.py judge runs/a --judge pocket`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from engine.questions import Question
from engine.scoring import Scores, score
from models.judges import Judge
from models.judges.frames import Film, Looking, answers
from models.pocket.moving import MovingScene
from models.pocket.oracle import knows, replies
from models.pocket.scene import PocketScene
from models.standing import timed


@dataclass(frozen=True, slots=True)
class Marks:
    """One picture's scores by a judge, and by the oracle or None where nobody knows the contents for certain."""

    judge: Scores
    oracle: Scores | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values under `judge` and `oracle`."""
        return {"judge": self.judge.to_dict(), "oracle": self.oracle.to_dict() if self.oracle else None}


def mark(
    judge: Judge,
    images: Sequence[Image.Image],
    questions: Sequence[Sequence[Question]],
    contents: Sequence[PocketScene | None],
    *,
    films: Sequence[Film] = (),
    looking: Looking | None = None,
) -> list[Marks]:
    """Marks for each picture under its own questions; `contents` are for the oracle alone.

    `films` are the frames of each picture, empty for a still one; `looking` says how a judge is shown them.
    """
    offered = [[question.choices if question.open else () for question in group] for group in questions]
    asked = [[question.text for question in group] for group in questions]
    with timed("judge", judge.name, len(images)):
        if any(films):
            shown = [film or (image,) for film, image in zip(films, images, strict=True)]
            said = answers(judge, shown, asked, offered, looking or Looking())
        else:
            said = judge.answer_many(images, asked, choices=offered)
    return [
        Marks(score(group, found), score(group, replies(group, scene)) if scene and _known(group, scene) else None)
        for group, found, scene in zip(questions, said, contents, strict=True)
    ]


def _known(questions: Sequence[Question], scene: PocketScene) -> bool:
    """Whether the oracle can answer all of them; half of an exact score would be none."""
    return all(knows(question.program, moving=isinstance(scene, MovingScene)) for question in questions)
