"""Fills a home folder with real things: a scene with pictures by two generators, an evaluation, a set, a project half rated.

Run: `python -m bench.full_home --home /tmp/full`, and then `SCENEWRIGHT_HOME=/tmp/full streamlit run app.py`.
"""

import argparse
import json
import random
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.caption import Style
from engine.evaluation.order import Order, Sampled
from engine.parse import parse
from engine.rating.projects import make_scenes
from engine.scene import VERSION, describe
from engine.store import open_store
from engine.store.rating_values import Settings
from engine.store.set_values import Member
from engine.taxonomy import load

CAPTION = "A large red dog is to the left of a small blue tree and below a yellow bird. The scene is at night."
GENERATORS, JUDGES = ("pocket", "pocket-ar"), ("pocket", "pocket-b")
RATERS = ("Ada", "Ben", "Cleo")
SEEDS = 4
NOTE = "filled.json"


@dataclass(frozen=True)
class Filled:
    """The ids in the home: the session, its first picture, the evaluation's folder, the project and a link to its items."""

    session: str
    picture: str
    evaluation: str
    project: str
    practised: str

    @classmethod
    def kept(cls, home: Path):
        """What a home was filled with before; None for a new one."""
        file = home / NOTE
        return cls(**json.loads(file.read_text())) if file.is_file() else None


def fill(home: Path) -> Filled:
    """All of it; draws and judges about 60 pictures with the shipped weights, which takes a minute or two."""
    words = load("pocket")
    with open_store(home) as store:
        session = _scene(store, words)
        order = Order("pocket-and-pocket-ar", "Pocket and pocket-ar", GENERATORS, JUDGES, images=1, seed=3, size=256,
                      sample=Sampled(24, (2, 7)))  # fmt: skip
        store.enqueue("evaluate", json.dumps(order.to_dict()), owner="me")
        subprocess.run([sys.executable, "-m", "models.worker", "--home", str(home), "--drain"], check=True)
        _refuse_failures(store)
        pictures = sorted(store.pictures(session=session), key=lambda one: (one.generator, one.seed))
        _sets(store, [one.id for one in pictures])
        found = Filled(session, pictures[0].id, order.folder, _rated(store), _open_link(store))
    (home / NOTE).write_text(json.dumps(asdict(found)))
    return found


def _scene(store, words):
    graph = parse(CAPTION, words)
    line = describe(graph, words, id="", style=Style())
    asked = [question.to_dict() for question in line.questions]
    session = store.create_session(
        owner="me", name="Dog, tree and bird at night", graph=json.dumps(graph.to_dict()), caption=line.caption,
        questions=json.dumps(asked), graph_hash=graph.hash, taxonomy=words.name, taxonomy_version=words.version,
        program_version=VERSION, seed=1,
    )  # fmt: skip
    for generator in GENERATORS:
        payload = {
            "caption": line.caption, "graph": graph.to_dict(), "questions": asked, "generator": generator,
            "judges": list(JUDGES), "seeds": list(range(1, SEEDS + 1)), "steps": 20, "guidance": 2.0, "size": 512,
            "taxonomy": words.name, "taxonomy_version": words.version,
        }  # fmt: skip
        store.enqueue("render", json.dumps(payload), owner="me", session=session.id)
    return session.id


def _refuse_failures(store):
    for job in store.jobs():
        if job.status != "done":
            raise SystemExit(f"A {job.kind} job ended as {job.status}: {job.error or job.message}")


def _sets(store, pictures):
    store.save_set("Good dogs", [Member(id) for id in pictures[:5]], owner="me")
    students, teachers = pictures[SEEDS:], pictures[:SEEDS]
    pairs = [(Member(t, "teacher", s), Member(s, "student", t)) for t, s in zip(teachers, students, strict=True)]
    store.save_set("Pocket teaches pocket-ar", [one for pair in pairs for one in pair], owner="me", kind="distillation")
    store.tag(pictures[:3], "for the talk", person="me")


def _rated(store):
    """A project that three people have half rated, agreeing mostly."""
    settings = Settings(practice=0, gold_every=0, min_seconds=0)
    project = make_scenes(store, load("full"), owner="me", count=16, seed=4, settings=settings)
    rng = random.Random(4)
    truth = {}
    for rater in RATERS:
        for _ in range(10):
            item = store.claim_item(project.id, rater)
            if item is None:
                break
            level = truth.setdefault(item.id, rng.randint(1, 5))
            said = min(5, max(1, level + rng.choice((-1, 0, 0, 0, 1))))
            real = "real" if said > 3 else "artefact" if said < 3 else "unsure"
            store.rate(item.id, rater, item.token, {"plausibility": said, "real": real})
    return project.id


def _open_link(store):
    """A project as an annotator finds it: guidelines, practice, items."""
    return make_scenes(store, load("full"), owner="me", name="Plausible or not?", count=8, seed=5).id


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("runs/full-home"), help="A new folder.")
    print(fill(parser.parse_args().home))


if __name__ == "__main__":
    main()
