"""Known classes: which loader opens a checkpoint, told by the class that its own config names, and for which job.

Try it: `python -c "from models.catalog.known import kind_of; print(kind_of('FluxPipeline', 'generator'))"`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.catalog.card import Job, Modality

IMAGES = (
    "StableDiffusionPipeline StableDiffusionXLPipeline StableDiffusion3Pipeline LatentConsistencyModelPipeline IFPipeline "
    "PixArtAlphaPipeline PixArtSigmaPipeline SanaPipeline SanaSprintPipeline FluxPipeline Flux2Pipeline ChromaPipeline "
    "Flux2KleinPipeline QwenImagePipeline WuerstchenCombinedPipeline StableCascadeCombinedPipeline AuraFlowPipeline "
    "KandinskyCombinedPipeline KandinskyV22CombinedPipeline Kandinsky3Pipeline HunyuanDiTPipeline LuminaPipeline "
    "Lumina2Pipeline CogView3PlusPipeline CogView4Pipeline HiDreamImagePipeline OmniGenPipeline ZImagePipeline "
    "StableDiffusionImg2ImgPipeline StableDiffusionInpaintPipeline StableDiffusionXLImg2ImgPipeline"
)
VIDEOS = (
    "AnimateDiffPipeline AnimateDiffSDXLPipeline TextToVideoSDPipeline TextToVideoZeroPipeline CogVideoXPipeline "
    "LTXPipeline WanPipeline HunyuanVideoPipeline MochiPipeline AllegroPipeline LattePipeline"
)
LANGUAGE_JUDGES = (
    "Qwen2VLForConditionalGeneration Qwen2_5_VLForConditionalGeneration Qwen3VLForConditionalGeneration "
    "PaliGemmaForConditionalGeneration LlavaForConditionalGeneration LlavaNextForConditionalGeneration "
    "LlavaOnevisionForConditionalGeneration InternVLForConditionalGeneration SmolVLMForConditionalGeneration "
    "Idefics2ForConditionalGeneration Idefics3ForConditionalGeneration Gemma3ForConditionalGeneration "
    "Mistral3ForConditionalGeneration"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a class is here: its `job`, the `family` of its loader and its `modality`."""

    job: Job
    family: str
    modality: Modality = "image"


KINDS: dict[str, Kind] = {
    **dict.fromkeys(IMAGES.split(), Kind("generator", "diffusers")),
    **dict.fromkeys(VIDEOS.split(), Kind("generator", "diffusers-video", "video")),
    "ShapEPipeline": Kind("generator", "shap-e", "3d"),
    **dict.fromkeys(LANGUAGE_JUDGES.split(), Kind("judge", "vlm")),
    "BlipForQuestionAnswering": Kind("judge", "blip"),
    "ViltForQuestionAnswering": Kind("judge", "vilt"),
    "InstructBlipForConditionalGeneration": Kind("judge", "instructblip"),
    "CLIPModel": Kind("metric", "clip"),
    "ImageRewardModel": Kind("metric", "image-reward"),
    **dict.fromkeys(("Dinov2Model", "ViTModel", "CLIPVisionModel"), Kind("metric", "features")),
}
"""Class named in `model_index.json` or in the `architectures` of `config.json` -> what it is."""

TYPES: dict[str, str] = {
    "blip": "BlipForQuestionAnswering", "vilt": "ViltForQuestionAnswering", "clip": "CLIPModel", "dinov2": "Dinov2Model",
    "instructblip": "InstructBlipForConditionalGeneration", "qwen2_vl": "Qwen2VLForConditionalGeneration",
    "qwen2_5_vl": "Qwen2_5_VLForConditionalGeneration", "qwen3_vl": "Qwen3VLForConditionalGeneration",
    "paligemma": "PaliGemmaForConditionalGeneration", "llava": "LlavaForConditionalGeneration",
    "llava_next": "LlavaNextForConditionalGeneration", "llava_onevision": "LlavaOnevisionForConditionalGeneration",
    "internvl": "InternVLForConditionalGeneration", "smolvlm": "SmolVLMForConditionalGeneration",
    "idefics2": "Idefics2ForConditionalGeneration", "idefics3": "Idefics3ForConditionalGeneration",
}  # fmt: skip
"""`model_type` of a `config.json` that names no architecture -> the class that opens it."""


def kind_of(name: str, job: str) -> Kind | None:
    """What a class is for that job; None where it is not known, or is known for another."""
    found = KINDS.get(name)
    return found if found is not None and found.job == job else None


def classes(job: str) -> tuple[str, ...]:
    """The known classes of a job."""
    return tuple(name for name, kind in KINDS.items() if kind.job == job)
