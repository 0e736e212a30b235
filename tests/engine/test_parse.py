"""The reader against every style and every taxonomy: what a caption says comes back as the same graph, always.

Run it: `pytest tests/engine/test_parse.py`.
"""

from __future__ import annotations

import os
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.caption import LENGTHS, Style, caption
from engine.caption.lexicon import Lexicon
from engine.errors import ParseError
from engine.graph import SceneGraph
from engine.parse import parse, read
from engine.taxonomy import Taxonomy, load
from tests.full_graphs import HOSTILE, NASTY, full, graphs_of, random_graph_of

STYLES = st.builds(Style, st.sampled_from(LENGTHS), st.integers(0, 7))


@given(graphs_of(NASTY), STYLES)
@settings(deadline=None, derandomize=True, max_examples=300)
def test_words_that_collide_are_read_back(graph: SceneGraph, style: Style) -> None:
    said = caption(graph, NASTY, style)
    assert parse(said.text, NASTY).hash == graph.hash
    assert set(said.spans) == set(graph.elements())


@given(graphs_of(HOSTILE), STYLES)
@settings(deadline=None, derandomize=True, max_examples=150)
def test_words_that_look_like_grammar_are_read_back(graph: SceneGraph, style: Style) -> None:
    assert parse(caption(graph, HOSTILE, style).text, HOSTILE).hash == graph.hash


def every_style_is_read_back(taxonomy: Taxonomy, count: int, most: int) -> None:
    for seed in range(count):
        graph = random_graph_of(taxonomy, random.Random(seed), most=most)
        for length in LENGTHS:
            said = caption(graph, taxonomy, Style(length, seed))
            reading = read(said.text, taxonomy)
            assert reading.graph.hash == graph.hash, said.text
            assert sorted(reading.spans.values()) == sorted(said.spans.values()), said.text


def test_the_full_taxonomy_is_read_back() -> None:
    every_style_is_read_back(full(), 150, 8)


def test_the_papers_own_words_are_read_back() -> None:
    folder = os.environ.get("SCENEWRIGHT_PAPER_METADATA")
    if not folder:
        pytest.skip("SCENEWRIGHT_PAPER_METADATA names no folder with the paper's metadata")
    every_style_is_read_back(load(folder), 100, 8)


def test_large_scenes_are_read_back() -> None:
    every_style_is_read_back(full(), 6, 40)


@given(graphs_of(full(), most=8), STYLES)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_any_graph_of_the_full_taxonomy_is_read_back(graph: SceneGraph, style: Style) -> None:
    assert parse(caption(graph, full(), style).text, full()).hash == graph.hash


def test_reading_is_fast_in_a_large_taxonomy() -> None:
    taxonomy = full()
    texts = [caption(random_graph_of(taxonomy, random.Random(seed)), taxonomy).text for seed in range(60)]
    parse(texts[0], taxonomy)
    start = time.process_time()
    for text in texts:
        parse(text, taxonomy)
    assert (time.process_time() - start) / len(texts) < 0.005


def test_the_index_is_quick_to_make() -> None:
    taxonomy = full()
    start = time.process_time()
    words = Lexicon(taxonomy)
    for table in (
        words.nouns,
        words.plurals,
        words.values,
        words.phrases,
        words.verbs,
        words.plural_verbs,
        words.scenes,
    ):
        assert table.meanings
    assert time.process_time() - start < 2 * 0.5  # the tables are twice what half a second was asked for


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("A dgo is next to a cat.", "“dog”"),
        ("A dog is nxet to a cat.", "“next to”"),
        ("The scene is at nigth.", "“at night”"),
        ("dgo above cat", "“dog”"),
    ],
)
def test_a_slip_is_answered_with_the_closest_word_of_many(text: str, near: str) -> None:
    start = time.process_time()
    with pytest.raises(ParseError) as refusal:
        parse(text, full())
    assert near in str(refusal.value)
    assert time.process_time() - start < 0.3


def test_other_peoples_fragments_and_sentences() -> None:
    graph = parse("two sheep, white shark above dog, the dog chases orange bear, at night", NASTY)
    assert graph.names == {
        "sheep1": "sheep",
        "sheep2": "sheep",
        "white_shark3": "white shark",
        "dog4": "dog",
        "bear5": "bear",
    }
    assert [link.phrase for link in graph.relations] == ["above", "chases"]
    assert graph.scene_attributes == (("setting", "night"),)
    graph = parse(
        "Here, we see a dog that chases a bear. Above the bear are some scissors, and the dog guards a bird.", NASTY
    )
    assert [(r.source, r.phrase, r.target) for r in graph.relations] == [
        ("dog1", "chases", "bear2"), ("scissors3", "above", "bear2"), ("dog1", "guards", "bird4"),
    ]  # fmt: skip
