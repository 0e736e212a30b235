"""Published metrics: scores of a picture against its caption, and VQAScore by each judge of the catalogue.

Try it: `python -c "from models.catalog.metrics import METRICS; print([card.name for card in METRICS])"`.
"""

from __future__ import annotations

from functools import partial

from models.catalog.card import Card
from models.catalog.images import NOT_CHECKED
from models.catalog.judges import JUDGES

_metric = partial(Card, job="metric", licence=NOT_CHECKED)


def vqascore(judge: Card) -> Card:
    """VQAScore asked of `judge`: it needs that judge's weights and no others."""
    return Card(
        name=f"vqascore:{judge.name}", job="metric", family="vqascore", licence=judge.licence, judge=judge.name,
        summary=f"VQAScore: how sure {judge.name} is that the picture shows the caption.", loads=judge.loads,
        hub=judge.hub, revision=judge.revision, gated=judge.gated, parameters=judge.parameters, tokens=judge.tokens,
        memory=judge.memory, caution=judge.caution,
    )  # fmt: skip


METRICS = (
    _metric(
        name="clipscore", family="clip", summary="CLIPScore by CLIP ViT-L/14: 2.5 times the cosine.", loads="CLIPModel",
        hub="openai/clip-vit-large-patch14", tokens=77, measure="clipscore",
    ),
    _metric(
        name="pickscore", family="clip", summary="PickScore: CLIP-H trained on people's picks; the scaled cosine.",
        loads="CLIPModel", hub="yuvalkirstain/PickScore_v1", tokens=77, measure="scaled",
    ),
    _metric(
        name="hpsv2", family="clip", summary="HPSv2 in CLIPModel's form, another person's conversion.",
        loads="CLIPModel", hub="adams-story/HPSv2-hf", tokens=77, measure="cosine",
        caution="Its main branch holds a pickle; a conversion to safetensors is only proposed there.",
    ),
    _metric(
        name="image-reward", family="image-reward", summary="ImageReward: BLIP trained on people's rankings.",
        loads="ImageRewardModel", hub="THUDM/ImageReward", tokens=35,
        caution="Published as a pickle: write its tensors into a .safetensors file and name that folder instead.",
    ),
    _metric(
        name="diversity", family="features", summary="How far pictures of one caption lie apart in DINOv2's features.",
        loads="Dinov2Model", hub="facebook/dinov2-base", measure="1 - cosine",
    ),
    _metric(
        name="feature-distance", family="features", loads="Dinov2Model", hub="facebook/dinov2-base", measure="layers",
        summary="How far they lie apart by LPIPS' distance over DINOv2's layers, without LPIPS' own weights.",
    ),
    *(vqascore(judge) for judge in JUDGES),
)  # fmt: skip
