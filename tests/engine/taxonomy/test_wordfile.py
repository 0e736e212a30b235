"""Words added, removed and re-weighted from a file, and nouns under a topic.

Run it: `pytest tests/engine/taxonomy/test_wordfile.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import TaxonomyError
from engine.sampler import Constraints, scenes
from engine.taxonomy import Taxonomy
from engine.taxonomy.wordfile import apply, under
from engine.taxonomy.words import Kind, Noun
from tests.pocket_graphs import POCKET

LINES = """
# my words
+ object gnome person
+ object garden gnome
+ attribute turquoise colour
+ relation leaning on spatial
+ scene dusk setting
- dog
cat * 50
"""
SAME = {
    "add": {
        "objects": [{"name": "gnome", "kind": "person"}, {"name": "garden gnome"}],
        "attributes": [{"value": "turquoise", "kind": "colour"}],
        "relations": [{"phrase": "leaning on", "kind": "spatial"}],
        "scene_attributes": [{"value": "dusk", "kind": "setting"}],
    },
    "remove": ["dog"],
    "weight": {"cat": 50},
}


def changed(tmp_path: Path, text: str) -> Taxonomy:
    path = tmp_path / "words.txt"
    path.write_text(text)
    return apply(POCKET, path)


@pytest.mark.parametrize("text", [LINES, json.dumps(SAME), json.dumps(SAME, indent=1)])
def test_words_come_go_and_weigh(tmp_path: Path, text: str) -> None:
    words = changed(tmp_path, text)
    assert (words.noun["gnome"].kind, words.noun["garden gnome"].plural) == ("person", "garden gnomes")
    assert "turquoise" in words.attribute_kind["colour"].values
    assert words.relation["leaning on"].kind == "spatial"
    assert "dusk" in words.scene_kind["setting"].phrases
    assert words.choice.without == {"dog"} and words.choice.weights == (("cat", 50.0),)
    assert "dog" in words.noun, "removed words stay known"
    assert len(POCKET.nouns) == 40 and not POCKET.choice.without and words.version != POCKET.version


def test_what_is_drawn_follows(tmp_path: Path) -> None:
    words = changed(tmp_path, "- dog\n- horse\ncat * 1000\n")
    drawn = [o.name for g in scenes(Constraints(complexity=(4, 4)), words, seed=1, count=300) for o in g.objects]
    assert "dog" not in drawn and "horse" not in drawn
    animals = [name for name in drawn if words.noun[name].kind == "animal"]
    assert animals.count("cat") > 0.9 * len(animals) > 0


def test_a_word_comes_back_when_it_is_added_after_all(tmp_path: Path) -> None:
    words = changed(tmp_path, "- dog\n+ object dog animal\n")
    assert not words.choice.without and sum(noun.name == "dog" for noun in words.nouns) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\n- dgo\n", "Line 2 of words.txt: “dgo” is not a word of the pocket taxonomy. Did you mean “dog”"),
        ("+ object gnome persn", "Line 1 of words.txt: “persn” is not a kind of thing. Did you mean “person”?"),
        ("+ attribute mauve", "names no kind of attribute"),
        ("+ thing gnome", "adds “thing”; begin with “+ object”"),
        ("gnome", "is “gnome”; begin with “+” or “-”, or write “word * 5”"),
        ("dog * many", "factor is “many”; write a number from 0"),
        ("dog * -1", "write a number from 0"),
        ("dog * nan", "write a number from 0"),
        ("{", "is not JSON"),
        ('{"adds": {}}', "has “adds”; it can have “add”, “remove” and “weight”"),
        ('{"add": {"nouns": []}}', "has “nouns”; it can have “objects”"),
        ('{"add": {"objects": [{"name": "x", "size": 3}]}}', "has the field “size”"),
        ('{"add": {"objects": [{"name": ""}]}}', "Entry 1 of “objects” in words.txt: name is “”"),
        ('{"add": {"objects": [{"name": "x", "kind": "anmal"}]}}', "Did you mean “animal”"),
        ('{"add": {"objects": [{"name": "x", "number": "two"}]}}', "number is “two”"),
        ('{"add": {"attributes": [{"value": "x", "kind": "color"}]}}', "Did you mean “colour”"),
        ('{"remove": "dog"}', "has to be a list"),
        ('{"weight": {"dog": true}}', "factor is “True”"),
    ],
)
def test_a_slip_names_its_place_and_the_closest_word(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(TaxonomyError) as refusal:
        changed(tmp_path, text)
    assert sentence in str(refusal.value)


def test_files_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"+ object \xff")
    with pytest.raises(TaxonomyError, match="not UTF-8 text"):
        apply(POCKET, tmp_path / "bad")
    with pytest.raises(TaxonomyError, match="cannot be read"):
        apply(POCKET, tmp_path / "nothing")


TREE = Taxonomy(
    "tree", "1",
    (Noun("oak", "oaks", "tree", synset="n3"), Noun("elm", "elms", "tree", synset="n4"), Noun("rock", "rocks", "stone")),
    (), (), (),
    kinds={"thing": Kind("thing"), "plant": Kind("plant", "thing"), "tree": Kind("tree", "plant"),
           "stone": Kind("stone", "thing")},
    hypernyms={"n1": (None, ("flora", "plant life")), "n2": ("n1", ("angiosperm",)), "n3": ("n2", ("oak",)),
               "n4": ("n1", ("elm",))},
)  # fmt: skip


@pytest.mark.parametrize(
    ("topics", "names"),
    [
        (["tree"], {"oak", "elm"}),
        (["plant"], {"oak", "elm"}),
        (["trees"], {"oak", "elm"}),
        (["flora"], {"oak", "elm"}),
        (["plant_life"], {"oak", "elm"}),
        (["n2"], {"oak"}),
        (["oaks"], {"oak"}),
        (["rock", "angiosperm"], {"rock", "oak"}),
        (["thing"], {"rock", "oak", "elm"}),
        ([], set()),
    ],
)
def test_topics_are_kinds_words_or_synsets(topics: list[str], names: set[str]) -> None:
    assert under(TREE, topics) == names


def test_an_unknown_topic_names_the_closest() -> None:
    with pytest.raises(TaxonomyError, match="“floora” is not a topic of the tree taxonomy. Did you mean “flora”"):
        under(TREE, ["floora"])
