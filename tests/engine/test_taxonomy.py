"""The taxonomy: its words, what may go together, and the sentence for what may not.

Run it: `pytest tests/engine/test_taxonomy.py`.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.errors import GraphError, TaxonomyError, UnknownWord
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.taxonomy import Taxonomy, load
from tests.pocket_graphs import POCKET, random_graph, relation

A, B, C = Object("a", "dog"), Object("b", "cat"), Object("c", "owl")


def test_the_pocket_world_has_the_words_that_it_promises() -> None:
    assert len(POCKET.nouns) == 40
    assert len(POCKET.attribute_kind["colour"].values) == 10
    assert POCKET.attribute_kind["size"].values == ("small", "medium", "large")
    assert set(POCKET.relation) == {"to the left of", "to the right of", "above", "below"}
    assert (POCKET.max_objects, POCKET.max_attributes) == (6, 2)
    assert POCKET.version == "pocket-1"
    assert repr(POCKET) == "Taxonomy('pocket', 40 objects, 13 attributes, 4 relations)"


def test_no_word_means_two_things() -> None:
    names = [noun.name for noun in POCKET.nouns]
    plurals = [noun.plural for noun in POCKET.nouns]
    values = [value for kind in POCKET.attribute_kinds for value in kind.values]
    phrases = [phrase for kind in POCKET.scene_kinds for phrase in kind.phrases.values()]
    for words in (names, plurals, values, list(POCKET.relation), phrases, names + values):
        assert len(set(words)) == len(words)


def test_opposites_are_each_others() -> None:
    for word in POCKET.relation_words:
        assert word.opposite is not None
        other = POCKET.relation[word.opposite]
        assert (other.opposite, other.axis, other.before) == (word.phrase, word.axis, not word.before)


@pytest.mark.parametrize("seed", range(50))
def test_what_can_be_drawn_is_let_through(seed: int) -> None:
    POCKET.check(random_graph(random.Random(seed)))


@pytest.mark.parametrize(
    ("graph", "sentence"),
    [
        (SceneGraph((Object("a", "dgo"),)), "“dgo” is not an object that this taxonomy knows. Did you mean “dog”"),
        (SceneGraph((A,), (Attribute("a", "color", "red"),)), "“color” is not a kind of attribute"),
        (SceneGraph((A,), (Attribute("a", "colour", "rde"),)), "“rde” is not a colour that this taxonomy knows."),
        (SceneGraph((A,), (Attribute("a", "colour", "small"),)), "“small” is not a colour"),
        (SceneGraph((A, B), (), (Relation("a", "b", "spatial", "abov"),)), "Did you mean “above”"),
        (SceneGraph((A,), (), (), (("season", "winter"),)), "“season” is not a kind of scene attribute"),
        (SceneGraph((A,), (), (), (("setting", "nite"),)), "Did you mean “night”?"),
        (SceneGraph((A,), (), (), (("setting", "qqqq"),)), "Choose one from the list."),
    ],
)
def test_unknown_words_are_refused_with_the_closest(graph: SceneGraph, sentence: str) -> None:
    with pytest.raises(UnknownWord) as refusal:
        POCKET.check(graph)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("graph", "sentence"),
    [
        (
            SceneGraph((A,), (Attribute("a", "colour", "red"), Attribute("a", "colour", "blue"))),
            "“dog” has more than one colour: “red”, “blue”. Keep one.",
        ),
        (
            SceneGraph((A, B), (), (relation("a", "b", "above"), relation("b", "a", "above"))),
            "No picture can meet these relations (“above”): they lead around in a circle, dog → cat → dog.",
        ),
        (
            SceneGraph((A, B), (), (relation("a", "b", "to the left of"), relation("a", "b", "to the right of"))),
            "Remove or turn one of them.",
        ),
        (
            SceneGraph(tuple(Object(f"o{i}", "dog") for i in range(8))),
            "The pocket world draws at most 6 objects, this scene has 8. Remove 2.",
        ),
    ],
)
def test_what_nobody_could_draw_is_refused(graph: SceneGraph, sentence: str) -> None:
    with pytest.raises(GraphError) as refusal:
        POCKET.check(graph)
    assert sentence in str(refusal.value)


def test_circles_that_can_be_drawn_are_let_through() -> None:
    links = (relation("a", "b", "above"), relation("b", "c", "above"), relation("c", "a", "below"))
    graph = SceneGraph((A, B, C), (), links)
    assert not graph.acyclic
    POCKET.check(graph)


@pytest.mark.parametrize("name", ["nothing", "../pocket", "", "pocket.json"])
def test_a_taxonomy_that_is_not_there(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a name is a folder, too, and beside a checkout there may be any
    with pytest.raises(TaxonomyError, match=r"There is no taxonomy .* Known ones: .*pocket"):
        load(name)


def test_kinds_without_a_bound_have_none() -> None:
    free = Taxonomy(
        "free", "1", POCKET.nouns, (POCKET.attribute_kinds[0].__class__("mood", ("calm",), False, "?"),), (), ()
    )
    assert free.max_attributes is None
    assert free.kind_of_value == {"calm": "mood"}
