"""Metrics at toy size: the real classes from small configs with fixed seeds, saved as checkpoint folders.

Try it: `python -m tests.toy_metrics clip /tmp/toy-clip`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import (
    BertTokenizer,
    BitImageProcessorPil,
    BlipConfig,
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPProcessor,
    CLIPTokenizer,
    Dinov2Config,
    Dinov2Model,
    ViTConfig,
    ViTImageProcessorPil,
    ViTModel,
)

from models.metrics.image_reward import PUBLISHED, RENAMED, model_class

SIDE = 28
LETTERS = "abcdefghijklmnopqrstuvwxyz.,"
_VISION = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": SIDE,
    "patch_size": 14,
}  # fmt: skip


def clip(folder: Path, *, seed: int = 1) -> Path:
    """A CLIPModel with its processor: it reads letters, 77 at most."""
    torch.manual_seed(seed)
    words = {**_VISION, "vocab_size": 64, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    del words["image_size"], words["patch_size"]
    net = CLIPModel(CLIPConfig(text_config=words, vision_config=_VISION, projection_dim=16))
    net.save_pretrained(folder)
    CLIPProcessor(_clip_eyes(), _clip_words(folder)).save_pretrained(folder)
    return folder


def dinov2(folder: Path) -> Path:
    """A Dinov2Model with its image processor."""
    torch.manual_seed(2)
    Dinov2Model(Dinov2Config(**_VISION)).save_pretrained(folder)
    BitImageProcessorPil(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}).save_pretrained(
        folder
    )
    return folder


def vit(folder: Path) -> Path:
    """A ViTModel with its image processor."""
    torch.manual_seed(3)
    ViTModel(ViTConfig(**_VISION)).save_pretrained(folder)
    ViTImageProcessorPil(size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
    return folder


def image_reward(folder: Path, *, published: bool = False) -> Path:
    """ImageReward's form, under our names or (`published`) under those of its authors."""
    torch.manual_seed(4)
    words = {**_VISION, "vocab_size": 64, "encoder_hidden_size": 32, "pad_token_id": 0}
    del words["image_size"], words["patch_size"]
    net = model_class()(BlipConfig(text_config=words, vision_config=_VISION))
    for layer in net.mlp:
        torch.nn.init.normal_(layer.weight, std=0.3)
    net.save_pretrained(folder)
    if published:
        (folder / "model.safetensors").unlink()
        save_file({_theirs(name): value.clone() for name, value in net.state_dict().items()}, folder / PUBLISHED)
    (folder / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]),
        encoding="utf-8",
    )
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def _theirs(name: str) -> str:
    """The published name of one of our weights: the list of renamings backwards."""
    for old, new in reversed(RENAMED):
        if new.startswith("mlp.") and not name.startswith("mlp."):
            continue  # the first linear layer of a transformer block is no part of the head
        name = name.replace(new, old)
    return name


def _clip_words(folder: Path) -> CLIPTokenizer:
    vocabulary = ["<|startoftext|>", "<|endoftext|>", *LETTERS, *(f"{letter}</w>" for letter in LETTERS)]
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(vocabulary)}), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)


def _clip_eyes() -> CLIPImageProcessorPil:
    return CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})


if __name__ == "__main__":
    kinds = {"clip": clip, "dinov2": dinov2, "vit": vit, "image-reward": image_reward}
    print(kinds[sys.argv[1]](Path(sys.argv[2])))
