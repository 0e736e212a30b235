"""Notes what a format has no place for, field by field, so that nothing is dropped in silence.

Try it: `python -m pytest tests/engine/interchange/test_round_trips.py`.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.interchange.assemble import Passage
from engine.interchange.record import SceneRecord

FIELDS = ("captions", "questions", "spans", "seeds", "plausibility", "modalities", "senses", "scene attributes",
          "kinds of attributes", "kinds of relations", "object ids")  # fmt: skip


def note(scene: SceneRecord, passage: Passage, *, holds: Collection[str] = ()) -> None:
    """Note every field that the scene has and the format does not hold."""
    graph = scene.graph
    found: dict[str, list[str]] = {
        "captions": [scene.caption] if scene.caption else [],
        "questions": [question.text for question in scene.questions],
        "spans": ["of a caption"] if scene.spans else [],
        "seeds": [str(scene.seed)] if scene.seed is not None else [],
        "plausibility": [str(scene.plausibility)] if scene.plausibility is not None else [],
        "modalities": [scene.modality] if scene.modality != "image" else [],
        "senses": [f"{item.name} ({item.sense})" for item in graph.objects if item.sense],
        "scene attributes": [f"{kind}: {value}" for kind, value in graph.scene_attributes],
        "kinds of attributes": [mark.kind for mark in graph.attributes if not _guessed(mark.value, mark.kind, passage)],
        "kinds of relations": [link.kind for link in graph.relations if not _known(link.phrase, link.kind, passage)],
        "object ids": [item.id for item in graph.objects],
    }
    for name, values in found.items():
        if name not in holds and values:
            passage.losses.add(scene.id, name, values[0], len(values))


def _guessed(value: str, kind: str, passage: Passage) -> bool:
    """Whether a reader with the same taxonomy finds the kind again by the value alone."""
    return passage.taxonomy.kind_of_value.get(value, "attribute") == kind


def _known(phrase: str, kind: str, passage: Passage) -> bool:
    word = passage.taxonomy.relation.get(phrase)
    return (word.kind if word else "relation") == kind
