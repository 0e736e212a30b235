"""What a question asks, as a small program, and how it is said in words; truth is evaluated elsewhere.

One program per question keeps the text, the oracle and the judge's training in step (after CLEVR's functional programs).
Try it: `python -c "from engine.programs import *; from engine.taxonomy import load; print(say(Exists(Thing('dog')), load('pocket')))"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import FormatError, show
from engine.taxonomy import Taxonomy
from engine.wording import indefinite, number, plural_phrase, singular_phrase


@dataclass(frozen=True, slots=True)
class Thing:
    """Whom a question is about: a name and (kind, value) attributes; `definite` says "the" rather than "a"."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    definite: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """At least `n` things of this description are there: "Is there a red dog?"."""

    thing: Thing
    n: int = 1


@dataclass(frozen=True, slots=True)
class Is:
    """Some thing of this description also has the attribute: "Is the dog red?"."""

    thing: Thing
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Related:
    """Counted on the side that is indefinite, at least `n` sources (or targets) stand in the relation."""

    source: Thing
    phrase: str
    target: Thing
    n: int = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """The scene attribute `kind` has this value: "Is the scene at night?"."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Exactly:
    """Exactly `n` things of this description: "Are there exactly two dogs?"."""

    thing: Thing
    n: int


@dataclass(frozen=True, slots=True)
class WhichObject:
    """The name of the only thing with these attributes; with none, of the only thing in the picture."""

    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WhatAttribute:
    """The value of an attribute kind: "What colour is the dog?"."""

    thing: Thing
    kind: str


@dataclass(frozen=True, slots=True)
class WhatRelated:
    """The name of the only thing that stands in the relation to the target: "What is above the tree?"."""

    phrase: str
    target: Thing


@dataclass(frozen=True, slots=True)
class WhatScene:
    """The value of a scene attribute kind: "What is the setting?"."""

    kind: str


@dataclass(frozen=True, slots=True)
class HowMany:
    """The number of things of this description, in words: "How many dogs are there?"."""

    thing: Thing


Program = Exists | Is | Related | Scene | Exactly | WhichObject | WhatAttribute | WhatRelated | WhatScene | HowMany
OPS: Mapping[str, type[Program]] = {
    "exists": Exists,
    "is": Is,
    "related": Related,
    "scene": Scene,
    "exactly": Exactly,
    "which_object": WhichObject,
    "what_attribute": WhatAttribute,
    "what_related": WhatRelated,
    "what_scene": WhatScene,
    "how_many": HowMany,
}
NAMES = {kind: name for name, kind in OPS.items()}
YES_NO = (Exists, Is, Related, Scene, Exactly)


def to_dict(program: Program) -> dict[str, Any]:
    """The program as plain JSON values, with its name under `op`."""
    return {"op": NAMES[type(program)], **asdict(program)}


def from_dict(data: Mapping[str, Any]) -> Program:
    """Read what `to_dict` wrote; raises `FormatError` for anything else."""
    fields = dict(data)
    op = fields.pop("op", None)
    if not isinstance(op, str) or op not in OPS:
        raise FormatError(f"{show(op)} is not a question program. Known ones: {', '.join(OPS)}.")
    try:
        for name in ("thing", "source", "target"):
            if name in fields:
                fields[name] = _thing(fields[name])
        if "attributes" in fields:
            fields["attributes"] = tuple((str(kind), str(value)) for kind, value in fields["attributes"])
        return OPS[op](**fields)
    except (AttributeError, TypeError, ValueError, KeyError) as error:
        raise FormatError(f"The question program {show(dict(data))} cannot be read: {error}.") from error


def _thing(data: Mapping[str, Any]) -> Thing:
    marks = tuple((str(kind), str(value)) for kind, value in data.get("attributes", ()))
    return Thing(str(data["name"]), marks, bool(data.get("definite", False)))


def say(program: Program, taxonomy: Taxonomy) -> str:
    """The program as one English question."""
    match program:
        case Exists(thing, 1):
            return f"Is there {indefinite(_words(thing, taxonomy))}?"
        case Exists(thing, n):
            return f"Are there at least {number(n)} {_plural(thing, taxonomy)}?"
        case Is(thing, _, value):
            return f"Is the {_words(thing, taxonomy)} {value}?"
        case Related():
            return _say_related(program, taxonomy)
        case Scene(kind, value):
            return f"Is the scene {taxonomy.scene_kind[kind].phrases[value]}?"
        case Exactly(thing, 1):
            return f"Is there exactly one {_words(thing, taxonomy)}?"
        case Exactly(thing, n):
            return f"Are there exactly {number(n)} {_plural(thing, taxonomy)}?"
        case WhichObject(()):
            return "What is in the picture?"
        case WhichObject(marks):
            return f"Which object is {' and '.join(value for _, value in marks)}?"
        case WhatAttribute(thing, kind):
            return taxonomy.attribute_kind[kind].question.format(the=f"the {_words(thing, taxonomy)}")
        case WhatRelated(phrase, target):
            return f"What is {phrase} the {_words(target, taxonomy)}?"
        case WhatScene(kind):
            return taxonomy.scene_kind[kind].question
        case HowMany(thing):
            return f"How many {_plural(thing, taxonomy)} are there?"


def _say_related(program: Related, taxonomy: Taxonomy) -> str:
    source, target = _words(program.source, taxonomy), _words(program.target, taxonomy)
    end = f"the {target}" if program.target.definite else indefinite(target)
    if program.n > 1 and program.source.definite:
        return f"Is the {source} {program.phrase} at least {number(program.n)} {_plural(program.target, taxonomy)}?"
    if program.n > 1:
        return f"Are there at least {number(program.n)} {_plural(program.source, taxonomy)} {program.phrase} {end}?"
    if program.source.definite:
        return f"Is the {source} {program.phrase} {end}?"
    return f"Is there {indefinite(source)} {program.phrase} {end}?"


def _words(thing: Thing, taxonomy: Taxonomy) -> str:
    return singular_phrase(thing.name, thing.attributes, taxonomy)


def _plural(thing: Thing, taxonomy: Taxonomy) -> str:
    return plural_phrase(thing.name, thing.attributes, taxonomy)
