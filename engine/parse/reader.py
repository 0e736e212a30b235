"""Reader: sentences and fragments, every construction that a caption can have, read with backtracking.

Try it: `python cli.py parse "We see a red dog above a cat. In the scene is also an owl."`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.caption.lexicon import Pair, Words
from engine.errors import GraphError
from engine.graph import Attribute, Relation, SceneGraph, attribute_element, relation_element, scene_element
from engine.parse.scanner import TooLong
from engine.parse.state import Known, State
from engine.parse.things import Things
from engine.taxonomy import RelationWord

Step = tuple[int, State]
SCENE = ("the scene is also", "the scene is", "all of this is", "here the scene is")
INTRODUCTIONS = (
    "there is also", "there are also", "there is", "there are", "we also see", "we see", "here we see",
    "the image also shows", "the image shows", "also in the scene is", "also in the scene are", "in the scene is",
    "in the scene are",
)  # fmt: skip
OPENINGS = ("in this scene ,", "here ,")


def _split(literals: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(literal.split()) for literal in literals)


_SCENE, _INTRODUCTIONS, _OPENINGS = map(_split, (SCENE, INTRODUCTIONS, OPENINGS))


class Reader(Things):
    """Yields readings; `sentence` and `fragment` read one piece, `readings` puts pieces together."""

    def readings(self, piece: Callable[[int, State], Iterator[Step]]) -> Iterator[tuple[State, SceneGraph]]:
        """Every reading of the whole text; the first `GraphError` is raised when there is no other."""
        trouble: GraphError | None = None
        found = False
        pending: list[Iterator[Step]] = [iter([(0, State())])]
        try:
            while pending:
                step = next(pending[-1], None)
                if step is None:
                    pending.pop()
                elif step[0] < self.end:
                    pending.append(piece(*step))
                else:
                    try:
                        graph = step[1].graph()
                    except GraphError as error:
                        trouble = trouble or error
                    else:
                        found = True
                        yield step[1], graph
        except TooLong:
            pass
        if trouble is not None and not found:
            raise trouble

    # -- sentences

    def sentence(self, at: int, state: State) -> Iterator[Step]:
        """Up to and with its full stop."""
        for start, here in self._opened(at, state):
            for end, after in self._core(start, here):
                if self.peek(end) == ".":
                    yield end + 1, after
                else:
                    self.fail(end, "“.”")

    def _opened(self, at: int, state: State) -> Iterator[Step]:
        """What may stand before a sentence."""
        if self.starts(at, "in", "a", "scene", "that", "is"):
            for end, after in self._scene_list(at + 5, state):
                if self.peek(end) == ",":
                    yield end + 1, after
        for words in _OPENINGS:
            if self.starts(at, *words):
                yield at + len(words), state
        yield at, state

    def _core(self, at: int, state: State) -> Iterator[Step]:
        for end, after in self._clause(at, state):
            yield end, after
            if self.peek(end) == "," and self.peek(end + 1) in ("while", "and"):
                yield from self._clause(end + 2, after)

    def _clause(self, at: int, state: State) -> Iterator[Step]:
        for words in _SCENE:
            if self.starts(at, *words):
                yield from self._scene_list(at + len(words), state)
                break
        if self.peek(at) == "the":
            yield from self._scene_kind(at, state)
        for words in _INTRODUCTIONS:
            if self.starts(at, *words):
                yield from self._introduced(at + len(words), state)
                return
        if self.any(self.lexicon.phrases, at):
            yield from self._fronted(at, state)
        for end, after, subject in self.thing(at, state):
            yield from self._verb_phrase(end, after, subject, at)

    def _fronted(self, at: int, state: State) -> Iterator[Step]:
        """`Above a cat is a dog`."""
        for middle, word in self.meanings(self.lexicon.phrases, at):
            for verb, half, target in self.thing(middle, state):
                if self.peek(verb) not in ("is", "are"):
                    continue
                for end, after, source in self.thing(verb + 1, half):
                    link = Relation(source.id, target.id, word.kind, word.phrase)
                    yield end, self._linked(after, link, at, end)

    def _introduced(self, at: int, state: State) -> Iterator[Step]:
        """What follows "there is": one thing and what it does, or a list of things."""
        for end, after in self.counted(at, state):
            yield from self._more_things(end, after)
        if self._number(at) is not None:
            return
        for end, after, thing in self.thing(at, state):
            if self.peek(end) == "that":
                yield from self._verb_phrase(end + 1, after, thing, at)
            elif self.any(self.lexicon.phrases, end):
                yield from self._predicates(end, after, thing, at, form="is")
            yield from self._more_things(end, after)

    def _more_things(self, at: int, state: State) -> Iterator[Step]:
        if self.peek(at) in (",", "and"):
            for end, after in self.counted(at + 1, state):
                yield from self._more_things(end, after)
            if self._number(at + 1) is None:
                for end, after, _ in self.thing(at + 1, state):
                    yield from self._more_things(end, after)
        yield at, state

    # -- what is said of a thing

    def _verb_phrase(self, at: int, state: State, subject: Known, start: int, *, one: bool = False) -> Iterator[Step]:
        """`is above a cat and behind a tree`, `chases a cat`; `one` thing only in a relative clause."""
        word = self.peek(at)
        if word in ("is", "are"):
            here = at + 2 if self.peek(at + 1) == "also" else at + 1
            yield from self._predicates(here, state, subject, start, form="is", one=one)
        here = at + 1 if word == "also" else at
        if self.any(self._verbs(subject), here):
            yield from self._predicates(here, state, subject, start, form="clause", one=one)
        elif word not in ("is", "are"):
            verbs = self._verbs(subject)
            self.fail(at, "“is” or a verb" if verbs.meanings else "“is”", verbs)

    def _verbs(self, subject: Known) -> Words[RelationWord]:
        return self.lexicon.plural_verbs if subject.many else self.lexicon.verbs

    def _predicates(
        self, at: int, state: State, subject: Known, start: int, *, form: str, one: bool = False
    ) -> Iterator[Step]:
        """One or more of them, joined by commas and "and"; `form` is `is`, `clause` or `any`."""
        for end, after in self._predicate(at, state, subject, start, form=form, chain=not one):
            if not one and self.peek(end) in (",", "and"):
                yield from self._predicates(end + 1, after, subject, end + 1, form="any")
            yield end, after

    def _predicate(
        self, at: int, state: State, subject: Known, start: int, *, form: str, chain: bool
    ) -> Iterator[Step]:
        found = self._meant(at, subject, form)
        for middle, meaning in found:
            if isinstance(meaning, tuple):
                element = attribute_element(Attribute(subject.id, *meaning))
                yield middle, state.mark(subject, meaning).say((element, (at, middle)))
                continue
            for end, half, target in self.thing(middle, state):
                link = Relation(subject.id, target.id, meaning.kind, meaning.phrase)
                after = self._linked(half, link, start, end)
                if chain and self.peek(end) == "that":
                    yield from self._verb_phrase(end + 1, after, target, middle, one=True)
                yield end, after
        if not found and form != "clause":
            self.fail(at, "a relation", self.lexicon.phrases)

    def _meant(self, at: int, subject: Known, form: str) -> list[tuple[int, RelationWord | Pair]]:
        """What can be said of a subject here, the longest words first."""
        found: list[tuple[int, RelationWord | Pair]] = []
        if form != "clause":
            found.extend((end, word) for end, word in self.meanings(self.lexicon.phrases, at))
        if form in ("is", "any"):
            found.extend((end, word) for end, word in self.meanings(self.lexicon.values, at))
        if form != "is":
            found.extend((end, word) for end, word in self.meanings(self._verbs(subject), at))
        if len(found) > 1:
            found.sort(key=lambda one: -one[0])
        return found

    def _linked(self, state: State, link: Relation, start: int, end: int) -> State:
        return state.link(link).say((relation_element(link), (start, end)))

    # -- the scene

    def _scene_list(self, at: int, state: State) -> Iterator[Step]:
        known = False
        for end, pair in self.meanings(self.lexicon.scenes, at):
            known = True
            after = self._scenic(state, pair, at, end)
            if self.peek(end) in (",", "and"):
                yield from self._scene_list(end + 1, after)
            yield end, after
        if not known:
            self.fail(at, "a setting, weather or style", self.lexicon.scenes)

    def _scene_kind(self, at: int, state: State) -> Iterator[Step]:
        """`The weather of the scene is rain`."""
        for end, kind in self.meanings(self.lexicon.scene_names, at + 1):
            if self.starts(end, "of", "the", "scene", "is"):
                for last, pair in self.meanings(self.lexicon.scene_values[kind], end + 4):
                    yield last, self._scenic(state, pair, end + 4, last)

    def _scenic(self, state: State, pair: tuple[str, str], start: int, end: int) -> State:
        return state.set(pair).say((scene_element(pair[0]), (start, end)))

    # -- fragments

    def fragment(self, at: int, state: State) -> Iterator[Step]:
        """Up to its comma, or to the end."""
        for end, after in self._fragment(at, state):
            if end == self.end:
                yield end, after
            elif self.peek(end) == ",":
                if end + 1 < self.end:
                    yield end + 1, after
            else:
                self.fail(end, "“,”")

    def _fragment(self, at: int, state: State) -> Iterator[Step]:
        for end, pair in self.meanings(self.lexicon.scenes, at):
            yield end, self._scenic(state, pair, at, end)
        yield from self.counted(at, state)
        for end, after, subject in self.bare_thing(at, state):
            yield from self._actions(end, after, subject, at)
            yield end, after

    def _actions(self, at: int, state: State, subject: Known, start: int) -> Iterator[Step]:
        """` above cat and chases owl`."""
        for middle, word in self._meant(at, subject, "bare"):
            if isinstance(word, tuple):
                continue
            for end, half, target in self.bare_thing(middle, state):
                link = Relation(subject.id, target.id, word.kind, word.phrase)
                after = self._linked(half, link, start, end)
                if self.peek(end) == "and":
                    yield from self._actions(end + 1, after, subject, end + 1)
                yield end, after
