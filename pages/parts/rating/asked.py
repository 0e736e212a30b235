"""What an item asks, one decision at a time, and the key of every choice; no two things on the page share a key.

Nothing here draws anything. Try it: `python -m pytest tests/pages/test_rate.py -k asked`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.store.rating_values import Answers, Content, Kind

RESERVED = ("S", "F", "Z", "G", "H", "Enter", "Left", "Right", "Esc")
"""Skip, flag, undo, guidelines, history, next, earlier and later answers, no flag; Streamlit keeps C and R for itself."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: what is saved, what it says, its key."""

    value: Any
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Question:
    """One decision: `name` is where the answer is saved, `element` the id of what it is about, if it is about one."""

    name: str
    text: str
    choices: tuple[Choice, ...]
    element: str = ""


SCALE = ("Impossible", "Very unlikely", "Unusual", "Ordinary", "Everyday")
SHOWN = ("Not at all", "A little", "In part", "Mostly", "Completely")

PLAUSIBILITY = Question(
    "plausibility",
    "How plausible is this scene?",
    tuple(Choice(place, label, str(place)) for place, label in enumerate(SCALE, start=1)),
)
REAL = Question(
    "real",
    "Could somebody have met it in the real world?",
    (
        Choice("real", "Could be real", "Y"),
        Choice("artefact", "Artefact of synthesis", "N"),
        Choice("unsure", "Can’t tell", "U"),
    ),
)
SHOWS = Question(
    "shows",
    "How well does the picture show the caption?",
    tuple(Choice(place, label, str(place)) for place, label in enumerate(SHOWN, start=1)),
)
YES_NO = (Choice("yes", "Yes", "Y"), Choice("no", "No", "N"), Choice("unsure", "Can’t tell", "U"))
SIDES = (Choice("left", "A is better", "A"), Choice("right", "B is better", "B"), Choice("tie", "Tie", "T"))
PREFER = {
    "caption-pair": Question("preference", "Which one is the better caption?", SIDES),
    "picture-pair": Question("preference", "Which picture shows the caption better?", SIDES),
}


def questions(kind: Kind, content: Content, *, elements: bool = False) -> tuple[Question, ...]:
    """All decisions of an item in the order they are asked; with `elements`, one for every element that it lists."""
    if kind in PREFER:
        return (PREFER[kind],)
    listed = tuple(_of(element, kind) for element in listed_elements(content)) if elements else ()
    return (*listed, PLAUSIBILITY, REAL) if kind == "scene" else (*listed, SHOWS)


def _of(element: Mapping[str, Any], kind: Kind) -> Question:
    asks = "Is this plausible here?" if kind == "scene" else "Does the picture show it?"
    return Question("elements", asks, YES_NO, str(element.get("id", "")))


def listed_elements(content: Content) -> tuple[Mapping[str, Any], ...]:
    """The elements of an item: `{"id", "text"}` each; none where it lists none."""
    found = content.get("elements")
    return tuple(e for e in found if isinstance(e, Mapping)) if isinstance(found, Sequence) else ()


def answered(asked: Sequence[Question], values: Sequence[Any]) -> Answers:
    """The choices in the order they were made, as an answer to save."""
    found: dict[str, Any] = {}
    for question, value in zip(asked, values, strict=True):
        if question.element:
            found.setdefault(question.name, {})[question.element] = value
        else:
            found[question.name] = value
    return found


def in_words(kind: Kind, answers: Answers) -> str:
    """An answer as a person would say it: “4 Ordinary, could be real”."""
    if kind in PREFER:
        said = [SAID.get(one, str(one)) for one in _listed(answers.get("preference"))]
        return " or ".join(said) or "no answer"
    parts = []
    for question in questions(kind, {}):
        accepted = _listed(answers.get(question.name))
        parts.append(" or ".join(_label(choice) for choice in question.choices if choice.value in accepted))
    return ", ".join(part for part in parts if part) or "no answer"


SAID = {"a": "A", "b": "B", "left": "A", "right": "B", "tie": "tie"}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _label(choice: Choice) -> str:
    return f"{choice.value} {choice.label}" if isinstance(choice.value, int) else choice.label.lower()
