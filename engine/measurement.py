"""Measurement: the number that one metric gave to one picture, with all it takes to know where it came from.

Try it: `python -c "from engine.measurement import Measurement; print(Measurement.from_dict({'picture': 'a-0'}))"`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import FormatError, show

TEXTS = ("picture", "metric", "measure", "revision", "program", "created")
COUNTS = ("among", "frames", "unread")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A metric's number for a picture, larger is better (for diversity: more varied); its scale is the metric's own.

    `measure` says what the number is, `revision` which weights made it, `program` and `created` (ISO 8601, UTC) by what
    version of this program and when. `among` counts the pictures it was measured with (1: alone), `frames` the frames it
    is the mean of, `unread` the tokens at the end of the caption that the metric does not read.
    """

    picture: str
    metric: str
    value: float
    measure: str = ""
    revision: str = ""
    program: str = ""
    created: str = ""
    among: int = 1
    frames: int = 1
    unread: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: object) -> Measurement:
        """Read what `to_dict` wrote, every type checked; raises `FormatError` naming what is wrong."""
        if not isinstance(data, Mapping):
            raise FormatError(f"A measurement has to be a JSON object, got {show(data)}. Measure the picture again.")
        values = {name: data[name] for name in cls.__slots__ if name in data}
        for name in ("picture", "metric", "value"):
            if name not in values:
                raise FormatError(f"This measurement has no {show(name)}. Measure the picture again.")
        for name, value in values.items():
            _check(name, value)
        return cls(**values)


def _check(name: str, value: object) -> None:
    if name in TEXTS:
        fits = isinstance(value, str)
    elif name in COUNTS:
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    else:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not fits:
        raise FormatError(f"The {name} of this measurement is {show(value)}. Measure the picture again.")
