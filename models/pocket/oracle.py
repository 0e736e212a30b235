"""The oracle: exact truth about a pocket picture, read from its contents and counting only what can be seen.

No selection, reward or training reads it; reports show it beside the judges.
Try it: `python -c "from models.pocket.oracle import *; help(truth)"`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
    WhatTarget,
    WhichObject,
)
from engine.questions import Question
from engine.scoring import Reply
from engine.taxonomy import load
from engine.wording import number
from models.pocket.moving import MovingScene, seen
from models.pocket.painter import area, covered
from models.pocket.scene import GRID, MARGIN, TAXONOMY, Item, PocketScene

ATTRIBUTES = frozenset(TAXONOMY.attribute_kind)
SCENERY = frozenset(load("pocket-video").scene_kind)
"""Kinds that the contents of a picture or a video have."""
VISIBLE = 0.5
"""An item less than half visible (covered, or off the canvas) is absent."""


def visible_share(items: Sequence[Item]) -> tuple[float, ...]:
    """For each item, in painting order, the share of its cells that can be seen: 0..1."""
    owner = np.full((GRID, GRID), -1, dtype=np.int16)
    for i, item in enumerate(items):
        owner[covered(item)] = i
    return tuple(float((owner == i).sum()) / area(item) for i, item in enumerate(items))


def visible(scene: PocketScene) -> tuple[Item, ...]:
    """The items that count as present; in a video, those that can be seen in half of its frames."""
    if isinstance(scene, MovingScene):
        enough = (seen(scene) >= VISIBLE).mean(axis=0) >= 0.5
        return tuple(item for item, there in zip(scene.items, enough, strict=True) if there)
    shares = visible_share(scene.items)
    return tuple(item for item, share in zip(scene.items, shares, strict=True) if share >= VISIBLE)


def truth(program: Program, items: Sequence[Item], scene: PocketScene) -> str | None:
    """The right answer about the visible `items` of `scene`, in the judges' words; None when there is no unique one."""
    match program:
        case Exists(thing, n):
            return _yes(len(_matching(thing, items)) >= n)
        case Is(thing, kind, value):
            return _yes(any(item.attributes[kind] == value for item in _matching(thing, items)))
        case Related():
            return _yes(_related(program, items))
        case Scene(kind, value):
            return _yes(scene.scene_value(kind) == value)
        case Exactly(thing, n):
            return _yes(len(_matching(thing, items)) == n)
        case WhichObject(marks):
            return _only([i.name for i in items if all(i.attributes[kind] == value for kind, value in marks)])
        case WhatAttribute(thing, kind):
            return _only([item.attributes[kind] for item in _matching(thing, items)])
        case WhatRelated(phrase, target):
            return _what_related(phrase, target, items)
        case WhatTarget(source, phrase):
            return _what_target(source, phrase, items)
        case WhatScene(kind):
            return scene.scene_value(kind) or "none"
        case HowMany(thing):
            return number(len(_matching(thing, items)))


def holds(phrase: str, source: Item, target: Item) -> bool:
    """Does the source stand so to the target, by their centres and the margin of doubt.

    Moving things pass each other evenly, so what holds in the middle of a video holds in half of its frames.
    """
    word = TAXONOMY.relation[phrase]
    ahead = (target.x - source.x) if word.axis == "x" else (target.y - source.y)
    return (ahead if word.before else -ahead) >= MARGIN


def _yes(true: bool) -> str:
    return "yes" if true else "no"


def _only(words: Sequence[str]) -> str | None:
    return words[0] if len(words) == 1 else None


def _matching(thing: Thing, items: Sequence[Item]) -> list[Item]:
    return [
        item
        for item in items
        if item.name == thing.name and all(item.attributes[kind] == value for kind, value in thing.attributes)
    ]


def _related(program: Related, items: Sequence[Item]) -> bool:
    sources, targets = _matching(program.source, items), _matching(program.target, items)
    pairs = [(s, t) for s in sources for t in targets if s is not t and holds(program.phrase, s, t)]
    if program.n > 1 and program.source.definite:
        return max((sum(1 for s, _ in pairs if s is one) for one in sources), default=0) >= program.n
    return len({id(s) for s, _ in pairs}) >= program.n


def _what_related(phrase: str, target: Thing, items: Sequence[Item]) -> str | None:
    targets = _matching(target, items)
    if len(targets) != 1:
        return None
    return _only([item.name for item in items if item is not targets[0] and holds(phrase, item, targets[0])])


def _what_target(source: Thing, phrase: str, items: Sequence[Item]) -> str | None:
    sources = _matching(source, items)
    if len(sources) != 1:
        return None
    return _only([item.name for item in items if item is not sources[0] and holds(phrase, sources[0], item)])


def knows(program: Program, *, moving: bool = False) -> bool:
    """Whether the contents of a picture can answer it: questions of other people ask for materials, moods, any relation.

    Those of a `moving` scene know motion and camera too.
    """
    more = ("motion", "camera") if moving else ()
    match program:
        case Scene(kind=kind) | WhatScene(kind=kind):
            return kind in (*SCENERY, *more)
        case Is(thing=thing, kind=kind) | WhatAttribute(thing=thing, kind=kind):
            return kind in (*ATTRIBUTES, *more) and _plain(thing, more)
        case Related(source=source, phrase=phrase, target=target):
            return phrase in TAXONOMY.relation and _plain(source, more) and _plain(target, more)
        case WhatRelated(phrase=phrase, target=thing) | WhatTarget(source=thing, phrase=phrase):
            return phrase in TAXONOMY.relation and _plain(thing, more)
        case WhichObject(marks):
            return all(kind in (*ATTRIBUTES, *more) for kind, _ in marks)
        case Exists(thing=thing) | Exactly(thing=thing) | HowMany(thing=thing):
            return _plain(thing, more)


def _plain(thing: Thing, more: Sequence[str]) -> bool:
    return all(kind in (*ATTRIBUTES, *more) for kind, _ in thing.attributes)


def replies(questions: Sequence[Question], scene: PocketScene) -> list[Reply]:
    """The oracle's replies in the form of a judge's, certain of each; "unclear" where no answer is the only one."""
    items = visible(scene)
    return [_reply(truth(question.program, items, scene)) for question in questions]


def _reply(answer: str | None) -> Reply:
    sure = {"yes": (1.0, 0.0), "no": (0.0, 1.0)}.get(answer or "", (None, None))
    return Reply(answer or "unclear", 1.0, *sure)
