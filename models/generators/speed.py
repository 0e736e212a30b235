"""Speed: torch.compile, memory layout and attention backend of a pipeline's denoiser, behind one switch.

Try it: `python -m bench.overhead --fast compile`, or `python cli.py render ... --fast compile,channels-last`.
"""

from __future__ import annotations

from typing import Any

from engine.errors import ModelError, join_or, show

DENOISERS = ("unet", "transformer", "prior", "decoder")
"""Where pipelines keep the network that runs at every step."""
OFF = frozenset({"", "0", "no", "off"})
ON = frozenset({"1", "yes", "on"})


def wanted(fast: str) -> tuple[str, ...]:
    """The words of the switch; "yes" is `compile` and `channels-last`."""
    if fast.strip().lower() in OFF:
        return ()
    if fast.strip().lower() in ON:
        return ("compile", "channels-last")
    return tuple(word.strip() for word in fast.split(",") if word.strip())


class Speed:
    """The ways to be faster that a pipeline's denoisers can take, turned on and off again."""

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe
        self.plain = {name: getattr(pipe, name) for name in DENOISERS if getattr(pipe, name, None) is not None}
        self.compiled: dict[str, Any] = {}
        self.now: tuple[str, ...] = ()

    def use(self, fast: str) -> None:
        """Take exactly these ways; raises `ModelError` for one that is not known here."""
        words = wanted(fast)
        if words == self.now:
            return
        for name, net in self.plain.items():
            self._lay(net, "channels-last" in words)
            self._attend(net, [word for word in words if word not in {"compile", "channels-last"}])
            setattr(self.pipe, name, self._compiled(name) if "compile" in words else net)
        self.now = words

    def _compiled(self, name: str) -> Any:
        import torch

        if name not in self.compiled:
            self.compiled[name] = torch.compile(self.plain[name])
        return self.compiled[name]

    def _lay(self, net: Any, last: bool) -> None:
        import torch

        layout = torch.channels_last if last else torch.contiguous_format
        if last or "channels-last" in self.now:
            net.to(memory_format=layout)

    def _attend(self, net: Any, backends: list[str]) -> None:
        if len(backends) > 1:
            raise ModelError(f"One attention backend at a time, not {', '.join(backends)}.")
        if not backends:
            if any(word not in {"compile", "channels-last"} for word in self.now) and hasattr(
                net, "reset_attention_backend"
            ):
                net.reset_attention_backend()
            return
        try:
            net.set_attention_backend(backends[0])
        except (AttributeError, ValueError, RuntimeError, ImportError) as error:
            raise ModelError(
                f"The attention backend {show(backends[0])} does not work here ({show(error, limit=120)}). "
                f"Choose {join_or(['compile', 'channels-last', 'native'])}, or leave --fast out."
            ) from error
