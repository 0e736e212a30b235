"""Noun phrases: what "a large red dog", "the first dog" or "two dogs" can mean at a place of a text.

Try it: `python -m pytest tests/engine/test_parse.py -q`.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.caption.lexicon import Pair, Words
from engine.graph import Attribute, attribute_element, object_element
from engine.parse.scanner import Scanner
from engine.parse.state import Known, Range, State
from engine.wording import NUMBERS, ORDINALS

Marks = tuple[tuple[Pair, Range], ...]
Found = tuple[int, State, Known]
"""Place behind a noun phrase, what is known then, and the object."""
PLURAL = "plural"


class Things(Scanner):
    """Reads noun phrases; every reading of one is yielded, the likeliest first."""

    def thing(self, at: int, state: State) -> Iterator[Found]:
        """`a dog`, `some water`, `the dog`."""
        word = self.peek(at)
        if word == "the":
            yield from self._known(at, state)
        elif word in ("a", "an", "some"):
            yield from self._new(at, at + 1, state)
        else:
            self.fail(at, "“a”, “an” or “the”")

    def bare_thing(self, at: int, state: State) -> Iterator[Found]:
        """`the dog`, or `dog` where nothing has articles."""
        if self.peek(at) == "the":
            yield from self._known(at, state)
        yield from self._new(at, at, state)

    def counted(self, at: int, state: State) -> Iterator[tuple[int, State]]:
        """`two red dogs`."""
        count = self._number(at)
        if count is None:
            return
        tables = [(at + 1, self.lexicon.plurals)]
        if self.peek(at + 1) in ("portions", "sets") and self.peek(at + 2) == "of":
            tables.append((at + 3, self.lexicon.nouns))
        for here, table in tables:
            for end, marks, name in self._described(here, table, "an object in the plural"):
                found = state
                for _ in range(count):
                    found, known = found.add(name, tuple(pair for pair, _ in marks), None, False)
                    found = _mentioned(found, known, marks, (at, end))
                yield end, found

    def _number(self, at: int) -> int | None:
        word = self.peek(at)
        if word in NUMBERS[2:]:
            return NUMBERS.index(word)
        return int(word) if word.isascii() and word.isdigit() and len(word) <= 2 and int(word) > 20 else None

    def _new(self, start: int, at: int, state: State) -> Iterator[Found]:
        for place, here in self._placed(at):
            for end, marks, name in self._described(here, self.lexicon.nouns, "an object"):
                many = place is None and self.lexicon.numbers.get(name) == PLURAL
                found, known = state.add(name, tuple(pair for pair, _ in marks), place, many)
                yield end, _mentioned(found, known, marks, (start, end)), known

    def _known(self, start: int, state: State) -> Iterator[Found]:
        failure = ""
        for place, at in self._placed(start + 1):
            for end, marks, name in self._described(at, self.lexicon.nouns, "an object"):
                wanted = {pair[1] for pair, _ in marks}
                fitting = [
                    known
                    for known in state.objects
                    if known.name == name
                    and wanted <= {value for _, value in known.marks}
                    and place in (None, known.ordinal)
                ]
                if len(fitting) == 1:
                    known = fitting[0]
                    own = {pair[1]: pair for pair in known.marks}
                    said = tuple((own[pair[1]], span) for pair, span in marks)
                    yield end, _mentioned(state, known, said, (start, end)), known
                else:
                    few = "one object that was mentioned before"
                    failure = failure or ("words that single out one object" if fitting else few)
        if failure:
            self.fail(start + 1, failure)

    def _placed(self, at: int) -> Iterator[tuple[int | None, int]]:
        """Without an ordinal first, then with one."""
        word = self.peek(at)
        ordinal = self._ordinal(word)
        if ordinal is None or self.any(self.lexicon.nouns, at) or self.any(self.lexicon.values, at):
            yield None, at
        if ordinal is not None:
            if self.peek(at + 1) in ("portion", "set") and self.peek(at + 2) == "of":
                yield ordinal, at + 3
            yield ordinal, at + 1

    def _ordinal(self, word: str) -> int | None:
        if word in ORDINALS:
            return ORDINALS.index(word) + 1
        return int(word[:-2]) if word[:1].isdigit() and word[:-2].isdigit() and word[-2:].isalpha() else None

    def _described(self, at: int, nouns: Words[str], what: str) -> Iterator[tuple[int, Marks, str]]:
        """Attributes and a noun: (place behind them, attributes with their places, name), longest words first."""
        found: list[tuple[int, int, Pair | str]] = []
        for end, name in self.meanings(nouns, at):
            found.append((end, 0, name))
        for end, pair in self.meanings(self.lexicon.values, at):
            found.append((end, 1, pair))
        if not found:
            self.fail(at, what, nouns)
        if len(found) > 1:
            found.sort(key=lambda one: (-one[0], one[1]))
        for end, _, meaning in found:
            if isinstance(meaning, str):
                yield end, (), meaning
            else:
                for last, marks, name in self._described(end, nouns, what):
                    yield last, ((meaning, (at, end)), *marks), name


def _mentioned(state: State, known: Known, marks: Marks, span: Range) -> State:
    """Note where the object and its attributes are said."""
    said = [(attribute_element(Attribute(known.id, kind, value)), place) for (kind, value), place in marks]
    return state.say(*said, (object_element(known.id), span))
