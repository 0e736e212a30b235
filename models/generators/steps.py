"""Steps: what a pipeline tells while it draws, whatever its callback is called, and how it is stopped within one step.

Try it: `python -m pytest tests/tiny/test_diffusion.py -k stop`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

Hear = Callable[[int, int, Any], None]
"""Called after each step of a call with (step from 1, steps of this call, latents or None); raises to stop it."""
_WAYS = ("prior_callback_on_step_end", "callback_on_step_end", "callback")


def ways(pipe: Any) -> tuple[str, ...]:
    """The arguments by which this pipeline tells of its steps, in the order of its stages; none for some."""
    found = tuple(way for way in _WAYS if way in takes(pipe))
    return (
        found if len(found) < 2 or "callback_on_step_end" not in found else tuple(w for w in found if w != "callback")
    )


def takes(pipe: Any) -> Mapping[str, inspect.Parameter]:
    """The parameters of the pipeline's call."""
    return inspect.signature(type(pipe).__call__).parameters


def listening(pipe: Any, hear: Hear | None, planned: Mapping[str, int]) -> dict[str, Any]:
    """The arguments that make `pipe` call `hear`; `planned` has the steps of each way, as far as they are known.

    The steps counted are the scheduler's, which may be more than asked for (Heun's twice, PNDM's one more).
    """
    if hear is None:
        return {}
    told, more = Telling(hear, {way: planned.get(way, 1) for way in ways(pipe)}), {}  # type: Telling, dict[str, Any]
    for way in told.planned:
        if way == "callback":
            more |= {"callback": partial(told.old, pipe), "callback_steps": 1}
        else:
            more[way] = partial(told.new, way)
    return more


class Telling:
    """Counts the steps of all stages of one call."""

    def __init__(self, hear: Hear, planned: dict[str, int]) -> None:
        self.hear, self.planned = hear, planned

    def new(self, way: str, pipe: Any, i: int, time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        """A `callback_on_step_end` of diffusers."""
        self._tell(way, pipe, i, None if way.startswith("prior") else tensors.get("latents"))
        return tensors

    def old(self, pipe: Any, i: int, time: Any, latents: Any) -> None:
        """The older `callback`."""
        self._tell("callback", pipe, i, latents)

    def _tell(self, way: str, pipe: Any, i: int, latents: Any) -> None:
        times = getattr(getattr(pipe, "scheduler", None), "timesteps", None)
        self.planned[way] = len(times) if times is not None else max(self.planned[way], i + 1)
        names = list(self.planned)
        before = sum(self.planned[name] for name in names[: names.index(way)])
        self.hear(before + i + 1, sum(self.planned.values()), latents)
