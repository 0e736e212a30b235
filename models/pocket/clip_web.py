"""The training set of `pocket-video`: captioned videos with the faults of the web, made like that of the pictures.

Most captions say how something moves; what they leave out stands still or goes anywhere.
Try it: `python -m models.pocket.clip_web 5`.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.caption import caption
from engine.errors import GraphError
from engine.graph import Attribute, SceneGraph
from models.pocket.clip_layout import arrange_clip
from models.pocket.moving import CAMERAS, MOTIONS, VIDEO, MovingScene
from models.pocket.web import FAULTY, SEED, picture_graph, spoil, style

SAID = 0.7
"""How often the motion of a thing is said."""
FILMED = 0.5
"""How often the camera moves."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A caption and the video it was found with; items stand in the order of mention, unmentioned ones last."""

    caption: str
    scene: MovingScene


def clips(count: int, *, seed: int = SEED) -> Iterator[Clip]:
    """The first `count` of the set; clip i depends on (seed, i) alone."""
    for i in range(count):
        yield _clip(random.Random(f"clip/{seed}/{i}"))


def _clip(rng: random.Random) -> Clip:
    while True:
        graph = _moving(picture_graph(rng), rng)
        try:
            scene = arrange_clip(graph, rng)
        except GraphError:
            continue
        shown = dict(zip((o.id for o in graph.objects), scene.items, strict=True))
        told = spoil(graph, rng) if rng.random() < FAULTY else graph
        said = caption(told, VIDEO, style(rng))
        order = [*said.mentions, *(id for id in shown if id not in said.mentions)]
        return Clip(said.text, replace(scene, items=tuple(shown[id] for id in order)))


def _moving(graph: SceneGraph, rng: random.Random) -> SceneGraph:
    """The graph with motions for some of its things and, half of the time, a camera that moves."""
    marks = [Attribute(o.id, "motion", rng.choice(tuple(MOTIONS))) for o in graph.objects if rng.random() < SAID]
    camera = (("camera", rng.choice(CAMERAS)),) if rng.random() < FILMED else ()
    return replace(graph, attributes=(*graph.attributes, *marks), scene_attributes=(*graph.scene_attributes, *camera))


if __name__ == "__main__":
    for one in clips(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        print(one.caption, "|", one.scene)
