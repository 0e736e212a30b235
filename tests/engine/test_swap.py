"""One word swapped through a graph: everything else stays, and what cannot be is refused in words.

Try it: `python -m pytest tests/engine/test_swap.py`.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.caption import caption
from engine.errors import GraphError, UnknownWord
from engine.parse import parse
from engine.sampler import Constraints, sample, scene_rng
from engine.swap import Word, others, swap, words
from engine.taxonomy import load

WORDS = load("pocket")
GRAPH = parse("A red dog is above a cat. The scene is at night.", WORDS)


def said(graph) -> str:
    return caption(graph, WORDS).text


def test_the_words_of_a_graph() -> None:
    assert [(word.sort, word.text) for word in words(GRAPH)] == [
        ("object", "dog"),
        ("object", "cat"),
        ("attribute", "red"),
        ("relation", "above"),
        ("scene", "night"),
    ]


@pytest.mark.parametrize(
    ("word", "new", "text"),
    [
        (Word("object", "dog"), "owl", "A red owl is above a cat. The scene is at night."),
        (Word("object", "dog"), " owl ", "A red owl is above a cat. The scene is at night."),
        (Word("attribute", "red", "colour"), "blue", "A blue dog is above a cat. The scene is at night."),
        (Word("relation", "above"), "below", "A red dog is below a cat. The scene is at night."),
    ],
)
def test_a_swap_follows_into_the_caption(word: Word, new: str, text: str) -> None:
    after = swap(GRAPH, word, new, WORDS)
    assert said(after) == text
    assert [item.id for item in after.objects] == [item.id for item in GRAPH.objects]


def test_every_object_of_that_name_is_swapped() -> None:
    two = parse("There are two red dogs and a cat.", WORDS)
    after = swap(two, Word("object", "dog"), "owl", WORDS)
    assert sorted(item.name for item in after.objects) == ["cat", "owl", "owl"]


@pytest.mark.parametrize(
    ("word", "new", "error", "text"),
    [
        (Word("object", "dog"), "dgo", UnknownWord, "dog"),
        (Word("object", "dog"), "", GraphError, "empty"),
        (Word("object", "dog"), "dog", GraphError, "already"),
        (Word("object", "owl"), "dog", GraphError, "There is no"),
        (Word("attribute", "red", "colour"), "large", UnknownWord, "colour"),
        (Word("attribute", "red", "nothing"), "large", UnknownWord, "nothing"),
        (Word("scene", "night", "weather"), "<b>", UnknownWord, "weather"),
        (Word("relation", "above"), "eating", UnknownWord, "relation"),
    ],
)
def test_what_cannot_be_swapped_says_why(word: Word, new: str, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        swap(GRAPH, word, new, WORDS)


@given(st.integers(0, 10_000))
def test_every_offered_word_gives_a_scene_of_the_same_shape(seed: int) -> None:
    graph = sample(Constraints(complexity=(3, 7)), WORDS, scene_rng(seed, 0))
    for word in words(graph):
        offered = others(graph, word, WORDS, most=4)
        for new in offered:
            after = swap(graph, word, new, WORDS)
            WORDS.check(after)
            assert (len(after.objects), len(after.relations)) == (len(graph.objects), len(graph.relations))
            assert after.complexity == graph.complexity and after.hash != graph.hash
        assert word.text not in offered


def test_like_comes_first_and_the_full_world_is_bounded() -> None:
    full = load("full")
    graph = parse("A red dog is above a cat.", WORDS)
    dog = next(word for word in words(graph) if word.text == "dog")
    assert others(graph, dog, WORDS)[0] in WORDS.foils("dog")
    assert len(others(graph, dog, full)) == 200
