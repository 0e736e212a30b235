"""Published judges: vision-language models that answer a question about a picture, all by native classes.

Try it: `python -c "from models.catalog.judges import JUDGES; print([card.name for card in JUDGES])"`.
"""

from __future__ import annotations

from functools import partial

from models.catalog.card import Card

_judge = partial(Card, job="judge")
_vlm = partial(Card, job="judge", family="vlm")

JUDGES = (
    _judge(
        name="blip-vqa", family="blip", summary="BLIP trained on visual questions: small, answers in a word or two.",
        licence="bsd-3-clause", loads="BlipForQuestionAnswering", hub="Salesforce/blip-vqa-base",
    ),
    _judge(
        name="vilt", family="vilt", summary="ViLT: chooses among the 3,129 answers of VQAv2, no free text.",
        licence="apache-2.0", loads="ViltForQuestionAnswering", hub="dandelin/vilt-b32-finetuned-vqa",
        revision="refs/pr/9", tokens=40,
        caution="Its main branch holds a pickle; the safetensors lie in the hub's own conversion, refs/pr/9.",
    ),
    _judge(
        name="instructblip", family="instructblip", summary="InstructBLIP on Flan-T5 XL.", licence="mit",
        loads="InstructBlipForConditionalGeneration", hub="Salesforce/instructblip-flan-t5-xl",
    ),
    _vlm(
        name="qwen25-vl", summary="Qwen2.5-VL 7B.", licence="apache-2.0", loads="Qwen2_5_VLForConditionalGeneration",
        hub="Qwen/Qwen2.5-VL-7B-Instruct", parameters=7.0,
    ),
    _vlm(
        name="qwen3-vl", summary="Qwen3-VL 4B.", licence="apache-2.0", loads="Qwen3VLForConditionalGeneration",
        hub="Qwen/Qwen3-VL-4B-Instruct", parameters=4.0,
    ),
    _vlm(
        name="paligemma", summary="PaliGemma 3B, tuned on a mixture of tasks at 224 pixels.", licence="gemma",
        gated=True, loads="PaliGemmaForConditionalGeneration", hub="google/paligemma-3b-mix-224", parameters=3.0,
    ),
    _vlm(
        name="llava-onevision", summary="LLaVA-OneVision on Qwen2 0.5B: the smallest of its family.",
        licence="apache-2.0", loads="LlavaOnevisionForConditionalGeneration",
        hub="llava-hf/llava-onevision-qwen2-0.5b-ov-hf", parameters=0.5,
    ),
    _vlm(
        name="internvl", summary="InternVL3 1B in its native form.", licence="qwen",
        loads="InternVLForConditionalGeneration", hub="OpenGVLab/InternVL3-1B-hf", parameters=1.0,
    ),
    _vlm(
        name="smolvlm", summary="SmolVLM2 2.2B.", licence="apache-2.0", loads="SmolVLMForConditionalGeneration",
        hub="HuggingFaceTB/SmolVLM2-2.2B-Instruct", parameters=2.2,
    ),
)  # fmt: skip
