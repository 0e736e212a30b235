"""Captions and their parser: every drawable graph is said grammatically and read back as the same graph.

Run it: `pytest tests/engine/test_caption_parse.py`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.caption import caption
from engine.errors import GraphError, ParseError, ScenewrightError
from engine.graph import Attribute, SceneGraph
from engine.parse import MAX_CAPTION, parse, read
from engine.wording import NUMBERS, ORDINALS, article
from tests.pocket_graphs import POCKET, graphs

GOLDEN = Path(__file__).parent / "golden" / "captions.json"
FEW = settings(deadline=None, derandomize=True, max_examples=60)
PLURALS = {noun.plural for noun in POCKET.nouns}


def words_of(graph: SceneGraph) -> dict[str, str]:
    """Element id -> what the caption has to say there."""
    return (
        {f"o:{item.id}": item.name for item in graph.objects}
        | {f"a:{mark.object}:{mark.kind}:{mark.value}": mark.value for mark in graph.attributes}
        | {f"r:{link.source}:{link.phrase}:{link.target}": link.phrase for link in graph.relations}
        | {f"s:{kind}": POCKET.scene_kind[kind].phrases[value] for kind, value in graph.scene_attributes}
    )


@given(graphs())
@settings(deadline=None, derandomize=True, max_examples=300)
def test_what_is_said_is_read_back(graph: SceneGraph) -> None:
    assert parse(caption(graph, POCKET).text, POCKET).hash == graph.hash


@given(graphs())
@FEW
def test_every_element_is_said_where_its_span_points(graph: SceneGraph) -> None:
    said = caption(graph, POCKET)
    assert set(said.spans) == set(graph.elements())
    for element, words in words_of(graph).items():
        for start, end in said.spans[element]:
            there = said.text[start:end].lower()
            plural = POCKET.noun[words].plural if words in POCKET.noun else words
            assert words in there or plural in there, (element, there)
            assert there == there.strip()
            assert "." not in there


@given(graphs())
@FEW
def test_the_grammar(graph: SceneGraph) -> None:
    text = caption(graph, POCKET).text
    assert re.fullmatch(r"(?:[A-Z][a-z ,]+\.)(?: [A-Z][a-z ,]+\.)*", text), text
    assert "  " not in text
    assert " ," not in text
    for found in re.finditer(r"\b(an?) ([a-z ]+)", text, re.IGNORECASE):
        assert found[1].lower() == article(found[2]), found[0]
    for count, noun in re.findall(rf"\b({'|'.join(NUMBERS[2:])}) (?:[a-z]+ )*?([a-z]+)(?=,|\.| and)", text):
        assert noun in PLURALS, (count, noun)


@given(graphs())
@FEW
def test_every_object_is_mentioned_once_before_it_is_known(graph: SceneGraph) -> None:
    said = caption(graph, POCKET)
    assert sorted(said.mentions) == sorted(graph.names)
    starts = [said.spans[f"o:{id}"][0] for id in said.mentions]
    assert starts == sorted(starts)
    for id in graph.names:
        first, *later = (said.text[start:end].lower() for start, end in said.spans[f"o:{id}"])
        assert not first.startswith("the ")
        assert all(words.startswith("the ") for words in later)


@given(graphs())
@FEW
def test_the_reader_finds_the_same_places(graph: SceneGraph) -> None:
    said = caption(graph, POCKET)
    reading = read(said.text, POCKET)
    assert set(reading.spans) == set(reading.graph.elements())
    assert sorted(reading.spans.values()) == sorted(said.spans.values())


@given(graphs())
@FEW
def test_case_and_spaces_do_not_matter_to_the_reader(graph: SceneGraph) -> None:
    text = caption(graph, POCKET).text
    assert parse("\n " + text.upper().replace(" ", "  "), POCKET).hash == graph.hash


def test_captions_stay_what_they_were() -> None:
    """The generators are trained on this grammar: when this fails, their weights no longer fit."""
    rows = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert len(rows) >= 12
    for row in rows:
        assert caption(SceneGraph.from_dict(row["graph"]), POCKET).text == row["caption"]


def test_the_empty_graph_has_an_empty_caption() -> None:
    assert caption(SceneGraph(()), POCKET).text == ""
    assert parse("", POCKET) == SceneGraph(())


# --- reading what others wrote ----------------------------------------------------------------------------------------


def test_sentences_may_come_in_any_order() -> None:
    reading = read("The scene is at night. A dog is above a cat. The dog is to the left of an owl.", POCKET)
    assert [item.name for item in reading.graph.objects] == ["dog", "cat", "owl"]
    assert [link.phrase for link in reading.graph.relations] == ["above", "to the left of"]
    assert reading.spans["s:setting"] == ((13, 21),)
    assert reading.spans["o:dog1"] == ((23, 28), (45, 52))


def test_a_counted_group_has_one_span_for_all() -> None:
    reading = read("There are two small red fish and an owl.", POCKET)
    assert reading.graph.names == {"fish1": "fish", "fish2": "fish", "owl3": "owl"}
    assert reading.graph.attributes[0] == Attribute("fish1", "size", "small")
    assert reading.spans["o:fish1"] == reading.spans["o:fish2"] == ((10, 28),)
    assert reading.spans["a:fish2:colour:red"] == ((20, 23),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A dgo is above a cat.", "At character 3, “dgo is above a cat.”: an object was expected. Did you mean “dog”"),
        ("A dog is abov a cat.", "At character 10, “abov a cat.”: a relation was expected. Did you mean “above”"),
        ("A dog sits.", "At character 7, “sits.”: “is” was expected."),
        ("Dogs bark.", "At character 1, “Dogs bark.”: “a”, “an” or “the” was expected."),
        ("The dog is above a cat.", "At character 5, “dog is above a cat.”: one object that was mentioned before was"),
        ("A dog is above a dog. The dog is below a cat.", "words that single out one object was expected"),
        ("There are two dog.", "At character 15, “dog.”: an object in the plural was expected. Did you mean “dogs”"),
        ("There is a dog", "The caption ends where “.” should follow. Finish the sentence."),
        ("There is", "The caption ends where “a”, “an” or “the” should follow."),
        ("The scene is at nigth.", "a setting, weather or style was expected. Did you mean “at night”"),
        ("There is a dog! ", "At character 15, “!”: “.” was expected."),
        ("There is a <b>dog</b>.", "At character 12, “<b>dog</b>.”: an object was expected."),
        ("There is a red-ish dog.", "At character 12, “red-ish dog.”: an object was expected."),
        (".", "At character 1, “.”: “a”, “an” or “the” was expected."),
        ("A dog. " * 3000, f"has 21000 characters; at most {MAX_CAPTION} are read. Shorten it."),
    ],
)
def test_what_cannot_be_read_is_said_with_place_and_closest_word(text: str, sentence: str) -> None:
    with pytest.raises(ParseError) as refusal:
        parse(text, POCKET)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A dog is above a cat. The dog is above the dog.", "“dog” cannot be “above” itself."),
        ("A red red dog is above a cat.", "“dog” is “red” twice."),
        ("The scene is at night and in daylight.", "The scene has two values for “setting”. Keep one."),
        ("There are twenty dogs, twenty cats, twenty owls and twenty cows.", "A scene holds at most 64 objects"),
    ],
)
def test_what_contradicts_itself_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(GraphError) as refusal:
        parse(text, POCKET)
    assert sentence in str(refusal.value)


grammar_words = sorted({"a", "the", "is", "are", "there", "scene", "and", ",", ".", "dog", "dogs", "red", "above"})


@given(st.lists(st.sampled_from([*grammar_words, "two", "first", "at night", "!", "zebra"]), max_size=12).map(" ".join))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_any_words_give_a_graph_or_a_sentence(text: str) -> None:
    try:
        reading = read(text, POCKET)
    except ScenewrightError as refusal:
        assert len(str(refusal)) < 300
    else:
        assert set(reading.spans) == set(reading.graph.elements())


@given(st.text(max_size=80))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_any_text_gives_a_graph_or_a_sentence(text: str) -> None:
    try:
        parse(text, POCKET)
    except ScenewrightError as refusal:
        assert len(str(refusal)) < 300


def test_ordinals_reach_as_far_as_the_reader_knows() -> None:
    assert parse("A first dog is above a second dog. The second dog is above a third dog.", POCKET).complexity == 5
    assert len(ORDINALS) >= (POCKET.max_objects or 0)
