"""CLIPScore by the small CLIP that was trained here: how near picture and caption lie, not whether the picture is right.

Try it: `python -m bench.clip`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from models.catalog import Card
from models.judges import pixels
from models.metrics.measuring import paired
from models.weights import read_network

if TYPE_CHECKING:
    from torch import Tensor

WEIGHT = 2.5
"""CLIPScore's w: stretches the usual range of cosines towards 0..1."""


class CLIPScore:
    """2.5 times the cosine of picture and caption, not below 0 (Hessel et al. 2021, arXiv 2104.08718, section 3)."""

    measure = "clipscore"

    def __init__(self, folder: str, *, name: str = "pocket-clip") -> None:
        self.name, self.net = name, _network(folder)

    def score(self, images: Sequence[Image.Image], captions: Sequence[str]) -> list[float]:
        """CLIPScores 0..2.5 of picture i with caption i; raises `ValueError` for lists of unlike length."""
        paired(images, captions)
        if not images:
            return []
        near = (self.see(images) * self.read(captions)).sum(-1)
        return [round(value, 6) for value in (WEIGHT * near.clamp_min(0)).tolist()]

    def see(self, images: Sequence[Image.Image]) -> Tensor:
        """Pictures (N) of any size -> unit vectors (N, D)."""
        import torch

        with torch.inference_mode():
            parts = [see(self.net, pixels(images[i : i + 128])) for i in range(0, len(images), 128)]
        return torch.cat(parts)

    def read(self, captions: Sequence[str]) -> Tensor:
        """Captions (N) -> unit vectors (N, D); raises `WordsNotKnown`."""
        import torch

        from models.pocket.clip import ids

        words = torch.tensor([ids(text) for text in captions])
        with torch.inference_mode():
            return torch.cat([read(self.net, part) for part in words.split(256)])


def see(net: Any, shown: Tensor) -> Tensor:
    """Pixels (N, 3, 64, 64) in 0..1 -> unit vectors (N, D)."""
    pooled = net.vision_model(pixel_values=shown * 2 - 1).pooler_output
    return _unit(net.visual_projection(pooled))


def read(net: Any, words: Tensor) -> Tensor:
    """Token ids (N, L), 0 where there is no word -> unit vectors (N, D)."""
    pooled = net.text_model(input_ids=words, attention_mask=(words != 0).long()).pooler_output
    return _unit(net.text_projection(pooled))


def _unit(vectors: Any) -> Tensor:
    found: Tensor = vectors / vectors.norm(dim=-1, keepdim=True)
    return found


@cache
def _network(folder: str) -> Any:
    from transformers import CLIPModel

    from models.pocket.clip import END

    return read_network(
        Path(folder), kind=lambda _: CLIPModel, words=lambda net: net.config.text_config.vocab_size == END + 1
    )


def opened(card: Card) -> CLIPScore:
    """The metric of that card; raises `ModelDamaged` with what to do."""
    return CLIPScore(str(card.folder), name=card.name)
