"""Pocket videos: how well judges tell painted ones, and how well `pocket-video` draws what it is told, by kind of question.

What only a video shows (motion, camera) stands apart. Run it: `python -m bench.motion [judge] [videos]`.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict

from engine.caption import caption
from engine.errors import GraphError
from engine.questions import Question, questions
from engine.sampler import Constraints, sample
from models import judges
from models.generators import load
from models.judges.frames import Looking
from models.marking import mark
from models.pocket.clip_layout import arrange_clip
from models.pocket.clip_painter import paint_clip
from models.pocket.moving import VIDEO
from models.pocket.oracle import replies

SEED = 990_001


Rows = dict[str, tuple[int, int]]
WANTED = Constraints(
    complexity=None, objects=(1, 4), attributes=(1, 5), relations=(0, 2), scene_attributes=(0, 2), mode="imaginative",
    modality="video",
)  # fmt: skip


def study(judge: str, videos: int, looking: Looking) -> Rows:
    """Kind of question -> (right, asked) by a judge about painted videos of 1-4 objects."""
    viewer, found = judges.load(judge), Tally()
    for i in range(videos):
        rng = random.Random(f"{SEED}/{i}")
        graph = sample(WANTED, VIDEO, rng)
        try:
            scene = arrange_clip(graph, rng)
        except GraphError:
            continue
        asked, film = questions(graph, VIDEO), paint_clip(scene)
        marks = mark(viewer, [film[0]], [asked], [scene], films=[film], looking=looking)[0]
        for question, said in zip(asked, marks.judge.marks, strict=True):
            found.add(question, said.correct)
    return found.rows()


def drawn(videos: int) -> Rows:
    """Kind of question -> (right, asked) by the oracle about what `pocket-video` draws; true and closed questions only."""
    graphs = [sample(WANTED, VIDEO, random.Random(f"{SEED}/{i}")) for i in range(videos)]
    texts = [caption(graph, VIDEO).text for graph in graphs]
    found = Tally()
    for graph, drawing in zip(graphs, load("pocket-video").draw(texts, list(range(videos)), size=64), strict=True):
        asked = [q for q in questions(graph, VIDEO) if not q.open and q.counterfactual_of is None]
        assert drawing.contents is not None
        for question, reply in zip(asked, replies(asked, drawing.contents), strict=True):
            found.add(question, reply.answer == question.answer)
    return found.rows()


class Tally:
    """Right and asked by kind of question, `motion` and `camera` apart."""

    def __init__(self) -> None:
        self.found: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def add(self, question: Question, right: bool) -> None:
        """Count one answer."""
        told = str(question.program)
        kind = "camera" if "'camera'" in told else "motion" if "'motion'" in told else question.kind
        row = self.found[kind + (" (open)" if question.open else "")]
        row[0], row[1] = row[0] + right, row[1] + 1

    def rows(self) -> Rows:
        """Kind -> (right, asked)."""
        return {kind: (right, asked) for kind, (right, asked) in sorted(self.found.items())}


def line(rows: Rows) -> str:
    """One line of shares."""
    return ", ".join(f"{kind} {right / asked:.3f} of {asked}" for kind, (right, asked) in rows.items())


if __name__ == "__main__":
    judge = sys.argv[1] if len(sys.argv) > 1 else "pocket"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    print("pocket-video by the oracle:", line(drawn(count)))
    for name, looking in (("4 frames", Looking()), ("1 frame", Looking(1)), ("grid of 4", Looking(4, grid=True))):
        print(f"{judge} on painted videos, {name}:", line(study(judge, count, looking)))
