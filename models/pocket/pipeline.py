"""The `pocket` generator as a diffusers pipeline: caption and seed in, slots by flow matching, a painted picture out.

It sees the caption's words and nothing else. Try it:
`python -c "from models.generators import load; load('pocket').draw(['There is a red dog.'], [1])[0].image.save('dog.png')"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import torch
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler
from diffusers.utils import BaseOutput
from PIL import Image
from torch import Tensor
from transformers import BertModel, PreTrainedTokenizerFast

from models.pocket.denoiser import SlotDenoiser
from models.pocket.painter import paint
from models.pocket.scene import PocketScene
from models.pocket.slots import ROWS, decode
from models.pocket.words import tokens

BATCH = 16
"""Every batch is padded to this many rows, so that a seed gives the same bytes alone and in company."""


@dataclass
class PocketPipelineOutput(BaseOutput):
    """`images`: PIL pictures; `scenes`: their exact contents, for the oracle."""

    images: list[Image.Image]
    scenes: list[PocketScene]


class PocketPipeline(DiffusionPipeline):
    """Text encoder (transformers), slot denoiser (diffusers blocks), Euler flow-matching scheduler, painter."""

    model_cpu_offload_seq = "text_encoder->transformer"
    _callback_tensor_inputs = ["latents"]

    def __init__(
        self,
        text_encoder: BertModel,
        tokenizer: PreTrainedTokenizerFast,
        transformer: SlotDenoiser,
        scheduler: FlowMatchEulerDiscreteScheduler,
    ) -> None:
        super().__init__()
        self.register_modules(
            text_encoder=text_encoder, tokenizer=tokenizer, transformer=transformer, scheduler=scheduler
        )
        self._interrupt = False

    @classmethod
    def around(cls, text: BertModel, denoiser: SlotDenoiser, tokenizer: PreTrainedTokenizerFast) -> Self:
        """The pipeline around trained parts."""
        return cls(text, tokenizer, denoiser, FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=1.0))

    def check_inputs(self, prompt: Sequence[str], generator: Sequence[torch.Generator], steps: int) -> None:
        """Raise `ValueError` for what cannot be drawn."""
        if len(prompt) != len(generator):
            raise ValueError(f"`generator` has {len(generator)} entries for {len(prompt)} prompts; give one for each.")
        if not 1 <= steps <= 200:
            raise ValueError(f"`num_inference_steps` has to be 1..200, got {steps}.")

    def tokens(self, text: str, length: int) -> list[int]:
        """Token ids of a caption."""
        return tokens(text, length)

    @torch.no_grad()
    def __call__(
        self,
        prompt: Sequence[str],
        generator: Sequence[torch.Generator],
        *,
        num_inference_steps: int = 20,
        guidance_scale: float = 2.0,
        height: int = 768,
        callback_on_step_end: Callable[[Any, int, Tensor, dict[str, Any]], dict[str, Any]] | None = None,
    ) -> PocketPipelineOutput:
        """Draw one picture per prompt, `height` pixels wide and high, each from its own generator.

        Raises `WordsNotKnown` for words outside the vocabulary and `ValueError` for malformed arguments.
        """
        drawn = self._slots(prompt, generator, num_inference_steps, guidance_scale, callback_on_step_end)
        scenes = [decode(rows) for rows in drawn]
        return PocketPipelineOutput(images=[paint(scene, size=height) for scene in scenes], scenes=scenes)

    def _slots(
        self, prompt: Sequence[str], generator: Sequence[torch.Generator], steps: int, guidance: float, callback: Any
    ) -> Iterator[Tensor]:
        """The slots (ROWS, channels), float32 in main memory, of each prompt; raises as a call does."""
        self.check_inputs(prompt, generator, steps)
        self._interrupt = False
        for start in range(0, len(prompt), BATCH):
            part = slice(start, start + BATCH)
            yield from self._sample(list(prompt[part]), list(generator[part]), steps, guidance, callback).float().cpu()

    def _sample(
        self, prompt: list[str], generator: list[torch.Generator], steps: int, guidance: float, callback: Any
    ) -> Tensor:
        """Slots (B, ROWS, channels) of up to `BATCH` prompts."""
        count = len(prompt)
        filler = BATCH - count
        text, mask = self._encode(prompt + [prompt[-1]] * filler)
        noise = [torch.randn(ROWS, self.transformer.config.channels, generator=one) for one in generator]
        latents = torch.stack(noise + [noise[-1]] * filler).to(text.device, text.dtype)
        scheduler = type(self.scheduler).from_config(self.scheduler.config)
        scheduler.set_timesteps(steps, device=text.device)
        for i, time in enumerate(scheduler.timesteps):
            if self._interrupt:
                break
            velocity = self._velocity(latents, time, text, mask, guidance)
            latents = scheduler.step(velocity, time, latents, return_dict=False)[0]
            if callback is not None:
                latents[:count] = callback(self, i, time, {"latents": latents[:count]}).get("latents", latents[:count])
        return latents[:count]

    def _encode(self, prompt: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Text of the prompts and of as many empty ones: (2B, L, width) and mask (2B, L)."""
        length = self.text_encoder.config.max_position_embeddings
        ids = torch.tensor([self.tokens(text, length) for text in (*prompt, *[""] * len(prompt))], device=self.device)
        ids = ids[:, : int((ids != 0).sum(1).max())]
        mask = ids != 0
        return self.text_encoder(input_ids=ids, attention_mask=mask).last_hidden_state, mask

    def _velocity(self, latents: Tensor, time: Tensor, text: Tensor, mask: Tensor, guidance: float) -> Tensor:
        """Classifier-free guidance (arXiv 2207.12598): empty + scale (told - empty)."""
        both = self.transformer(
            torch.cat([latents, latents]), time.expand(2 * len(latents)), text, mask, return_dict=False
        )[0]
        told, empty = both.chunk(2)
        return empty + guidance * (told - empty)
