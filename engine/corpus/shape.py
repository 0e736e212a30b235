"""The shape of a draft: all that its line depends on beside the words themselves, and an example scene of that shape.

The example's words are single Hangul syllables, so that a line written about it can be cut where words belong.
Try it: `python -m pytest tests/engine/corpus -q`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from engine.graph import SceneGraph
from engine.sampler.draft import Draft
from engine.taxonomy import FOILS, AttributeKind, Noun, RelationWord, SceneKind, Taxonomy

FIRST_HOLE = 0xAC00
"""Hangul syllables: letters of one printable character each, and there are eleven thousand of them."""
Getter = Callable[[Draft], str]


def shape(draft: Draft, taxonomy: Taxonomy) -> Hashable:
    """What two drafts must share for their lines to differ in words alone.

    The structure; how each noun is counted; which attributes have the same kind or value; what each relation word is
    like and which are the same; how many scene attributes there are.
    """
    pairs = [pair for marks in draft.marks for pair in marks]
    about, links = taxonomy.attribute_kind, draft.links
    return (
        draft.structure,
        tuple([(noun.number, noun.sense is None) for noun in draft.nouns]),
        tuple([about[kind].exclusive for kind, _ in pairs]),
        _pattern([kind for kind, _ in pairs]) if len(pairs) > 1 else None,
        _pattern(pairs) if len(pairs) > 1 else None,
        tuple([(word.form, word.opposite is None) for word in links]),
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
    """Hands out characters, one for each different thing to fill in; `getters[i]` finds what goes into the i-th."""

    def __init__(self) -> None:
        self.getters: list[Getter] = []
        self._known: dict[Hashable, str] = {}

    def hole(self, key: Hashable, getter: Getter) -> str:
        """The character for `key`, always the same one."""
        if key not in self._known:
            self._known[key] = chr(FIRST_HOLE + len(self.getters))
            self.getters.append(getter)
        return self._known[key]


class Example:
    """A scene of the shape of a draft, and a taxonomy of its words, with holes in the place of all words."""

    def __init__(self, draft: Draft, real: Taxonomy) -> None:
        self.real, self.holes = real, Holes()
        self._first: dict[Hashable, tuple[int, int]] = {}
        self._others: dict[tuple[str, str, str], tuple[str, ...]] = {}
        nouns = [self._noun(i, noun) for i, noun in enumerate(draft.nouns)]
        self._foils = {noun.name: tuple(self._foil(i, noun, j) for j in range(FOILS)) for i, noun in enumerate(nouns)}
        marks = [[self._pair(draft, i, k) for k in range(len(marks))] for i, marks in enumerate(draft.marks)]
        links = [self._link(draft, i) for i in range(len(draft.links))]
        scene = [self._scene_kind(i) for i in range(len(draft.scene))]
        self.taxonomy = ExampleTaxonomy(
            name="example",
            version="",
            nouns=(*nouns, *(foil for foils in self._foils.values() for foil in foils)),
            attribute_kinds=self._attribute_kinds(draft, marks),
            relation_words=tuple({word.phrase: word for pair in links for word in pair}.values()),
            scene_kinds=tuple(scene),
            foil_names={name: tuple(foil.name for foil in foils) for name, foils in self._foils.items()},
            others=self._others,
        )
        pairs = [(kind.name, next(iter(kind.phrases))) for kind in scene]
        self.graph: SceneGraph = Draft(draft.structure, nouns, marks, [pair[0] for pair in links], pairs).graph()

    # -- objects

    def _noun(self, i: int, noun: Noun) -> Noun:
        hole = self.holes.hole
        name = hole(("name", i), lambda d: d.nouns[i].name)
        plural = hole(("plural", i), lambda d: d.nouns[i].plural)
        sense = None if noun.sense is None else hole(("sense", i), lambda d: d.nouns[i].sense or "")
        return Noun(name, plural, f"kind {i}", noun.number, sense)

    def _foil(self, i: int, noun: Noun, j: int) -> Noun:
        real, hole = self.real, self.holes.hole
        name = hole(("foil", i, j), lambda d: real.foils(d.nouns[i].name)[j])
        plural = hole(("foils", i, j), lambda d: real.noun[real.foils(d.nouns[i].name)[j]].plural)
        return Noun(name, plural, noun.kind, noun.number)

    # -- attributes

    def _pair(self, draft: Draft, i: int, k: int) -> tuple[str, str]:
        """The holes of one attribute; attributes that coincide in the draft have the same ones."""
        real, hole = self.real, self.holes.hole
        kind, value = draft.marks[i][k]
        a, b = self._first.setdefault(("kind", kind), (i, k))
        c, d = self._first.setdefault(("value", kind, value), (i, k))
        name = hole(("kind", a, b), lambda x: x.marks[a][b][0])
        word = hole(("value", c, d), lambda x: x.marks[c][d][1])

        def other(x: Draft, j: int) -> str:
            return real.other_values(*x.marks[i][k], x.nouns[i].kind)[j]

        self._others[name, word, f"kind {i}"] = tuple(
            hole(("other", i, k, j), lambda x, j=j: other(x, j)) for j in range(FOILS)
        )
        return name, word

    def _attribute_kinds(self, draft: Draft, marks: list[list[tuple[str, str]]]) -> tuple[AttributeKind, ...]:
        """The kinds in an order that agrees with the order of the attributes of each object."""
        values: dict[str, list[str]] = {}
        real: dict[str, str] = {}
        for i, pairs in enumerate(marks):
            for k, (kind, value) in enumerate(pairs):
                values.setdefault(kind, []).extend((value, *self._others[kind, value, f"kind {i}"]))
                real[kind] = draft.marks[i][k][0]
        place = self.real.attribute_place
        return tuple(
            AttributeKind(
                kind,
                tuple(dict.fromkeys(values[kind])),
                self.real.attribute_kind[real[kind]].exclusive,
                self._question(
                    kind, *next((i, k) for i, p in enumerate(marks) for k, x in enumerate(p) if x[0] == kind)
                ),
            )
            for kind in sorted(values, key=lambda kind: place[real[kind]])
        )

    def _question(self, kind: str, i: int, k: int) -> str:
        """The question of an attribute kind, holes before and behind `is {the}`."""
        about, hole = self.real.attribute_kind, self.holes.hole
        before = hole(("before", kind), lambda d: about[d.marks[i][k][0]].question.partition(" is {the}")[0])
        behind = hole(("behind", kind), lambda d: about[d.marks[i][k][0]].question.partition(" is {the}")[2])
        return f"{before} is {{the}}{behind}"

    # -- relations

    def _link(self, draft: Draft, i: int) -> tuple[RelationWord, ...]:
        """A relation word and, where it has one, its opposite."""
        word, hole = draft.links[i], self.holes.hole
        first = next(n for n, other in enumerate(draft.links) if other.phrase == word.phrase)
        phrase, plural, base, kind = (
            hole((part, first), _part(first, part)) if getattr(word, part) else ""
            for part in ("phrase", "plural", "base", "kind")
        )
        opposite = None if word.opposite is None else hole(("opposite", first), _part(first, "opposite"))
        found = RelationWord(phrase, kind, opposite, form=word.form, plural=plural, base=base)
        return (found,) if opposite is None else (found, self._opposite(word, first, opposite, phrase, kind))

    def _opposite(self, word: RelationWord, first: int, opposite: str, phrase: str, kind: str) -> RelationWord:
        relation, hole = self.real.relation, self.holes.hole
        other = relation[word.opposite or ""]
        plural, base = (
            hole(("opposite", part, first), lambda d, part=part: getattr(relation[d.links[first].opposite or ""], part))
            if getattr(other, part)
            else ""
            for part in ("plural", "base")
        )
        return RelationWord(opposite, kind, phrase, form=other.form, plural=plural, base=base)

    # -- scene attributes

    def _scene_kind(self, i: int) -> SceneKind:
        about, real, hole = self.real.scene_kind, self.real, self.holes.hole
        name = hole(("scene kind", i), lambda d: d.scene[i][0])
        value = hole(("scene", i), lambda d: d.scene[i][1])
        phrases = {value: hole(("scene phrase", i), lambda d: about[d.scene[i][0]].phrases[d.scene[i][1]])}
        for j in range(FOILS):
            other = hole(("other scene", i, j), lambda d, j=j: real.other_scenes(*d.scene[i])[j])
            phrases[other] = hole(
                ("other phrase", i, j), lambda d, j=j: about[d.scene[i][0]].phrases[real.other_scenes(*d.scene[i])[j]]
            )
        self._others[name, value, ""] = tuple(phrases)[1:]
        return SceneKind(name, phrases, hole(("scene question", i), lambda d: about[d.scene[i][0]].question))


def _part(i: int, part: str) -> Getter:
    return lambda d: str(getattr(d.links[i], part))


class ExampleTaxonomy(Taxonomy):
    """A taxonomy whose wrong answers are holes as well."""

    def __init__(
        self,
        *,
        foil_names: dict[str, tuple[str, ...]],
        others: dict[tuple[str, str, str], tuple[str, ...]],
        **words: object,
    ) -> None:
        super().__init__(**words)  # type: ignore[arg-type]
        object.__setattr__(self, "_foil_holes", foil_names)
        object.__setattr__(self, "_other_holes", others)

    def foils(self, name: str) -> tuple[str, ...]:
        """The holes for the foils of an object."""
        found: dict[str, tuple[str, ...]] = self.__dict__["_foil_holes"]
        return found[name]

    def other_values(self, kind: str, value: str, thing: str = "") -> tuple[str, ...]:
        """The holes for other values of an attribute."""
        found: dict[tuple[str, str, str], tuple[str, ...]] = self.__dict__["_other_holes"]
        return found[kind, value, thing]

    def other_scenes(self, kind: str, value: str) -> tuple[str, ...]:
        """The holes for other values of a scene attribute."""
        found: dict[tuple[str, str, str], tuple[str, ...]] = self.__dict__["_other_holes"]
        return found[kind, value, ""]
