"""The lessons of every kind: five practice items with feedback, answers that can be given, pictures that are there.

Run it: `pytest tests/engine/rating/test_lessons.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.rating import found_project
from engine.rating.lessons import LESSONS
from engine.store import open_store
from engine.store.rating_answers import good_answers
from engine.store.rating_values import KINDS, PAIRS, PRACTICE, Kind, NewItem

PICTURES = Path(__file__).resolve().parents[3] / "assets" / "rating" / "practice"
ITEM: dict[Kind, dict[str, Any]] = {
    "scene": {"text": "A dog."},
    "picture": {"picture": "p1", "caption": "A dog."},
    "caption-pair": {"a": {"text": "A dog."}, "b": {"text": "A cat."}},
    "picture-pair": {"a": {"picture": "p1"}, "b": {"picture": "p2"}, "caption": "A dog."},
}


def texts(value: Any) -> Iterator[str]:
    """Every text in a content."""
    if isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("kind", KINDS)
def test_every_gold_answer_can_be_given(kind: Kind) -> None:
    for item in LESSONS[kind].items:
        assert item.gold is not None and item.gold["why"]
        for question, wanted in item.gold["answers"].items():
            for value in wanted if isinstance(wanted, list) else [wanted]:
                assert good_answers(kind, {question: value}, whole=False)[question] == value
    for example in LESSONS[kind].examples:
        assert good_answers(kind, example["answers"])


@pytest.mark.parametrize("kind", KINDS)
def test_five_practice_items_come_first_with_feedback(kind: Kind, tmp_path: Path) -> None:
    roles = Counter(item.role for item in LESSONS[kind].items)
    assert roles["practice"] == 5 and roles["gold"] >= 2
    with open_store(tmp_path / "home") as store:
        project = found_project(store, "P", kind, [NewItem(ITEM[kind])], owner="me")
        for _ in range(5):
            item = store.claim_item(project.id, "Ada")
            assert item is not None and item.practice
            answers = {"plausibility": 3} if kind == "scene" else {"shows": 3} if kind == "picture" else {}
            said = answers or {"preference": "tie"}
            assert store.rate(item.id, "Ada", item.token, said).feedback is not None
        last = store.claim_item(project.id, "Ada")
        assert last is not None and not last.practice


def test_the_pictures_of_lessons_come_with_the_program() -> None:
    used = {
        text.removeprefix(PRACTICE)
        for lessons in LESSONS.values()
        for content in (*(item.content for item in lessons.items), *(one["content"] for one in lessons.examples))
        for text in texts(content)
        if text.startswith(PRACTICE)
    }
    assert used == {file.stem for file in PICTURES.glob("*.png")}


@pytest.mark.parametrize("kind", PAIRS)
def test_neither_side_is_always_right(kind: Kind) -> None:
    wanted = {item.gold["answers"]["preference"] for item in LESSONS[kind].items if item.gold is not None}
    assert {"a", "b"} <= wanted
