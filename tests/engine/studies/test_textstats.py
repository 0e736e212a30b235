"""Figures about texts: by hand on small ones, against slow definitions on any.

Run it: `pytest tests/engine/studies/test_textstats.py`.
"""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.studies.textstats import (
    Diversity,
    Spread,
    bleu,
    distinct,
    moving_type_token,
    ngrams,
    opening_patterns,
    openings,
    self_bleu,
    sentences,
    type_token,
    words,
)

TEXTS = st.lists(
    st.lists(st.sampled_from("a b c d e".split()), min_size=1, max_size=9).map(" ".join), min_size=2, max_size=7
)
FEW = settings(max_examples=80)


def slow_bleu(text: tuple[str, ...], others: list[tuple[str, ...]]) -> float:
    """BLEU-4 against several references, as it is defined, smoothed by Chen and Cherry's first method."""
    logs = 0.0
    for n in range(1, 5):
        own = Counter(ngrams(text, n))
        most = {gram: max(Counter(ngrams(other, n))[gram] for other in others) for gram in own}
        hits = sum(min(count, most[gram]) for gram, count in own.items())
        logs += 0.25 * math.log((hits if hits else 0.1) / max(1, sum(own.values())))
    nearest = min((len(other) for other in others), key=lambda size: (abs(size - len(text)), size))
    return (1.0 if len(text) >= nearest else math.exp(1 - nearest / len(text))) * math.exp(logs)


@given(TEXTS)
@FEW
def test_self_bleu_is_the_mean_of_bleu_against_the_others(texts: list[str]) -> None:
    said = [words(text) for text in texts]
    slow = [slow_bleu(one, said[:i] + said[i + 1 :]) for i, one in enumerate(said)]
    assert self_bleu(texts) == pytest.approx(sum(slow) / len(slow))


@given(TEXTS)
@FEW
def test_bleu_of_two_texts(texts: list[str]) -> None:
    assert bleu(texts[0], texts[1]) == pytest.approx(slow_bleu(words(texts[0]), [words(texts[1])]))


@given(st.lists(st.sampled_from("a b c d".split()), max_size=40), st.integers(1, 12))
@FEW
def test_the_moving_average_is_the_mean_of_all_windows(said: list[str], window: int) -> None:
    ratios = [len(set(said[i : i + window])) / window for i in range(len(said) - window + 1)]
    wanted = sum(ratios) / len(ratios) if len(said) > window else type_token(said)
    assert moving_type_token(said, window) == pytest.approx(wanted)


def test_self_bleu_knows_copies_and_strangers() -> None:
    assert self_bleu(["a red dog is here"] * 3) == pytest.approx(1.0)
    assert self_bleu(["one two three four", "five six seven eight"]) < 0.1
    assert self_bleu(["alone in the world"]) == self_bleu([]) == self_bleu(["...", "a dog"]) == 0.0


def test_distinct_by_hand() -> None:
    assert distinct(["a red dog", "a red cat"], 1) == pytest.approx(4 / 6)
    assert distinct(["a red dog", "a red cat"], 2) == pytest.approx(3 / 4)
    assert distinct(["a dog"], 3) == 0.0


def test_openings_by_hand() -> None:
    texts = ["There is a dog.", "There is a cat.", "A red dog barks.", "A blue cat sits.", "Dog", ""]
    assert openings(texts) == 4
    assert opening_patterns(texts) == 3


def test_words_and_sentences() -> None:
    assert words("A one-eyed Dog's toy, at F8!") == ("a", "one-eyed", "dog's", "toy", "at", "f8")
    assert sentences("A dog. Is it red? Yes! ...") == ["A dog.", "Is it red?", "Yes!"]
    assert sentences("  ") == []


def test_everything_at_once() -> None:
    found = Diversity.of(["A red dog.", "A red cat."]).to_dict()
    assert found["n"] == 2 and found["distinct_2"] == 0.75 and found["openings"] == 2 and found["ttr"] == found["mattr"]
    assert Diversity.of([]).to_dict()["self_bleu"] == 0.0
    assert Spread.of([1.0, 2.0, 6.0]).to_dict() == {"mean": 3.0, "median": 2.0, "low": 1.1, "high": 5.6, "largest": 6.0}
    assert Spread.of([]).mean == 0.0
