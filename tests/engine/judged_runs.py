"""Small real runs for tests: painted pictures, some with faults, marked by the oracle and by a judge that errs.

Try it: `python -c "from tests.engine.judged_runs import make_run; print(make_run('/tmp/run').manifest)"`.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from engine.run import Run
from engine.sampler import Constraints
from engine.sampler import scenes as sample_scenes
from engine.scene import SceneLine, describe
from engine.scoring import Reply, Scores, score
from engine.taxonomy import load
from models.pocket.layout import arrange
from models.pocket.oracle import replies
from models.pocket.painter import paint
from models.pocket.scene import PocketScene

POCKET = load("pocket")
SETTINGS = {"steps": 20, "guidance": 2.0, "size": 64}
FLIPPED = {"yes": "no", "no": "yes"}


def lines(count: int, *, seed: int = 3) -> list[SceneLine]:
    """Scenes of the pocket world, with questions."""
    graphs = sample_scenes(Constraints(complexity=(2, 7)), POCKET, seed=seed, count=count)
    return [describe(graph, POCKET, id=f"{seed}-{i:04d}", seed=seed) for i, graph in enumerate(graphs)]


def contents(line: SceneLine, seed: int) -> PocketScene:
    """What a picture of the scene shows; every third seed loses an object."""
    scene = arrange(line.graph, random.Random(seed))
    return replace(scene, items=scene.items[1:]) if seed % 3 == 2 else scene


def oracle(line: SceneLine, scene: PocketScene) -> Scores:
    """The exact scores."""
    return score(line.questions, replies(line.questions, scene))


def judge(line: SceneLine, scene: PocketScene, rng: random.Random) -> Scores:
    """The scores of a judge that is wrong once in ten times."""
    return score(line.questions, [_erring(reply, rng) for reply in replies(line.questions, scene)])


def _erring(reply: Reply, rng: random.Random) -> Reply:
    if reply.p_yes is None:
        return Reply(reply.answer, 0.8, top=((reply.answer, 0.8),))
    answer = FLIPPED[reply.answer] if rng.random() < 0.1 else reply.answer
    p_yes = 0.9 if answer == "yes" else 0.1
    return Reply(answer, 0.9, p_yes, 1 - p_yes)


def make_run(path: Path | str, *, count: int = 6, images: int = 3, judged: bool = True, seed: int = 3) -> Run:
    """A finished run of `count` scenes with `images` pictures each."""
    run = Run.create(path, generator="pocket", taxonomy=POCKET, settings=SETTINGS, seed=seed)
    for line in lines(count, seed=seed):
        for one in range(images):
            scene = contents(line, one)
            picture = run.add_picture(paint(scene, size=64), line, one, record={"pocket": scene.to_dict()})
            if judged:
                said = judge(line, scene, random.Random(picture.id))
                run.add_judgement(picture.id, judge="pocket", scores=said, oracle=oracle(line, scene))
    run.finish(judge="pocket" if judged else None)
    return run
