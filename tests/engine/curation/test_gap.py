"""The gap between two generators: by scene, by word, with intervals; a hand-made case with known figures.

Run it: `pytest tests/engine/curation/test_gap.py`.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from engine.curation import Filter, gap
from engine.errors import FormatError
from engine.graph import Attribute, Object, SceneGraph
from engine.store import Store, open_store
from tests.engine.curated import fill


def put(store: Store, graph: SceneGraph, generator: str, score: float | None) -> str:
    picture = store.add_picture(
        sha256="0", path="0.png", width=8, height=8, generator=generator, caption=f"A {graph.objects[0].name}.", seed=0,
        graph=orjson.dumps(graph.to_dict()).decode(),
    )  # fmt: skip
    if score is not None:
        store.add_judgement(picture.id, judge="j", answers="[]", scores="{}", score=0.9 - score)  # superseded
        store.add_judgement(picture.id, judge="j", answers="[]", scores="{}", score=score)
        store.add_judgement(picture.id, judge="other", answers="[]", scores="{}", score=1 - score)
    return picture.id


def test_known_figures(tmp_path: Path) -> None:
    dog, red_dog, cat, bird = (
        SceneGraph((Object("o", name),), marks)
        for name, marks in (("dog", ()), ("dog", (Attribute("o", "colour", "red"),)), ("cat", ()), ("bird", ()))
    )
    with open_store(tmp_path) as store:
        good, bad = put(store, dog, "big", 0.9), put(store, dog, "big", 0.7)
        small = put(store, dog, "small", 0.2)
        put(store, red_dog, "big", 0.5)
        put(store, red_dog, "small", 0.5)
        put(store, cat, "big", 0.1)
        put(store, cat, "small", 0.4)
        put(store, bird, "big", 0.3)  # the student drew none
        put(store, cat, "small", None)  # nobody looked
        found = gap(store, Filter(), teacher="big", student="small", judge="j", min_scenes=2)
        assert [(one.caption, round(one.gap, 6)) for one in found.scenes] == [
            ("A dog.", 0.6), ("A dog.", 0.0), ("A cat.", -0.3)
        ]  # fmt: skip
        first = found.scenes[0]
        assert (first.teacher_pictures, first.student_pictures, first.complexity) == ((good, bad), (small,), 1)
        assert [(word.word, round(word.gap, 6), word.scenes) for word in found.words] == [("dog", 0.3, 2)]
        assert found.mean == pytest.approx(0.1) and found.low is not None and found.low <= 0.1
        assert (found.only_teacher, found.only_student) == (1, 0)
        assert [w.word for w in gap(store, Filter(), teacher="big", student="small", judge="j", min_scenes=1).words] == [
            "dog", "red", "cat"
        ]  # fmt: skip
        narrow = gap(store, Filter(words=("red",)), teacher="big", student="small", judge="j")
        assert [scene.gap for scene in narrow.scenes] == [0.0]
        none = gap(store, Filter(generators=("big",)), teacher="big", student="small", judge="j")
        assert (none.scenes, none.mean, none.only_teacher) == ((), None, 4)
        assert gap(store, Filter(), teacher="big", student="gone", judge="nobody").mean is None


def test_a_worse_student_shows(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        fill(store, count=8)
        found = gap(store, Filter(), teacher="teacher", student="student", judge="pocket")
        assert len(found.scenes) == 8 and found.mean is not None and found.mean > 0.1
        assert found.low is not None and found.high is not None and found.low < found.mean < found.high
        assert [scene.gap for scene in found.scenes] == sorted((scene.gap for scene in found.scenes), reverse=True)
        assert found == gap(store, Filter(), teacher="teacher", student="student", judge="pocket")


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        with pytest.raises(FormatError, match="are both “a”"):
            gap(store, Filter(), teacher="a", student="a", judge="pocket")
        with pytest.raises(FormatError, match="oracle"):
            gap(store, Filter(), teacher="a", student="b", judge="oracle")
