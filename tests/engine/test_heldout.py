"""Held-out combinations: training never has one, every test scene does, and every word is seen in training.

Run it: `pytest tests/engine/test_heldout.py`.
"""

from __future__ import annotations

import pytest

from engine.errors import ConstraintError
from engine.heldout import HeldOut, pairs_of
from engine.sampler import Constraints, scenes
from engine.taxonomy import load

POCKET = load("pocket")


@pytest.mark.parametrize("mode", ["plausible", "imaginative"])
@pytest.mark.parametrize("share", [0.1, 0.4])
def test_train_and_test_share_no_combination(mode: str, share: float) -> None:
    seen = {
        split: [
            set(pairs_of(graph))
            for graph in scenes(
                Constraints(complexity=(3, 7), mode=mode, held_out=HeldOut(split, share)), POCKET, seed=1, count=400
            )
        ]
        for split in ("train", "test")
    }
    held = HeldOut("test", share)
    assert not any(held.holds_out(pair) for pairs in seen["train"] for pair in pairs)
    assert all(any(held.holds_out(pair) for pair in pairs) for pairs in seen["test"])
    words = {word for pairs in seen["train"] for pair in pairs for word in pair}
    assert {noun.name for noun in POCKET.nouns} <= words


def test_the_share_is_what_was_asked_for() -> None:
    held = HeldOut("train", 0.2)
    pairs = [(noun.name, value) for noun in POCKET.nouns for kind in POCKET.attribute_kinds for value in kind.values]
    share = sum(map(held.holds_out, pairs)) / len(pairs)
    assert 0.15 < share < 0.25
    other = HeldOut("train", 0.2, seed=1)
    assert [held.holds_out(pair) for pair in pairs] != [other.holds_out(pair) for pair in pairs]


@pytest.mark.parametrize(
    ("split", "share", "sentence"), [("dev", 0.1, "is not a split"), ("test", 1.5, "between 0 and 1")]
)
def test_nonsense_is_refused(split: str, share: float, sentence: str) -> None:
    with pytest.raises(ConstraintError, match=sentence):
        HeldOut(split, share)
