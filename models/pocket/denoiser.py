"""The network of the `pocket` generator: a transformer over slots that predicts flow-matching velocities from a caption.

Built from diffusers' blocks, so that LoRA through peft works as on any diffusers model.
Try it: `python -c "from models.pocket.denoiser import SlotDenoiser; print(SlotDenoiser().num_parameters())"`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.loaders import PeftAdapterMixin
from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.embeddings import TimestepEmbedding, Timesteps
from diffusers.models.modeling_utils import ModelMixin
from diffusers.utils import BaseOutput
from torch import Tensor, nn

from models.pocket.slots import ROWS, WIDTH


@dataclass
class SlotDenoiserOutput(BaseOutput):
    """`sample`: velocities, (B, ROWS, WIDTH)."""

    sample: Tensor


class SlotDenoiser(ModelMixin, ConfigMixin, PeftAdapterMixin):
    """Velocities noise - data of x_t = (1-s) data + s noise (rectified flow, arXiv 2209.03003), at 1000 s."""

    @register_to_config
    def __init__(
        self, *, rows: int = ROWS, channels: int = WIDTH, width: int = 192, layers: int = 6, heads: int = 4,
        text_width: int = 128,
    ) -> None:  # fmt: skip
        super().__init__()
        self.enter = nn.Linear(channels, width)
        self.row = nn.Parameter(torch.randn(rows, width) * 0.02)
        self.time = Timesteps(width, flip_sin_to_cos=True, downscale_freq_shift=0)
        self.time_embedding = TimestepEmbedding(width, width)
        self.blocks = nn.ModuleList(
            BasicTransformerBlock(
                width, heads, width // heads, cross_attention_dim=text_width, activation_fn="gelu-approximate"
            )
            for _ in range(layers)
        )
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, channels)

    def forward(
        self,
        hidden_states: Tensor,
        timestep: Tensor,
        encoder_hidden_states: Tensor,
        encoder_attention_mask: Tensor | None = None,
        return_dict: bool = True,
    ) -> SlotDenoiserOutput | tuple[Tensor]:
        """(B, ROWS, WIDTH), (B,) times in 0..1000, text (B, L, text_width) and its mask (B, L), 1 = word."""
        time = self.time_embedding(self.time(timestep).to(hidden_states.dtype))
        x = self.enter(hidden_states) + self.row + time.unsqueeze(1)
        bias = None
        if encoder_attention_mask is not None:
            bias = ((1 - encoder_attention_mask.to(x.dtype)) * -10000.0).unsqueeze(1)
        for block in self.blocks:
            x = block(x, encoder_hidden_states=encoder_hidden_states, encoder_attention_mask=bias)
        sample = self.leave(self.norm(x))
        return SlotDenoiserOutput(sample=sample) if return_dict else (sample,)
