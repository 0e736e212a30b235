"""The gate lets through what says the scene and nothing else; the rules' own rewordings pass it.

Run it: `pytest tests/engine/paraphrase`.
"""

from __future__ import annotations

import pytest

from engine.errors import ConstraintError
from engine.paraphrase import LEVELS, STRATEGIES, by_rules, gate, prompt
from engine.parse import parse
from engine.sampler import Constraints, scenes
from engine.scene import describe
from engine.taxonomy import load

POCKET = load("pocket")
TEXT = "A large red dog is to the left of a tree. The scene is at night."
SCENE = parse(TEXT, POCKET)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "At night, a big red dog stands left of a tree.",
        "It is a picture of a tree to the right of a large red dog, at night.",
        "We see a tree here. On the left of the tree there is a red dog, and the dog is large. It is at night.",
    ],
)  # fmt: skip
def test_what_says_the_scene_passes(text: str) -> None:
    verdict = gate(SCENE, text, POCKET)
    missing = set(verdict.missing) - {"r:dog1:to the left of:tree2"}
    assert not verdict.added and not missing, str(verdict)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("A large dog is to the left of a tree, at night.", "a:dog1:colour:red"),
        ("A large red dog is near a tree, at night.", "r:dog1:to the left of:tree2"),
        ("A tree is to the left of a large red dog, at night.", "r:dog1:to the left of:tree2"),
        ("A large red dog is to the left of it, at night.", "o:tree2"),
        ("A large red dog is to the left of a tree.", "s:setting"),
        ("A dog is to the left of a tree. There is something large, red, at night.", "a:dog1:colour:red"),
    ],
)
def test_what_is_missing_is_named(text: str, missing: str) -> None:
    assert missing in gate(SCENE, text, POCKET).missing


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("A large red dog is to the left of a tree at night, with a cat.", "cat"),
        ("A large red dog is to the left of a green tree, at night.", "green"),
        ("A large red dog is to the left of a tree, at night, and birds fly.", "birds"),
    ],
)
def test_what_is_added_is_named(text: str, added: str) -> None:
    assert added in gate(SCENE, text, POCKET).added


def test_two_of_a_kind_have_to_be_two() -> None:
    scene = parse("There are two dogs.", POCKET)
    assert gate(scene, "Two dogs are there.", POCKET).accepted
    assert gate(scene, "There is a dog and another dog.", POCKET).accepted
    assert gate(scene, "There is a dog.", POCKET).missing


@pytest.mark.parametrize("level", LEVELS)
def test_rules_say_what_the_caption_says(level: int) -> None:
    different = 0
    for i, graph in enumerate(scenes(Constraints(complexity=(2, 8)), POCKET, seed=3, count=60)):
        line = describe(graph, POCKET, id=str(i))
        found = by_rules(line, POCKET, level=level, seed=i)
        assert found.accepted, (found.text, str(found.verdict))
        different += found.text != line.caption
    assert different >= (20 if level == 1 else 45)


def test_the_same_seed_says_the_same() -> None:
    line = describe(SCENE, POCKET, id="a")
    assert by_rules(line, POCKET, level=3, seed=5) == by_rules(line, POCKET, level=3, seed=5)


def test_strategies_and_levels_have_names() -> None:
    assert all(TEXT in prompt(strategy, TEXT) for strategy in STRATEGIES)
    with pytest.raises(ConstraintError, match="is not a strategy"):
        prompt("sing", TEXT)
    with pytest.raises(ConstraintError, match="no level 4"):
        by_rules(describe(SCENE, POCKET, id="a"), POCKET, level=4)
