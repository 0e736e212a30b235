"""What the audience calls out: a caption, or loose words; what is known becomes the seed of a scene, the rest is named.

Try it: `python -m pytest tests/pages/test_stage.py -k heard`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from engine.errors import GraphError, ParseError, ScenewrightError, join_or, show
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.parse import parse
from engine.sampler import Constraints, sample
from engine.taxonomy import Taxonomy, load
from engine.taxonomy.kin import Kin
from engine.wording import counted
from pages.parts.obstacles import KNOWING

LONGEST = 400
"""Characters that are listened to."""
IDLE = frozenset(
    "a an the and or with of in is are it its to at on by be there here some me us please show make draw want i we see "
    "under near next behind front scene picture that this one very".split()
)
COUNTED = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBERS = {
    **{word: i for i, word in enumerate(COUNTED.split(), 2)},
    **{word: 10 * i for i, word in enumerate(TENS.split(), 2)},
    "pair": 2, "couple": 2, "dozen": 12, "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000, "million": 10**6,
}  # fmt: skip
MOST_TOLD = 3
"""Strange words that are told one by one."""
MOST_OBJECTS = 20
SIZES = ((3, 5), (4, 7), (5, 8))
"""Complexities of a scene that nobody gave a word for."""


@dataclass(frozen=True)
class Heard:
    """A scene from called-out words, and the words that this taxonomy does not have."""

    graph: SceneGraph
    unknown: tuple[str, ...] = ()
    notice: str = field(default="")


def surprise(text: str, taxonomy: Taxonomy, rng: random.Random) -> Heard:
    """A scene with the words of `text` in it, or any scene for none.

    Raises `ParseError` when no word is known, `ConstraintError` or `GraphError` when they cannot stand in one scene.
    """
    text = " ".join(text.split())[:LONGEST]
    if not text:
        return Heard(sample(Constraints(complexity=rng.choice(SIZES)), taxonomy, rng))
    whole = _whole(text, taxonomy)
    if whole is not None:
        return Heard(whole)
    words = _Words(taxonomy, rng)
    seed, unknown = words.read(text)
    if not seed.objects and not seed.scene_attributes:
        raise ParseError(f"None of these words is in the {taxonomy.name} world. {_hint(unknown or (text,), taxonomy)}")
    taxonomy.check(seed)
    told = [f"{show(word)} is drawn as {show(name)}." for word, name in words.renamed.items()]
    told += [_hint(unknown, taxonomy)] if unknown else []
    return Heard(_around(seed, taxonomy, rng), unknown, " ".join(told))


def _whole(text: str, taxonomy: Taxonomy) -> SceneGraph | None:
    """The scene of a caption as this program writes them; None for other text."""
    try:
        graph = parse(text if text.endswith(".") or " " not in text else text + ".", taxonomy)
        taxonomy.check(graph)
    except ScenewrightError:
        return None
    return graph if len(graph.objects) > 1 or graph.complexity > 2 else None


def _around(seed: SceneGraph, taxonomy: Taxonomy, rng: random.Random) -> SceneGraph:
    """A somewhat larger scene with the seed in it."""
    if not seed.objects:
        drawn = sample(Constraints(complexity=rng.choice(SIZES), scene_attributes=(0, 0)), taxonomy, rng)
        return SceneGraph(drawn.objects, drawn.attributes, drawn.relations, seed.scene_attributes)
    least = max(4, seed.complexity + 1)
    scenery = len(seed.scene_attributes)
    wanted = Constraints(complexity=(least, least + 2), seed_graph=seed, scene_attributes=(scenery, max(1, scenery)))
    return sample(wanted, taxonomy, rng)


@cache
def _kin(taxonomy: Taxonomy) -> Kin:
    return Kin(taxonomy)


def _hint(unknown: tuple[str, ...], taxonomy: Taxonomy) -> str:
    """A sentence for each of the first strange words: what it comes nearest to by meaning, or who would know it."""
    told = [_about(word, taxonomy) for word in unknown[:MOST_TOLD]]
    if len(unknown) > MOST_TOLD:
        told.append(
            f"Left out as well: {', '.join(show(word, limit=30) for word in unknown[MOST_TOLD : MOST_TOLD + 5])}."
        )
    if not any(_kin(taxonomy).nearest(word) for word in unknown[:MOST_TOLD]):
        told.append(f"Try {join_or([noun.name for noun in taxonomy.nouns[:3]])}.")
    return " ".join(told)


def _about(word: str, taxonomy: Taxonomy) -> str:
    said, kin, full = show(word, limit=30), _kin(taxonomy), load("full")
    near, kind = kin.nearest(word), full.kind_of_value.get(word, "")
    if near:
        return f"{said} is not known to the {taxonomy.name} world; nearest in meaning: {join_or(near)}."
    if kind in taxonomy.attribute_kind:
        return (
            f"{said} is no {kind} of the {taxonomy.name} world; it has {join_or(taxonomy.attribute_kind[kind].values)}."
        )
    if kin.known(word) or kind:
        return f"{said} is not known to the {taxonomy.name} world. {KNOWING} it."
    return f"{said} is no word that this program knows."


class _Words:
    """Reads loose words from left to right: attributes wait for their object, a relation for its second one."""

    def __init__(self, taxonomy: Taxonomy, rng: random.Random) -> None:
        self.taxonomy, self.rng = taxonomy, rng
        self.objects: list[Object] = []
        self.marks: list[Attribute] = []
        self.links: list[Relation] = []
        self.scene: dict[str, str] = {}
        self.waiting: list[str] = []
        self.phrase = ""
        self.count = 1
        self.renamed: dict[str, str] = {}
        self.scenes = {value: kind.name for kind in taxonomy.scene_kinds for value in kind.phrases}
        self.phrases = _phrases(taxonomy)

    def read(self, text: str) -> tuple[SceneGraph, tuple[str, ...]]:
        """The seed graph of a text and its unknown words."""
        unknown = []
        words = re.findall(r"[\w'-]+", text.lower())
        i = 0
        while i < len(words):
            taken = next((n for n in (4, 3, 2, 1) if self._take(" ".join(words[i : i + n]))), 0)
            if not taken and words[i] not in IDLE:
                unknown.append(words[i])
                self._pass(words[i])
            i += taken or 1
        self._rest()
        graph = SceneGraph(tuple(self.objects), tuple(self.marks), tuple(self.links), tuple(self.scene.items()))
        return graph, tuple(dict.fromkeys(unknown))

    def _take(self, word: str) -> bool:
        name = self._name(word)
        if name:
            self._object(name)
        elif word in self.taxonomy.kind_of_value:
            self.waiting.append(word)
        elif word in self.phrases:
            self.phrase = self.phrases[word]
        elif word in self.scenes:
            self.scene[self.scenes[word]] = word
        elif word in NUMBERS or word.isdecimal():
            self.count = NUMBERS.get(word) or max(1, int(word[:9]))
        else:
            return False
        return True

    def _name(self, word: str) -> str | None:
        """The noun that is meant: in singular or plural, or the same thing under another name (sofa)."""
        bare = word.removesuffix("'s")
        name = self.taxonomy.singular.get(bare, bare)
        if name in self.taxonomy.noun:
            return name
        claimed = bare in IDLE or bare in self.scenes or bare in self.taxonomy.kind_of_value or bare in self.phrases
        same = None if claimed else _kin(self.taxonomy).same(bare)
        if same:
            self.renamed[bare] = same
        return same

    def _pass(self, word: str) -> None:
        """What was said of a thing that is not known goes with it: of “a red zebra and a dog” the dog is not red."""
        if _kin(self.taxonomy).known(word):
            self.waiting, self.count, self.phrase = [], 1, ""

    def _object(self, name: str) -> None:
        most = self.taxonomy.max_objects or MOST_OBJECTS
        if self.count > most:
            raise GraphError(
                f"{self.count} {self.taxonomy.noun[name].plural} are too many: the {self.taxonomy.name} world draws at "
                f"most {counted(most, 'object')}. Ask for fewer."
            )
        for _ in range(self.count):
            id = f"w{len(self.objects)}"
            if self.phrase and self.objects:
                word = self.taxonomy.relation[self.phrase]
                self.links.append(Relation(self.objects[-1].id, id, word.kind, word.phrase))
            self.phrase = ""
            self.objects.append(Object(id, name))
            kinds = {self.taxonomy.kind_of_value[value]: value for value in self.waiting}
            self.marks += [Attribute(id, kind, value) for kind, value in kinds.items()]
        self.waiting, self.count = [], 1

    def _rest(self) -> None:
        """Attributes that nothing followed go to the last object, or to one that is drawn."""
        if not self.waiting:
            return
        bare = {mark.kind for mark in self.marks if self.objects and mark.object == self.objects[-1].id}
        kinds = {self.taxonomy.kind_of_value[value]: value for value in self.waiting}
        if self.objects and not bare & kinds.keys():
            self.marks += [Attribute(self.objects[-1].id, kind, value) for kind, value in kinds.items()]
        else:
            self._object(self.rng.choice(self.taxonomy.nouns).name)


def _phrases(taxonomy: Taxonomy) -> Mapping[str, str]:
    """Ways to say a relation -> its phrase, with the short forms that people call out."""
    found = {phrase: phrase for phrase in taxonomy.relation}
    short = {
        "left of": "to the left of",
        "right of": "to the right of",
        "over": "above",
        "under": "below",
        "beneath": "below",
    }
    return {**{said: meant for said, meant in short.items() if meant in found}, **found}
