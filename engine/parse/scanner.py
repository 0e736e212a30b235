"""Scanner: the words of a text, what they can mean, and the furthest place at which reading stopped.

Try it: `python cli.py parse "A dgo is above a cat."`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import TypeVar

from engine.caption.lexicon import TOKEN, Lexicon, Words
from engine.errors import ParseError, closest, join_or, show

T = TypeVar("T")
MAX_STEPS = 50_000
"""So many words are looked up before a text counts as unreadable."""
FEW = 1000
SWAPPED = 0.95
SPREAD = 0.2
"""How much less like the best a suggestion may be."""


class TooLong(Exception):
    """More steps than any caption takes."""


class Scanner:
    """`words` are lower-case, `places` are their characters; `fail` keeps what was expected furthest to the right.

    With `quoted`, words of the taxonomy are only those in quotation marks.
    """

    def __init__(self, text: str, lexicon: Lexicon, *, quoted: bool = False) -> None:
        self.text, self.lexicon, self.quoted = text, lexicon, quoted
        found = list(TOKEN.finditer(text))
        self.words = [match.group().lower() for match in found]
        self.places = [match.span() for match in found]
        self.end = len(self.words)
        self.steps = 0
        self.failed = -1
        self.expected = ""
        self.table: Words[object] | None = None

    def peek(self, at: int) -> str:
        """The word at a place; empty at the end."""
        return self.words[at] if at < self.end else ""

    def starts(self, at: int, *words: str) -> bool:
        """Whether these words are here."""
        return self.words[at : at + len(words)] == list(words)

    def any(self, table: Words[T], at: int) -> bool:
        """Whether some known phrase begins here."""
        return bool(table.at(self.words, at, quoted=self.quoted))

    def meanings(self, table: Words[T], at: int) -> Iterator[tuple[int, T]]:
        """(place behind it, meaning) of every known phrase here, the longest first, of one length the exact spelling."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise TooLong
        for length, meanings in table.at(self.words, at, quoted=self.quoted):
            if len(meanings) > 1:
                here = self.text[self.places[at][0] : self.places[at + length - 1][1]].strip("“”")
                meanings = sorted(meanings, key=lambda pair: pair[0] != here)
            for _, meaning in meanings:
                yield at + length, meaning

    def fail(self, at: int, expected: str, table: Words[T] | None = None) -> None:
        """Note that something else was expected here; only the furthest place counts, and there the first note."""
        if at > self.failed:
            self.failed, self.expected, self.table = at, expected, table  # type: ignore[assignment]

    def error(self) -> ParseError:
        """What the furthest failure says."""
        at = max(self.failed, 0)
        if at >= self.end:
            return ParseError(f"The caption ends where {self.expected} should follow. Finish the sentence.")
        start = self.places[at][0]
        near = self._near(at) if self.table is not None else ()
        hint = f" Did you mean {join_or(near)}?" if near else ""
        here = show(self.text[start : start + 30])
        return ParseError(f"At character {start + 1}, {here}: {self.expected} was expected.{hint}")

    def _near(self, at: int) -> tuple[str, ...]:
        """The known phrases spelled most like as many words as they have from here, the likest first."""
        assert self.table is not None
        keys = list(self.table.meanings)
        if len(keys) > FEW:
            first = self.words[at][0]
            keys = [key for key in keys if key[0] == first]
        by_length: dict[int, list[str]] = {}
        for key in keys:
            by_length.setdefault(key.count(" ") + 1, []).append(key)
        found: list[tuple[float, str]] = []
        for length, known in by_length.items():
            if length <= self.end - at:
                here = " ".join(self.words[at : at + length])
                short = _shortlist(here, known)
                swapped = [key for key in short if len(key) == len(here) and sorted(key) == sorted(here)]
                found += [(_likeness(here, key), key) for key in {*closest(here, short), *swapped}]
        best = heapq.nlargest(3, found)
        return tuple(self.table.meanings[key][0][0] for ratio, key in best if ratio >= best[0][0] - SPREAD)


def _likeness(here: str, key: str) -> float:
    """From 0 to 1; letters that are only swapped are a slip of the fingers."""
    return SWAPPED if sorted(here) == sorted(key) else SequenceMatcher(None, here, key).ratio()


def _shortlist(here: str, known: list[str]) -> list[str]:
    """Of very many words those that have about the length and some of the letters."""
    if len(known) <= FEW:
        return known
    letters = set(here)
    return [key for key in known if (abs(len(key) - len(here)) <= 3 and len(letters & set(key)) > 2) or key in here]
