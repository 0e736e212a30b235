"""Care: which drafts have to be described in the ordinary way, because their words collide or coincide.

The same answers as `engine.caption.awkward` and `engine.questions.awkward`, word by word and remembered; a test says so.
Try it: `python -m pytest tests/engine/corpus/test_care.py -q`.
"""

from __future__ import annotations

from engine.caption.awkward import edges
from engine.caption.lexicon import tokens
from engine.questions.meant import inside
from engine.sampler.draft import Draft
from engine.taxonomy import FOILS, RelationWord, Taxonomy
from engine.taxonomy.foils import book

Set = frozenset[str | None]


class Care:
    """What is remembered of the words of one taxonomy."""

    def __init__(self, taxonomy: Taxonomy, *, ask: bool) -> None:
        self.taxonomy, self.ask = taxonomy, ask
        self.edges, self.book = edges(taxonomy), book(taxonomy)
        self._names: dict[str, tuple[str, str, bool]] = {}
        self._phrases: dict[str, tuple[str, bool, frozenset[str] | None]] = {}
        self._foils: dict[str, tuple[Set, Set, Set, Set, tuple[str, ...]]] = {}

    def needed(self, draft: Draft) -> bool:
        """Whether a template would not do for this draft."""
        names = [noun.name for noun in draft.nouns]
        if len(set(names)) < len(names):
            return True
        return self._collide(draft) or (self.ask and self._coincide(draft, names))

    # -- captions

    def _collide(self, draft: Draft) -> bool:
        """Words side by side that could be cut elsewhere."""
        about, inside_words = self.edges, self.edges.inside
        firsts, lasts = about.scene_ends if draft.scene else (frozenset[str](), frozenset[str]())
        begins = ends = False
        starts, closes = [], []
        for noun, pairs in zip(draft.nouns, draft.marks, strict=True):
            first, last, bad = self._names.get(noun.name) or self._name(noun.name)
            if bad or (pairs and self._marks_collide([value for _, value in pairs], noun.name)):
                return True
            first = about.of(pairs[0][1]).first if pairs else first
            starts.append(first)
            closes.append(last)
            begins, ends = begins or first in firsts, ends or last in lasts
        if begins and ends:
            return True
        for (source, target), word in zip(draft.structure.arcs, draft.links, strict=True):
            for said in (word.phrase, word.plural) if draft.nouns[source].number == "plural" else (word.phrase,):
                first, risky, more = self._phrases.get(said) or self._phrase(said, word)
                if risky or f"{closes[source]} {first}" in inside_words:
                    return True
                if more and not more.isdisjoint([starts[target], *self._first_words(draft, target)]):
                    return True
        return any(self._scene_collides(kind, value) for kind, value in draft.scene)

    def _name(self, name: str) -> tuple[str, str, bool]:
        edge = self.edges.of(name)
        found = self._names[name] = edge.first, edge.last, edge.risky or self.edges.goes_on(name)
        return found

    def _marks_collide(self, values: list[str], name: str) -> bool:
        about = self.edges
        for i, value in enumerate(values):
            if about.of(value).risky or about.collide(value, name):
                return True
            if any(about.collide(value, other) for j, other in enumerate(values) if i != j):
                return True
        return False

    def _phrase(self, said: str, word: RelationWord) -> tuple[str, bool, frozenset[str] | None]:
        """First token of a phrase, whether it is risky in itself, and the tokens that would lead on from it."""
        about = self.edges
        if not said:
            found: tuple[str, bool, frozenset[str] | None] = "", False, None
        else:
            edge, key = about.of(said), " ".join(tokens(said))
            alike = about.lexicon.plural_verbs.meanings.get(key, ()) if said == word.plural else ()
            found = edge.first, edge.risky or len(alike) > 1, about.longer.get(key)
        self._phrases[said] = found
        return found

    def _first_words(self, draft: Draft, target: int) -> list[str]:
        about = self.edges
        return [about.of(draft.nouns[target].name).first, *(about.of(v).first for _, v in draft.marks[target])]

    def _scene_collides(self, kind: str, value: str) -> bool:
        bad = self.edges.bad_scenes
        return bool(bad) and " ".join(tokens(self.taxonomy.scene_kind[kind].phrases[value])) in bad

    # -- questions

    def _coincide(self, draft: Draft, names: list[str]) -> bool:
        """A word that could mean another's thing, or a wrong answer that could be right."""
        return self._mean_each_other(names) or self._marks_coincide(draft) or self._links_coincide(draft, names)

    def _mean_each_other(self, names: list[str]) -> bool:
        known = [self._foils.get(name) or self._foil(name) for name in names]
        owns: Set = frozenset().union(*(own for own, *_ in known))
        above: Set = frozenset().union(*(line for _, line, *_ in known))
        if len(owns) != sum([len(own) for own, *_ in known]):
            return True
        if any(len(line & owns) != len(own) for own, line, *_ in known):
            return True
        foils = [foil for *_, three in known for foil in three]
        if len(set(foils)) != FOILS * len(names):
            return True
        return any(not (own.isdisjoint(above) and line.isdisjoint(owns)) for _, _, own, line, _ in known)

    def _foil(self, name: str) -> tuple[Set, Set, Set, Set, tuple[str, ...]]:
        """Of a name its own meanings and those above; of its foils the same, together."""
        own, above = self.book.line(name)
        foils = self.taxonomy.foils(name)
        lines = [self.book.line(foil) for foil in foils]
        theirs: Set = frozenset().union(*(line[0] for line in lines))
        higher: Set = frozenset().union(*(line[1] for line in lines))
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
