"""Spellings, options and rotations: each token counts once, partial words only in need, no place favoured.

Run it: `pytest tests/tiny/test_judges_spellings.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_judges import bert_words

from engine.errors import ModelError
from models.judges.options import in_words, is_free, listed, over_turns, rotations, yes_or_no
from models.judges.spellings import first_tokens, spellings, summed


def words(*pieces: str, merges: tuple[tuple[str, str], ...] = ()) -> PreTrainedTokenizerFast:
    """A byte-pair tokenizer as GPT-2's, in which Ġ is the space before a word."""
    vocabulary: Mapping[str, int] = {piece: i for i, piece in enumerate(["<unk>", *dict.fromkeys(pieces)])}
    inside = Tokenizer(models.BPE(vocab=dict(vocabulary), merges=list(merges), unk_token="<unk>"))
    inside.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return PreTrainedTokenizerFast(tokenizer_object=inside, unk_token="<unk>")


LETTERS = tuple("yesnoYESNOĠ")


def test_each_spelling_counts_and_each_token_once() -> None:
    merges = (("y", "e"), ("ye", "s"), ("Y", "e"), ("Ye", "s"), ("Ġ", "yes"), ("n", "o"), ("Ġ", "no"))
    pieces = ("ye", "yes", "Ye", "Yes", "Ġyes", "no", "Ġno")
    known = words(*LETTERS, *pieces, merges=merges)
    yes, no = first_tokens(known, ("yes", "no"))
    assert known.convert_ids_to_tokens(list(yes)) == ["yes", "Yes", "Ġyes"]
    assert known.convert_ids_to_tokens(list(no)) == ["no", "Ġno"]  # "No" is N + o, and "N" may begin "Not sure"


def test_without_whole_words_the_first_part_counts_but_never_a_space() -> None:
    yes, no = first_tokens(words(*LETTERS), ("yes", "no"))
    known = words(*LETTERS)
    assert known.convert_ids_to_tokens(list(yes)) == ["y", "Y"]
    assert known.convert_ids_to_tokens(list(no)) == ["n", "N"]


def test_what_cannot_be_told_apart_is_no_judge() -> None:
    with pytest.raises(ModelError, match="cannot tell “yes” or “no” apart"):
        first_tokens(words("a", "b"), ("yes", "no"))
    with pytest.raises(ModelError, match="apart"):
        first_tokens(bert_words(), ("dog", "dog"))


def test_letters_keep_their_case() -> None:
    assert spellings("A", cases=False) == ("A", " A")
    assert spellings("yes") == ("yes", "Yes", "YES", " yes", " Yes", " YES")


def test_sums_are_by_row_and_word() -> None:
    rows = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]])
    assert [pytest.approx(row) for row in ([0.3, 0.4], [0.7, 0.1])] == summed(rows, ((0, 1), (3,)))


def test_a_judge_that_always_says_the_first_letter_favours_nothing() -> None:
    options = ("red", "blue", "green")
    reply = over_turns(options, [[0.9, 0.0, 0.0]] * 3)
    assert [p for _, p in reply.top] == pytest.approx([0.3] * 3) and reply.left_over == pytest.approx(0.1)


def test_a_judge_that_means_one_option_gets_it_from_every_place() -> None:
    options = ("red", "blue", "green")
    turns = [[0.8 if one == "green" else 0.1 for one in turned] for turned in rotations(options)]
    assert over_turns(options, turns).answer == "green" and over_turns(options, turns).confidence == pytest.approx(0.8)
    assert [listed(turned) for turned in rotations(("red", "blue"))] == ["A. red B. blue", "A. blue B. red"]


def test_more_options_than_letters_are_refused() -> None:
    with pytest.raises(ModelError, match="27 options"):
        rotations([str(i) for i in range(27)])


def test_replies_are_no_substrings() -> None:
    assert in_words(" Not yes. ", 0.7, ()).answer == "not yes"
    assert yes_or_no((0.2, 0.3), [("maybe", 0.5)]).answer == "no"
    assert is_free("What colour is it?") and is_free("how many dogs?")
    assert not is_free("Is it what you want?") and not is_free("Whatever is red, is it round?")
