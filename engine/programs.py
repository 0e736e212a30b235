"""What a question asks, as a small program, and how it is said in words; truth is evaluated elsewhere.

One program per question keeps the text, the oracle and the judge's training in step (after CLEVR's functional programs).
Try it: `python -c "from engine.programs import *; from engine.taxonomy import load; print(say(Exists(Thing('dog')), load('pocket')))"`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from engine.asking import agreed, be, clause, do, many, number_of, phrase, some, there
from engine.errors import FormatError, show
from engine.taxonomy import RelationWord, Taxonomy
from engine.wording import plural_phrase


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
    """The name of the only thing that stands in the relation to the target: "What is above the tree?".

    With a relation that is a verb of its own: "Which object chases the cat?".
    """

    phrase: str
    target: Thing


@dataclass(frozen=True, slots=True)
class WhatTarget:
    """The name of the only thing to which the source stands in the relation: "What does the dog chase?"."""

    source: Thing
    phrase: str


@dataclass(frozen=True, slots=True)
class WhatScene:
    """The value of a scene attribute kind: "What is the setting?"."""

    kind: str


@dataclass(frozen=True, slots=True)
class HowMany:
    """The number of things of this description, in words: "How many dogs are there?"."""

    thing: Thing


Program = (
    Exists
    | Is
    | Related
    | Scene
    | Exactly
    | WhichObject
    | WhatAttribute
    | WhatRelated
    | WhatTarget
    | WhatScene
    | HowMany
)
OPS: Mapping[str, type[Program]] = {
    "exists": Exists,
    "is": Is,
    "related": Related,
    "scene": Scene,
    "exactly": Exactly,
    "which_object": WhichObject,
    "what_attribute": WhatAttribute,
    "what_related": WhatRelated,
    "what_target": WhatTarget,
    "what_scene": WhatScene,
    "how_many": HowMany,
}
NAMES = {kind: name for name, kind in OPS.items()}
FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in NAMES}
YES_NO = (Exists, Is, Related, Scene, Exactly)


def to_dict(program: Program) -> dict[str, Any]:
    """The program as plain JSON values, with its name under `op`."""
    kind = type(program)
    found: dict[str, Any] = {"op": NAMES[kind]}
    for name in FIELDS[kind]:
        value = getattr(program, name)
        if type(value) is Thing:
            value = {"name": value.name, "attributes": value.attributes, "definite": value.definite}
        found[name] = value
    return found


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
    return _SAY[type(program)](program, taxonomy)


# --- one sentence per program -----------------------------------------------------------------------------------------


def _exists(program: Exists, taxonomy: Taxonomy) -> str:
    thing, n = program.thing, program.n
    if n > 1:
        return f"Are there at least {many(n, thing.name, thing.attributes, taxonomy)}?"
    return there(_words(thing, taxonomy), number_of(thing.name, taxonomy)) + "?"


def _is(program: Is, taxonomy: Taxonomy) -> str:
    thing = program.thing
    return f"{be(number_of(thing.name, taxonomy))} the {_words(thing, taxonomy)} {program.value}?"


def _related(program: Related, taxonomy: Taxonomy) -> str:
    source, target = program.source, program.target
    word = taxonomy.relation.get(program.phrase)
    verb = clause(word)
    if not source.definite:
        return _related_some(program, word if verb else None, taxonomy)
    counted = number_of(source.name, taxonomy)
    end = _end(target, taxonomy)
    if program.n > 1:
        end = "at least " + many(program.n, target.name, target.attributes, taxonomy)
    who = _words(source, taxonomy)
    if verb and word is not None:
        return f"{do(counted)} the {who} {word.base} {end}?"
    return f"{be(counted)} the {who} {program.phrase} {end}?"


def _related_some(program: Related, verb: RelationWord | None, taxonomy: Taxonomy) -> str:
    source, n = program.source, program.n
    counted = "plural" if n > 1 else number_of(source.name, taxonomy)
    how = program.phrase
    if verb is not None:
        how = f"that {verb.plural if counted == 'plural' else verb.phrase}"
    start = (
        f"Are there at least {many(n, source.name, source.attributes, taxonomy)}"
        if n > 1
        else there(_words(source, taxonomy), counted)
    )
    return f"{start} {how} {_end(program.target, taxonomy)}?"


def _end(target: Thing, taxonomy: Taxonomy) -> str:
    words = _words(target, taxonomy)
    return f"the {words}" if target.definite else some(words, number_of(target.name, taxonomy))


def _scene(program: Scene, taxonomy: Taxonomy) -> str:
    kind = taxonomy.scene_kind.get(program.kind)
    return f"Is the scene {kind.phrases.get(program.value, program.value) if kind else program.value}?"


def _exactly(program: Exactly, taxonomy: Taxonomy) -> str:
    thing, n = program.thing, program.n
    if n == 1:
        return f"Is there exactly one {_words(thing, taxonomy)}?"
    return f"Are there exactly {many(n, thing.name, thing.attributes, taxonomy)}?"


def _which_object(program: WhichObject, taxonomy: Taxonomy) -> str:
    if not program.attributes:
        return "What is in the picture?"
    return f"Which object is {' and '.join(value for _, value in program.attributes)}?"


def _what_attribute(program: WhatAttribute, taxonomy: Taxonomy) -> str:
    thing = program.thing
    kind = taxonomy.attribute_kind.get(program.kind)
    question = kind.question if kind else f"What {program.kind} is {{the}}?"
    plural = number_of(thing.name, taxonomy) == "plural"
    return agreed(question, f"the {_words(thing, taxonomy)}", plural)


def _what_related(program: WhatRelated, taxonomy: Taxonomy) -> str:
    if clause(taxonomy.relation.get(program.phrase)):
        return f"Which object {program.phrase} the {_words(program.target, taxonomy)}?"
    return f"What is {program.phrase} the {_words(program.target, taxonomy)}?"


def _what_target(program: WhatTarget, taxonomy: Taxonomy) -> str:
    word = taxonomy.relation.get(program.phrase)
    counted, who = number_of(program.source.name, taxonomy), _words(program.source, taxonomy)
    if word is not None and clause(word):
        return f"What {do(counted).lower()} the {who} {word.base}?"
    return f"What {be(counted).lower()} the {who} {program.phrase}?"


def _what_scene(program: WhatScene, taxonomy: Taxonomy) -> str:
    kind = taxonomy.scene_kind.get(program.kind)
    return kind.question if kind else f"What is the {program.kind}?"


def _how_many(program: HowMany, taxonomy: Taxonomy) -> str:
    return f"How many {plural_phrase(program.thing.name, program.thing.attributes, taxonomy)} are there?"


def _words(thing: Thing, taxonomy: Taxonomy) -> str:
    return phrase(thing.name, thing.attributes, taxonomy)


_SAY: Mapping[type, Callable[[Any, Taxonomy], str]] = {
    Exists: _exists,
    Is: _is,
    Related: _related,
    Scene: _scene,
    Exactly: _exactly,
    WhichObject: _which_object,
    WhatAttribute: _what_attribute,
    WhatRelated: _what_related,
    WhatTarget: _what_target,
    WhatScene: _what_scene,
    HowMany: _how_many,
}
