"""One question about a scene, its right answer, and what it hangs on; to and from plain JSON values.

Try it: `python -c "from engine.questions import Question; help(Question)"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import FormatError, show
from engine.programs import YES_NO, Program, from_dict, to_dict

KINDS = ("existence", "attribute", "relation", "scene", "count")
YES_OR_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a scene.

    `choices` is ("yes", "no"), or the answer of an open question among a few words that are false; `elements` are the
    graph elements it asks about; `parents` are ids of questions that must be answered right before this one means
    anything; `counterfactual_of` is the id of the true question that this one twists, and `program` says exactly what
    is asked.
    """

    id: str
    text: str
    answer: str
    choices: tuple[str, ...]
    kind: str
    elements: tuple[str, ...]
    parents: tuple[str, ...]
    counterfactual_of: str | None
    program: Program

    @property
    def open(self) -> bool:
        """True when the answer is a word other than yes and no."""
        return self.choices != YES_OR_NO

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "id": self.id,
            "text": self.text,
            "answer": self.answer,
            "kind": self.kind,
            "counterfactual_of": self.counterfactual_of,
            "choices": list(self.choices),
            "elements": list(self.elements),
            "parents": list(self.parents),
            "program": to_dict(self.program),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Question:
        """Read what `to_dict` wrote; raises `FormatError` for anything else."""
        try:
            return cls(
                id=str(data["id"]),
                text=str(data["text"]),
                answer=str(data["answer"]),
                choices=tuple(map(str, data["choices"])),
                kind=str(data["kind"]),
                elements=tuple(map(str, data["elements"])),
                parents=tuple(map(str, data["parents"])),
                counterfactual_of=None if data["counterfactual_of"] is None else str(data["counterfactual_of"]),
                program=from_dict(data["program"]),
            )
        except (KeyError, TypeError) as error:
            raise FormatError(f"This is not a question of ours: {show(data)} ({error}).") from error


def is_yes_no(program: Program) -> bool:
    """True for programs whose answer is yes or no."""
    return isinstance(program, YES_NO)
