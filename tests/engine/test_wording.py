"""Small words: articles by sound, numbers, ordinals and lists.

Run it: `pytest tests/engine/test_wording.py`.
"""

from __future__ import annotations

import pytest

from engine.wording import (
    NUMBERS,
    ORDINALS,
    article,
    counted,
    indefinite,
    listed,
    number,
    ordered,
    ordinal,
    plural_phrase,
)
from tests.pocket_graphs import POCKET


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("dog", "a"), ("owl", "an"), ("orange owl", "an"), ("umbrella", "an"), ("apple", "an"), ("elephant", "an"),
        ("unicorn", "a"), ("uniform", "a"), ("unimpressed man", "an"), ("uninvited guest", "an"), ("union", "a"),
        ("hour", "an"), ("honest man", "an"), ("horse", "a"), ("heir", "an"), ("house", "a"), ("ukulele", "a"),
        ("European", "a"), ("ewe", "a"), ("one-eyed cat", "a"), ("onion", "an"), ("useful book", "a"),
        ("usual chair", "a"), ("ugly duck", "an"), ("eighth dog", "an"), ("urn", "an"), ("utensil", "a"),
        ("airplane", "an"), ("yellow apple", "a"), ("first owl", "a"),
    ],
)  # fmt: skip
def test_articles_go_by_sound(word: str, expected: str) -> None:
    assert article(word) == expected
    assert indefinite(word) == f"{expected} {word}"


def test_articles_of_every_pocket_word() -> None:
    values = [value for kind in POCKET.attribute_kinds for value in kind.values]
    for word in [noun.name for noun in POCKET.nouns] + values:
        assert article(word) == ("an" if word[0] in "aeiou" else "a")


def test_numbers_and_ordinals() -> None:
    assert [number(n) for n in (0, 1, 2, 12, 20, 21)] == ["zero", "one", "two", "twelve", "twenty", "21"]
    assert [ordinal(n) for n in (1, 2, 3, 12, 20)] == ["first", "second", "third", "twelfth", "twentieth"]
    assert [ordinal(n) for n in (21, 22, 23, 24, 111, 112, 121)] == [
        "21st", "22nd", "23rd", "24th", "111th", "112th", "121st",
    ]  # fmt: skip
    assert len(set(NUMBERS)) == 21
    assert len(set(ORDINALS)) == 20


def test_counts_agree_with_their_nouns() -> None:
    assert [counted(n, "item") for n in (0, 1, 2, 1200)] == ["0 items", "1 item", "2 items", "1,200 items"]
    assert [counted(n, "person", "people") for n in (1, 3)] == ["1 person", "3 people"]


def test_lists() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_attributes_stand_in_the_order_of_english() -> None:
    pairs = (("colour", "red"), ("size", "large"))
    assert ordered(pairs, POCKET) == (("size", "large"), ("colour", "red"))
    assert plural_phrase("person", pairs, POCKET) == "large red people"
    assert plural_phrase("gizmo", (("mood", "calm"), *pairs), POCKET) == "large red calm gizmos"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("X-ray", "an"), ("x-ray", "an"), ("X chromosome", "an"), ("MRI scanner", "an"), ("UFO", "a"), ("FBI agent", "an"),
        ("8-sided die", "an"), ("18-karat ring", "an"), ("11-storey house", "an"), ("180-degree view", "a"),
        ("1100-page book", "a"), ("3D print", "a"), ("T-shirt", "a"), ("S-shaped hook", "an"), ("U-boat", "a"),
        ("e-book", "an"), ("MP3 player", "an"), ("NASA rocket", "a"), ("RAM disk", "a"), ("LED lamp", "an"), ("EU flag", "an"),
        ("houri", "a"), ("unidentified flying object", "an"), ("unironed shirt", "an"), ("ukase", "a"), ("uvula", "a"),
        ("ouija board", "a"), ("Ukrainian", "a"), ("urchin", "an"), ("oneiromancer", "an"), ("ytterbium lamp", "an"),
        ("yacht", "a"), ("École", "an"), ("hors d'oeuvre", "an"), ("O'Brien", "an"), ("St. Bernard", "a"), ("I-beam", "an"),
    ],
)  # fmt: skip
def test_letters_numbers_and_strangers_have_their_article(word: str, expected: str) -> None:
    assert article(word) == expected
