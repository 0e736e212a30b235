"""Builds a valid graph from what a foreign file says, noting what had to be left out: repeats, loops, unknown ids.

Kinds are guessed from a taxonomy where the file has none. Try it: `python -m pytest tests/engine/interchange`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import FormatError, show
from engine.graph import MAX_OBJECTS, MAX_PARTS, MAX_TEXT, Attribute, Object, Relation, SceneGraph
from engine.interchange.record import Losses
from engine.interchange.stream import MAX_FIELD
from engine.taxonomy import Taxonomy, forms, paper

LOOSE = "attribute"
"""Kind of an attribute that no taxonomy places."""
_BE = ("is", "are", "was", "were", "be")


@dataclass(frozen=True)
class Passage:
    """What a reader or writer needs to know: the taxonomy that words are looked up in, and where losses go.

    With `strict`, values that contradict each other keep their kind, so that `Taxonomy.check` can say so.
    """

    taxonomy: Taxonomy
    losses: Losses = field(default_factory=Losses)
    strict: bool = False


def text_of(record: Mapping[str, Any], key: str, place: str, default: str | None = None) -> str:
    """A text of a record; numbers count as text. Raises `FormatError` for anything else, and when it is missing."""
    value = record.get(key, default)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise FormatError(f"{place}: {show(key)} has to be text, it is {show(value)}. Mend it.")
    if len(str(value)) > MAX_FIELD:
        raise FormatError(f"{place}: {show(key)} has over {MAX_FIELD:,} characters. Shorten it.")
    return str(value)


def list_of(record: Mapping[str, Any], key: str, place: str) -> list[Any]:
    """A list of a record, empty when it is missing; raises `FormatError` for anything else."""
    value = record.get(key) or []
    if not isinstance(value, list):
        raise FormatError(f"{place}: {show(key)} has to be a list, it is {show(value)}. Mend it.")
    return value


def dict_of(value: Any, what: str, place: str) -> Mapping[str, Any]:
    """A JSON object; raises `FormatError` for anything else."""
    if not isinstance(value, Mapping):
        raise FormatError(f"{place}: {what} has to be a JSON object, it is {show(value)}. Mend it.")
    return value


class Assembly:
    """A graph in the making; every method says whether the part was taken."""

    def __init__(self, scene: str, passage: Passage) -> None:
        self.scene, self.passage, self.taxonomy = scene, passage, passage.taxonomy
        self.objects: dict[str, Object] = {}
        self.attributes: dict[tuple[str, str], Attribute] = {}
        self.relations: dict[tuple[str, str, str], Relation] = {}
        self.scene_attributes: dict[str, str] = {}

    def object(self, id: str, name: str, sense: str | None = None) -> bool:
        """An object; a second one of the same id is left out."""
        words = self._words(name, "objects without a name")
        if words is None:
            return False
        if id in self.objects:
            return self._lose("objects with an id that another one has", words)
        if len(self.objects) == MAX_OBJECTS:
            return self._lose(f"objects beyond {MAX_OBJECTS}", words)
        self.objects[id] = Object(id, words, sense)
        return True

    def attribute(self, id: str, value: str, kind: str | None = None) -> Attribute | None:
        """An attribute of an object; its kind is looked up where it is not given or not known."""
        words = self._words(value, "attributes without a value")
        if words is None or not self._there(id, "attributes of objects that are not there", words):
            return None
        if (id, words) in self.attributes:
            self._lose("attributes said twice", words)
            return None
        if self._full(words):
            return None
        words, found = self._attribute_kind(words, kind)
        if not self.passage.strict and self._taken(id, found):
            found = LOOSE
        mark = self.attributes[id, words] = Attribute(id, found, words)
        return mark

    def relation(self, source: str, target: str, phrase: str, kind: str | None = None) -> Relation | None:
        """A relation; "is on" is read as "on", since a phrase follows "is" anyway."""
        words = self._words(phrase, "relations without a name")
        if words is None:
            return None
        words = self._fitted(without_be(words))
        if not self._there(source, "relations of objects that are not there", words):
            return None
        if not self._there(target, "relations of objects that are not there", words):
            return None
        if source == target:
            self._lose("relations of an object to itself", words)
            return None
        if (source, words, target) in self.relations:
            self._lose("relations said twice", words)
            return None
        if self._full(words):
            return None
        known = self.taxonomy.relation.get(words)
        link = Relation(source, target, known.kind if known else kind or "relation", words)
        self.relations[source, words, target] = link
        return link

    def scenery(self, kind: str, value: str) -> str | None:
        """A scene attribute; the kind it is kept under, numbered where the scene has one of that kind already."""
        words, name = self._words(value, "scene attributes without a value"), self._words(kind, "kinds without a name")
        if words is None or name is None or self._full(words):
            return None
        place, number = name, 1
        while place in self.scene_attributes:
            number += 1
            place = f"{name} {number}"
        self.scene_attributes[place] = words
        return place

    def graph(self) -> SceneGraph:
        """The graph of what was taken."""
        return SceneGraph(
            tuple(self.objects.values()), tuple(self.attributes.values()), tuple(self.relations.values()),
            tuple(self.scene_attributes.items()),
        )  # fmt: skip

    # -- what is left out

    def _words(self, text: str, empty: str) -> str | None:
        plain = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
        words = " ".join(plain.split())
        if not words:
            self._lose(empty)
            return None
        if len(words) > MAX_TEXT:
            self._lose(f"ends of texts of over {MAX_TEXT} characters", words)
            words = words[:MAX_TEXT].strip()
        return words

    def _there(self, id: str, what: str, words: str) -> bool:
        return id in self.objects or self._lose(what, words)

    def _full(self, words: str) -> bool:
        if len(self.attributes) + len(self.relations) + len(self.scene_attributes) < MAX_PARTS:
            return False
        self._lose(f"attributes and relations beyond {MAX_PARTS}", words)
        return True

    def _lose(self, what: str, example: str = "") -> bool:
        self.passage.losses.add(self.scene, what, example)
        return False

    # -- kinds

    def _attribute_kind(self, value: str, given: str | None) -> tuple[str, str]:
        """(value, kind) as the taxonomy has them, where it has them."""
        kind = paper.KINDS.get(given, given) if given else None
        known = self.taxonomy.attribute_kind.get(kind or "")
        if known is not None and kind is not None:
            fitted = value if value in known.values else paper.attribute(kind, value)
            return (fitted if fitted in known.values else value), kind
        return value, self.taxonomy.kind_of_value.get(value, kind or LOOSE)

    def _fitted(self, phrase: str) -> str:
        """A relation as the taxonomy spells it, where it does: "may be used by" is known as "possibly used by"."""
        if phrase in self.taxonomy.relation or not self.taxonomy.relation:
            return phrase
        mended = forms.relation(phrase, "").phrase
        return mended if mended in self.taxonomy.relation else phrase

    def _taken(self, id: str, kind: str) -> bool:
        known = self.taxonomy.attribute_kind.get(kind)
        exclusive = known.exclusive if known else False
        return exclusive and any(mark.object == id and mark.kind == kind for mark in self.attributes.values())


def without_be(phrase: str) -> str:
    """ "is near" -> "near"; "is" alone stays."""
    first, _, rest = phrase.partition(" ")
    return without_be(rest) if rest and first.lower() in _BE else phrase
