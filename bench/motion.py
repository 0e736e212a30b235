"""How well the pocket judges tell videos: painted videos, every question, by kind, with what only motion shows apart.

Run it: `python -m bench.motion [judge] [videos]`.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict

from engine.errors import GraphError
from engine.questions import questions
from engine.sampler import Constraints, sample
from models import judges
from models.judges.frames import Looking
from models.marking import mark
from models.pocket.clip_layout import arrange_clip
from models.pocket.clip_painter import paint_clip
from models.pocket.moving import VIDEO

SEED = 990_001


def study(judge: str, videos: int, looking: Looking) -> dict[str, tuple[int, int]]:
    """Kind of question -> (right, asked) over painted videos of 1-4 objects."""
    viewer, found = judges.load(judge), defaultdict(lambda: [0, 0])
    wanted = Constraints(
        complexity=None, objects=(1, 4), attributes=(1, 5), relations=(0, 2), scene_attributes=(0, 2), mode="imaginative",
        modality="video",
    )  # fmt: skip
    for i in range(videos):
        rng = random.Random(f"{SEED}/{i}")
        graph = sample(wanted, VIDEO, rng)
        try:
            scene = arrange_clip(graph, rng)
        except GraphError:
            continue
        asked = questions(graph, VIDEO)
        film = paint_clip(scene)
        marks = mark(viewer, [film[0]], [asked], [scene], films=[film], looking=looking)[0]
        for question, said in zip(asked, marks.judge.marks, strict=True):
            row = found[kind_of(question.program, question.kind) + (" (open)" if question.open else "")]
            row[0], row[1] = row[0] + said.correct, row[1] + 1
    return {kind: (right, asked) for kind, (right, asked) in sorted(found.items())}


def kind_of(program: object, kind: str) -> str:
    """`motion` and `camera` for what only a video shows, else the question's kind."""
    told = str(program)
    return "camera" if "'camera'" in told else "motion" if "'motion'" in told else kind


if __name__ == "__main__":
    judge = sys.argv[1] if len(sys.argv) > 1 else "pocket"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    for name, looking in (("4 frames", Looking()), ("1 frame", Looking(1)), ("grid", Looking(4, grid=True))):
        rows = study(judge, count, looking)
        print(
            f"{judge}, {name}: "
            + ", ".join(f"{kind} {right / asked:.3f} of {asked}" for kind, (right, asked) in rows.items())
        )
