"""Text: a caption as it grows, with the characters that say each element.

Try it: `python -c "from engine.caption.text import Text; t = Text(); t.begin(); t.say('a dog', 'o:1'); print(t.caption())"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption; `spans` maps each element id to its (start, end) character ranges, first mention first."""

    text: str
    spans: Mapping[str, tuple[Span, ...]]
    mentions: tuple[str, ...]
    """Object ids in the order of their first mention."""


class Text:
    """Pieces of text, how many characters they have (`at`), and spans; `begin` gives the next piece a capital."""

    __slots__ = ("at", "capital", "mentions", "pieces", "spans")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.at = 0
        self.capital = False
        self.spans: dict[str, list[Span]] = {}
        self.mentions: list[str] = []

    def begin(self) -> None:
        """A new sentence."""
        if self.pieces:
            self.pieces.append(" ")
            self.at += 1
        self.capital = True

    def say(self, words: str, element: str = "") -> None:
        """Add words, which say `element`."""
        if self.capital:
            words = words[0].upper() + words[1:]
            self.capital = False
        start = self.at
        self.pieces.append(words)
        self.at = end = start + len(words)
        if element:
            self.spans.setdefault(element, []).append((start, end))

    def mark(self, start: int, element: str) -> None:
        """What was said from `start` on says `element`."""
        self.spans.setdefault(element, []).append((start, self.at))

    def caption(self) -> Caption:
        """What has been said."""
        spans = {element: tuple(found) for element, found in self.spans.items()}
        return Caption("".join(self.pieces), spans, tuple(self.mentions))
