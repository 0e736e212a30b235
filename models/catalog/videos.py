"""Published text-to-video models: `size` is the shorter edge, `frames` what the pipeline makes by default.

Try it: `python -c "from models.catalog.videos import VIDEOS; print([card.name for card in VIDEOS])"`.
"""

from __future__ import annotations

from functools import partial

from models.catalog.card import Card
from models.catalog.images import NOT_CHECKED

_video = partial(Card, job="generator", family="diffusers-video", modality="video")
SD15 = "stable-diffusion-v1-5/stable-diffusion-v1-5"
SD15_PIN = "451f4fe16113bff5a5d2269ed5ad43b0592e9a14"

VIDEOS = (
    _video(
        name="animatediff", summary="AnimateDiff: a motion module in Stable Diffusion 1.5.",
        licence="creativeml-openrail-m; the motion module states none", loads="AnimateDiffPipeline", hub=SD15,
        revision=SD15_PIN, size=512, frames=16, steps=50, guidance=7.5, tokens=77,
        adapters=(("guoyww/animatediff-motion-adapter-v1-5-2", "504374388860e52e206813f44f1ab60a3814152a"),),
    ),
    _video(
        name="text2video-zero", summary="Text2Video-Zero: Stable Diffusion 1.5 with moved latents, untrained.",
        licence="creativeml-openrail-m", loads="TextToVideoZeroPipeline", hub=SD15, revision=SD15_PIN, size=512,
        frames=8, steps=50, guidance=7.5, tokens=77,
    ),
    _video(
        name="modelscope", summary="ModelScope's text-to-video model.", licence=NOT_CHECKED,
        loads="TextToVideoSDPipeline", hub="damo-vilab/text-to-video-ms-1.7b", parameters=1.7, size=256, frames=16,
        steps=50, guidance=9.0, tokens=77,
    ),
    _video(
        name="zeroscope", summary="ZeroScope v2: ModelScope's form trained without watermarks, 576 by 320.",
        licence="cc-by-nc-4.0", loads="TextToVideoSDPipeline", hub="cerspense/zeroscope_v2_576w", size=320, frames=16,
        steps=40, guidance=9.0, tokens=77,
        caution="No safetensors were seen on its main branch, so it is likely to be refused as pickles.",
    ),
    _video(
        name="cogvideox-2b", summary="CogVideoX 2B, 720 by 480.", licence="apache-2.0", loads="CogVideoXPipeline",
        hub="THUDM/CogVideoX-2b", revision="2844d07b93dbb09686423ed045f6f8a6ad04d451", parameters=2.0, size=480,
        frames=49, steps=50, guidance=6.0, tokens=226,
    ),
    _video(
        name="ltx-video", summary="LTX-Video: a fast video transformer, 704 by 480.", licence=NOT_CHECKED,
        loads="LTXPipeline", hub="Lightricks/LTX-Video", size=480, frames=161, steps=50, guidance=3.0, tokens=128,
    ),
    _video(
        name="wan", summary="Wan 2.1, 1.3B, 832 by 480; frames are 4k + 1.", licence=NOT_CHECKED, loads="WanPipeline",
        hub="Wan-AI/Wan2.1-T2V-1.3B-Diffusers", parameters=1.3, size=480, frames=81, steps=50, guidance=5.0,
        tokens=512,
    ),
)  # fmt: skip
