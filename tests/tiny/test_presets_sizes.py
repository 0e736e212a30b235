"""The numbers of each preset's LoRA, counted on networks of the published sizes that hold no weights.

Run it: `pytest tests/tiny/test_presets_sizes.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from diffusers import FluxTransformer2DModel, SD3Transformer2DModel, UNet2DConditionModel
from peft import LoraConfig

from models.training.presets import preset
from models.training.students import student
from models.training.students.diffusion import LAYERS


def sdxl() -> Any:
    return UNet2DConditionModel(
        sample_size=128, cross_attention_dim=2048, attention_head_dim=[5, 10, 20], use_linear_projection=True,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"), block_out_channels=(320, 640, 1280),
        transformer_layers_per_block=[1, 2, 10], addition_embed_type="text_time", addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
    )  # fmt: skip


def sd3() -> Any:
    return SD3Transformer2DModel(
        sample_size=128, patch_size=2, in_channels=16, num_layers=24, attention_head_dim=64, num_attention_heads=24,
        joint_attention_dim=4096, caption_projection_dim=1536, pooled_projection_dim=2048, out_channels=16,
        pos_embed_max_size=192,
    )  # fmt: skip


NETS: dict[str, tuple[float, Callable[[], Any]]] = {
    "sd15": (0.86, lambda: UNet2DConditionModel(sample_size=64, cross_attention_dim=768)),
    "sdxl": (2.567, sdxl),
    "sd3": (2.03, sd3),
    "flux": (11.9, lambda: FluxTransformer2DModel(guidance_embeds=True)),
}
"""Billions of numbers as published, and the network."""


@pytest.mark.parametrize("name", NETS)
def test_a_lora_on_the_published_network_has_as_many_numbers(name: str) -> None:
    billions, build = NETS[name]
    with torch.device("meta"):
        net = build()
        assert sum(one.numel() for one in net.parameters()) / 1e9 == pytest.approx(billions, rel=0.005)
        net.add_adapter(LoraConfig(r=preset(name).rank, target_modules=LAYERS))
    assert sum(one.numel() for at, one in net.named_parameters() if "lora_" in at) == preset(name).numbers


@pytest.mark.parametrize("name", ["pocket", "pocket-ar"])
def test_a_lora_on_the_pocket_networks_has_as_many_numbers(name: str) -> None:
    assert student(name, rank=preset(name).rank).size == preset(name).numbers
