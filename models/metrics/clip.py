"""Scorers in CLIPModel's form: CLIPScore by any CLIP, PickScore and HPSv2, all cosines of a picture and its caption.

Try it: `python cli.py judge runs/a --metric clipscore`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image

from models.catalog import Card
from models.judges.checkpoint import image_processor, opened_network, place_of, tokenizer
from models.metrics.measuring import paired

if TYPE_CHECKING:
    from torch import Tensor

CLIPSCORE, SCALED, COSINE = "clipscore", "scaled", "cosine"
"""2.5 times the cosine, not below 0 (arXiv 2104.08718, without its prefix "A photo depicts"); the cosine times the
model's own scale, about 100 (PickScore, arXiv 2305.01569); the cosine as it is (HPSv2, arXiv 2306.09341, and what the
benchmarks of the paper report for CLIPScore and PickScore)."""
WEIGHT = 2.5
AT_ONCE = 32


class CLIPScorer:
    """Any CLIPModel; `measure` is one of CLIPSCORE, SCALED and COSINE."""

    def __init__(self, net: Any, words: Any, eyes: Any, *, name: str, measure: str = CLIPSCORE) -> None:
        self.net, self.words, self.eyes = net, words, eyes
        self.name, self.measure = name, measure
        self.length = int(net.config.text_config.max_position_embeddings)

    def score(self, images: Sequence[Image.Image], captions: Sequence[str]) -> list[float]:
        """One number for picture i with caption i; a caption is read up to the end that the model has (`unread`)."""
        paired(images, captions)
        if not images:
            return []
        near = (self.see(images) * self.read(captions)).sum(-1)
        return [round(value, 6) for value in self._measured(near).tolist()]

    def _measured(self, near: Tensor) -> Tensor:
        if self.measure == SCALED:
            return near * self.net.logit_scale.detach().float().exp().cpu()
        return near if self.measure == COSINE else WEIGHT * near.clamp_min(0)

    def see(self, images: Sequence[Image.Image]) -> Tensor:
        """Pictures (N) of any size -> unit vectors (N, D) in float32 in main memory."""
        import torch

        found: list[Tensor] = []
        for start in range(0, len(images), AT_ONCE):
            some = [image.convert("RGB") for image in images[start : start + AT_ONCE]]
            pixels = self.eyes(images=some, return_tensors="pt")["pixel_values"].to(self.net.device, self.net.dtype)
            with torch.inference_mode():
                pooled = self.net.vision_model(pixel_values=pixels).pooler_output
                found.append(_unit(self.net.visual_projection(pooled)))
        return torch.cat(found)

    def read(self, captions: Sequence[str]) -> Tensor:
        """Captions (N) -> unit vectors (N, D) in float32 in main memory."""
        import torch

        found: list[Tensor] = []
        for start in range(0, len(captions), AT_ONCE):
            ids = self.words(
                list(captions[start : start + AT_ONCE]), padding="max_length", truncation=True, max_length=self.length,
                return_tensors="pt",
            ).to(self.net.device)  # fmt: skip
            with torch.inference_mode():
                pooled = self.net.text_model(
                    input_ids=ids["input_ids"], attention_mask=ids["attention_mask"]
                ).pooler_output
                found.append(_unit(self.net.text_projection(pooled)))
        return torch.cat(found)

    def unread(self, caption: str) -> int:
        """How many tokens at the end of a caption the model does not read; 0 where it reads all of it."""
        return max(0, len(self.words(caption)["input_ids"]) - self.length)


def _unit(vectors: Any) -> Tensor:
    vectors = vectors.float()
    found: Tensor = (vectors / vectors.norm(dim=-1, keepdim=True)).cpu()
    return found


def opened(card: Card) -> CLIPScorer:
    """The metric of that card, on this process's device; raises `ModelMissing` or `ModelDamaged` with what to do."""
    place, net = place_of(card), opened_network(card, ("CLIPModel",))
    return CLIPScorer(net, tokenizer(place), image_processor(place), name=card.name, measure=card.measure or CLIPSCORE)
