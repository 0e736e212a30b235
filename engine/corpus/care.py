"""Care: which drafts have to be described in the ordinary way, because their words collide or coincide.

Captions say it themselves (`engine.caption.awkward`); for questions the answers are those of `engine.questions.awkward`,
word by word and remembered, which a test compares.
Try it: `python -m pytest tests/engine/corpus/test_care.py -q`.
"""

from __future__ import annotations

from typing import Any

from engine.caption.awkward import BEFORE_PHRASES, awkward, edges
from engine.caption.lexicon import CLOSE, OPEN, key_of
from engine.graph import Attribute, Relation
from engine.questions.meant import inside
from engine.sampler.draft import Draft
from engine.taxonomy import FOILS, Taxonomy
from engine.taxonomy.foils import book

Set = frozenset[str | None]


class _View:
    """A draft as far as `awkward` looks at a graph, not validated; objects are called by their places."""

    __slots__ = ("attributes", "attributes_of", "names", "relations", "scene_attributes")

    def __init__(self, draft: Draft) -> None:
        self.names: Any = {i: noun.name for i, noun in enumerate(draft.nouns)}
        self.attributes_of: Any = {
            i: [Attribute("", kind, value) for kind, value in pairs] for i, pairs in enumerate(draft.marks)
        }
        self.attributes: Any = [mark for marks in self.attributes_of.values() for mark in marks]
        self.relations: Any = [
            Relation(s, t, word.kind, word.phrase)  # type: ignore[arg-type]
            for (s, t), word in zip(draft.structure.arcs, draft.links, strict=True)
        ]
        self.scene_attributes = draft.scene


