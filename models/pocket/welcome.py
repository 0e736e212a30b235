"""The finished scene that a first visit opens on: drawn by the real generator, judged by the real judge.

`make pocket` runs it after training. Try it: `python -m models.pocket.welcome`.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from engine.caption import caption
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.questions import questions
from models import generators, judges
from models.marking import mark
from models.pocket.scene import TAXONOMY
from models.tasks.render import Order, signed

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "welcome"
SEEDS = (11, 12, 13, 14)
SCENE = SceneGraph(
    objects=(Object("rocket", "rocket"), Object("robot", "robot"), Object("house", "house")),
    attributes=(
        Attribute("rocket", "colour", "red"),
        Attribute("rocket", "size", "large"),
        Attribute("robot", "colour", "blue"),
        Attribute("house", "colour", "yellow"),
    ),
    relations=(
        Relation("rocket", "robot", "spatial", "above"),
        Relation("robot", "house", "spatial", "to the left of"),
    ),
    scene_attributes=(("setting", "night"),),
)


def make(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Draw and judge the welcome pictures anew; returns their files."""
    folder.mkdir(parents=True, exist_ok=True)
    generator, judge = generators.load("pocket"), judges.load("pocket")
    order = Order(
        caption=caption(SCENE, TAXONOMY).text, graph=SCENE, questions=questions(SCENE, TAXONOMY), generator="pocket",
        judges=("pocket",), seeds=SEEDS, steps=20, guidance=2.0, size=768,
    )  # fmt: skip
    files = []
    for i, drawing in enumerate(generator.draw([order.caption] * len(SEEDS), SEEDS, steps=20, guidance=2.0), start=1):
        marks = mark(judge, [drawing.image], [order.questions], [drawing.contents])[0]
        files.append(folder / f"welcome-{i}.png")
        files[-1].write_bytes(signed(order, drawing, {"pocket": marks}))
    return tuple(files)


if __name__ == "__main__":
    for file in make():
        print(file)
