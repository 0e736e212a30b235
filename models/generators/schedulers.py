"""Schedulers by name: how a pipeline walks from noise to picture, and in how few steps.

Try it: `python -c "from models.generators.schedulers import SCHEDULERS; print(*SCHEDULERS)"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import ModelError, join_or, show

SCHEDULERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "ddim": ("DDIMScheduler", {}),
    "ddpm": ("DDPMScheduler", {}),
    "pndm": ("PNDMScheduler", {}),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-a": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "dpm": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++"}),
    "dpm-karras": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "turbo": ("EulerAncestralDiscreteScheduler", {"timestep_spacing": "trailing"}),
    "flow-euler": ("FlowMatchEulerDiscreteScheduler", {}),
    "flow-lcm": ("FlowMatchLCMScheduler", {}),
}
"""Name -> class of diffusers and what it is set to. `lcm` wants weights distilled for it (arXiv 2310.04378) or their
LoRA, `turbo` weights like SDXL-Turbo's (arXiv 2311.17042); with others they draw badly, not wrongly."""
_FLOWS = "FlowMatch"


def names_for(scheduler: Any) -> tuple[str, ...]:
    """The names that can take the place of a pipeline's scheduler: those trained for the same kind of noise."""
    flow = _is_flow(scheduler)
    return tuple(name for name, (kind, _) in SCHEDULERS.items() if kind.startswith(_FLOWS) == flow)


def fresh(scheduler: Any, name: str = "") -> Any:
    """A new scheduler for one call, of the checkpoint's own kind or of the kind `name`, on the checkpoint's noise.

    Raises `ModelError` for a name that is not known or does not fit, with those that do.
    """
    import diffusers

    if not name:
        return type(scheduler).from_config(scheduler.config)
    fitting = names_for(scheduler)
    if name not in fitting:
        raise ModelError(f"The scheduler {show(name)} does not fit this generator. Choose {join_or(fitting)}.")
    kind, settings = SCHEDULERS[name]
    return getattr(diffusers, kind).from_config(scheduler.config, **settings)


def _is_flow(scheduler: Any) -> bool:
    own = type(scheduler).__name__
    return own.startswith(_FLOWS) or bool(scheduler.config.get("use_flow_sigmas"))
