"""Figures about a set of texts: length, repetition (distinct-n, self-BLEU), openings, type-token ratios.

Nothing but words is looked at, so any texts can be compared; figures that depend on how much text there is say so.
Try it: `python -c "from engine.studies.textstats import *; print(distinct(['a red dog', 'a red cat'], 2))"`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
WINDOW = 50
"""Words in a window of the moving-average type-token ratio."""
BLEU_ORDER = 4
OPENING = 3
"""Words that make an opening."""
GRAMMATICAL = frozenset(
    "a an the some any one two three four five six seven eight nine ten eleven twelve this that these those there here it "
    "is are was were be has have do does and or while with of in on at to from by for as we you i see image picture photo "
    "photograph scene shows show all what who which".split()
)
"""Words that stay in the pattern of an opening; every other word becomes a blank."""
Words = tuple[str, ...]


def words(text: str) -> Words:
    """The lower-case words of a text."""
    return tuple(word.lower() for word in _WORD.findall(text))


def sentences(text: str) -> list[str]:
    """The sentences of a text, by their full stops."""
    return [part for part in _SENTENCE.split(text.strip()) if _WORD.search(part)]


def ngrams(said: Sequence[str], n: int) -> Iterator[Words]:
    """Every n words in a row."""
    return (tuple(said[i : i + n]) for i in range(len(said) - n + 1))


# --- diversity --------------------------------------------------------------------------------------------------------


def distinct(texts: Sequence[str], n: int) -> float:
    """Distinct-n (arXiv 1510.03055): different n-grams over all n-grams, 0..1; it falls as the texts get more."""
    grams = [gram for text in texts for gram in ngrams(words(text), n)]
    return len(set(grams)) / len(grams) if grams else 0.0


def self_bleu(texts: Sequence[str]) -> float:
    """Self-BLEU-4 (arXiv 1802.01886): the mean BLEU of each text against all others, 0..1; lower is more diverse.

    Smoothed as in Chen and Cherry (2014), method 1. The work grows with the words, not with the square of the texts.
    Fewer than two texts have none: 0.
    """
    said = [text for text in map(words, texts) if text]
    if len(said) < 2:
        return 0.0
    lengths = Counter(map(len, said))
    best = [_best_two(said, n) for n in range(1, BLEU_ORDER + 1)]
    return float(np.mean([_bleu(place, text, best, lengths) for place, text in enumerate(said)]))


Best = dict[Words, tuple[int, int, int]]
"""N-gram -> the most that one text has of it, that text, and the most that another has."""


def _best_two(said: Sequence[Words], n: int) -> Best:
    found: Best = {}
    for place, text in enumerate(said):
        for gram, count in Counter(ngrams(text, n)).items():
            most, owner, second = found.get(gram, (0, -1, 0))
            found[gram] = (count, place, most) if count > most else (most, owner, max(second, count))
    return found


def _bleu(place: int, text: Words, best: Sequence[Best], lengths: Counter[int]) -> float:
    logs = 0.0
    for n, table in enumerate(best, start=1):
        own = Counter(ngrams(text, n))
        hits = 0
        for gram, count in own.items():
            most, owner, second = table[gram]
            hits += min(count, second if owner == place else most)
        logs += math.log((hits or 0.1) / max(1, sum(own.values())))
    return _brevity(len(text), lengths) * math.exp(logs / BLEU_ORDER)


def _brevity(length: int, lengths: Counter[int]) -> float:
    """The brevity penalty against the text nearest in length, the shorter of two; the text itself does not count."""
    others = [other for other, count in lengths.items() if other != length or count > 1]
    nearest = min(others, key=lambda other: (abs(other - length), other))
    return 1.0 if length >= nearest else math.exp(1 - nearest / length)


def bleu(text: str, reference: str) -> float:
    """BLEU-4 of one text against one other, 0..1, smoothed as above: 1 for a copy."""
    said, other = words(text), words(reference)
    if not said or not other:
        return 0.0
    logs = 0.0
    for n in range(1, BLEU_ORDER + 1):
        own, theirs = Counter(ngrams(said, n)), Counter(ngrams(other, n))
        hits = sum(min(count, theirs[gram]) for gram, count in own.items())
        logs += math.log((hits or 0.1) / max(1, sum(own.values())))
    brevity = 1.0 if len(said) >= len(other) else math.exp(1 - len(other) / len(said))
    return brevity * math.exp(logs / BLEU_ORDER)


def openings(texts: Sequence[str]) -> int:
    """How many different beginnings of three words there are."""
    return len({words(text)[:OPENING] for text in texts if words(text)})


def opening_patterns(texts: Sequence[str]) -> int:
    """How many different beginnings there are once the words for things are blanks: "there is …", "… … …"."""
    found = {tuple(w if w in GRAMMATICAL else "…" for w in words(text)[:OPENING]) for text in texts if words(text)}
    return len(found)


def type_token(said: Sequence[str]) -> float:
    """Different words over words, 0..1; it falls with the length of the text."""
    return len(set(said)) / len(said) if said else 0.0


def moving_type_token(said: Sequence[str], window: int = WINDOW) -> float:
    """The mean type-token ratio of every `window` words in a row (Covington and McFall 2010): length does not matter.

    A text shorter than the window has its plain ratio.
    """
    if len(said) <= window:
        return type_token(said)
    counts = Counter(said[:window])
    total = kinds = len(counts)
    for gone, come in zip(said, said[window:], strict=False):
        counts[gone] -= 1
        kinds -= counts[gone] == 0
        kinds += counts[come] == 0
        counts[come] += 1
        total += kinds
    return total / (window * (len(said) - window + 1))


# --- all of it --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Diversity:
    """How much texts repeat each other; all shares are 0..1, `n` is how many texts they are over."""

    n: int
    distinct_1: float
    distinct_2: float
    distinct_3: float
    self_bleu: float
    openings: int
    opening_patterns: int
    ttr: float
    mattr: float

    @classmethod
    def of(cls, texts: Sequence[str]) -> Diversity:
        """The figures of these texts, as one sample."""
        said = [word for text in texts for word in words(text)]
        return cls(
            len(texts),
            distinct(texts, 1),
            distinct(texts, 2),
            distinct(texts, 3),
            self_bleu(texts),
            openings(texts),
            opening_patterns(texts),
            type_token(said),
            moving_type_token(said),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, shares to four places."""
        return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Spread:
    """A list of numbers in five: mean, median, 5th and 95th percentile, largest; zeros for none."""

    mean: float
    median: float
    low: float
    high: float
    largest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of these values."""
        if not values:
            return cls(0.0, 0.0, 0.0, 0.0, 0.0)
        low, median, high = np.percentile(values, (5, 50, 95))
        return cls(float(np.mean(values)), float(median), float(low), float(high), float(max(values)))

    def to_dict(self) -> dict[str, float]:
        """Plain JSON values."""
        return {key: round(value, 2) for key, value in asdict(self).items()}
