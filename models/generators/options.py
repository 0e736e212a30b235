"""Options: what a person may ask of a published generator beside caption, seed, steps, guidance and size.

Try it: `python cli.py render scenes.jsonl --generator sd15 --scheduler dpm-karras --negative "blurry" --images 1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from engine.errors import ModelError, show

LONGEST_NEGATIVE = 2000
MOST_AT_ONCE = 64
MOST_FRAMES = 257


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to ask for; each default means "as the checkpoint has it".

    `negative` is what the picture should not show, `scheduler` a name of `models.generators.schedulers.SCHEDULERS`,
    `fast` a list with commas of `compile`, `channels-last` and an attention backend that diffusers knows
    (SCENEWRIGHT_FAST in the environment where it is empty), `strict` refuses a caption that no text encoder reads to
    its end, `batch` is the number of pictures in one call (0: one on a CPU, four on a GPU),
    `frames` the length of a video (0: the checkpoint's own). Raises `ModelError` for what is out of range.
    """

    negative: str = ""
    scheduler: str = ""
    fast: str = ""
    strict: bool = False
    batch: int = 0
    frames: int = 0

    def __post_init__(self) -> None:
        if len(self.negative) > LONGEST_NEGATIVE:
            raise ModelError(f"The negative prompt has {len(self.negative)} letters. Keep it under {LONGEST_NEGATIVE}.")
        if not 0 <= self.frames <= MOST_FRAMES:
            raise ModelError(f"{self.frames} frames are not within 0 and {MOST_FRAMES}. Choose another number.")
        if not 0 <= self.batch <= MOST_AT_ONCE:
            raise ModelError(f"{self.batch} pictures at once are not within 0 and {MOST_AT_ONCE}. Choose another.")

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Options:
        """From a payload or the settings of a picture; other keys are left alone. Raises `ModelError` for other types."""
        known = {field.name: type(field.default) for field in fields(cls)}
        found = {name: data[name] for name in known if data.get(name) is not None}
        for name, value in found.items():
            if not isinstance(value, known[name]) or (known[name] is int and isinstance(value, bool)):
                raise ModelError(f"The option {name} cannot be {show(value)}. Leave it out or give another.")
        return cls(**found)

    def to_dict(self) -> dict[str, Any]:
        """What differs from the defaults, for manifests and settings."""
        return {name: value for name, value in asdict(self).items() if value}
