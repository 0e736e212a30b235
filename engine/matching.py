"""Matching: whether a free answer means the expected one, after case, articles, numbers, plurals and synonyms.

Words are compared whole; an answer that only contains the expected one does not match.
Try it: `python -c "from engine.matching import same; print(same('Two dogs.', '2 dog'), same('a hot dog', 'dog'), same('sofa', 'couch'))"`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from engine.taxonomy import forms
from engine.wording import NUMBERS

_ARTICLES = frozenset(("a", "an", "the"))
_TENS = {word: 10 * (i + 2) for i, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())}
_ONES = {word: i for i, word in enumerate(NUMBERS)}
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_BREAKS = re.compile(r"(?<!\w)'|'(?!\w)|[^\w'.]|_|\.(?!\d)|(?<!\d)\.")
"""Whatever separates words; an apostrophe inside one and a decimal point stay."""


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """Small letters, no articles, no punctuation, numbers as digits: `"The Twenty-one red dogs!"` -> `"21 red dogs"`."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    words = _BREAKS.sub(" ", _THOUSANDS.sub("", plain)).split()
    kept = [word for word in words if word not in _ARTICLES] or words
    return " ".join(_numbered(kept))


def same(said: str, expected: str, *, others: Iterable[str] = ()) -> bool:
    """Whether an answer means the expected one; it never does where it is, word for word, one of the `others` offered.

    Synonyms are nouns of one WordNet synset in the shipped taxonomies, and our lists for attributes.
    """
    a, b = normal(said), normal(expected)
    if a == b:
        return bool(a)
    if any(a == normal(other) for other in others):
        return False
    return _plural(a, b) or any(_synonyms(one, two) for one in _numbers(a) for two in _numbers(b))


def _numbered(words: list[str]) -> Iterable[str]:
    """Number words as digits; "twenty one" is one number."""
    ahead = iter([*words, ""])
    word = next(ahead)
    while word:
        after = next(ahead)
        if word in _TENS and 1 <= _ONES.get(after, 0) <= 9:
            word, after = str(_TENS[word] + _ONES[after]), next(ahead)
        yield str(_ONES[word]) if word in _ONES else str(_TENS[word]) if word in _TENS else word
        word = after


def _numbers(text: str) -> tuple[str, ...]:
    """An answer, and its singular where it looks like a plural."""
    one = forms.singular(text)
    return (text, one) if one else (text,)


def _plural(a: str, b: str) -> bool:
    """One is the plural of the other; two names of one taxonomy ("glass", "glasses") are different things."""
    return (forms.singular(a) == b or forms.singular(b) == a) and not _both_known(a, b)


def _both_known(a: str, b: str) -> bool:
    from engine.taxonomy import load

    return any({a, b} <= load(name).noun.keys() for name in ("pocket", "full"))


@lru_cache(maxsize=8192)
def _synonyms(a: str, b: str) -> bool:
    from engine.paraphrase.synonyms import names, values
    from engine.taxonomy import load

    if a == b or a in map(normal, values(b)) or b in map(normal, values(a)):
        return True
    if {a, b} <= _settled():
        return False
    return a in names(b, load("full"))  # over a second when it is read first, and only free answers come here


@lru_cache(maxsize=1)
def _settled() -> frozenset[str]:
    """The words of the pocket world: no two of them mean the same, so that nothing has to be looked up for them."""
    from engine.taxonomy import load

    pocket = load("pocket")
    kinds = (*(kind.values for kind in pocket.attribute_kinds), *(kind.phrases for kind in pocket.scene_kinds))
    words = {*pocket.noun, *pocket.relation, *(word for kind in kinds for word in kind)}
    return frozenset(map(normal, (*words, *NUMBERS, "none", "unclear", "yes", "no")))
