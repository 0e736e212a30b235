"""Forms: what each kind of published denoiser is told beside noisy latents, and what it is to answer.

Try it: `python -m pytest tests/tiny/test_students_diffusion.py -k forms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.errors import ModelError, show

Told = tuple[Tensor, ...]
"""What the text encoders make of captions: tensors with one row each."""


class Noising:
    """Noise as the Stable Diffusion and SDXL checkpoints were trained with it (arXiv 2006.11239; v: arXiv 2202.00512)."""

    def __init__(self, pipe: Any) -> None:
        from diffusers import DDPMScheduler

        self.schedule: Any = DDPMScheduler.from_config(pipe.scheduler.config)
        self.kind = str(self.schedule.config.prediction_type)
        if self.kind not in ("epsilon", "v_prediction"):
            raise ModelError(
                f"This checkpoint predicts {show(self.kind)}; epsilon and v_prediction can be taught. Choose another."
            )

    def times(self, count: int, dice: torch.Generator) -> Tensor:
        """Steps of the schedule (count), each as likely."""
        return torch.randint(int(self.schedule.config.num_train_timesteps), (count,), generator=dice)

    def noisy(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """The latents at these times."""
        found: Tensor = self.schedule.add_noise(clean, noise, times)
        return found

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """What the network is to answer."""
        velocity: Tensor = self.schedule.get_velocity(clean, noise, times)
        return velocity if self.kind == "v_prediction" else noise


class Flowing:
    """Straight paths from picture to noise, times logit-normal (arXiv 2403.03206), shifted as the checkpoint draws.

    A checkpoint that shifts by the size of the picture (FLUX dev) is taught unshifted, as diffusers' own script does.
    """

    def __init__(self, pipe: Any) -> None:
        settings = pipe.scheduler.config
        self.shift = 1.0 if settings.get("use_dynamic_shifting") else float(settings.get("shift", 1.0))
        self.steps = int(settings.num_train_timesteps)

    def times(self, count: int, dice: torch.Generator) -> Tensor:
        """Times (count) in 0..steps; at `steps` all is noise."""
        share = torch.sigmoid(torch.randn(count, generator=dice))
        return self.steps * self.shift * share / (1 + (self.shift - 1) * share)

    def noisy(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """The latents at these times."""
        share = (times / self.steps).view(-1, 1, 1, 1)
        return (1 - share) * clean + share * noise

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """What the network is to answer: the velocity."""
        return noise - clean


@dataclass(frozen=True, slots=True)
class StableDiffusion:
    """SD 1.x and 2.x: one CLIP."""

    pipe: Any
    part = "unet"
    noising = Noising
    dropped = 0.1

    def told(self, caption: str) -> Told:
        """(1, 77, width), for an empty caption what guidance is steered away from."""
        return (_one(caption, *self.pipe.encode_prompt(caption, self.pipe.device, 1, True)),)

    def answer(self, noisy: Tensor, times: Tensor, told: Told) -> Tensor:
        """The network's answer, of the shape of `noisy` (N, C, H, W)."""
        found: Tensor = self.pipe.unet(noisy, times, encoder_hidden_states=told[0], return_dict=False)[0]
        return found


@dataclass(frozen=True, slots=True)
class StableDiffusionXL:
    """SDXL: two CLIPs, the pooled text of the second, and sizes, which say here: drawn whole and not cut."""

    pipe: Any
    part = "unet"
    noising = Noising
    dropped = 0.1

    def told(self, caption: str) -> Told:
        """(1, 77, width) and (1, pooled)."""
        full, plain, pooled, bare = self.pipe.encode_prompt(caption, do_classifier_free_guidance=True)
        return _one(caption, full, plain), _one(caption, pooled, bare)

    def answer(self, noisy: Tensor, times: Tensor, told: Told) -> Tensor:
        """See `StableDiffusion.answer`."""
        height, width = (edge * self.pipe.vae_scale_factor for edge in noisy.shape[-2:])
        sizes = torch.tensor([[height, width, 0, 0, height, width]], device=noisy.device, dtype=noisy.dtype)
        more = {"text_embeds": told[1], "time_ids": sizes.expand(len(noisy), -1)}
        found: Tensor = self.pipe.unet(
            noisy, times, encoder_hidden_states=told[0], added_cond_kwargs=more, return_dict=False
        )[0]
        return found


