"""Feature diversity: how far apart the pictures of one caption lie in the features of a vision model.

Two measures: one minus the cosine of the pooled features, and LPIPS' distance between patch features of every layer,
without the weights that LPIPS learnt (arXiv 1801.03924, section 3). Try it: `python cli.py judge runs/a --metric diversity`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image

from engine.errors import FormatError
from models.catalog import Card
from models.judges.checkpoint import image_processor, opened_network, place_of
from models.metrics.measuring import Spread, paired

if TYPE_CHECKING:
    from torch import Tensor

COSINE, LAYERS = "1 - cosine", "layers"
EYES = ("Dinov2Model", "ViTModel", "CLIPVisionModel", "CLIPModel")
AT_ONCE = 32


class Diversity(Spread):
    """Any vision transformer of transformers (DINOv2, ViT, a CLIP's eyes); `measure` is COSINE or LAYERS."""

    def __init__(self, net: Any, eyes: Any, *, name: str, measure: str = COSINE) -> None:
        self.net, self.eyes, self.name, self.measure = net, eyes, name, measure

    def score(self, images: Sequence[Image.Image], captions: Sequence[str]) -> list[float]:
        """Each picture's mean distance from the others, 0..2; raises `FormatError` for fewer than two pictures."""
        paired(images, captions)
        if len(images) < 2:
            raise FormatError(f"Diversity needs two pictures of a caption, there is {len(images)}. Draw more of each.")
        apart = self.distances(images)
        return [round(value, 6) for value in (apart.sum(1) / (len(images) - 1)).tolist()]

    def distances(self, images: Sequence[Image.Image]) -> Tensor:
        """Pictures (N) -> distances (N, N), zero on the diagonal."""
        import torch

        layers = self.see(images)
        if self.measure == LAYERS:
            each = [_apart(layer) for layer in layers]
            return torch.stack(each).mean(0)
        pooled = layers[-1][:, 0]
        return (1 - pooled @ pooled.T).fill_diagonal_(0)

    def see(self, images: Sequence[Image.Image]) -> list[Tensor]:
        """Pictures (N) -> for each layer unit vectors (N, tokens, D); the first token of the last stands for the whole."""
        import torch

        parts: list[list[Tensor]] = []
        for start in range(0, len(images), AT_ONCE):
            some = [image.convert("RGB") for image in images[start : start + AT_ONCE]]
            pixels = self.eyes(images=some, return_tensors="pt")["pixel_values"].to(self.net.device, self.net.dtype)
            with torch.inference_mode():
                out = self.net(pixel_values=pixels, output_hidden_states=True)
            parts.append([_unit(layer) for layer in (*out.hidden_states[1:], _whole(out))])
        return [torch.cat(layer) for layer in zip(*parts, strict=True)]


def _whole(out: Any) -> Tensor:
    """The pooled features as one token, else the first token of the last layer."""
    pooled = getattr(out, "pooler_output", None)
    whole: Tensor = out.last_hidden_state[:, 0] if pooled is None else pooled
    return whole[:, None]


def _unit(vectors: Any) -> Tensor:
    vectors = vectors.float().cpu()
    found: Tensor = vectors / vectors.norm(dim=-1, keepdim=True).clamp_min(1e-10)
    return found


def _apart(layer: Tensor) -> Tensor:
    """(N, tokens, D) unit vectors -> (N, N): squared distance of tokens at the same place, averaged over places."""
    import torch

    return (2 - 2 * torch.einsum("itd,jtd->ij", layer, layer) / layer.shape[1]).clamp_min(0).fill_diagonal_(0)


def opened(card: Card) -> Diversity:
    """The metric of that card, on this process's device; raises `ModelMissing` or `ModelDamaged` with what to do."""
    place, net = place_of(card), opened_network(card, EYES)
    net = getattr(net, "vision_model", net)  # a CLIP's eyes alone
    return Diversity(net, image_processor(place), name=card.name, measure=card.measure or COSINE)
