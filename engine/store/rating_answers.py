"""What may be answered, kind by kind, checked before it is kept; and what a gold item makes of an answer.

Try it: `python -c "from engine.store.rating_answers import good_answers; print(good_answers('picture', {'shows': 4}))"`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from engine.errors import StoreError, join_or, show
from engine.store.rating_values import PAIRS, Answers, Content, Feedback, Kind

SCALE = (1, 2, 3, 4, 5)
REAL = ("real", "artefact", "unsure")
ELEMENT = ("yes", "no", "unsure")
SIDES = ("left", "right", "tie")
LONGEST_COMMENT = 2000
MOST_ELEMENTS = 500
MAIN: dict[Kind, str] = {
    "scene": "plausibility",
    "picture": "shows",
    "caption-pair": "preference",
    "picture-pair": "preference",
}
"""The question every item of a kind asks."""
SCALES = ("plausibility", "shows")
CHOICES: dict[str, tuple[Any, ...]] = {
    "plausibility": SCALE,
    "shows": SCALE,
    "real": REAL,
    "preference": (*SIDES, "a", "b"),
    "left": ("a", "b"),
}
ASKED: dict[Kind, tuple[str, ...]] = {
    "scene": ("plausibility", "real"),
    "picture": ("shows",),
    "caption-pair": ("preference",),
    "picture-pair": ("preference",),
}
"""All questions of a kind that have one answer each."""


def good_answers(kind: Kind, answers: Answers, *, whole: bool = True) -> dict[str, Any]:
    """The answers to a `kind` of item as they are kept; `whole` asks for the main question's.

    Raises `StoreError` for a question that this kind does not ask, an answer outside its choices, a comment of more
    than 2,000 characters, or none where one is needed.
    """
    if not isinstance(answers, Mapping):
        raise StoreError(f"The answers {show(answers)} are no list of questions and answers. Answer again.")
    known = {name: _chosen(name, answers[name]) for name in answers if name in (*ASKED[kind], "left")}
    strange = [name for name in answers if name not in (*known, "elements", "comment") or _misplaced(name, kind)]
    if strange:
        raise StoreError(f"{show(strange[0])} is no question about a {kind}. It asks {join_or(ASKED[kind])}.")
    if whole and MAIN[kind] not in known:
        raise StoreError(f"The answer to {show(MAIN[kind])} is missing. Choose one of {_listed(CHOICES[MAIN[kind]])}.")
    if answers.get("elements"):
        known["elements"] = _elements(answers["elements"])
    if answers.get("comment"):
        known["comment"] = _comment(answers["comment"])
    return known


def _misplaced(name: str, kind: Kind) -> bool:
    return name == "left" and kind not in PAIRS


def _chosen(name: str, value: Any) -> Any:
    choices = CHOICES[name]
    if isinstance(value, (str, int)) and not isinstance(value, bool) and value in choices:
        return value
    raise StoreError(f"{show(value)} is no answer to {show(name)}. Choose one of {_listed(choices)}.")


def _elements(said: Any) -> dict[str, str]:
    if not isinstance(said, Mapping) or len(said) > MOST_ELEMENTS:
        raise StoreError(f"The answers by element, {show(said)}, are no list of at most {MOST_ELEMENTS}. Answer again.")
    for element, value in said.items():
        if not isinstance(value, str) or value not in ELEMENT:
            raise StoreError(f"{show(value)} is no answer for {show(element)}. Choose {join_or(ELEMENT)}.")
    return {whole_text(str(element)): value for element, value in said.items()}


def whole_text(text: str) -> str:
    """The text with a question mark in place of half a character, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _comment(text: str) -> str:
    """The comment in one line."""
    text = " ".join(whole_text(str(text)).replace("\0", "").split())
    if len(text) > LONGEST_COMMENT:
        raise StoreError(f"The comment has {len(text)} characters. Keep it to {LONGEST_COMMENT}.")
    return text


def _listed(choices: tuple[Any, ...]) -> str:
    return ", ".join(str(choice) for choice in choices)


# Sides of a pair -----------------------------------------------------------------------------------------------


def left_side(item: str, person: str, *, blinded: bool) -> str:
    """Which side, a or b, this person sees on the left: the same every time, and by chance over items and people."""
    if not blinded:
        return "a"
    return "b" if hashlib.sha256(f"{item}/{person}".encode()).digest()[0] & 1 else "a"


def from_screen(answers: dict[str, Any], *, left: str) -> dict[str, Any]:
    """A preference said as left or right, as a or b, with what was on the left."""
    right = "b" if left == "a" else "a"
    said = answers.get("preference")
    if said is None:
        return answers
    return {**answers, "preference": {"left": left, "right": right}.get(said, said), "left": left}


def to_screen(answers: Answers) -> dict[str, Any]:
    """A preference kept as a or b, as the person said it: left or right; the inverse of `from_screen`."""
    said = dict(answers)
    left = said.pop("left", "a")
    if said.get("preference") in ("a", "b"):
        said["preference"] = "left" if said["preference"] == left else "right"
    return said


def on_screen(feedback: Feedback, answers: Answers) -> Feedback:
    """The same feedback with an expected side said as left or right, as the person of these answers saw them."""
    wanted = feedback.expected.get("preference")
    if wanted not in ("a", "b"):
        return feedback
    side = "left" if wanted == answers.get("left", "a") else "right"
    return Feedback(feedback.right, {**feedback.expected, "preference": side}, feedback.why)


def for_person(content: Content, kind: Kind, *, left: str, blinded: bool) -> dict[str, Any]:
    """What a person may see of an item; a pair has its sides as `left` and `right`."""
    seen = _without_hidden(content) if blinded else dict(content)
    if kind in PAIRS:
        sides = {"a": seen.pop("a", None), "b": seen.pop("b", None)}
        seen |= {"left": sides[left], "right": sides["b" if left == "a" else "a"]}
    return seen


def _without_hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_hidden(part) for name, part in value.items() if name != "hidden"}
    return value


# Gold ----------------------------------------------------------------------------------------------------------


def good_gold(gold: Any) -> dict[str, Any]:
    """The right answers of a practice or gold item, as they are kept; raises `StoreError` for anything else."""
    if not isinstance(gold, Mapping) or not isinstance(gold.get("answers"), Mapping) or not gold["answers"]:
        raise StoreError(f'The gold answer {show(json.dumps(gold, default=str))} needs "answers". Say what is right.')
    return {"answers": dict(gold["answers"]), "why": str(gold.get("why", ""))}


def against_gold(answers: Answers, gold: Mapping[str, Any]) -> Feedback:
    """Whether the answers are right: every question that the gold answer names must be met."""
    right = all(_met(answers.get(name), wanted) for name, wanted in gold["answers"].items())
    return Feedback(right, gold["answers"], gold.get("why", ""))


def _met(said: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(said, Mapping) and all(_met(said.get(name), value) for name, value in wanted.items())
    return said in wanted if isinstance(wanted, (list, tuple)) else bool(said == wanted)
