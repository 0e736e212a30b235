"""Sets to learn from: a named set of Curate, or an exported folder, as pairs of caption and picture.

Try it: `python -m pytest tests/models/test_distill.py -k own`.
"""

from __future__ import annotations

from pathlib import Path

from engine.png import read_png
from engine.store import Store
from models.pocket.scene import PocketScene
from models.training.students import Pair


def pairs_of(store: Store, name: str) -> list[Pair]:
    """The pictures of a named set that are to be learnt (of pairs, the better half), with their captions.

    They stand in an order that folders and ids have no part in, so that the same choice teaches the same.

    Raises `StoreError` for a set there is not, `FormatError` for a picture that cannot be read.
    """
    rows = [row for row in store.set_rows(name) if row.role in ("keep", "chosen", "teacher")]
    rows.sort(key=lambda row: (row.graph.hash, row.generator, row.seed))
    return [_pair(row.caption, row.image) for row in rows]


def _pair(caption: str, image: bytes | Path) -> Pair:
    data = image if isinstance(image, bytes) else image.read_bytes()
    picture, origin = read_png(data)
    contents = origin.record.get("pocket")
    scene = PocketScene.from_dict(contents) if isinstance(contents, dict) else None
    return Pair(caption, picture, scene)
