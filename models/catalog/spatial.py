"""Published text-to-3D models: what diffusers still has, shown as a turntable of frames.

Try it: `python -c "from models.catalog.spatial import SPATIAL; print([card.name for card in SPATIAL])"`.
"""

from __future__ import annotations

from models.catalog.card import Card

SPATIAL = (
    Card(
        name="shap-e", job="generator", family="shap-e", modality="3d", licence="mit", loads="ShapEPipeline",
        summary="Shap-E: implicit functions from text, rendered as a turntable.", hub="openai/shap-e", variant="fp16",
        size=64, frames=20, steps=64, guidance=15.0, tokens=77, ignores=frozenset({"negative prompt"}),
        caution="Its safetensors are named fp16, and in the copy seen shap_e_renderer is a pickle only.",
    ),
)  # fmt: skip
