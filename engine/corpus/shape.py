"""The shape of a draft: all that its line depends on beside the words themselves, and an example scene of that shape.

The example's words are single Hangul syllables, so that a line written about it can be cut where words belong.
Try it: `python -m pytest tests/engine/corpus -q`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from engine.asking import frame, one_way
from engine.corpus.forms import EACH, SECTIONS, TURNS, place
from engine.graph import SceneGraph
from engine.questions.awkward import attribute_trait, relation_trait, scene_trait
from engine.sampler.draft import Draft
from engine.taxonomy import FOILS, AttributeKind, Noun, RelationWord, SceneKind, Taxonomy

FIRST_HOLE = 0xAC00
"""Hangul syllables: letters of one printable character each, and there are eleven thousand of them."""


def shape(draft: Draft, taxonomy: Taxonomy, *, ask: bool) -> Hashable:
    """What two drafts must share for their lines to differ in words alone.

    The structure, how each noun is counted, how each relation is said, how many scene attributes there are. Questions
    (`ask`) also depend on the traits of attributes, relations and scene attributes (`engine.questions.awkward`), and on
    which attributes have the same kind or value.
    """
    links = draft.links
    said = (
        draft.structure,
        tuple([noun.number for noun in draft.nouns]),
        tuple([word.form for word in links]),
        _pattern([word.phrase for word in links]) if len(links) > 1 else None,
        len(draft.scene),
    )
    if not ask:
        return said
    pairs = [pair for marks in draft.marks for pair in marks]
    return (
        *said,
        tuple([relation_trait(word) for word in links]),
        tuple(
            [
                attribute_trait(taxonomy, kind, value, noun.kind)
                for noun, marks in zip(draft.nouns, draft.marks, strict=True)
                for kind, value in marks
            ]
        ),
        tuple([scene_trait(taxonomy, kind, value) for kind, value in draft.scene]),
        _pattern([kind for kind, _ in pairs]) if len(pairs) > 1 else None,
        _pattern(pairs) if len(pairs) > 1 else None,
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

    def __init__(self, draft: Draft, real: Taxonomy, *, ask: bool) -> None:
        self.real, self.ask, self.holes = real, ask, Holes(draft)
        self._others: dict[tuple[str, str, str], tuple[str, ...]] = {}
        nouns = [self._noun(i, noun) for i, noun in enumerate(draft.nouns)]
        foils = {noun.name: self._foils(i, noun) for i, noun in enumerate(nouns)}
        marks = self._marks(draft)
        links = [self._link(draft.links, i) for i in range(len(draft.links))]
        scene = [self._scene_kind(i, pair) for i, pair in enumerate(draft.scene)]
        self.taxonomy = ExampleTaxonomy(
            name="example",
            version="",
            nouns=(*nouns, *(foil for three in foils.values() for foil in three)),
            attribute_kinds=self._attribute_kinds(draft, marks),
            relation_words=tuple({word.phrase: word for pair in links for word in pair}.values()),
            scene_kinds=tuple(scene),
            max_objects=real.max_objects,
            foil_holes={name: tuple(foil.name for foil in three) for name, three in foils.items()},
            other_holes=self._others,
        )
        pairs = [(kind.name, next(iter(kind.phrases))) for kind in scene]
        self.graph: SceneGraph = Draft(draft.structure, nouns, marks, [pair[0] for pair in links], pairs).graph()

    # -- objects

    def _noun(self, i: int, noun: Noun) -> Noun:
        name, plural, sense = (self.holes.hole("noun", i, form) for form in ("name", "plural", "sense"))
        return Noun(name, plural, f"kind {i}", noun.number, sense)

    def _foils(self, i: int, noun: Noun) -> tuple[Noun, ...]:
        hole = self.holes.hole
        return tuple(
            Noun(hole("noun", i, f"foil {j}"), hole("noun", i, f"foils {j}"), noun.kind, noun.number) for j in EACH
        )

    # -- attributes

    def _marks(self, draft: Draft) -> list[list[tuple[str, str]]]:
        """The holes of the attributes; where questions are asked, what coincides in the draft coincides here."""
        first: dict[tuple[str, ...], int] = {}
        found, n = [], 0
        for i, pairs in enumerate(draft.marks):
            holes = []
            for kind, value in pairs:
                same = first.setdefault((kind,), n) if self.ask else n
                alike = first.setdefault((kind, value), n) if self.ask else n
                name, word = self.holes.hole("mark", same, "kind"), self.holes.hole("mark", alike, "value")
                others = tuple(
                    self.holes.hole("mark", n, f"other {j}") for j in range(self._foils_of(kind, value, draft, i))
                )
                self._others[name, word, f"kind {i}"] = others
                holes.append((name, word))
                n += 1
            found.append(holes)
        return found

    def _foils_of(self, kind: str, value: str, draft: Draft, i: int) -> int:
        return attribute_trait(self.real, kind, value, draft.nouns[i].kind)[1] if self.ask else FOILS

    def _attribute_kinds(self, draft: Draft, marks: list[list[tuple[str, str]]]) -> tuple[AttributeKind, ...]:
        """The kinds in an order that agrees with the order of the attributes of each object."""
        real = {name: kind for pairs, holes in zip(draft.marks, marks, strict=True)
                for (kind, _), (name, _) in zip(pairs, holes, strict=True)}  # fmt: skip
        values: dict[str, list[str]] = {name: [] for name in real}
        for (name, word, _), others in self._others.items():
            if name in values:
                values[name] += [word, *others]
        order = self.real.attribute_place
        return tuple(
            AttributeKind(
                name,
                tuple(dict.fromkeys(values[name])),
                self.real.attribute_kind[real[name]].exclusive,
                self._question(name, frame(self.real.attribute_kind[real[name]].question)[1]),
            )
            for name in sorted(real, key=lambda name: order[real[name]])
        )

    def _question(self, name: str, verb: str) -> str:
        """The question of an attribute kind, holes before and behind its verb and the thing."""
        word = (self.holes.place(name) - self.holes.starts["mark"]) // (len(SECTIONS["mark"]) * len(TURNS))
        before, behind = (self.holes.hole("mark", word, form) for form in ("before", "behind"))
        return f"{before}{verb} {{the}}{behind}" if verb else f"{before}{{the}}{behind}"

    # -- relations

    def _link(self, links: list[RelationWord], i: int) -> tuple[RelationWord, ...]:
        """A relation word and, where it has one, its opposite."""
        word = links[i]
        first = next(n for n, other in enumerate(links) if other.phrase == word.phrase)
        phrase, kind = (self.holes.hole("link", first, form) for form in ("phrase", "kind"))
        opposite = None if word.opposite is None else self.holes.hole("link", first, "opposite")
        fit = "smaller" if one_way(word) else ""
        found = RelationWord(phrase, kind, opposite, form=word.form, fit=fit, **self._verbs(word, first, ""))
        if opposite is None:
            return (found,)
        other = self.real.relation[word.opposite or ""]
        return found, RelationWord(opposite, kind, phrase, form=other.form, **self._verbs(other, first, "opposite "))

    def _verbs(self, word: RelationWord, first: int, which: str) -> dict[str, str]:
        return {
            form: self.holes.hole("link", first, which + form) for form in ("plural", "base") if getattr(word, form)
        }

    # -- scene attributes

    def _scene_kind(self, i: int, pair: tuple[str, str]) -> SceneKind:
        hole = self.holes.hole
        name, value, phrase, question = (hole("scene", i, form) for form in ("kind", "value", "phrase", "question"))
        count = scene_trait(self.real, *pair) if self.ask else FOILS
        others = {hole("scene", i, f"other {j}"): hole("scene", i, f"other phrase {j}") for j in range(count)}
        self._others[name, value, ""] = tuple(others)
        return SceneKind(name, {value: phrase, **others}, question)


class ExampleTaxonomy(Taxonomy):
    """A taxonomy whose wrong answers are holes as well."""

    def __init__(
        self,
        *,
        foil_holes: Mapping[str, tuple[str, ...]],
        other_holes: Mapping[tuple[str, str, str], tuple[str, ...]],
        **words: Any,
    ) -> None:
        super().__init__(**words)
        object.__setattr__(self, "_foil_holes", foil_holes)
        object.__setattr__(self, "_other_holes", other_holes)

    def foils(self, name: str) -> tuple[str, ...]:
        """The holes for the foils of an object."""
        found: tuple[str, ...] = self.__dict__["_foil_holes"][name]
        return found

    def other_values(self, kind: str, value: str, thing: str = "") -> tuple[str, ...]:
        """The holes for other values of an attribute."""
        found: tuple[str, ...] = self.__dict__["_other_holes"][kind, value, thing]
        return found

    def other_scenes(self, kind: str, value: str) -> tuple[str, ...]:
        """The holes for other values of a scene attribute."""
        found: tuple[str, ...] = self.__dict__["_other_holes"][kind, value, ""]
        return found
