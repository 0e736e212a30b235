"""The two ready-made projects: scenes of 10-20 objects, and program captions beside a file of human-written ones.

Each comes with guidelines, practice, gold items and attention checks, and can be rated at once.
Try it: `python cli.py ratings create scenes --count 20`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from engine.errors import FormatError, show
from engine.graph import SceneGraph
from engine.rating.founding import found_project
from engine.rating.items import from_captions, from_scenes
from engine.sampler import Constraints, Plan, exactly, sample, scene_rng
from engine.scene import describe
from engine.store import Store
from engine.store.rating_values import NewItem, Project, Settings
from engine.studies.texts import MAX_TEXTS, read_texts
from engine.taxonomy import Taxonomy

READY = {
    "scenes": "Scenes of 10-20 objects: how plausible, could it be real?",
    "captions": "Program captions beside human-written ones: which is better?",
}
SCENES_NAME = "Scenes of 10-20 objects"
CAPTIONS_NAME = "Program captions beside human ones"
OBJECTS = (10, 20)
IMAGINATIVE = 0.2
"""The share of scenes that are drawn without regard to sense: raters who see none forget what a 1 is."""
TEXT_KEYS = ("caption", "text", "prompt", "sentence")
Drawn = Callable[[int, int], None]


def make_scenes(
    store: Store,
    taxonomy: Taxonomy,
    *,
    owner: str,
    name: str = SCENES_NAME,
    count: int = 40,
    seed: int = 0,
    overlap: int = 3,
    settings: Settings | None = None,
    progress: Drawn | None = None,
) -> Project:
    """A project of `count` scenes with 10 to 20 objects each, as many of each size, a fifth of them imaginative.

    Scene i follows from (`seed`, i). Raises `StoreError` for a name, overlap or setting that cannot be, and
    `ConstraintError` for a taxonomy without room for such scenes.
    """
    lines: list[NewItem] = []
    for place, (graph, mode) in enumerate(_large(taxonomy, seed=seed, count=count)):
        line = describe(graph, taxonomy, id=f"{seed}/{place}", seed=seed, ask=False)
        lines += from_scenes([line], source=mode)
        if progress:
            progress(place + 1, count)
    return found_project(store, name, "scene", lines, owner=owner, overlap=overlap, settings=settings)


def _large(taxonomy: Taxonomy, *, seed: int, count: int) -> Iterator[tuple[SceneGraph, str]]:
    """Scenes whose sizes are spread evenly over the range, in an order that tells nothing."""
    low, high = OBJECTS
    rng = random.Random(f"scenewright/rating/{seed}")
    sizes = [low + place % (high - low + 1) for place in range(count)]
    modes = ["imaginative" if place < round(count * IMAGINATIVE) else "plausible" for place in range(count)]
    rng.shuffle(sizes)
    rng.shuffle(modes)
    plans: dict[int, Plan] = {}
    for place, (size, mode) in enumerate(zip(sizes, modes, strict=True)):
        wanted = replace(_constraints(size), mode=mode)
        if size not in plans:
            plans[size] = Plan(wanted, taxonomy)
        dice = scene_rng(seed, place)
        yield sample(wanted, taxonomy, dice, structure=plans[size].structure(place, dice)), mode


def _constraints(objects: int) -> Constraints:
    """About as many relations as objects and half as many attributes, which is how people describe a crowded picture."""
    asked = Constraints(scene_attributes=(0, 1), max_degree=None)
    return exactly(asked, objects=objects, relations=objects - 2, attributes=objects // 2)


def make_captions(
    store: Store,
    taxonomy: Taxonomy,
    human: Sequence[str],
    *,
    owner: str,
    name: str = CAPTIONS_NAME,
    count: int = 40,
    seed: int = 0,
    ours: Sequence[str] | None = None,
    overlap: int = 3,
    settings: Settings | None = None,
) -> Project:
    """A project of up to `count` pairs: one of `human` beside one of `ours` (default: drawn here) of like length.

    Sides are blinded. Raises `FormatError` where `human` is empty, and `StoreError` as `make_scenes`.
    """
    if not human:
        raise FormatError("There are no human-written captions. Give a file with one in each line.")
    rng = random.Random(f"scenewright/human/{seed}")
    chosen = rng.sample(list(human), min(count, len(human)))
    said = list(ours) if ours is not None else _like(chosen, taxonomy, seed=seed)
    pairs = from_captions(said, chosen, seed=seed)
    return found_project(store, name, "caption-pair", pairs, owner=owner, overlap=overlap, settings=settings)


def _like(human: Sequence[str], taxonomy: Taxonomy, *, seed: int) -> list[str]:
    """For each human caption one of ours from a scene about as large: roughly one element for two words."""
    said = []
    for place, text in enumerate(human):
        size = min(max(len(text.split()) // 2, 2), 12)
        wanted = Constraints(complexity=(size, size), scene_attributes=(0, 0))
        dice = scene_rng(seed, place)
        graph = sample(wanted, taxonomy, dice, structure=Plan(wanted, taxonomy).structure(place, dice))
        said.append(describe(graph, taxonomy, id=str(place), ask=False).caption)
    return said


# Captions that people wrote ------------------------------------------------------------------------------------


def human_captions(source: Path | bytes, taxonomy: Taxonomy, *, name: str = "the file") -> list[str]:
    """The captions of a file or its bytes: one a line, or JSON Lines with `caption` or `text`, or a known scene format.

    Raises `FormatError` with the line for a file that is empty, binary, in another encoding, or holds none.
    """
    if isinstance(source, bytes):
        with TemporaryDirectory() as folder:
            path = Path(folder) / (Path(name).name[:80] or "captions.txt")
            path.write_bytes(source)
            return human_captions(path, taxonomy)
    found = _json_texts(source)
    return found if found is not None else read_texts(source, taxonomy).texts


def _json_texts(path: Path) -> list[str] | None:
    """The texts of JSON Lines of our simple sort; None for any other file."""
    if not path.is_file():
        raise FormatError(f"There is no file {show(path)}. Check its name.")
    with path.open("rb") as lines:
        head = lines.readline(1_000_000)
        if not head.lstrip().startswith((b"{", b'"')) or _text(head) is None:
            return None
        lines.seek(0)
        return [_certain(line, number, path) for number, line in _numbered(lines)]


def _numbered(lines: Any) -> Iterator[tuple[int, bytes]]:
    number = 0
    while number < MAX_TEXTS and (line := lines.readline(1_000_000)):
        number += 1
        if line.strip():
            yield number, line


def _certain(line: bytes, number: int, path: Path) -> str:
    text = _text(line)
    if text is None:
        raise FormatError(
            f"Line {number} of {show(path.name)} holds no caption. Every line needs a “caption” or “text”."
        )
    return text


def _text(line: bytes) -> str | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if isinstance(value, dict):
        if "scene_graph" in value:
            return None
        value = next((value[key] for key in TEXT_KEYS if key in value), None)
    return value.strip() or None if isinstance(value, str) else None
