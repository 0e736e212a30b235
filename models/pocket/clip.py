"""The network of `pocket-clip`: transformers' CLIPModel at pocket size, and its tokens.

Try it: `python -c "from models.pocket.clip import *; print(clip().num_parameters(), ids('There is a red dog.')[:9])"`.
"""

from __future__ import annotations

from transformers import CLIPConfig, CLIPModel

from models.pocket.words import GRAMMAR_VERSION, tokens, vocabulary

LENGTH = 128
"""Longest caption in tokens, the end among them."""
END = len(vocabulary())
"""One token more than the vocabulary has: what CLIP reads a text's meaning from."""


def ids(text: str, length: int = LENGTH) -> list[int]:
    """Token ids of a caption, closed with END and padded with 0 to `length`; raises `WordsNotKnown`."""
    found = tokens(text, length - 1)
    words = [token for token in found if token]
    return [*words, END, *[0] * (length - len(words) - 1)]


def clip(*, width: int = 128, seeing: int = 4, reading: int = 3, shared: int = 96) -> CLIPModel:
    """An untrained CLIP (arXiv 2103.00020) for 64 x 64 pixels in 8 x 8 patches; `shared` is the width of both vectors."""
    both = {
        "hidden_size": width, "intermediate_size": 2 * width, "num_attention_heads": 4, "projection_dim": shared,
        "attention_dropout": 0.0,
    }  # fmt: skip
    config = CLIPConfig(
        text_config=both | {
            "vocab_size": END + 1, "num_hidden_layers": reading, "max_position_embeddings": LENGTH,
            "eos_token_id": END, "bos_token_id": 2, "pad_token_id": 0,
        },
        vision_config=both | {"image_size": 64, "patch_size": 8, "num_hidden_layers": seeing},
        projection_dim=shared,
    )  # fmt: skip
    config.grammar = GRAMMAR_VERSION
    return CLIPModel(config)
