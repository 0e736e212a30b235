"""Prompts: how much of a caption the text encoders of a pipeline read, counted with its own tokenizers.

Try it: `python -m pytest tests/tiny/test_diffusion.py -k tokens`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.errors import WordsNotKnown, show
from models.generators.steps import takes


@dataclass(frozen=True, slots=True)
class Reading:
    """What one tokenizer makes of a caption: `tokens` with its marks, of which the encoder reads `limit`."""

    tokenizer: str
    tokens: int
    limit: int

    @property
    def cut(self) -> bool:
        """True where the end of the caption is not read."""
        return self.tokens > self.limit

    def __str__(self) -> str:
        return f"{self.tokenizer} reads {min(self.tokens, self.limit)} tokens of {self.tokens}"


def readings(pipe: Any, caption: str) -> tuple[Reading, ...]:
    """How each tokenizer of the pipeline reads the caption; none where it has no tokenizer."""
    found = []
    for name, tokenizer in pipe.components.items():
        if "tokenizer" in name and tokenizer is not None:
            ids = tokenizer(caption, truncation=False, verbose=False)["input_ids"]
            found.append(Reading(name, len(ids), limit(pipe, name, tokenizer)))
    return tuple(found)


def limit(pipe: Any, name: str, tokenizer: Any) -> int:
    """The tokens that the encoder behind this tokenizer reads: CLIP's places, else what the pipeline cuts to."""
    if type(tokenizer).__name__.startswith("CLIP"):
        return int(tokenizer.model_max_length)
    asked = takes(pipe).get("max_sequence_length")
    if asked is not None and isinstance(asked.default, int):
        return asked.default
    return 77 if type(pipe).__name__.startswith("IF") else int(min(tokenizer.model_max_length, 10**6))


def check(pipe: Any, caption: str, *, strict: bool = False) -> str:
    """What is cut off, as one sentence; "" where every encoder reads all of it.

    With `strict` raises `WordsNotKnown` for a caption whose end no encoder reads.
    """
    found = readings(pipe, caption)
    cut = [reading for reading in found if reading.cut]
    if not cut:
        return ""
    told = ", ".join(map(str, cut))
    if len(cut) < len(found):
        return f"{told}; the others read all."
    if strict:
        raise WordsNotKnown(f"{show(caption)} is too long: {told}. Shorten it, or choose a model that reads more.")
    return f"{told}; no encoder reads the end."