class Care:
    """What is remembered of the words of one taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.book, self.edges = book(taxonomy), edges(taxonomy)
        self._inside = self.edges.inside
        self._words: dict[str, tuple[str, str, bool]] = {}
        self._nouns: dict[str, bool] = {}
        self._phrases: dict[str, tuple[str, bool]] = {}
        self._scenes: dict[tuple[str, str], bool] = {}
        self._foils: dict[str, tuple[Set, Set, Set, Set, tuple[str, ...]]] = {}

    def collides(self, draft: Draft) -> bool:
        """Whether a template would not do for the caption: words side by side could be read in another way."""
        if _repeated(draft):
            return True
        if self._clear(draft):
            return False
        view: Any = _View(draft)
        return awkward(view, self.taxonomy)

    def coincides(self, draft: Draft) -> bool:
        """Whether a sheet would not do for the questions: a word could mean another's thing, or a wrong answer be right."""
        if _repeated(draft):
            return True
        names = [noun.name for noun in draft.nouns]
        return self._mean_each_other(names) or self._marks_coincide(draft) or self._links_coincide(draft, names)

    # -- captions

    def _clear(self, draft: Draft) -> bool:
        """Whether `awkward` need not be asked at all: no word of the draft has anything in it that it looks for."""
        word, inside_words = self._word, self._inside
        ends: list[str] = []
        for noun, pairs in zip(draft.nouns, draft.marks, strict=True):
            first, last, sure = word(noun.name)
            if not sure:
                return False
            ends.append(last)
            head = first
            for _, value in reversed(pairs):
                start, end, sure = word(value)
                if not sure or end in (first, head) or (self._nouns[value] and self._acts((first, head), noun.name)):
                    return False
                if f"{end} {first}" in inside_words or (first is not head and f"{end} {head}" in inside_words):
                    return False
                first = start
        for (source, _), link in zip(draft.structure.arcs, draft.links, strict=True):
            start, plain = self._phrases.get(link.phrase) or self._phrase(link.phrase)
            last = ends[source]
            if not plain or last == start or f"{last} {start}" in inside_words:
                return False
            if link.plural and draft.nouns[source].number == "plural":
                return False
        return all(self._scenes.get(pair) or self._scene(pair) for pair in draft.scene)

    def _word(self, text: str) -> tuple[str, str, bool]:
        """First and last token of a noun or attribute, and whether it is harmless by itself."""
        found = self._words.get(text)
        if found is None:
            edge, about = self.edges.of(text), self.edges
            sure = not (edge.risky or edge.last in about.tails or edge.first in about.scene_starts or about.hostile)
            found = self._words[text] = edge.first, edge.last, sure
            self._nouns[text] = edge.noun > 0
        return found

    def _acts(self, following: tuple[str, str], name: str) -> bool:
        """Whether an attribute that is a noun as well could be the one who does what a word behind it says."""
        about = self.edges
        actions = any(word in about.actions or word in about.plural_actions for word in following)
        return actions or (not about.of(name).second and about.ends_badly(name))

    def _phrase(self, text: str) -> tuple[str, bool]:
        edge, about = self.edges.of(text), self.edges
        plain = edge.first not in BEFORE_PHRASES and OPEN not in text and CLOSE not in text
        found = self._phrases[text] = edge.first, plain and key_of(text) not in about.longer
        return found

    def _scene(self, pair: tuple[str, str]) -> bool:
        phrase = self.taxonomy.scene_kind[pair[0]].phrases[pair[1]]
        found = self._scenes[pair] = key_of(phrase) not in self.edges.bad_scenes
        return found

    # -- questions

    def _mean_each_other(self, names: list[str]) -> bool:
        known = [self._foils.get(name) or self._foil(name) for name in names]
        owns: set[str | None] = set()
        above: set[str | None] = set()
        firsts, size = set(), 0
        for own, line, _, _, foils in known:
            if len(foils) < FOILS:
                return True
            owns |= own
            above |= line
            size += len(own)
            firsts.add(foils[0])
        if len(owns) < size or len(firsts) < len(names):
            return True
        return any(
            len(line & owns) != len(own) or not (theirs.isdisjoint(above) and higher.isdisjoint(owns))
            for own, line, theirs, higher, _ in known
        )

    def _foil(self, name: str) -> tuple[Set, Set, Set, Set, tuple[str, ...]]:
        """Of a name its own meanings and those above; of its first foil the same; and its foils."""
        own, above = self.book.line(name)
        foils = self.taxonomy.foils(name)
        theirs, higher = self.book.line(foils[0]) if foils else (frozenset(), frozenset())
        found = self._foils[name] = own, above, theirs, higher, foils
        return found

    def _marks_coincide(self, draft: Draft) -> bool:
        taxonomy, seen = self.taxonomy, list[tuple[str, str, int]]()
        for i, (noun, pairs) in enumerate(zip(draft.nouns, draft.marks, strict=True)):
            for kind, value in pairs:
                if inside(value, noun.name) or inside(noun.name, value):
                    return True
                others = (
                    taxonomy.other_values(kind, value, noun.kind) if taxonomy.attribute_kind[kind].exclusive else ()
                )
                if others and inside(others[0], noun.name):
                    return True
                seen.append((kind, value, i))
        return len(seen) > 1 and any(
            a[0] == b[0] and a[1] != b[1] and self._clash(draft, a, b[1]) for a in seen for b in seen if a is not b
        )

    def _clash(self, draft: Draft, mark: tuple[str, str, int], other: str) -> bool:
        """Whether the value of another object is not plainly false of this one."""
        kind, value, i = mark
        noun = draft.nouns[i]
        if not self.taxonomy.attribute_kind[kind].exclusive:
            return False
        fits = self.taxonomy.fits(noun, kind, other)
        return not fits or not self.book.apart(kind, value, other) or inside(other, noun.name)

    def _links_coincide(self, draft: Draft, names: list[str]) -> bool:
        for (s, t), word in zip(draft.structure.arcs, draft.links, strict=True):
            source, target, phrase = names[s], names[t], word.phrase
            if inside(source, phrase, target) or inside(target, phrase, source):
                return True
            if word.opposite is not None and word.opposite not in self.taxonomy.relation:
                return True
        return False


def _repeated(draft: Draft) -> bool:
    return len({noun.name for noun in draft.nouns}) < len(draft.nouns)
