"""Held-out combinations: which pairs of words training never sees, so that a test can ask for them (CLEVR's CoGenT).

A pair is an object with an attribute value, or an object with a relation that it begins; every word by itself is seen.
Try it: `python cli.py generate --count 5 --held-out 0.1 --split test --seed 1`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.errors import ConstraintError, show
from engine.graph import SceneGraph

SPLITS = ("train", "test")
WordPair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """`share` of all pairs is held out, chosen by their spelling and `seed`; a scene of `split` test has one of them.

    A scene of split train has none. Raises `ConstraintError` for a share that is not between 0 and 1, or another split.
    """

    split: str
    share: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ConstraintError(f"{show(self.split)} is not a split. Choose {' or '.join(SPLITS)}.")
        if not 0 < self.share < 1:
            raise ConstraintError(f"A share of {self.share} cannot be held out. Give a number between 0 and 1.")

    def holds_out(self, pair: WordPair) -> bool:
        """Whether this pair is kept from training."""
        place = zlib.crc32(f"{self.seed}\x1f{pair[0]}\x1f{pair[1]}".encode())
        return place < self.share * 2**32

    def accepts(self, pairs: Iterable[WordPair]) -> bool:
        """Whether a scene with these pairs belongs to the split."""
        return any(map(self.holds_out, pairs)) == (self.split == "test")


def pairs_of(graph: SceneGraph) -> Iterator[WordPair]:
    """The pairs of a graph: (name, attribute value) and (name of the source, relation phrase)."""
    for mark in graph.attributes:
        yield graph.names[mark.object], mark.value
    for link in graph.relations:
        yield graph.names[link.source], link.phrase
