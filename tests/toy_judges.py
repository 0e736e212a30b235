"""Published judges at toy size: the real classes from small configs with fixed seeds, saved as checkpoint folders.

Try it: `python -m tests.toy_judges blip /tmp/toy-blip`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageDraw
from transformers import BertTokenizer, BlipConfig, BlipForQuestionAnswering
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

WORDS = (
    "is are the a an there dog cat ball house tree red blue green small large left right of above below on in to how "
    "many what which colour animal it yes no one two three four round ? . , answer with word or short phrase letter "
    "A B C D A. B. C. D. b c d : \n user assistant en who sees and not image picture this"
).split(" ")
ASKED = (
    "Is there a red dog?",
    "Is it?",
    "Is the small blue ball to the left of the large green house?",
    "Are there two cats?",
)


def picture(hue: str = "red", *, size: tuple[int, int] = (64, 48)) -> Image.Image:
    """A disc on white."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((8, 4, size[0] // 2, size[1] - 8), fill=hue)
    return image


def bert_words(*more: str) -> BertTokenizer:
    """BERT's tokenizer, which knows WORDS in lower case, letters as parts of others, and `more` special tokens."""
    lower = dict.fromkeys(word.lower() for word in WORDS if word.strip())
    letters = "abcdefghijklmnopqrstuvwxyz"
    known = dict.fromkeys(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *more, *lower, *letters, *(f"##{letter}" for letter in letters)]
    )
    return BertTokenizer(vocab={word: i for i, word in enumerate(known)})


def blip(folder: Path, *, width: int = 32, layers: int = 2, side: int = 32, patch: int = 8) -> None:
    """BLIP for questions."""
    words = bert_words("[DEC]")
    vision = {
        "hidden_size": width, "intermediate_size": 4 * width, "num_hidden_layers": layers, "num_attention_heads": 4,
        "image_size": side, "patch_size": patch,
    }  # fmt: skip
    text = {
        "vocab_size": len(words), "hidden_size": width, "encoder_hidden_size": width, "intermediate_size": 4 * width,
        "num_hidden_layers": layers, "num_attention_heads": 4, "max_position_embeddings": 64, "pad_token_id": 0,
        "bos_token_id": words.convert_tokens_to_ids("[DEC]"), "sep_token_id": 3, "eos_token_id": 3,
        "projection_dim": width, "is_decoder": True,
    }  # fmt: skip
    _save(folder, _shaken(BlipForQuestionAnswering(BlipConfig(text_config=text, vision_config=vision))), words)
    BlipImageProcessorPil(size={"height": side, "width": side}).save_pretrained(folder)


JUDGES: dict[str, Callable[..., None]] = {"blip": blip}


def save(kind: str, folder: Path, *, seed: int = 1, **more: Any) -> Path:
    """Build the judge `kind` (a key of JUDGES) with random weights and save it into `folder`, which is returned."""
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    JUDGES[kind](folder, **more)
    return folder


def _save(folder: Path, net: Any, words: Any) -> None:
    net.eval().save_pretrained(folder)
    words.save_pretrained(folder)


def _shaken(net: Any, *, by: float = 0.3) -> Any:
    """The network with weights that matter: the usual start is so small that every answer is nearly the same."""
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.ndim > 1:
                parameter.normal_(std=by / parameter.shape[-1] ** 0.5 * 3)
    return net


if __name__ == "__main__":
    print(save(sys.argv[1], Path(sys.argv[2])))
