"""How long Evaluate reads: a set of scenes with pictures of three models and two judges, made up here, painted by nobody.

Try it: `python -m bench.evaluate --pictures 5760`.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from engine.disk import write_whole
from engine.evaluation import by_complexity, estimates, gather
from engine.evaluation.kept import FILE, keep
from engine.judgement import Judgement
from engine.run import JUDGEMENTS, PICTURES, SCENES, Picture, Run
from engine.sampler import Constraints
from engine.sampler import scenes as sample_scenes
from engine.scene import SceneLine, describe
from engine.scoring import Reply, Scores, score
from engine.taxonomy import load

MODELS, JUDGES, IMAGES = ("one", "two", "three"), ("pocket", "pocket-b"), 2
SETTINGS = {"steps": 20, "guidance": 2.0, "size": 256}


def lines(count: int) -> list[SceneLine]:
    """`count` scenes of complexity 2-9 with their questions."""
    words = load("pocket")
    graphs = sample_scenes(Constraints(complexity=(2, 9)), words, seed=0, count=count)
    return [describe(graph, words, id=f"scene-{i:05d}", seed=0) for i, graph in enumerate(graphs)]


def said(line: SceneLine, rng: random.Random) -> Scores:
    """A judge that finds four answers in five as they should be."""
    return score(line.questions, [_reply(q.answer, q.choices, rng) for q in line.questions])


def _reply(answer: str, choices: tuple[str, ...], rng: random.Random) -> Reply:
    found = answer if rng.random() < 0.8 else rng.choice(choices or (answer,))
    if choices != ("yes", "no"):
        return Reply(found, 0.8, top=((found, 0.8),))
    p_yes = rng.uniform(0.5, 1) if found == "yes" else rng.uniform(0, 0.5)
    return Reply(found, max(p_yes, 1 - p_yes), p_yes, 1 - p_yes)


def fill(path: Path, model: str, scenes: list[SceneLine]) -> None:
    """A run folder with all lines in it and no picture files, which reports do not open."""
    run = Run.create(path, generator=model, taxonomy=load("pocket"), settings=SETTINGS, seed=0)
    write_whole(path / SCENES, _text(scene.to_dict() for scene in scenes))
    rows = [(scene, Picture(f"{scene.id}-{k}", scene.id, f"images/{scene.id}-{k}.png", k, model, scene.caption, SETTINGS,
                            {}, "0" * 64, 256, 256)) for scene in scenes for k in range(IMAGES)]  # fmt: skip
    write_whole(path / PICTURES, _text(picture for _, picture in rows))
    rng = random.Random(model)
    words = (
        Judgement(picture.id, judge, said(scene, rng), said(scene, rng)) for judge in JUDGES for scene, picture in rows
    )
    write_whole(path / JUDGEMENTS, _text(words))
    Run.open(path).finish(judge=run.manifest.judge or JUDGES[0])


def _text(rows: Iterator[object]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def median(call: Callable[[], object], times: int = 3) -> float:
    """Seconds of a call, the median of `times`."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    """Make the runs, or take those in `--home`, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=5760, help="of all models together")
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder)
        runs = {model: home / model for model in MODELS}
        if not all((path / JUDGEMENTS).is_file() for path in runs.values()):
            scenes = lines(max(1, asked.pictures // len(MODELS) // IMAGES))
            for model, path in runs.items():
                fill(path, model, scenes)

        def first() -> None:
            for path in runs.values():
                (path / FILE).unlink(missing_ok=True)
            gather(runs)

        print(f"{'first read, nothing kept beside the runs':<48} {median(first):6.2f} s")
        for path in runs.values():
            keep(path)
        print(f"{'first read, as the job leaves it':<48} {median(lambda: gather(runs)):6.2f} s")
        seen = gather(runs)
        table = median(lambda: estimates(by_complexity(seen, judge=JUDGES[0], figure="gated")))
        print(f"{'curve with intervals':<48} {table:6.2f} s")


if __name__ == "__main__":
    main()
