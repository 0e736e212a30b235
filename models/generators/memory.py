"""Memory: a batch that does not fit is halved and drawn again, then the model is eased, and no picture is lost.

Try it: `python -m pytest tests/tiny/test_diffusion_memory.py`.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from engine.errors import ModelError
from models.devices import Placement

T = TypeVar("T")
R = TypeVar("R")


def is_shortage(error: BaseException) -> bool:
    """True for memory that ran out, on a GPU or off it; torch's allocator on a CPU raises a plain RuntimeError."""
    if isinstance(error, MemoryError):
        return True
    if not isinstance(error, RuntimeError):
        return False
    import torch

    told = str(error)
    lacks = ("can't allocate memory", "not enough memory", "out of memory")
    return isinstance(error, torch.OutOfMemoryError) or any(text in told for text in lacks)


def clear() -> None:
    """Give back what nobody holds any more: Python's cycles, then the GPU's cached blocks."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


class Memory:
    """How much a pipeline may do at once on its device, learned from what did not fit; `said` tells what was eased."""

    def __init__(self, pipe: Any, placement: Placement, *, batch: int = 1) -> None:
        self.pipe, self.placement = pipe, placement
        self.batch, self.most = batch, sys.maxsize
        self.said, self.eased = [placement.reason], []  # type: list[str], list[str]

    def settle(self) -> None:
        """Put the pipeline on its device, part by part where it does not fit; raises `ModelError` where nothing helps."""
        if not self._tried(lambda: self.pipe.to(self.placement.device)) and not (self.can_offload and self._offload()):
            raise ModelError(self.sentence("The model"))

    def each(self, items: Sequence[T], draw: Callable[[Sequence[T], int], Sequence[R]], *, batch: int = 0) -> list[R]:
        """`draw(part, batch)` over all items; a batch that does not fit is halved and drawn again.

        With a batch of one that does not fit the model is eased, as far as this device allows. Raises `ModelError`
        when nothing is left to ease; whatever `draw` raises beside goes through.
        """
        size, done = min(batch or self.batch, self.most), []  # type: int, list[R]
        while len(done) < len(items):
            part, found = items[len(done) : len(done) + size], []  # type: Sequence[T], list[R]
            if self._tried(partial(_into, found, draw, part, size)):
                done += found
            elif size > 1:
                size = self.most = size // 2
                self._say(f"Memory ran short: {size} at once.")
            elif not self._ease():
                raise ModelError(self.sentence("One picture"))
        return done

    def sentence(self, what: str) -> str:
        """What did not fit, where, and what to do."""
        eased = f", even with {' and '.join(self.eased)}" if self.eased else ""
        return (
            f"{what} does not fit into the memory of {self.placement.device}{eased}. "
            "Choose a smaller size or a smaller model, or close what else uses the memory."
        )

    @property
    def can_offload(self) -> bool:
        """True where weights can wait outside the device's memory."""
        return self.placement.device.startswith("cuda")

    def _tried(self, work: Callable[[], Any]) -> bool:
        try:
            work()
            return True
        except (RuntimeError, MemoryError) as error:
            if not is_shortage(error):
                raise
        clear()  # out of the handler: the error's frames hold the tensors
        return False

    def _ease(self) -> bool:
        if "slices" not in " ".join(self.eased):
            self._slice()
            return True
        return self.can_offload and "offload" not in " ".join(self.eased) and self._offload()

    def _slice(self) -> None:
        self.pipe.enable_attention_slicing()
        vae = getattr(self.pipe, "vae", None)
        for way in ("enable_slicing", "enable_tiling"):
            if hasattr(vae, way):
                getattr(vae, way)()
        self.eased.append("attention in slices and the picture decoded in tiles")
        self._say("Memory ran short: attention in slices, the picture decoded in tiles.")

    def _offload(self) -> bool:
        """Weights wait in main memory and come to the GPU part by part (accelerate's hooks)."""
        self.pipe.to("cpu")
        clear()
        self.pipe.enable_model_cpu_offload(device=self.placement.device)
        self.eased.append("offload of the parts that wait")
        self._say("Memory ran short: parts of the model wait in main memory, which is slower.")
        return True

    def _say(self, sentence: str) -> None:
        if sentence not in self.said:
            self.said.append(sentence)


def _into(found: list[R], draw: Callable[[Sequence[T], int], Sequence[R]], part: Sequence[T], size: int) -> None:
    found.extend(draw(part, size))
