"""The generator's training set: captioned scenes with the faults of the web, fixed before any weights ship.

Words are long-tailed, a fifth of the object-colour pairs is rare or never seen, most scenes hold one or two objects,
and a fifth of the captions is incomplete or wrong. Try it: `python -m models.pocket.web 5`.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from engine.caption import LENGTHS, Style, caption
from engine.errors import GraphError
from engine.graph import Attribute, Object, Relation, SceneGraph
from models.pocket.layout import arrange
from models.pocket.scene import COLOURS, NAMES, SETTINGS, SIZES, STYLES, TAXONOMY, WEATHERS, PocketScene

SEED = 412_08221
OBJECTS = (40, 33, 13, 7, 4, 3)
"""Per cent of scenes with 1..6 objects."""
FAULTY = 0.2
PHRASINGS = 8
"""Phrasings of each length that people use; `engine.caption.style` has the rows."""
TAIL = 2.2
"""Exponent of the word frequencies: the rarest word is met about a thousandth as often as the commonest."""
COMMON_FIRST = (
    "person", "car", "dog", "cat", "house", "tree", "bird", "chair", "flower", "book",
    "horse", "boat", "apple", "truck", "airplane", "mug", "bicycle", "fish", "robot", "cake",
    "couch", "lamp", "guitar", "bell", "umbrella", "rocket", "frog", "cow", "rabbit", "elephant",
    "butterfly", "owl", "duck", "mushroom", "carrot", "spider", "penguin", "snowman", "cactus", "snail",
)  # fmt: skip
PHRASES = tuple(TAXONOMY.relation)


@dataclass(frozen=True, slots=True)
class Pair:
    """A caption and the picture it was found with; items stand in the order of mention, unmentioned ones last."""

    caption: str
    scene: PocketScene


@cache
def name_weights() -> dict[str, float]:
    """How common each object word is: a Zipf-like tail over the order in which people write about these things."""
    return {name: (rank + 2) ** -TAIL for rank, name in enumerate(COMMON_FIRST)}


@cache
def frequent_names() -> tuple[str, ...]:
    """The commoner half of the object words; the others are the rare tail that reports show apart."""
    return COMMON_FIRST[: len(COMMON_FIRST) // 2]


@cache
def colour_weights(name: str) -> tuple[float, ...]:
    """How common each colour is on this object: a fifth of all pairs is rare (a tenth of these) or never seen."""
    rng = random.Random(f"{SEED}/{name}")
    usual = [1 / (rank + 2) for rank in range(len(COLOURS))]
    rng.shuffle(usual)
    for i, place in enumerate(rng.sample(range(len(COLOURS)), 2)):
        usual[place] = 0.0 if i == 0 else 0.02
    return tuple(usual)


def pairs(count: int, *, seed: int = SEED) -> Iterator[Pair]:
    """The first `count` pairs of the set; pair i depends on (seed, i) alone."""
    for i in range(count):
        yield _pair(random.Random(f"{seed}/{i}"))


def _pair(rng: random.Random) -> Pair:
    while True:
        graph = picture_graph(rng)
        try:
            scene = arrange(graph, rng)
        except GraphError:
            continue
        shown = dict(zip((o.id for o in graph.objects), scene.items, strict=True))
        told = spoil(graph, rng) if rng.random() < FAULTY else graph
        said = caption(told, TAXONOMY, style(rng))
        order = [*said.mentions, *(id for id in shown if id not in said.mentions)]
        return Pair(said.text, replace(scene, items=tuple(shown[id] for id in order)))


def style(rng: random.Random) -> Style:
    """Half of the captions are said as the house says them, the others in any length and phrasing."""
    if rng.random() < 0.5:
        return Style()
    return Style(rng.choice(LENGTHS), rng.randrange(PHRASINGS))


def picture_graph(rng: random.Random) -> SceneGraph:
    """A random scene as the web has them."""
    count = rng.choices(range(1, 7), weights=OBJECTS)[0]
    names = rng.choices(NAMES, weights=[name_weights()[name] for name in NAMES], k=count)
    objects = tuple(Object(f"o{i}", name) for i, name in enumerate(names))
    marks = [mark for item in objects for mark in _marks(item, rng)]
    links = [_link(rng, i) for i in range(1, count) if rng.random() < 0.55]
    if count > 2 and rng.random() < 0.3:
        links.append(_link(rng, count - 1))
    scene = [(kind, rng.choice(values)) for kind, values in _SCENE if rng.random() < 0.35]
    unique = {(link.source, link.target): link for link in links}
    return SceneGraph(objects, tuple(marks), tuple(unique.values()), tuple(scene))


_SCENE = (("setting", SETTINGS), ("weather", WEATHERS), ("style", STYLES))


def _marks(item: Object, rng: random.Random) -> Iterator[Attribute]:
    if rng.random() < 0.65:
        yield Attribute(item.id, "colour", rng.choices(COLOURS, weights=colour_weights(item.name))[0])
    if rng.random() < 0.35:
        yield Attribute(item.id, "size", rng.choices(list(SIZES), weights=(2, 3, 3))[0])


def _link(rng: random.Random, i: int) -> Relation:
    ends = [f"o{rng.randrange(i)}", f"o{i}"]
    rng.shuffle(ends)
    return Relation(ends[0], ends[1], "spatial", rng.choices(PHRASES, weights=(4, 3, 3, 2))[0])


# --- faults of captions -----------------------------------------------------------------------------------------------


def spoil(graph: SceneGraph, rng: random.Random) -> SceneGraph:
    """A caption's graph with something missing or wrong."""
    return rng.choice((_forget_object, _forget_attributes, _forget_scene, _wrong_colour, _wrong_relation))(graph, rng)


def _forget_object(graph: SceneGraph, rng: random.Random) -> SceneGraph:
    if len(graph.objects) < 2:
        return graph
    gone = rng.choice(graph.objects).id
    return SceneGraph(
        tuple(o for o in graph.objects if o.id != gone),
        tuple(a for a in graph.attributes if a.object != gone),
        tuple(r for r in graph.relations if gone not in (r.source, r.target)),
        graph.scene_attributes,
    )


def _forget_attributes(graph: SceneGraph, rng: random.Random) -> SceneGraph:
    return replace(graph, attributes=tuple(a for a in graph.attributes if rng.random() < 0.4))


def _forget_scene(graph: SceneGraph, rng: random.Random) -> SceneGraph:
    return replace(graph, scene_attributes=graph.scene_attributes[:-1], relations=graph.relations[:-1])


def _wrong_colour(graph: SceneGraph, rng: random.Random) -> SceneGraph:
    wrong = tuple(replace(a, value=rng.choice(COLOURS)) if a.kind == "colour" else a for a in graph.attributes)
    return replace(graph, attributes=wrong)


def _wrong_relation(graph: SceneGraph, rng: random.Random) -> SceneGraph:
    return replace(graph, relations=tuple(replace(r, phrase=rng.choice(PHRASES)) for r in graph.relations))


if __name__ == "__main__":
    for pair in pairs(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        print(pair.caption, "|", pair.scene)
