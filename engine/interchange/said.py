"""Scenes with the caption and the questions that the engine makes of them, whatever words they use.

Formats that hold text or questions are written from these. Try it: `python -m pytest tests/engine/interchange`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from engine.interchange.extend import extended
from engine.interchange.record import SceneRecord
from engine.scene import SceneLine, describe
from engine.taxonomy import Taxonomy

BATCH = 256
"""Scenes for which unknown words are added at once: a large taxonomy takes some 50 ms to extend."""


def batches(scenes: Iterable[SceneRecord], taxonomy: Taxonomy) -> Iterator[tuple[list[SceneRecord], Taxonomy]]:
    """The scenes some at a time, each time with a taxonomy that knows their words."""
    left = iter(scenes)
    while batch := list(islice(left, BATCH)):
        yield batch, extended(taxonomy, (scene.graph for scene in batch))


def said(scenes: Iterable[SceneRecord], taxonomy: Taxonomy) -> Iterator[tuple[SceneRecord, SceneLine]]:
    """Each scene and what the engine says about it; it is asked for questions only where the scene has none."""
    for batch, words in batches(scenes, taxonomy):
        for scene in batch:
            ask = not scene.questions
            yield scene, describe(scene.graph, words, id=scene.id, seed=scene.seed, ask=ask, modality=scene.modality)


def captioned(scenes: Iterable[SceneRecord], taxonomy: Taxonomy) -> Iterator[tuple[SceneRecord, str]]:
    """Each scene and its caption, made where it has none."""
    for batch, words in batches(scenes, taxonomy):
        for scene in batch:
            own = scene.caption
            yield scene, describe(scene.graph, words, id=scene.id, ask=False).caption if own is None else own
