"""Plurals, verbs and relations whose forms are guessed.

Run it: `pytest tests/engine/taxonomy/test_forms.py`.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.taxonomy import forms
from engine.taxonomy.forms import UNGRAMMATICAL, relation
from tests.pocket_graphs import POCKET


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("box", "boxes"), ("puppy", "puppies"), ("toy", "toys"), ("watch", "watches"), ("bus", "buses"),
        ("fireman", "firemen"), ("human", "humans"), ("grandchild", "grandchildren"), ("sheep", "sheep"),
        ("hovercraft", "hovercraft"), ("bottle of milk", "bottles of milk"), ("son-in-law", "sons-in-law"),
        ("oasis", "oases"), ("garden knife", "garden knives"), ("scissors", "scissors"), ("tooth", "teeth"), ("cookie", "cookies"),
    ],
)  # fmt: skip
def test_plurals(one: str, many: str) -> None:
    assert forms.plural(one) == many


def test_most_plurals_of_the_pocket_world_are_guessed_right_and_undone() -> None:
    wrong = [noun.name for noun in POCKET.nouns if forms.plural(noun.name) != noun.plural]
    assert len(wrong) <= 1, wrong
    for noun in POCKET.nouns:
        if noun.plural != noun.name and noun.name not in wrong:
            assert forms.singular(noun.plural) == noun.name


@pytest.mark.parametrize("word", ["grass", "bus", "oasis", "dog", "scissors", "lens"])
def test_what_is_no_plural(word: str) -> None:
    assert forms.singular(word) is None


@pytest.mark.parametrize("verb", ["carry", "watch", "hold", "go", "have", "pass", "play", "fix", "use", "rise"])
def test_verbs_there_and_back(verb: str) -> None:
    assert forms.base(forms.third_person(verb)) == verb and forms.finite(forms.third_person(verb))


@pytest.mark.parametrize(
    ("given", "phrase"),
    [
        ("on", "on"), ("is on", "on"), ("leaning_against", "leaning against"), ("chasing", "chasing"),
        ("next to a", "next to"), ("next", "next to"), ("in motion", "in motion with"), ("used for peeling", "used for peeling"),
        ("being carried", "being carried by"), ("emblem of", "the emblem of"), ("member of", "a member of"),
        ("lookout for", "a lookout for"), ("may be guarded by", "possibly guarded by"), ("to polish", "to polish"),
        ("centre of attention", "the centre of attention for"), ("same colour as", "the same colour as"),
        ("made of", "made of"), ("visible through", "visible through"), ("sharing a bench", "sharing a bench with"),
    ],
)  # fmt: skip
def test_predicates(given: str, phrase: str) -> None:
    word = relation(given, "spatial")
    assert (word.phrase, word.form, word.switch) == (phrase, "is", "")


@pytest.mark.parametrize(
    ("given", "phrase", "base"),
    [
        ("guards", "guards", "guard"),
        ("carries water to", "carries water to", "carry water to"),
        ("can hold", "holds", "hold"),
        ("might reach", "possibly reaches", "possibly reach"),
        ("marks and guards", "marks and guards", "mark and guard"),
        ("provides shade", "provides shade for", "provide shade for"),
        ("possibly guards", "possibly guards", "possibly guard"),
    ],
)
def test_clauses(given: str, phrase: str, base: str) -> None:
    word = relation(given, "spatial")
    assert (word.phrase, word.form, word.base, word.plural) == (phrase, "clause", base, base)


@pytest.mark.parametrize(
    ("given", "phrase"),
    [("ride", "riding"), ("sit at", "sitting at"), ("hold", "holding"), ("tie to", "tying to"), ("see", "seeing"),
     ("under", "under"), ("worn by", "worn by"), ("next to", "next to"), ("wearing", "wearing"), ("holds", "holds")],
)  # fmt: skip
def test_bare_verbs_become_predicates(given: str, phrase: str) -> None:
    assert forms.predicate(given) == phrase


@pytest.mark.parametrize("given", ["sadness", "none", "not near", "joy towards", "with a lid", "", "is"])
def test_what_fits_no_sentence_stays_behind_its_switch(given: str) -> None:
    assert relation(given, "emotional").switch == UNGRAMMATICAL


@given(st.text(max_size=60))
def test_any_text_is_a_relation_of_some_kind(text: str) -> None:
    word = relation(text, "spatial")
    assert word.kind == "spatial" and word.form in ("is", "clause")
    again = relation(word.phrase, "spatial")
    assert again.form == word.form or word.switch or again.switch
