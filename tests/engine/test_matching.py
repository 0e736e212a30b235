"""Free answers matched after normalisation: what counts as the same, what never does, and properties over many words.

Run it: `pytest tests/engine/test_matching.py`.
"""

from __future__ import annotations

import random
import sys
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.matching import normal, same
from engine.programs import HowMany, Thing, WhichObject
from engine.questions import Question
from engine.scoring import Reply, score
from engine.taxonomy import forms, load
from engine.wording import NUMBERS

POCKET = load("pocket")
WORDS = sorted(
    {
        *POCKET.noun,
        *(value for kind in POCKET.attribute_kinds for value in kind.values),
        *(value for kind in POCKET.scene_kinds for value in kind.phrases),
        *NUMBERS[1:],
        "none",
        "unclear",
        "yes",
        "no",
    }
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Two dogs.", "2 dog"), ("the RED dog", "red dog"), ("A dog!", "dog"), ("“dog”", "dog"), ("people", "person"),
        ("twenty-one", "21"), ("Forty", "40"), ("seven", "7"), ("1,000", "1000"), ("sofa", "couch"), ("sofas", "couch"),
        ("airplanes", "airplane"), ("plane", "airplane"), ("gray", "grey"), ("big", "large"), ("medium-sized", "medium"),
        ("traffic lights", "traffic light"), ("ＤＯＧ", "dog"), ("a", "a"), ("ice-cream", "ice cream"), ("yes.", "Yes"),
    ],
)  # fmt: skip
def test_the_same(said: str, expected: str) -> None:
    assert same(said, expected) and same(expected, said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("hot dog", "dog"), ("dog house", "dog"), ("cat", "dog"), ("", "dog"), ("", ""), ("...", "!!"), ("no dog", "dog"),
        ("not red", "red"), ("3", "two"), ("twenty", "21"), ("glasses", "glass"), ("red", "dark red"), ("2.5", "25"),
        ("dog and cat", "dog"), ("racing car", "car"), ("1", "11"), ("yes and no", "yes"), ("eyes", "yes"),
    ],
)  # fmt: skip
def test_not_the_same(said: str, expected: str) -> None:
    assert not same(said, expected)


def test_no_two_pocket_words_mean_the_same() -> None:
    """So that nothing changes for judges that answer from the pocket vocabulary."""
    assert all(same(word, word) for word in WORDS)
    mixed = [(a, b) for a, b in combinations(WORDS, 2) if same(a, b) or same(b, a)]
    assert mixed == []


def test_pocket_words_need_no_large_taxonomy() -> None:
    """Looking up synonyms reads 50,000 nouns once; answers of the pocket judges never ask for that."""
    code = (
        "import engine.taxonomy as t; real = t.load; names = [];"
        "t.load = lambda name='pocket': names.append(name) or real(name);"
        "from engine.matching import same;"
        "same('red', 'blue'), same('none', 'night'), same('unclear', 'cat'), same('two', 'three'), same('dog', 'cat');"
        "assert set(names) == {'pocket'}, names"
    )
    import subprocess

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.sampled_from(WORDS), st.sampled_from(["a {}", "The {}.", "  {} ", "{}!", "“{}”", "{},"]))
def test_articles_case_and_punctuation_change_nothing(word: str, frame: str) -> None:
    assert same(frame.format(word.upper()), word)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(st.text(max_size=30), st.text(max_size=30))
def test_it_does_not_matter_which_is_which(a: str, b: str) -> None:
    assert same(a, b) == same(b, a)
    assert same(a, a) == bool(normal(a))


@given(st.sampled_from(WORDS), st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9))
def test_more_words_are_another_answer(word: str, more: str) -> None:
    for longer in (f"{word} {more}", f"{more} {word}", f"{word}{more}"):
        assert not same(longer, word)


def test_nouns_of_the_full_taxonomy_are_their_own_plurals_and_no_other_noun() -> None:
    full = load("full")
    nouns = random.Random(3).sample([noun for noun in full.nouns if noun.name.islower()], 400)
    assert all(same(noun.name, noun.name) for noun in nouns)
    for a, b in pairwise(nouns):
        if a.synset != b.synset:
            assert not same(a.name, b.name), (a.name, b.name)
    plurals = [(n.plural, n.name) for n in nouns if n.number == "count" and forms.singular(n.plural) == n.name]
    told = [same(plural, name) for plural, name in plurals if plural not in full.noun]
    assert len(told) > 200 and all(told)


def test_an_option_that_was_offered_is_another_answer() -> None:
    """Where "sofa" and "couch" both stand in the list, they are not the same."""
    assert same("sofa", "couch") and not same("Sofa.", "couch", others=("sofa", "chair"))


def test_scoring_marks_open_answers_so() -> None:
    which = Question(
        "q1", "What is red?", "couch", ("couch", "dog"), "existence", (), (), None, WhichObject((("colour", "red"),))
    )
    many = Question(
        "q2", "How many dogs are there?", "two", ("one", "two"), "count", (), (), None, HowMany(Thing("dog"))
    )
    right = score([which, many], [Reply("A sofa.", 0.9), Reply("2", 0.8)])
    assert right.open == 1.0 and [mark.soft for mark in right.marks] == [0.9, 0.8]
    assert score([which, many], [Reply("a sofa bed", 0.9), Reply("12", 0.8)]).open == 0.0
