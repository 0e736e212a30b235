"""Published text-to-image models: defaults are those of the diffusers pipelines, unknown fields stay 0 or None.

Try it: `python -c "from models.catalog.images import IMAGES; print([card.name for card in IMAGES])"`.
"""

from __future__ import annotations

from functools import partial

from models.catalog.card import Card

_image = partial(Card, job="generator", family="diffusers")
NOT_CHECKED = "not checked here, see its page"
"""A licence that no source at hand states."""

IMAGES = (
    _image(
        name="sd15", summary="Stable Diffusion 1.5: the small UNet that most studies start from.",
        licence="creativeml-openrail-m", loads="StableDiffusionPipeline",
        hub="stable-diffusion-v1-5/stable-diffusion-v1-5", revision="451f4fe16113bff5a5d2269ed5ad43b0592e9a14",
        size=512, steps=50, guidance=7.5, tokens=77,
    ),
    _image(
        name="sd21", summary="Stable Diffusion 2.1, as in the paper's comparison.", licence="openrail++",
        loads="StableDiffusionPipeline", hub="stabilityai/stable-diffusion-2-1", size=768, steps=25, guidance=7.5,
        tokens=77,
    ),
    _image(
        name="sdxl", summary="Stable Diffusion XL base, two text encoders of 77 tokens.", licence=NOT_CHECKED,
        loads="StableDiffusionXLPipeline", hub="stabilityai/stable-diffusion-xl-base-1.0", size=1024, steps=50,
        guidance=5.0, tokens=77,
    ),
    _image(
        name="sd3", summary="Stable Diffusion 3 medium: a diffusion transformer with a T5 encoder.",
        licence="stabilityai-nc-research-community", gated=True, loads="StableDiffusion3Pipeline",
        hub="stabilityai/stable-diffusion-3-medium-diffusers", parameters=2.0, size=1024, steps=28, guidance=7.0,
        tokens=256,
    ),
    _image(
        name="sd35-medium", summary="Stable Diffusion 3.5 medium.", licence="stabilityai-ai-community", gated=True,
        loads="StableDiffusion3Pipeline", hub="stabilityai/stable-diffusion-3.5-medium", size=1024, steps=28,
        guidance=7.0, tokens=256,
    ),
    _image(
        name="pixart-alpha", summary="PixArt-alpha: a small diffusion transformer with a T5 encoder.",
        licence=NOT_CHECKED, loads="PixArtAlphaPipeline", hub="PixArt-alpha/PixArt-XL-2-1024-MS", size=1024, steps=20,
        guidance=4.5, tokens=120,
    ),
    _image(
        name="pixart-sigma", summary="PixArt-Sigma: PixArt-alpha's successor, reads longer captions.",
        licence="openrail++", loads="PixArtSigmaPipeline", hub="PixArt-alpha/PixArt-Sigma-XL-2-1024-MS", size=1024,
        steps=20, guidance=4.5, tokens=300,
    ),
    _image(
        name="sana", summary="Sana 1.6B: linear attention on a strongly compressed latent.",
        licence="see LICENSE.txt on its page", loads="SanaPipeline",
        hub="Efficient-Large-Model/Sana_1600M_1024px_diffusers", revision="e6d651efafa0f6d3d7fe809e3c643123a07e8512",
        parameters=1.6, size=1024, steps=20, guidance=4.5, tokens=300,
    ),
    _image(
        name="playground25", summary="Playground 2.5: SDXL's form trained for looks.", licence=NOT_CHECKED,
        loads="StableDiffusionXLPipeline", hub="playgroundai/playground-v2.5-1024px-aesthetic", size=1024, steps=50,
        guidance=3.0, tokens=77,
    ),
    _image(
        name="deepfloyd-if", summary="DeepFloyd IF, first stage: pixels of 64 by 64, a T5 encoder.",
        licence="deepfloyd-if-license", gated=True, loads="IFPipeline", hub="DeepFloyd/IF-I-XL-v1.0", size=64,
        steps=100, guidance=7.0, tokens=77,
    ),
    _image(
        name="wuerstchen", summary="Wuerstchen v2: a prior and a decoder in a very small latent space.", licence="mit",
        loads="WuerstchenCombinedPipeline", hub="warp-ai/wuerstchen",
        revision="8b30da2a771a66a5a4b26900248e42195375f99f", adapters=(("warp-ai/wuerstchen-prior", None),), size=1024,
        steps=60, guidance=4.0, tokens=77,
    ),
    _image(
        name="flux-schnell", summary="FLUX.1 schnell: distilled to four steps.", licence="apache-2.0",
        loads="FluxPipeline", hub="black-forest-labs/FLUX.1-schnell", parameters=12.0, size=1024, steps=4, guidance=0.0,
        tokens=256, ignores=frozenset({"negative prompt", "guidance"}),
    ),
    _image(
        name="flux-dev", summary="FLUX.1 dev: guidance is distilled into the model.",
        licence="non-commercial, see its page", gated=True, loads="FluxPipeline", hub="black-forest-labs/FLUX.1-dev",
        parameters=12.0, size=1024, steps=50, guidance=3.5, tokens=512, ignores=frozenset({"negative prompt"}),
    ),
    _image(
        name="qwen-image", summary="Qwen-Image: strong at written text; guidance is its true_cfg_scale.",
        licence=NOT_CHECKED, loads="QwenImagePipeline", hub="Qwen/Qwen-Image", size=1024, steps=50, guidance=4.0,
        tokens=512,
    ),
)  # fmt: skip
