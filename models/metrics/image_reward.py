"""ImageReward (arXiv 2304.05977) in native classes: BLIP's eyes, its text encoder that looks at them, and five linear layers.

Its weights are published as a pickle, which is not opened here. Write its tensors into PUBLISHED (torch.load with
weights_only=True, safetensors.torch.save_file) in a folder with the vocab.txt of bert-base-uncased and a config.json of
{"architectures": ["ImageRewardModel"]}. Try it: `python cli.py judge runs/a --metric ./image-reward`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from engine.errors import ModelDamaged, show
from models import devices
from models.catalog import Card
from models.judges.checkpoint import UNREADABLE, network, place_of, quiet, settled, tokenizer
from models.metrics.measuring import paired

MEAN, DEVIATION = 0.16717362830052426, 1.0333394966054072
"""The published model's normalisation of its raw rewards."""
LENGTH, AT_ONCE = 35, 16
"""Tokens that it reads of a caption."""
WIDTHS = (1024, 128, 64, 16, 1)
PUBLISHED = "ImageReward.safetensors"
RENAMED = (
    ("blip.visual_encoder.", "vision_model."), ("blip.text_encoder.", "text_encoder."),
    ("vision_model.cls_token", "vision_model.embeddings.class_embedding"),
    ("vision_model.pos_embed", "vision_model.embeddings.position_embedding"),
    ("vision_model.patch_embed.proj.", "vision_model.embeddings.patch_embedding."),
    ("vision_model.blocks.", "vision_model.encoder.layers."), ("vision_model.norm.", "vision_model.post_layernorm."),
    (".attn.proj.", ".self_attn.projection."), (".attn.qkv.", ".self_attn.qkv."), (".norm1.", ".layer_norm1."),
    (".norm2.", ".layer_norm2."), ("mlp.layers.0.", "mlp.0."), ("mlp.layers.2.", "mlp.1."), ("mlp.layers.4.", "mlp.2."),
    ("mlp.layers.6.", "mlp.3."), ("mlp.layers.7.", "mlp.4."),
)  # fmt: skip
"""Published name -> name in transformers' classes, one after the other."""


class ImageReward:
    """A reward around 0, larger is better; people's rankings of pictures taught it."""

    measure = "reward"

    def __init__(self, net: Any, words: Any, eyes: Any, *, name: str) -> None:
        self.net, self.words, self.eyes, self.name = net, words, eyes, name

    def score(self, images: Sequence[Image.Image], captions: Sequence[str]) -> list[float]:
        """One reward for picture i with caption i, which is read up to LENGTH tokens (`unread`)."""
        import torch

        paired(images, captions)
        found: list[float] = []
        for start in range(0, len(images), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            with torch.inference_mode():
                raw = self.net(**self._inputs(images[part], captions[part]))
            found += ((raw.float().cpu() - MEAN) / DEVIATION).tolist()
        return [round(value, 6) for value in found]

    def _inputs(self, images: Sequence[Image.Image], captions: Sequence[str]) -> dict[str, Any]:
        where = self.net.device
        ids = self.words(
            list(captions), padding="max_length", truncation=True, max_length=LENGTH, return_tensors="pt"
        ).to(where)  # fmt: skip
        pixels = self.eyes(images=[image.convert("RGB") for image in images], return_tensors="pt")["pixel_values"]
        pixels = pixels.to(where, self.net.dtype)
        return {"input_ids": ids["input_ids"], "attention_mask": ids["attention_mask"], "pixel_values": pixels}

    def unread(self, caption: str) -> int:
        """How many tokens at the end of a caption the model does not read; 0 where it reads all of it."""
        return max(0, len(self.words(caption)["input_ids"]) - LENGTH)


@cache
def model_class() -> Any:
    """`ImageRewardModel`: a class of transformers' kind, made once torch is wanted."""
    import torch
    from transformers import BlipConfig, BlipPreTrainedModel, BlipTextModel, BlipVisionModel

    class ImageRewardModel(BlipPreTrainedModel):
        config_class = BlipConfig

        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.vision_model = BlipVisionModel(config.vision_config)
            self.text_encoder = BlipTextModel(config.text_config, add_pooling_layer=False)
            sizes = (config.text_config.hidden_size, *WIDTHS)
            layers = [torch.nn.Linear(a, b) for a, b in zip(sizes, WIDTHS, strict=False)]
            self.mlp = torch.nn.Sequential(*layers)  # dropout stands between them in training only
            self.post_init()

        def forward(self, pixel_values: Any, input_ids: Any, attention_mask: Any) -> Any:
            """Pixels (N, 3, S, S), ids and mask (N, L) -> raw rewards (N)."""
            seen = self.vision_model(pixel_values=pixel_values).last_hidden_state
            told = self.text_encoder(
                input_ids=input_ids, attention_mask=attention_mask, encoder_hidden_states=seen,
                encoder_attention_mask=seen.new_ones(seen.shape[:-1]),
            )  # fmt: skip
            return self.mlp(told.last_hidden_state[:, 0].to(self.mlp[0].weight.dtype)).squeeze(-1)

    return ImageRewardModel


def published_config() -> Any:
    """The shape of the published model: ViT-L/16 at 224 pixels, a BERT of twelve layers."""
    from transformers import BlipConfig

    return BlipConfig(
        vision_config={"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "image_size": 224,
                       "num_attention_heads": 16, "patch_size": 16, "layer_norm_eps": 1e-6},
        text_config={"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "encoder_hidden_size": 1024,
                     "num_attention_heads": 12, "vocab_size": 30524, "layer_norm_eps": 1e-12},
    )  # fmt: skip


def renamed(names: Iterable[str]) -> dict[str, str]:
    """Published names -> ours; what the reward does not use (projections, position ids) is left out."""
    found = {}
    for name in names:
        ours = name
        for old, new in RENAMED:
            ours = ours.replace(old, new)
        if ours.startswith(("vision_model.", "text_encoder.", "mlp.")) and not ours.endswith("position_ids"):
            found[name] = ours
    return found


def opened(card: Card) -> ImageReward:
    """The metric of that card; raises `ModelMissing` or `ModelDamaged` with what to do."""
    place = place_of(card)
    theirs = (place / PUBLISHED).is_file()
    net = _published(place, card) if theirs else network(place, model_class(), card)
    return ImageReward(net, tokenizer(place), _eyes(net.config.vision_config.image_size), name=card.name)


def _eyes(size: int) -> Any:
    from transformers import CLIPImageProcessorPil

    return CLIPImageProcessorPil(
        size={"shortest_edge": size}, crop_size={"height": size, "width": size}, resample=Image.Resampling.BICUBIC
    )


def _published(place: Path, card: Card) -> Any:
    """The network with weights under their published names."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import BlipConfig

    quiet()
    try:
        there = load_file(place / PUBLISHED)
        known = BlipConfig.get_config_dict(place)[0]
        net = model_class()(BlipConfig.from_dict(known) if "vision_config" in known else published_config())
        ours = {name: there[old] for old, name in renamed(there).items()}
        lacking = sorted(set(net.state_dict()) - set(ours))
        if not lacking:
            net.load_state_dict({name: ours[name] for name in net.state_dict()})
    except (*UNREADABLE, SafetensorError) as error:
        raise ModelDamaged(
            f"The checkpoint in {place} cannot be read ({type(error).__name__}: {show(error, limit=160)}). Fetch it again."
        ) from error
    if lacking:
        raise ModelDamaged(f"{place / PUBLISHED} lacks {len(lacking)} weights, the first {show(lacking[0])}.")
    return settled(net.to(devices.placement().torch_dtype).eval(), card)
