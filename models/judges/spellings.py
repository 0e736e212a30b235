"""Spellings: the tokens by which a model's answer can begin when it says a word, such as "yes", "Yes" or " yes".

Each token counts once, however many spellings begin with it. Try it: `python -m pytest tests/tiny/test_judges_spellings.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.errors import ModelError, join_or

if TYPE_CHECKING:
    from torch import Tensor


def first_tokens(tokenizer: Any, words: Sequence[str], *, cases: bool = True) -> tuple[tuple[int, ...], ...]:
    """For each word the ids of the tokens that an answer with it begins with, in order, each id with one word only.

    A spelling of several tokens counts only where no spelling of the word is one token: "N" may begin "Not sure".
    With `cases` a word is also looked for capitalised and in capitals. Raises `ModelError` where the tokenizer cannot
    tell the words apart.
    """
    found = [_beginnings(tokenizer, word, cases) for word in words]
    shared = Counter(id for ids in found for id in ids)
    apart = tuple(tuple(sorted(id for id in ids if shared[id] == 1)) for ids in found)
    if not all(apart):
        raise ModelError(f"The model's words cannot tell {join_or(words)} apart, so it is no judge. Choose another.")
    return apart


def summed(probabilities: Tensor, tokens: Sequence[Sequence[int]]) -> list[list[float]]:
    """(N, V) probabilities of first tokens -> for each row the probability of each word of `first_tokens`."""
    columns = [probabilities[:, list(ids)].float().sum(-1).tolist() for ids in tokens]
    return [list(row) for row in zip(*columns, strict=True)]


def spellings(word: str, *, cases: bool = True) -> tuple[str, ...]:
    """The word as an answer may begin with it, without and with a space before it."""
    bare = dict.fromkeys((word, word.capitalize(), word.upper()) if cases else (word,))
    return (*bare, *(f" {text}" for text in bare))


def _beginnings(tokenizer: Any, word: str, cases: bool) -> set[int]:
    written = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in spellings(word, cases=cases)]
    known = [ids for ids in written if ids and tokenizer.unk_token_id not in ids and tokenizer.decode(ids[:1]).strip()]
    return {ids[0] for ids in known if len(ids) == 1} or {ids[0] for ids in known}
