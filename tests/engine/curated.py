"""Stores full of real pictures for tests of sets and curation: painted scenes, some with faults, by two generators.

Try it: `python -c "from tests.engine.curated import fill; from engine.store import open_store; fill(open_store())"`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import orjson

from engine.png import Origin, write_png
from engine.scene import SceneLine
from engine.store import Picture, Store
from models.pocket.painter import paint
from models.pocket.scene import PocketScene
from tests.engine.judged_runs import contents, judge, lines, oracle

SIZE = 64


def fill(store: Store, *, count: int = 6, images: int = 2, seed: int = 3, judges: Sequence[str] = ("pocket", "pocket-b"),
         generators: Sequence[str] = ("teacher", "student")) -> list[Picture]:  # fmt: skip
    """`count` scenes, each drawn `images` times by each generator and seen by each judge, in one session."""
    session = store.create_session(owner="ada", name="Scenes").id
    found = []
    for line in lines(count, seed=seed):
        for place, generator in enumerate(generators):
            for k in range(images):
                shown = contents(line, k if place == 0 else 3 * k + 2)  # the student always loses an object
                found.append(add(store, line, shown, generator=generator, seed=k, session=session, judges=judges))
    return found


def add(store: Store, line: SceneLine, shown: PocketScene, *, generator: str = "teacher", seed: int = 0,
        session: str | None = None, judges: Sequence[str] = ("pocket",)) -> Picture:  # fmt: skip
    """One picture with what the judges see in it, as the worker saves them."""
    origin = Origin(graph=line.graph, caption=line.caption, seed=seed, generator=generator, questions=line.questions)
    sha256, path = store.save_image(write_png(paint(shown, size=SIZE), origin))
    picture = store.add_picture(
        sha256=sha256, path=path, width=SIZE, height=SIZE, generator=generator, caption=line.caption, seed=seed,
        graph=orjson.dumps(line.graph.to_dict()).decode(), session=session,
    )  # fmt: skip
    for name in judges:
        said = judge(line, shown, random.Random(f"{name} {line.id} {generator} {seed}"))
        scores = {"judge": said.to_dict(), "oracle": oracle(line, shown).to_dict()}
        store.add_judgement(
            picture.id, judge=name, answers="[]", scores=orjson.dumps(scores).decode(), score=said.gated
        )
    return picture
