"""Near-duplicates: pictures that look alike by a difference hash, and pictures of equal graphs.

dHash compares neighbours on 9 x 8 grey pixels, 64 bits; it sees shapes, hardly colours. Try it:
`python -c "from engine.store import open_store; from engine.curation import *; print(near(open_store(), Filter()))"`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image
from sqlalchemy import bindparam, update
from sqlmodel import col

from engine.curation.facts import Told, refresh
from engine.curation.filter import Filter
from engine.curation.query import columns, wanted
from engine.errors import FormatError, StoreError, show
from engine.store import Store
from engine.store.sets import chunks
from engine.store.tables import FactsRow, PictureRow

BITS, FARTHEST = 64, 16
AT_ONCE = 2_048
"""Pictures whose distances to all of their bucket are in memory at once."""
GONE = ""
"""The fingerprint of a file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures that are alike; `keep` is the one to keep (best score, then lowest id), `others` are the rest."""

    keep: str
    others: tuple[str, ...]


class _Print(NamedTuple):
    """A picture with what it is compared by."""

    picture: str
    graph_hash: str
    score: float | None
    fingerprint: str | None


def dhash(image: Image.Image) -> int:
    """64 bits: whether each of 8 x 8 grey pixels is darker than its right neighbour, row by row, the first one highest.

    Of a picture of any size and mode, scaled to 9 x 8; after Krawetz, "Kind of Like That" (2013).
    """
    grey = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.LANCZOS), dtype=np.int16)
    bits = (grey[:, :-1] < grey[:, 1:]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes())


def near(
    store: Store,
    filter: Filter,
    *,
    distance: int = 4,
    same_scene: bool = True,
    on_step: Told = None,
) -> tuple[Group, ...]:
    """Groups of pictures whose hashes differ in at most `distance` bits (0..16), largest first.

    With `same_scene` only pictures of equal graphs are compared. Hashes are kept, so that it is slow only once; files that
    are gone are left out. A group is what near pairs connect. `on_step` is told (hashed, of how many). Raises
    `FormatError` for a distance out of range.
    """
    if not 0 <= distance <= FARTHEST:
        raise FormatError(f"A distance of {show(distance)} bits is not possible. Choose one from 0 to {FARTHEST}.")
    alike: dict[tuple[str, str], list[_Print]] = defaultdict(list)  # equal hashes are one, so that few are compared
    for one in _prints(store, filter, on_step):
        if one.fingerprint:
            alike[one.graph_hash if same_scene else "", one.fingerprint].append(one)
    hashes = np.array([int(fingerprint, 16) for _, fingerprint in alike], dtype=np.uint64)
    scenes = np.unique([scene for scene, _ in alike], return_inverse=True)[1] if alike else np.array([], dtype=np.int64)
    return _groups(list(alike.values()), near_pairs(hashes, scenes, distance))


def same_graph(store: Store, filter: Filter) -> tuple[Group, ...]:
    """Groups of pictures of equal graphs, however their objects are named, largest first."""
    refresh(store)
    with store.reading() as transaction:
        query = wanted(transaction, filter, scored=True)
        by_graph: dict[str, list[_Print]] = defaultdict(list)
        for row in transaction.execute(query):
            by_graph[row.graph_hash].append(_Print(row.picture, row.graph_hash, row.score, None))
    return _sorted(group for graph, group in by_graph.items() if graph)


# Fingerprints --------------------------------------------------------------------------------------------------


def _prints(store: Store, filter: Filter, on_step: Told) -> list[_Print]:
    refresh(store)
    found = _read(store, filter)
    new = [one.picture for one in found if one.fingerprint is None]
    if not new:
        return found
    for some in chunks(new):
        _hash(store, some)
        if on_step:
            on_step(min(new.index(some[-1]) + 1, len(new)), len(new))
    return _read(store, filter)


def _read(store: Store, filter: Filter) -> list[_Print]:
    with store.reading() as transaction:
        query = wanted(transaction, filter, "fingerprint", scored=True)
        rows = transaction.execute(query.order_by(col(FactsRow.picture)))
        return [_Print(row.picture, row.graph_hash, row.score, row.fingerprint) for row in rows]


def _hash(store: Store, pictures: Sequence[str]) -> None:
    query = columns(PictureRow, "id", "path", "run").where(col(PictureRow.id).in_(pictures))
    with store.reading() as transaction:
        rows = transaction.execute(query).all()
    made = [{"id": row.id, "print": _fingerprint(store, row.path, row.run)} for row in rows]
    change: Any = update(FactsRow).where(col(FactsRow.picture) == bindparam("id"))
    with store.writing() as transaction:
        transaction.connection().execute(change.values(fingerprint=bindparam("print")), made)


def _fingerprint(store: Store, path: str, run: str | None) -> str:
    try:
        return _of_file(store.image_path(path, run=run))
    except (OSError, ValueError, SyntaxError, StoreError, Image.DecompressionBombError):
        return GONE


def _of_file(path: Path) -> str:
    with Image.open(path) as image:
        return f"{dhash(image):016x}"


# Pairs ---------------------------------------------------------------------------------------------------------


def near_pairs(
    hashes: npt.NDArray[np.uint64], scenes: npt.NDArray[np.int64], distance: int
) -> Iterator[tuple[int, int]]:
    """Places of hashes in the same scene that differ in at most `distance` bits.

    Cut into `distance` + 1 bands, two such hashes agree in one of them at least, so only those are compared (Norouzi,
    Punjani and Fleet, CVPR 2012). A pair may come more than once.
    """
    edges = np.linspace(0, BITS, distance + 2).astype(int)
    for low, high in pairwise(edges):
        band = (hashes >> np.uint64(low)) & np.uint64(2 ** int(high - low) - 1)
        for bucket in _buckets(band, scenes):
            yield from _near_in(hashes, bucket, distance)


def _buckets(band: npt.NDArray[np.uint64], scenes: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """Places with the same band and scene, where there are two at least."""
    order = np.lexsort((band, scenes))
    new = (np.diff(band[order]) != 0) | (np.diff(scenes[order]) != 0)
    return (part for part in np.split(order, np.flatnonzero(new) + 1) if len(part) > 1)


def _near_in(hashes: npt.NDArray[np.uint64], bucket: npt.NDArray[np.int64], distance: int) -> Iterator[tuple[int, int]]:
    for start in range(0, len(bucket), AT_ONCE):
        some = bucket[start : start + AT_ONCE]
        apart = np.bitwise_count(hashes[some][:, None] ^ hashes[bucket][None, :])
        for a, b in np.argwhere(apart <= distance):
            if some[a] < bucket[b]:
                yield int(some[a]), int(bucket[b])


def _groups(alike: Sequence[list[_Print]], pairs: Iterable[tuple[int, int]]) -> tuple[Group, ...]:
    """What pairs of places connect."""
    root = list(range(len(alike)))

    def find(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for a, b in pairs:
        root[find(b)] = find(a)
    found: dict[int, list[_Print]] = defaultdict(list)
    for place, prints in enumerate(alike):
        found[find(place)] += prints
    return _sorted(found.values())


def _sorted(groups: Iterable[list[_Print]]) -> tuple[Group, ...]:
    made = []
    for group in groups:
        if len(group) > 1:
            first, *rest = sorted(group, key=lambda one: (one.score is None, -(one.score or 0), one.picture))
            made.append(Group(first.picture, tuple(one.picture for one in rest)))
    return tuple(sorted(made, key=lambda group: (-len(group.others), group.keep)))
