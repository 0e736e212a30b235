"""Questions about random pocket pictures with balanced answers: what the judge learns from and is examined on.

Scenes are placed freely (items may overlap or leave the canvas), so that generated pictures hold no surprise.
Try it: `python -c "import random; from models.pocket.quiz import *; print(quiz(random_scene(random.Random(1)), 5, random.Random(2)))"`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.programs import (
    Exactly,
    Exists,
    HowMany,
    Is,
    Program,
    Related,
    Scene,
    Thing,
    WhatAttribute,
    WhatRelated,
    WhatScene,
    WhichObject,
)
from models.pocket.oracle import truth, visible
from models.pocket.scene import (
    COLOURS,
    GRID,
    MAX_ITEMS,
    NAMES,
    SETTINGS,
    SIZES,
    STYLES,
    TAXONOMY,
    WEATHERS,
    Item,
    PocketScene,
)

SCENE_VALUES = {"setting": SETTINGS, "weather": WEATHERS, "style": STYLES}
PHRASES = tuple(TAXONOMY.relation)


@dataclass(frozen=True, slots=True)
class Quiz:
    """A program and its right answer on one picture."""

    program: Program
    answer: str


def random_scene(rng: random.Random, *, items: int | None = None) -> PocketScene:
    """A scene with 0-6 items at random places; words and items repeat often enough to make counting matter."""
    count = rng.choices(range(MAX_ITEMS + 1), weights=(2, 4, 6, 6, 5, 4, 4))[0] if items is None else items
    names = rng.sample(NAMES, max(1, count - rng.choice((0, 0, 1, 2, 4))) if count else 0)
    colours = rng.sample(COLOURS, rng.choice((2, 4, 10)))
    placed = tuple(_random_item(rng, names, colours) for _ in range(count))
    return PocketScene(placed, *(rng.choice((None, *values)) for values in SCENE_VALUES.values()))


def _random_item(rng: random.Random, names: list[str], colours: list[str]) -> Item:
    size = rng.choice(list(SIZES))
    low = SIZES[size] // 2 + 1 if rng.random() < 0.9 else 2
    return Item(
        rng.choice(names), rng.choice(colours), size, rng.randint(low, GRID - low), rng.randint(low, GRID - low)
    )


def quiz(scene: PocketScene, count: int, rng: random.Random, *, weights: Sequence[int] | None = None) -> list[Quiz]:
    """`count` questions about the scene; yes/no answers are balanced by choosing the answer before the question.

    `weights` say how often each of ASKERS is taken, WEIGHTS where there are none.
    """
    items = visible(scene)
    found: list[Quiz] = []
    while len(found) < count:
        ask = rng.choices(ASKERS, weights=weights or WEIGHTS)[0]
        wanted = rng.choice(("yes", "no"))
        for _ in range(8):
            program = ask(rng, items, scene, wanted)
            answer = truth(program, items, scene) if program is not None else None
            if program is not None and answer is not None and (answer == wanted or answer not in ("yes", "no")):
                found.append(Quiz(program, answer))
                break
    return found


# --- one asker per kind of question; each aims at the wanted answer, the oracle decides -------------------------------


def _thing(rng: random.Random, item: Item, *, most: int = 2) -> Thing:
    """The item by name and up to `most` of its attributes."""
    marks = rng.sample(sorted(item.attributes.items()), rng.choice([0, 0, 0, 1, 1, 2][: 2 + 2 * most]))
    return Thing(item.name, tuple(sorted(marks)), rng.random() < 0.5)


def _other(rng: random.Random, values: tuple[str, ...], value: str | None) -> str:
    return rng.choice([other for other in values if other != value])


def _values(kind: str) -> tuple[str, ...]:
    return TAXONOMY.attribute_kind[kind].values


def _spoiled(rng: random.Random, thing: Thing) -> Thing:
    """The same thing with one word changed: its name, or one of its attributes."""
    if not thing.attributes or rng.random() < 0.5:
        return Thing(_other(rng, NAMES, thing.name), thing.attributes, thing.definite)
    i = rng.randrange(len(thing.attributes))
    kind, value = thing.attributes[i]
    marks = (*thing.attributes[:i], (kind, _other(rng, _values(kind), value)), *thing.attributes[i + 1 :])
    return Thing(thing.name, marks, thing.definite)


def _any_item(rng: random.Random, items: tuple[Item, ...]) -> Item:
    return rng.choice(items) if items else _random_item(rng, list(NAMES), list(COLOURS))


def _exists(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program:
    thing = _thing(rng, _any_item(rng, items))
    n = rng.choice((1, 1, 1, 2, 2, 3, 4))
    return Exists(_spoiled(rng, thing) if wanted == "no" and (n == 1 or rng.random() < 0.3) else thing, n)


def _is(kind: str) -> Callable[..., Program]:
    def ask(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program:
        item = _any_item(rng, items)
        marks = tuple(pair for pair in item.attributes.items() if pair[0] != kind) if rng.random() < 0.25 else ()
        value = item.attributes[kind] if wanted == "yes" else _other(rng, _values(kind), item.attributes[kind])
        absent = wanted == "no" and rng.random() < 0.15
        return Is(Thing(_other(rng, NAMES, item.name) if absent else item.name, marks, True), kind, value)

    return ask


def _relation(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program:
    pair = (
        rng.sample(items, 2)
        if len(items) > 1
        else [_any_item(rng, items), _random_item(rng, list(NAMES), list(COLOURS))]
    )
    source, target = (_thing(rng, item, most=1) for item in pair)
    if wanted == "no" and rng.random() < 0.15:
        source = _spoiled(rng, source)
    elif wanted == "no" and rng.random() < 0.15:
        target = _spoiled(rng, target)
    n = rng.choice((1, 1, 1, 1, 1, 1, 2, 3)) if not (source.definite and target.definite) else 1
    if n > 1:
        target = Thing(target.name, target.attributes, not source.definite)
    return Related(source, rng.choice(PHRASES), target, n)


def _scene(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program:
    kind = rng.choice(tuple(SCENE_VALUES))
    value = scene.scene_value(kind)
    return Scene(kind, value if wanted == "yes" and value else _other(rng, SCENE_VALUES[kind], value))


def _exactly(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program:
    thing = _thing(rng, _any_item(rng, items), most=1)
    there = truth(HowMany(thing), items, scene)
    n = COUNTS.index(there) if there in COUNTS else 1
    if wanted == "no":
        n = rng.choice([m for m in (1, 2, 3, 4, n + 1, max(1, n - 1)) if m != n])
    return Exactly(thing, max(1, min(MAX_ITEMS, n)))


def _which(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program | None:
    if not items:
        return None
    marks = rng.sample(sorted(rng.choice(items).attributes.items()), rng.choice((0, 1, 1, 2)))
    return WhichObject(tuple(sorted(marks, key=lambda pair: pair[0], reverse=True)))


def _what(kind: str) -> Callable[..., Program]:
    def ask(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program:
        item = _any_item(rng, items)
        marks = tuple(pair for pair in item.attributes.items() if pair[0] != kind) if rng.random() < 0.25 else ()
        return WhatAttribute(Thing(item.name, marks, True), kind)

    return ask


def _what_related(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program:
    return WhatRelated(rng.choice(PHRASES), _thing(rng, _any_item(rng, items), most=1))


def _what_scene(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program:
    return WhatScene(rng.choice(tuple(SCENE_VALUES)))


def _how_many(rng: random.Random, items: tuple[Item, ...], scene: PocketScene, wanted: str) -> Program:
    thing = _thing(rng, _any_item(rng, items), most=1)
    return HowMany(_spoiled(rng, thing) if rng.random() < 0.15 else thing)


COUNTS = ("zero", "one", "two", "three", "four", "five", "six")
ASKERS: tuple[Callable[..., Program | None], ...] = (
    _exists, _is("colour"), _is("size"), _relation, _scene, _exactly, _which, _what("colour"), _what("size"),
    _what_related, _what_scene, _how_many,
)  # fmt: skip
WEIGHTS = (4, 2, 2, 5, 2, 2, 1, 1, 1, 2, 1, 1)
COLOUR_WEIGHTS = (4, 12, 2, 5, 2, 2, 1, 2, 1, 2, 1, 1)
"""The same with "Is the dog red?" six times as often: what judges are slowest to learn."""
