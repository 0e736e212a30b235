"""The words of a taxonomy: nouns, attribute kinds, relation words and scene kinds, each with what it says of itself.

Frozen values without behaviour; `engine.taxonomy.Taxonomy` holds them and knows what goes with what.
Try it: `python -c "from engine.taxonomy import load; print(load('pocket').noun['dog'])"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Kind:
    """A node of the tree of kinds; `size` is the usual size of such things, from 0 (a coin) to 6 (a mountain)."""

    name: str
    parent: str | None = None
    size: int = 2


@dataclass(frozen=True, slots=True)
class Noun:
    """An object word: singular `name`, `plural`, and the kind of thing it is.

    `number` is how English counts it (`count`, `mass` as in "some water", `plural` as in "scissors"); `sense` tells
    it from others of the same spelling, `synset` is its WordNet offset; `depict` (could a stranger draw it) and
    `common` (does a stranger know it) go from 0 to 1; a word with a `switch` is drawn only where that is on.
    """

    name: str
    plural: str
    kind: str
    number: str = "count"
    sense: str | None = None
    synset: str | None = None
    depict: float = 1.0
    common: float = 1.0
    size: int = 2
    switch: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class AttributeKind:
    """A kind of attribute and its values; `exclusive` means an object has at most one of them.

    `applies` lists the kinds of things it can be said of (`!kind` excludes, empty means any); `narrow` has the values
    that apply to other kinds than that. `clashes` are attribute kinds that cannot be on the same object.
    Values that are missing in `weights` weigh 1, those missing in `switches` are on.
    """

    name: str
    values: tuple[str, ...]
    exclusive: bool
    question: str
    applies: tuple[str, ...] = ()
    narrow: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clashes: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RelationWord:
    """A phrase that fits "X is PHRASE Y" (`form` "is") or is a finite clause, "X PHRASE Y" (`form` "clause").

    A clause has `plural` for "they PLURAL it" and `base` for "does it BASE it". `opposite` is a phrase that is false
    of the same two objects whenever this one is true; `axis` and `before` say which coordinate it orders and whether
    the source comes first (left and above come first). `subjects` and `objects` are the kinds of things it can join
    (`!kind` excludes, empty means any); `fit` says that the source is `smaller`, `larger` or `similar` in size.
    """

    phrase: str
    kind: str
    opposite: str | None = None
    axis: str | None = None
    before: bool = True
    form: str = "is"
    plural: str = ""
    base: str = ""
    subjects: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    fit: str = ""
    weight: float = 1.0
    switch: str = ""


@dataclass(frozen=True, slots=True)
class SceneKind:
    """A kind of scene attribute: value -> phrase that fits "The scene is PHRASE".

    `group` is style, setting, camera, video or 3d; `modalities` says where it makes sense. A value cannot go with
    another one that has a tag among its `excludes`. Values missing in `weights` weigh 1, in `switches` are on.
    """

    name: str
    phrases: Mapping[str, str]
    question: str
    group: str = "setting"
    modalities: tuple[str, ...] = ("image", "video", "3d")
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excludes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of its words a taxonomy draws; all of its words stay known, so that hand-made scenes keep their captions.

    `switches` are on beside the default words; `topics` keep only nouns under one of these hypernyms or kinds;
    `without` are words that are never drawn, `weights` multiply how often one is. `flat` draws over values alike,
    otherwise a kind is drawn first, then a value of it.
    """

    switches: frozenset[str] = frozenset()
    topics: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    weights: tuple[tuple[str, float], ...] = ()
    flat: bool = False
