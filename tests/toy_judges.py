"""Published judges at toy size: the real classes from small configs with fixed seeds, saved as checkpoint folders.

Try it: `python -m tests.toy_judges blip /tmp/toy-blip`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageDraw
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    BertTokenizer,
    BlipConfig,
    BlipForQuestionAnswering,
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    Idefics3Config,
    Idefics3ForConditionalGeneration,
    InstructBlipConfig,
    InstructBlipForConditionalGeneration,
    InternVLConfig,
    InternVLForConditionalGeneration,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaNextConfig,
    LlavaNextForConditionalGeneration,
    LlavaOnevisionConfig,
    LlavaOnevisionForConditionalGeneration,
    PaliGemmaConfig,
    PaliGemmaForConditionalGeneration,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2VLConfig,
    Qwen2VLForConditionalGeneration,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    SmolVLMConfig,
    SmolVLMForConditionalGeneration,
    T5Tokenizer,
    ViltConfig,
    ViltForQuestionAnswering,
)
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.gemma3.image_processing_pil_gemma3 import Gemma3ImageProcessorPil
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import LlavaOnevisionImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
from transformers.models.vilt.image_processing_pil_vilt import ViltImageProcessorPil

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


def vilt(folder: Path, *, width: int = 32, layers: int = 2, side: int = 32, patch: int = 8) -> None:
    """ViLT for questions, with seven answers."""
    words = bert_words()
    config = ViltConfig(
        vocab_size=len(words), hidden_size=width, intermediate_size=2 * width, num_hidden_layers=layers,
        num_attention_heads=4, max_position_embeddings=40, image_size=side, patch_size=patch, max_image_length=-1,
        id2label=dict(enumerate(("yes", "no", "red", "blue", "dog", "cat", "two"))),
    )  # fmt: skip
    _save(folder, _shaken(ViltForQuestionAnswering(config)), words)
    ViltImageProcessorPil(size={"shortest_edge": side}, size_divisor=patch).save_pretrained(folder)


def instructblip(folder: Path, *, width: int = 32, layers: int = 2, side: int = 32, patch: int = 8) -> None:
    """InstructBLIP on a T5."""
    pieces = [
        "<pad>",
        "</s>",
        "<unk>",
        *dict.fromkeys(f"▁{word}" for word in WORDS if word.strip()),
        "▁Yes",
        "▁No",
        "▁",
    ]
    pieces += [*"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.?,"]
    words = T5Tokenizer(vocab=[(piece, -float(i)) for i, piece in enumerate(dict.fromkeys(pieces))], extra_ids=0)
    words.add_tokens(["<image>"], special_tokens=True)
    asked = bert_words("[DEC]")
    text = {
        "model_type": "t5", "vocab_size": len(words), "d_model": width, "d_kv": width // 4, "d_ff": 2 * width,
        "num_layers": layers, "num_heads": 4, "decoder_start_token_id": 0,
    }  # fmt: skip
    former = {
        "vocab_size": len(asked), "hidden_size": width, "intermediate_size": 2 * width, "num_hidden_layers": 2,
        "num_attention_heads": 4, "encoder_hidden_size": width, "max_position_embeddings": 64,
    }  # fmt: skip
    config = InstructBlipConfig(
        vision_config=_vision(width, layers, side, patch), qformer_config=former, text_config=text, num_query_tokens=4,
        image_token_index=words.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    _save(folder, _shaken(InstructBlipForConditionalGeneration(config)), words)
    asked.save_pretrained(folder / "qformer_tokenizer")
    BlipImageProcessorPil(size={"height": side, "width": side}).save_pretrained(folder)
    _processor(folder, "InstructBlipProcessor", num_query_tokens=4)


def chat_words(marks: dict[str, str], **more: Any) -> PreTrainedTokenizerFast:
    """A tokenizer of whole words, with the space before them, in both cases; `marks` are special, by attribute."""
    known = dict.fromkeys(word.strip() for word in WORDS if word.strip())
    texts = [text for word in known for text in (word, f" {word}", word.capitalize(), f" {word.capitalize()}")]
    pieces = ["<unk>", "<pad>", "<s>", "</s>", *marks.values(), *texts, "\n", " ", *(chr(i) for i in range(33, 127))]
    inside = Tokenizer(models.WordLevel({piece: i for i, piece in enumerate(dict.fromkeys(pieces))}, unk_token="<unk>"))
    inside.pre_tokenizer = pre_tokenizers.Split(Regex(r" ?[A-Za-z]+|\s|."), "isolated")
    inside.decoder = decoders.Fuse()
    inside.add_special_tokens([AddedToken(text, normalized=False) for text in ("<unk>", "<pad>", "<s>", "</s>")])
    return PreTrainedTokenizerFast(
        tokenizer_object=inside,
        unk_token="<unk>",
        pad_token="<pad>",
        eos_token="</s>",
        extra_special_tokens=marks,
        **more,
    )


def _chat(image: str) -> str:
    """A chat template of one turn: `user: PICTURE question answer:`."""
    return (
        "{% for message in messages %}user : {% for part in message['content'] %}{% if part['type'] == 'image' %}"
        + image
        + "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endfor %}{% if add_generation_prompt %} answer :{% endif %}"
    )


def _text(words: Any, width: int, layers: int, **more: Any) -> dict[str, Any]:
    return {
        "vocab_size": len(words), "hidden_size": width, "intermediate_size": 2 * width, "num_hidden_layers": layers,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": width // 4, "max_position_embeddings": 4096,
        "pad_token_id": 1, "bos_token_id": 2, "eos_token_id": 3, "rope_theta": 10000.0, **more,
    }  # fmt: skip


def _vision(width: int, layers: int, side: int, patch: int, **more: Any) -> dict[str, Any]:
    return {
        "hidden_size": width, "intermediate_size": 2 * width, "num_hidden_layers": layers, "num_attention_heads": 4,
        "image_size": side, "patch_size": patch, **more,
    }  # fmt: skip


_IDEFICS = {
    "image_token": "<image>", "fake_image_token": "<fake_token_around_image>", "global_image_token": "<global-img>",
    "end_of_utterance_token": "<end_of_utterance>",
    **{f"cell_{row}_{column}": f"<row_{row}_col_{column}>" for row in (1, 2) for column in (1, 2)},
}  # fmt: skip


QWEN = {
    "image_token": "<|image_pad|>", "video_token": "<|video_pad|>", "vision_start": "<|vision_start|>",
    "vision_end": "<|vision_end|>",
}  # fmt: skip


def _qwen_words(folder: Path) -> tuple[Any, dict[str, int]]:
    words = chat_words(QWEN)
    words.chat_template = _chat("<|vision_start|><|image_pad|><|vision_end|>")
    names = {"image_token_id": "image_token", "video_token_id": "video_token", "vision_start_token_id": "vision_start",
             "vision_end_token_id": "vision_end"}  # fmt: skip
    return words, {name: words.convert_tokens_to_ids(QWEN[mark]) for name, mark in names.items()}


def qwen25(folder: Path, *, width: int = 32, layers: int = 2, vision_layers: int = 2, side: int = 56) -> None:
    """Qwen2.5-VL."""
    words, marks = _qwen_words(folder)
    half = width // 8
    rope = {"rope_type": "default", "mrope_section": [half - half // 4 * 2, half // 4, half // 4], "rope_theta": 1e4}
    config = Qwen2_5_VLConfig(
        text_config=_text(words, width, layers, rope_parameters=rope),
        vision_config={
            "depth": vision_layers, "hidden_size": width, "intermediate_size": 2 * width, "num_heads": 4,
            "out_hidden_size": width, "patch_size": 14, "spatial_merge_size": 2, "window_size": 56,
            "fullatt_block_indexes": [vision_layers - 1],
        },
        tie_word_embeddings=False, **marks,
    )  # fmt: skip
    _save(folder, _shaken(Qwen2_5_VLForConditionalGeneration(config)), words)
    Qwen2VLImageProcessorPil(size={"shortest_edge": 56 * 56, "longest_edge": side * side}).save_pretrained(folder)


def qwen2(folder: Path, *, width: int = 32, layers: int = 2, side: int = 56) -> None:
    """Qwen2-VL."""
    words, marks = _qwen_words(folder)
    half = width // 8
    rope = {"rope_type": "default", "mrope_section": [half - half // 4 * 2, half // 4, half // 4], "rope_theta": 1e4}
    config = Qwen2VLConfig(
        text_config=_text(words, width, layers, rope_parameters=rope),
        vision_config={
            "depth": 2, "embed_dim": width, "hidden_size": width, "num_heads": 4, "mlp_ratio": 2, "patch_size": 14,
            "spatial_merge_size": 2,
        },
        tie_word_embeddings=False, **marks,
    )  # fmt: skip
    _save(folder, _shaken(Qwen2VLForConditionalGeneration(config)), words)
    Qwen2VLImageProcessorPil(size={"shortest_edge": 56 * 56, "longest_edge": side * side}).save_pretrained(folder)


def qwen3(folder: Path, *, width: int = 32, layers: int = 2, side: int = 64) -> None:
    """Qwen3-VL, whose deeper layers see the picture too."""
    words, marks = _qwen_words(folder)
    rope = {"rope_type": "default", "mrope_section": [2, 1, 1], "mrope_interleaved": True, "rope_theta": 10000.0}
    config = Qwen3VLConfig(
        text_config=_text(words, width, layers, rope_parameters=rope),
        vision_config={
            "depth": 3, "hidden_size": width, "intermediate_size": 2 * width, "num_heads": 4, "out_hidden_size": width,
            "patch_size": 16, "spatial_merge_size": 2, "num_position_embeddings": 16, "deepstack_visual_indexes": [0, 1],
        },
        tie_word_embeddings=False, **marks,
    )  # fmt: skip
    _save(folder, _shaken(Qwen3VLForConditionalGeneration(config)), words)
    Qwen2VLImageProcessorPil(
        patch_size=16, size={"shortest_edge": 64 * 64, "longest_edge": side * side}
    ).save_pretrained(folder)


def llava_onevision(folder: Path, *, width: int = 32, layers: int = 2, side: int = 16) -> None:
    """LLaVA-OneVision: SigLIP in tiles and a Qwen2."""
    words = chat_words({"image_token": "<image>", "video_token": "<video>"})
    words.chat_template = _chat("<image>\n")
    config = LlavaOnevisionConfig(
        text_config={"model_type": "qwen2", **_text(words, width, layers)},
        vision_config={"model_type": "siglip_vision_model", **_vision(width, 2, side, 8, vision_use_head=False)},
        image_token_index=words.convert_tokens_to_ids("<image>"), video_token_index=words.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=[[side, side], [side, 2 * side], [2 * side, side]], vision_feature_layer=-1,
    )  # fmt: skip
    _save(folder, _shaken(LlavaOnevisionForConditionalGeneration(config)), words)
    LlavaOnevisionImageProcessorPil(
        size={"height": side, "width": side}, image_grid_pinpoints=config.image_grid_pinpoints
    ).save_pretrained(folder)
    _processor(
        folder, "LlavaOnevisionProcessor", num_image_tokens=(side // 8) ** 2, vision_feature_select_strategy="full"
    )


def llava(folder: Path, *, width: int = 32, layers: int = 2, side: int = 16) -> None:
    """LLaVA: CLIP in one tile and a Llama."""
    words = chat_words({"image_token": "<image>"})
    words.chat_template = _chat("<image>\n")
    config = LlavaConfig(
        text_config={"model_type": "llama", **_text(words, width, layers)},
        vision_config={"model_type": "clip_vision_model", **_vision(width, 3, side, 8)},
        image_token_index=words.convert_tokens_to_ids("<image>"), vision_feature_layer=-2,
    )  # fmt: skip
    _save(folder, _shaken(LlavaForConditionalGeneration(config)), words)
    CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side}).save_pretrained(
        folder
    )
    _processor(
        folder, "LlavaProcessor", patch_size=8, vision_feature_select_strategy="default", num_additional_image_tokens=1
    )


def llava_next(folder: Path, *, width: int = 32, layers: int = 2, side: int = 16) -> None:
    """LLaVA-NeXT: CLIP in tiles and a Llama."""
    words = chat_words({"image_token": "<image>"})
    words.chat_template = _chat("<image>\n")
    pinpoints = [[side, side], [side, 2 * side], [2 * side, side]]
    config = LlavaNextConfig(
        text_config={"model_type": "llama", **_text(words, width, layers)},
        vision_config={"model_type": "clip_vision_model", **_vision(width, 3, side, 8)},
        image_token_index=words.convert_tokens_to_ids("<image>"), vision_feature_layer=-2, image_grid_pinpoints=pinpoints,
    )  # fmt: skip
    _save(folder, _shaken(LlavaNextForConditionalGeneration(config)), words)
    LlavaNextImageProcessorPil(
        size={"shortest_edge": side}, crop_size={"height": side, "width": side}, image_grid_pinpoints=pinpoints
    ).save_pretrained(folder)
    _processor(
        folder,
        "LlavaNextProcessor",
        patch_size=8,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
    )


def gemma3(folder: Path, *, width: int = 32, layers: int = 2, side: int = 32, window: int = 1024) -> None:
    """Gemma 3, whose picture tokens attend to each other both ways and whose layers partly see a window only."""
    words = chat_words({"image_token": "<image_soft_token>", "boi_token": "<boi>", "eoi_token": "<eoi>"})
    words.chat_template = _chat("<boi>")
    config = Gemma3Config(
        text_config=_text(words, width, layers, sliding_window=window, layer_types=["sliding_attention", "full_attention"]),
        vision_config={"model_type": "siglip_vision_model", **_vision(width, 2, side, 8, vision_use_head=False)},
        image_token_index=words.convert_tokens_to_ids("<image_soft_token>"), mm_tokens_per_image=4,
        boi_token_index=words.convert_tokens_to_ids("<boi>"), eoi_token_index=words.convert_tokens_to_ids("<eoi>"),
    )  # fmt: skip
    _save(folder, _shaken(Gemma3ForConditionalGeneration(config)), words)
    Gemma3ImageProcessorPil(size={"height": side, "width": side}).save_pretrained(folder)
    _processor(folder, "Gemma3Processor", image_seq_length=4)


def idefics3(folder: Path, *, width: int = 32, layers: int = 2, side: int = 16, patch: int = 4) -> None:
    """Idefics 3, SmolVLM's elder."""
    words = chat_words(_IDEFICS)
    words.chat_template = _chat("<image>")
    config = Idefics3Config(
        text_config={"model_type": "llama", **_text(words, width, layers)}, scale_factor=2, tie_word_embeddings=False,
        vision_config=_vision(width, 2, side, patch), pad_token_id=1, image_token_id=words.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    _save(folder, _shaken(Idefics3ForConditionalGeneration(config)), words)
    Idefics3ImageProcessorPil(size={"longest_edge": 2 * side}, max_image_size={"longest_edge": side}).save_pretrained(
        folder
    )
    _processor(folder, "Idefics3Processor", image_seq_len=(side // patch) ** 2 // 4)


def internvl(folder: Path, *, width: int = 32, layers: int = 2, side: int = 16) -> None:
    """InternVL in its native form."""
    marks = {
        "start_image_token": "<img>", "end_image_token": "</img>", "context_image_token": "<IMG_CONTEXT>",
        "video_token": "<video>",
    }  # fmt: skip
    words = chat_words(marks)
    words.chat_template = _chat("<IMG_CONTEXT>\n")
    config = InternVLConfig(
        text_config={"model_type": "qwen2", **_text(words, width, layers)},
        vision_config=_vision(width, 2, [side, side], [4, 4]), image_seq_length=4, downsample_ratio=0.5,
        image_token_id=words.convert_tokens_to_ids("<IMG_CONTEXT>"),
    )  # fmt: skip
    _save(folder, _shaken(InternVLForConditionalGeneration(config)), words)
    GotOcr2ImageProcessorPil(
        size={"height": side, "width": side}, crop_to_patches=True, min_patches=1, max_patches=4
    ).save_pretrained(folder)
    _processor(folder, "InternVLProcessor", image_seq_length=(side // 4) ** 2 // 4)


def smolvlm(
    folder: Path, *, width: int = 32, layers: int = 2, vision_layers: int = 2, side: int = 16, patch: int = 4
) -> None:
    """SmolVLM: the picture whole and in tiles, its patches shuffled together."""
    words = chat_words(_IDEFICS)
    words.chat_template = _chat("<image>")
    config = SmolVLMConfig(
        text_config={"model_type": "llama", **_text(words, width, layers)}, scale_factor=2, tie_word_embeddings=False,
        vision_config=_vision(width, vision_layers, side, patch), pad_token_id=1,
        image_token_id=words.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    _save(folder, _shaken(SmolVLMForConditionalGeneration(config)), words)
    SmolVLMImageProcessorPil(size={"longest_edge": 2 * side}, max_image_size={"longest_edge": side}).save_pretrained(
        folder
    )
    _processor(folder, "SmolVLMProcessor", image_seq_len=(side // patch) ** 2 // 4)


def paligemma(folder: Path, *, width: int = 32, layers: int = 2, side: int = 16) -> None:
    """PaliGemma, whose picture attends to the question."""
    words = chat_words({"image_token": "<image>"}, bos_token="<s>")
    config = PaliGemmaConfig(
        text_config={"model_type": "gemma", **_text(words, width, layers)},
        vision_config={"model_type": "siglip_vision_model", **_vision(width, 2, side, 8, vision_use_head=False,
                       projection_dim=width)},
        image_token_index=words.convert_tokens_to_ids("<image>"), projection_dim=width, hidden_size=width,
    )  # fmt: skip
    _save(folder, _shaken(PaliGemmaForConditionalGeneration(config)), words)
    made = SiglipImageProcessorPil(size={"height": side, "width": side})
    made.image_seq_length = (side // 8) ** 2
    made.save_pretrained(folder)


def _processor(folder: Path, kind: str, **settings: Any) -> None:
    text = json.dumps({"processor_class": kind, **settings})
    (folder / "processor_config.json").write_text(text, encoding="utf-8")


JUDGES: dict[str, Callable[..., None]] = {
    "blip": blip,
    "vilt": vilt,
    "instructblip": instructblip,
    "qwen2": qwen2,
    "qwen25": qwen25,
    "qwen3": qwen3,
    "llava-onevision": llava_onevision,
    "internvl": internvl,
    "smolvlm": smolvlm,
    "llava": llava,
    "llava-next": llava_next,
    "gemma3": gemma3,
    "idefics3": idefics3,
    "paligemma": paligemma,
}


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