@dataclass(frozen=True, slots=True)
class StableDiffusion3:
    """SD 3 and 3.5: two CLIPs and, where the checkpoint has it, a T5."""

    pipe: Any
    part = "transformer"
    noising = Flowing
    dropped = 0.1

    def told(self, caption: str) -> Told:
        """(1, 77 + 256, width) and (1, pooled)."""
        full, plain, pooled, bare = self.pipe.encode_prompt(caption, None, None, do_classifier_free_guidance=True)
        return _one(caption, full, plain), _one(caption, pooled, bare)

    def answer(self, noisy: Tensor, times: Tensor, told: Told) -> Tensor:
        """See `StableDiffusion.answer`."""
        found: Tensor = self.pipe.transformer(
            noisy, timestep=times, encoder_hidden_states=told[0], pooled_projections=told[1], return_dict=False
        )[0]
        return found


@dataclass(frozen=True, slots=True)
class Flux:
    """FLUX.1: CLIP's pooled text and a T5, latents in packs of 2 x 2, guidance as a number where it was distilled in.

    Nothing is drawn without a caption, so no caption is hidden.
    """

    pipe: Any
    part = "transformer"
    noising = Flowing
    dropped = 0.0
    guidance = 3.5
    """As the checkpoint draws, and the default of diffusers' own script."""

    def told(self, caption: str) -> Told:
        """(1, 512, width) and (1, pooled)."""
        full, pooled, _ = self.pipe.encode_prompt(caption, None)
        return full, pooled

    def answer(self, noisy: Tensor, times: Tensor, told: Told) -> Tensor:
        """See `StableDiffusion.answer`."""
        pipe, (count, channels, height, width) = self.pipe, noisy.shape
        places = pipe._prepare_latent_image_ids(count, height // 2, width // 2, noisy.device, noisy.dtype)
        guided = pipe.transformer.config.guidance_embeds
        packed = pipe.transformer(
            hidden_states=pipe._pack_latents(noisy, count, channels, height, width),
            timestep=times / pipe.scheduler.config.num_train_timesteps,
            guidance=torch.full((count,), self.guidance, device=noisy.device) if guided else None,
            pooled_projections=told[1],
            encoder_hidden_states=told[0],
            txt_ids=torch.zeros(told[0].shape[1], 3, device=noisy.device, dtype=noisy.dtype),
            img_ids=places,
            return_dict=False,
        )[0]
        factor = pipe.vae_scale_factor
        found: Tensor = pipe._unpack_latents(packed, height * factor, width * factor, factor)
        return found


FORMS: dict[str, Any] = {
    "StableDiffusionPipeline": StableDiffusion,
    "StableDiffusionXLPipeline": StableDiffusionXL,
    "StableDiffusion3Pipeline": StableDiffusion3,
    "FluxPipeline": Flux,
}
"""By the class of the pipeline. PixArt and Sana are not among them: diffusers' pipelines of PixArt read no LoRA."""


def form_of(pipe: Any) -> Any:
    """The form of this pipeline; raises `ModelError` for one that cannot be taught."""
    kind = type(pipe).__name__
    if kind not in FORMS:
        raise ModelError(f"{kind} cannot be taught here. Choose one of {', '.join(FORMS)}.")
    return FORMS[kind](pipe)


def _one(caption: str, full: Tensor, plain: Tensor) -> Tensor:
    """The caption's own row or, where it is empty, the one that the pipeline itself draws without a caption with."""
    return full if caption else plain
