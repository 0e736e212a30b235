"""The shape of a draft: all that its caption and graph depend on beside the words, and an example scene of that shape.

The example's words are single Hangul syllables, so that a line written about it can be cut where words belong.
Try it: `python -m pytest tests/engine/corpus -q`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from engine.corpus.forms import SECTIONS, TURNS, place
from engine.graph import SceneGraph
from engine.sampler.draft import Draft
from engine.taxonomy import AttributeKind, Noun, RelationWord, SceneKind, Taxonomy

FIRST_HOLE = 0xAC00
"""Hangul syllables: letters of one printable character each, and there are eleven thousand of them."""


def shape(draft: Draft, taxonomy: Taxonomy) -> Hashable:
    """What two drafts must share for their captions and graphs to differ in words alone.

    The structure, how each noun is counted, how each relation is said and which are the same, how many scene attributes.
    """
    links, noun = draft.links, taxonomy.noun
    return (
        draft.structure,
        tuple([noun[item.name].number for item in draft.nouns]),
        tuple([word.form for word in links]),
        _pattern([word.phrase for word in links]) if len(links) > 1 else None,
        len(draft.scene),
    )


def _pattern(values: Sequence[Hashable]) -> tuple[int, ...] | None:
    """Each value as the place where it came first; None where all are different."""
    if len(set(values)) == len(values):
        return None
    first: dict[Hashable, int] = {}
    return tuple([first.setdefault(value, i) for i, value in enumerate(values)])


class Holes:
    """Hands out characters, each for one form of one word of a draft; `places[i]` is where the i-th form stands."""

    def __init__(self, draft: Draft) -> None:
        counts = (len(draft.nouns), sum(map(len, draft.marks)), len(draft.links), len(draft.scene))
        self.starts: dict[str, int] = {}
        self.size = 0
        for (section, forms), count in zip(SECTIONS.items(), counts, strict=True):
            self.starts[section] = self.size
            self.size += count * len(forms) * len(TURNS)
        self.places: list[int] = []
        self._known: dict[int, str] = {}

    def hole(self, section: str, i: int, form: str) -> str:
        """The character for a form of the i-th word of a section."""
        return self._at(self.starts[section] + i * len(SECTIONS[section]) * len(TURNS) + place(section, form))

    def turned(self, hole: str, turn: str) -> str:
        """The character for the article before what is in a hole, or for that with a capital."""
        return self._at(self.place(hole) + TURNS.index(turn))

    def place(self, hole: str) -> int:
        """Where the form of a hole stands among all forms of a draft."""
        return self.places[ord(hole) - FIRST_HOLE]

    def _at(self, where: int) -> str:
        if where not in self._known:
            self._known[where] = chr(FIRST_HOLE + len(self.places))
            self.places.append(where)
        return self._known[where]


class Example:
    """A scene of the shape of a draft, and a taxonomy of its words, with holes in the place of all words."""

    def __init__(self, draft: Draft, real: Taxonomy) -> None:
        self.real, self.holes = real, Holes(draft)
        nouns = [self._noun(i, noun) for i, noun in enumerate(draft.nouns)]
        kinds = self._attribute_kinds(draft)
        links = [self._link(draft.links, i) for i in range(len(draft.links))]
        scene = [self._scene_kind(i) for i in range(len(draft.scene))]
        self.taxonomy = Taxonomy(
            name="example",
            version="",
            nouns=tuple(nouns),
            attribute_kinds=tuple(kind for row in kinds for kind in row),
            relation_words=tuple({word.phrase: word for word in links}.values()),
            scene_kinds=tuple(scene),
            max_objects=real.max_objects,
        )
        marks = [[(kind.name, kind.values[0]) for kind in row] for row in kinds]
        pairs = [(kind.name, next(iter(kind.phrases))) for kind in scene]
        self.graph: SceneGraph = Draft(draft.structure, nouns, marks, links, pairs).graph()

    def _noun(self, i: int, noun: Noun) -> Noun:
        name, plural, sense = (self.holes.hole("noun", i, form) for form in ("name", "plural", "sense"))
        return Noun(name, plural, f"kind {i}", self.real.noun[noun.name].number, sense)

    def _attribute_kinds(self, draft: Draft) -> list[list[AttributeKind]]:
        """A kind for every attribute, in the order of the draft, which is that in which they are said."""
        found, n = [], 0
        for pairs in draft.marks:
            names = [
                (self.holes.hole("mark", n + k, "kind"), self.holes.hole("mark", n + k, "value"))
                for k in range(len(pairs))
            ]
            found.append([AttributeKind(kind, (value,), True, "What is {the} like?") for kind, value in names])
            n += len(pairs)
        return found

    def _link(self, links: list[RelationWord], i: int) -> RelationWord:
        word = links[i]
        first = next(n for n, other in enumerate(links) if other.phrase == word.phrase)
        phrase, kind, plural, base = (
            self.holes.hole("link", first, form) for form in ("phrase", "kind", "plural", "base")
        )
        if word.form == "clause":
            return RelationWord(phrase, kind, form=word.form, plural=plural, base=base)
        return RelationWord(phrase, kind)

    def _scene_kind(self, i: int) -> SceneKind:
        name, value, phrase = (self.holes.hole("scene", i, form) for form in ("kind", "value", "phrase"))
        return SceneKind(name, {value: phrase}, f"What is the {name}?")
