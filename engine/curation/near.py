"""Near-duplicates: pictures that look alike by a difference hash, and pictures of equal graphs.

dHash compares neighbours on 9 x 8 grey pixels, 64 bits; it sees shapes, hardly colours. Try it:
`python -c "from engine.store import open_store; from engine.curation import *; print(near(open_store(), Filter()))"`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from engine.curation.filter import Filter
from engine.store import Store


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures that are alike; `keep` is the one to keep (best score, then lowest id), `others` are the rest."""

    keep: str
    others: tuple[str, ...]


def dhash(image: Image.Image) -> int:
    """64 bits: whether each of 8 x 8 grey pixels is darker than its right neighbour."""
    raise NotImplementedError


def near(
    store: Store,
    filter: Filter,
    *,
    distance: int = 4,
    same_scene: bool = True,
    on_step: Callable[[int, int], None] | None = None,
) -> tuple[Group, ...]:
    """Groups of pictures whose hashes differ in at most `distance` bits (0..16), largest first.

    With `same_scene` only pictures of equal graphs are compared. Hashes are kept, so that it is slow only once; files that
    are gone are left out. Raises `FormatError` for a distance out of range.
    """
    raise NotImplementedError


def same_graph(store: Store, filter: Filter) -> tuple[Group, ...]:
    """Groups of pictures of equal graphs, however their objects are named, largest first."""
    raise NotImplementedError
