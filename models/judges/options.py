"""How a question is put to a judge that speaks in tokens, and how its tokens become a reply.

A multiple choice is asked once for each rotation of its options, so that no place is favoured. Try it:
`python -c "from models.judges.options import listed, rotations; print([listed(o) for o in rotations(['red', 'blue'])])"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from engine.errors import ModelError
from engine.scoring import Reply
from models.judges.asking import TOP, Choices

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OPENING = ("what", "which", "who", "where", "how", "when", "why", "name")
YES_OR_NO, LETTER, SHORT = (
    "Answer with one word, yes or no.",
    "Answer with the letter of the right one.",
    "Answer with one word or a short phrase.",
)
"""What is added to a question, as chat models are asked."""
Tokens: TypeAlias = Sequence[tuple[str, float]]
"""Tokens as text with their probabilities."""


def is_free(question: str) -> bool:
    """True for a question whose answer is neither yes nor no, by its first word."""
    return question.strip().lower().startswith(tuple(f"{word} " for word in OPENING))


def closing(question: str, behind: str) -> str:
    """The question with `behind` it, unless it ends with "yes or no." itself, as VQAScore's does."""
    return question if question.rstrip().endswith("yes or no.") else question + behind


def rotations(options: Choices) -> list[tuple[str, ...]]:
    """The options in every rotation of their order; raises `ModelError` for more than there are letters."""
    if len(options) > len(LETTERS):
        raise ModelError(f"A question has {len(options)} options; a judge can choose among {len(LETTERS)}. Give fewer.")
    return [(*options[turn:], *options[:turn]) for turn in range(len(options))]


def listed(options: Choices) -> str:
    """`A. red B. blue`."""
    return " ".join(f"{LETTERS[i]}. {option}" for i, option in enumerate(options))


def over_turns(options: Choices, turns: Sequence[Sequence[float]]) -> Reply:
    """The reply to a multiple choice; `turns[k][i]` is the probability of the i-th letter in the k-th of `rotations`."""
    found = dict.fromkeys(options, 0.0)
    for turned, letters in zip(rotations(options), turns, strict=True):
        for option, p in zip(turned, letters, strict=False):
            found[option] += p / len(turns)
    return chosen(found)


def chosen(found: Mapping[str, float]) -> Reply:
    """The likeliest of the options with their probabilities; the first of equals."""
    ranked = trace(found.items())
    return Reply(*ranked[0], top=ranked, left_over=rest(found.values()))


def yes_or_no(likely: Iterable[float], top: Iterable[tuple[str, float]]) -> Reply:
    """The reply to a yes/no question from the probabilities of yes and no and the likeliest tokens."""
    yes, no = likely
    said = ("yes", yes) if yes >= no else ("no", no)
    return Reply(*said, p_yes=yes, p_no=no, top=trace(top), left_over=rest((yes, no)))


def in_words(text: str, sure: float, top: Iterable[tuple[str, float]]) -> Reply:
    """The reply to an open question: a few words, without their case and the full stop."""
    return Reply(text.strip().rstrip(".").lower(), min(sure, 1.0), top=trace(top))


def rest(probabilities: Iterable[float]) -> float:
    """What is left of 1, not below 0."""
    return round(max(0.0, 1.0 - sum(probabilities)), 6)


def trace(tokens: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """The TOP likeliest tokens, best first, as a reply keeps them."""
    ranked = sorted(tokens, key=lambda pair: pair[1], reverse=True)
    return tuple((text, round(min(p, 1.0), 6)) for text, p in ranked[:TOP])


def spelled(token: str) -> str:
    """A token without the space before it, its case and the full stop after it; "" for what is only a space."""
    return token.strip().rstrip(".,").lower()
