"""Near-duplicates: the hash on pictures with a known answer, every near pair found, groups with the best in front.

Run it: `pytest tests/engine/curation/test_near.py`.
"""

from __future__ import annotations

import io
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.curation import Filter, near, same_graph
from engine.curation.near import dhash, near_pairs
from engine.errors import FormatError
from engine.store import Store, open_store
from tests.engine.curated import fill


def test_the_hash_of_known_pictures() -> None:
    ramp = Image.fromarray(np.tile(np.arange(0, 90, 10, dtype=np.uint8), (8, 1)))
    assert dhash(ramp) == 2**64 - 1
    assert dhash(ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) == 0
    assert dhash(Image.new("RGBA", (300, 200), "red")) == 0
    first = np.zeros((8, 9), dtype=np.uint8)
    first[0, 1] = 200
    assert dhash(Image.fromarray(first)) == 1 << 63


def test_scaling_and_noise_hardly_change_it() -> None:
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 255, (12, 12, 3), dtype=np.uint8)).resize(
        (384, 384), Image.Resampling.BICUBIC
    )
    noisy = np.clip(np.asarray(picture).astype(int) + rng.integers(-6, 7, (384, 384, 3)), 0, 255).astype(np.uint8)
    for other in (picture.resize((96, 96)), Image.fromarray(noisy)):
        assert (dhash(picture) ^ dhash(other)).bit_count() <= 4


@given(st.lists(st.integers(0, 2**64 - 1), max_size=12), st.lists(st.sets(st.integers(0, 63), max_size=6), max_size=12),
       st.integers(0, 16))  # fmt: skip
def test_every_near_pair_is_found(hashes: list[int], changes: list[set[int]], distance: int) -> None:
    for change in changes:
        hashes = [*hashes, (hashes or [0])[-1] ^ sum(1 << bit for bit in change)]
    scenes = [i % 2 for i in range(len(hashes))]
    found = set(near_pairs(np.array(hashes, dtype=np.uint64), np.array(scenes, dtype=np.int64), distance))
    places = combinations(range(len(hashes)), 2)
    wanted = {(a, b) for a, b in places if scenes[a] == scenes[b] and (hashes[a] ^ hashes[b]).bit_count() <= distance}
    assert found == wanted


def copy(store: Store, id: str, *, quality: int) -> str:
    """The same picture again, a little worse."""
    picture = store.get_picture(id)
    file = io.BytesIO()
    with Image.open(store.image_path(picture.path)) as image:
        image.convert("RGB").save(file, "JPEG", quality=quality)
    sha256, path = store.save_image(file.getvalue(), suffix=".jpg")
    return store.add_picture(
        sha256=sha256, path=path, width=64, height=64, generator="copy", caption=picture.caption, graph=picture.graph,
        seed=quality,
    ).id  # fmt: skip


def test_copies_are_found_and_the_best_is_kept(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        pictures = fill(store, count=3, images=1, generators=("teacher",))
        copies = {copy(store, pictures[0].id, quality=q) for q in (60, 90)}
        told: list[tuple[int, int]] = []
        groups = near(store, Filter(), on_step=lambda done, total: told.append((done, total)))
        assert [(group.keep, set(group.others)) for group in groups] == [(pictures[0].id, copies)]
        assert told == [(5, 5)]
        store.image_path(pictures[0].path).unlink()  # hashes are kept: nothing is read again
        assert near(store, Filter(), on_step=lambda done, total: told.append((done, total))) == groups
        assert len(told) == 1
        assert [group.keep for group in same_graph(store, Filter())] == [pictures[0].id]
        everything = near(store, Filter(), distance=16, same_scene=False)
        assert set(groups[0].others) <= {id for group in everything for id in (group.keep, *group.others)}
        assert near(store, Filter(words=("nothing",))) == ()


def test_a_picture_that_is_gone_is_left_out(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        pictures = fill(store, count=1, images=1, generators=("teacher",))
        lost = copy(store, pictures[0].id, quality=90)
        store.image_path(store.get_picture(lost).path).write_bytes(b"no picture")
        assert near(store, Filter()) == ()
        with pytest.raises(FormatError, match="17"):
            near(store, Filter(), distance=17)
