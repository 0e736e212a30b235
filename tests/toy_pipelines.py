"""Published pipelines at toy size: the real classes from small configs with fixed seeds, saved as checkpoint folders.

Try it: `python -m tests.toy_pipelines StableDiffusion /tmp/toy-sd`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderDC,
    AutoencoderKL,
    AutoencoderKLCogVideoX,
    AutoencoderKLLTXVideo,
    AutoencoderKLQwenImage,
    AutoencoderKLWan,
    AutoencoderTiny,
    CogVideoXPipeline,
    CogVideoXTransformer3DModel,
    DDIMScheduler,
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    HeunDiscreteScheduler,
    IFPipeline,
    LTXPipeline,
    LTXVideoTransformer3DModel,
    MotionAdapter,
    PixArtAlphaPipeline,
    PixArtSigmaPipeline,
    PixArtTransformer2DModel,
    PriorTransformer,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
    SanaPipeline,
    SanaTransformer2DModel,
    SD3Transformer2DModel,
    ShapEPipeline,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    TextToVideoSDPipeline,
    UNet2DConditionModel,
    UNet3DConditionModel,
    WanPipeline,
    WanTransformer3DModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    Gemma2Config,
    Gemma2Model,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Tokenizer,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

SIDE = 32
"""Pixels along an edge that these pipelines draw by themselves."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz.,"


def _clip_words(folder: Path) -> CLIPTokenizer:
    """CLIP's tokenizer, knowing letters only."""
    vocabulary = ["<|startoftext|>", "<|endoftext|>", *_LETTERS, *(f"{letter}</w>" for letter in _LETTERS)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(vocabulary)}), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)


def _clip_text(width: int, *, projection: int | None = None) -> Any:
    config = CLIPTextConfig(
        hidden_size=width, intermediate_size=2 * width, num_attention_heads=4, num_hidden_layers=2, vocab_size=64,
        bos_token_id=0, eos_token_id=1, pad_token_id=1, max_position_embeddings=77, projection_dim=projection or width,
    )  # fmt: skip
    return CLIPTextModelWithProjection(config) if projection else CLIPTextModel(config)


def _t5_words() -> T5Tokenizer:
    pieces = ["<pad>", "</s>", "<unk>", "▁", *_LETTERS]
    return T5Tokenizer(vocab=[(piece, -float(i)) for i, piece in enumerate(pieces)], extra_ids=0)


def _t5_text(width: int) -> T5EncoderModel:
    return T5EncoderModel(
        T5Config(vocab_size=64, d_model=width, d_kv=8, d_ff=2 * width, num_layers=2, num_heads=4, dropout_rate=0.0)
    ).eval()


def _vae(channels: int = 4) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(16, 16), in_channels=3, out_channels=3, latent_channels=channels, norm_num_groups=8,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2, sample_size=SIDE,
    )  # fmt: skip


def _unet(width: int, **more: Any) -> UNet2DConditionModel:
    settings: dict[str, Any] = {
        "block_out_channels": (16, 32), "layers_per_block": 1, "sample_size": SIDE // 2, "norm_num_groups": 8,
        "in_channels": 4, "out_channels": 4, "cross_attention_dim": width, "attention_head_dim": 4,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    }  # fmt: skip
    return UNet2DConditionModel(**{**settings, **more})


def _flow() -> FlowMatchEulerDiscreteScheduler:
    return FlowMatchEulerDiscreteScheduler(shift=3.0)


def stable_diffusion(words: Path) -> StableDiffusionPipeline:
    """SD 1.x: one CLIP text encoder, a U-Net that predicts noise, no safety checker."""
    scheduler = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, clip_sample=False,
        set_alpha_to_one=False,
    )  # fmt: skip
    return StableDiffusionPipeline(
        vae=_vae(), text_encoder=_clip_text(32), tokenizer=_clip_words(words), unet=_unet(32), scheduler=scheduler,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip


def stable_diffusion_xl(words: Path) -> StableDiffusionXLPipeline:
    """SDXL: two text encoders, the second one's pooled text and the picture's size as extra conditions."""
    unet = _unet(
        64, addition_embed_type="text_time", addition_time_embed_dim=8, use_linear_projection=True,
        projection_class_embeddings_input_dim=32 + 6 * 8, attention_head_dim=(2, 4), transformer_layers_per_block=(1, 2),
    )  # fmt: skip
    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, timestep_spacing="leading"
    )
    tokenizer = _clip_words(words)
    return StableDiffusionXLPipeline(
        vae=_vae(), text_encoder=_clip_text(32), text_encoder_2=_clip_text(32, projection=32), tokenizer=tokenizer,
        tokenizer_2=_clip_words(words), unet=unet, scheduler=scheduler, add_watermarker=False,
    )  # fmt: skip


def stable_diffusion_3(words: Path) -> StableDiffusion3Pipeline:
    """SD 3: two CLIPs and a T5, a transformer by flow matching."""
    transformer = SD3Transformer2DModel(
        sample_size=SIDE // 2, patch_size=1, in_channels=4, num_layers=1, attention_head_dim=8, num_attention_heads=4,
        caption_projection_dim=32, joint_attention_dim=32, pooled_projection_dim=64, out_channels=4,
    )  # fmt: skip
    tokenizer = _clip_words(words)
    return StableDiffusion3Pipeline(
        transformer=transformer, scheduler=_flow(), vae=_shifted_vae(4), text_encoder=_clip_text(32, projection=32),
        text_encoder_2=_clip_text(32, projection=32), text_encoder_3=_t5_text(32), tokenizer=tokenizer,
        tokenizer_2=_clip_words(words), tokenizer_3=_t5_words(),
    )  # fmt: skip


def _shifted_vae(channels: int) -> AutoencoderKL:
    vae = _vae(channels)
    vae.register_to_config(shift_factor=0.06, scaling_factor=1.5)
    return vae


def flux(words: Path) -> FluxPipeline:
    """FLUX.1 dev: CLIP pooled and T5, guidance as a number the network reads, latents in packs of 2 x 2."""
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=32, pooled_projection_dim=32, axes_dims_rope=(4, 4, 8), guidance_embeds=True,
    )  # fmt: skip
    return FluxPipeline(
        scheduler=_flow(), vae=_shifted_vae(4), text_encoder=_clip_text(32), tokenizer=_clip_words(words),
        text_encoder_2=_t5_text(32), tokenizer_2=_t5_words(), transformer=transformer,
    )  # fmt: skip


def _pixart(patches: int) -> PixArtTransformer2DModel:
    return PixArtTransformer2DModel(
        sample_size=SIDE // 2, patch_size=patches, in_channels=4, out_channels=8, num_layers=1, attention_head_dim=8,
        num_attention_heads=2, caption_channels=32, cross_attention_dim=16, use_additional_conditions=False,
    )  # fmt: skip


def pixart_alpha(words: Path) -> PixArtAlphaPipeline:
    """PixArt-alpha: T5 and a transformer; it tells of its steps by the old `callback` only."""
    return PixArtAlphaPipeline(
        tokenizer=_t5_words(), text_encoder=_t5_text(32), vae=_vae(), transformer=_pixart(2),
        scheduler=DPMSolverMultistepScheduler(),
    )  # fmt: skip


def pixart_sigma(words: Path) -> PixArtSigmaPipeline:
    """PixArt-Sigma."""
    return PixArtSigmaPipeline(
        tokenizer=_t5_words(), text_encoder=_t5_text(32), vae=_vae(), transformer=_pixart(2),
        scheduler=DPMSolverMultistepScheduler(),
    )  # fmt: skip


def _bytes_words(padding_side: str) -> PreTrainedTokenizerFast:
    """A tokenizer of letters for language models."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    words = {word: i for i, word in enumerate(["<pad>", "<bos>", "<eos>", "<unk>", *_LETTERS, " "])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<bos>", eos_token="<eos>", unk_token="<unk>",
        padding_side=padding_side, model_max_length=512,
    )  # fmt: skip


def sana(words: Path) -> SanaPipeline:
    """Sana: a small Gemma 2 reads the text, linear attention draws, a deep-compression autoencoder decodes."""
    transformer = SanaTransformer2DModel(
        patch_size=1, in_channels=4, out_channels=4, num_layers=1, num_attention_heads=2, attention_head_dim=4,
        num_cross_attention_heads=2, cross_attention_head_dim=4, cross_attention_dim=8, caption_channels=8,
        sample_size=SIDE // 4,
    )  # fmt: skip
    vae = AutoencoderDC(
        in_channels=3, latent_channels=4, attention_head_dim=2, encoder_block_types=("ResBlock", "EfficientViTBlock"),
        decoder_block_types=("ResBlock", "EfficientViTBlock"), encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8), encoder_qkv_multiscales=((), (5,)), decoder_qkv_multiscales=((), (5,)),
        encoder_layers_per_block=(1, 1), decoder_layers_per_block=[1, 1], downsample_block_type="conv",
        upsample_block_type="interpolate", decoder_norm_types="rms_norm", decoder_act_fns="silu", scaling_factor=0.41,
    )  # fmt: skip
    text = Gemma2Model(
        Gemma2Config(
            head_dim=4, hidden_size=8, initializer_range=0.02, intermediate_size=16, num_attention_heads=2,
            num_hidden_layers=1, num_key_value_heads=2, vocab_size=64, attn_implementation="eager",
        )
    )  # fmt: skip
    return SanaPipeline(
        tokenizer=_bytes_words("right"), text_encoder=text, vae=vae, transformer=transformer, scheduler=_flow()
    )


def qwen_image(words: Path) -> QwenImagePipeline:
    """Qwen-Image: a vision-language model reads the text, padded to the longest caption of a batch."""
    text = Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            text_config={
                "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
                "num_key_value_heads": 2, "vocab_size": 512, "rope_theta": 1000000.0,
                "rope_scaling": {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
            },
            vision_config={
                "depth": 1, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 16
            },
            hidden_size=16, vocab_size=512, vision_start_token_id=300, vision_end_token_id=301, vision_token_id=302,
        )
    )  # fmt: skip
    transformer = QwenImageTransformer2DModel(
        patch_size=2, in_channels=16, out_channels=4, num_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=16, guidance_embeds=False, axes_dims_rope=(8, 4, 4),
    )  # fmt: skip
    vae = AutoencoderKLQwenImage(
        base_dim=8, z_dim=4, dim_mult=[1, 1], num_res_blocks=1, temperal_downsample=[False], latents_mean=[0.0] * 4,
        latents_std=[1.0] * 4,
    )  # fmt: skip
    return QwenImagePipeline(
        scheduler=_flow(), vae=vae, text_encoder=text, tokenizer=_qwen_words(words), transformer=transformer
    )


def _qwen_words(folder: Path) -> Qwen2Tokenizer:
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {letter: i for i, letter in enumerate(bytes_to_unicode().values())} | {"<|endoftext|>": 256}
    (folder / "qwen.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "qwen.txt").write_text("#version: 0.2\n", encoding="utf-8")
    return Qwen2Tokenizer(str(folder / "qwen.json"), str(folder / "qwen.txt"))


def deepfloyd(words: Path) -> IFPipeline:
    """DeepFloyd IF, first stage: T5 and a U-Net over pixels; no autoencoder, no safety checker."""
    unet = _unet(
        32, block_out_channels=(32, 64), in_channels=3, out_channels=6, sample_size=SIDE, addition_embed_type="text", encoder_hid_dim=32,
        encoder_hid_dim_type="text_proj", addition_embed_type_num_heads=2, resnet_time_scale_shift="scale_shift",
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"), time_embedding_type="positional",
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"), mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        act_fn="gelu", cross_attention_norm="group_norm",
    )  # fmt: skip
    scheduler = DDPMScheduler(
        beta_schedule="squaredcos_cap_v2", variance_type="learned_range", thresholding=True,
        dynamic_thresholding_ratio=0.95, sample_max_value=1.0, prediction_type="epsilon",
    )  # fmt: skip
    return IFPipeline(
        tokenizer=_t5_words(), text_encoder=_t5_text(32), unet=unet, scheduler=scheduler, safety_checker=None,
        feature_extractor=None, watermarker=None, requires_safety_checker=False,
    )  # fmt: skip


# --- videos -----------------------------------------------------------------------------------------------------------


def motion_adapter() -> MotionAdapter:
    """AnimateDiff's motion module, for the U-Net of `stable_diffusion`."""
    return MotionAdapter(
        block_out_channels=(16, 32), motion_layers_per_block=1, motion_norm_num_groups=8, motion_num_attention_heads=4
    )


def modelscope(words: Path) -> TextToVideoSDPipeline:
    """ModelScope and ZeroScope: a U-Net over space and time; it tells of its steps by the old `callback` only."""
    unet = UNet3DConditionModel(
        block_out_channels=(16, 32), layers_per_block=1, sample_size=SIDE // 2, in_channels=4, out_channels=4,
        down_block_types=("CrossAttnDownBlock3D", "DownBlock3D"), up_block_types=("UpBlock3D", "CrossAttnUpBlock3D"),
        cross_attention_dim=32, attention_head_dim=4, norm_num_groups=8,
    )  # fmt: skip
    scheduler = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, clip_sample=False,
        set_alpha_to_one=False,
    )  # fmt: skip
    return TextToVideoSDPipeline(
        vae=_vae(), text_encoder=_clip_text(32), tokenizer=_clip_words(words), unet=unet, scheduler=scheduler
    )


def cogvideox(words: Path) -> CogVideoXPipeline:
    """CogVideoX: T5, a transformer over space and time, four frames to a latent one."""
    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=2, attention_head_dim=16, in_channels=4, out_channels=4, time_embed_dim=2, text_embed_dim=32,
        num_layers=1, sample_width=6, sample_height=4, sample_frames=9, patch_size=2, temporal_compression_ratio=4,
        max_text_seq_length=226,
    )  # fmt: skip
    vae = AutoencoderKLCogVideoX(
        in_channels=3, out_channels=3, down_block_types=("CogVideoXDownBlock3D",) * 4, norm_num_groups=2,
        up_block_types=("CogVideoXUpBlock3D",) * 4, block_out_channels=(8, 8, 8, 8), latent_channels=4,
        layers_per_block=1, temporal_compression_ratio=4,
    )  # fmt: skip
    return CogVideoXPipeline(
        tokenizer=_t5_words(), text_encoder=_t5_text(32), vae=vae, transformer=transformer,
        scheduler=DDIMScheduler(clip_sample=False),
    )  # fmt: skip


def ltx(words: Path) -> LTXPipeline:
    """LTX-Video: T5, latents packed as tokens, by flow matching."""
    transformer = LTXVideoTransformer3DModel(
        in_channels=8, out_channels=8, patch_size=1, patch_size_t=1, num_attention_heads=2, attention_head_dim=16,
        cross_attention_dim=32, num_layers=1, caption_channels=32,
    )  # fmt: skip
    vae = AutoencoderKLLTXVideo(
        in_channels=3, out_channels=3, latent_channels=8, block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8), layers_per_block=(1,) * 5, decoder_layers_per_block=(1,) * 5,
        spatio_temporal_scaling=(True, True, False, False), decoder_spatio_temporal_scaling=(True, True, False, False),
        decoder_inject_noise=(False,) * 5, upsample_residual=(False,) * 4, upsample_factor=(1,) * 4,
        timestep_conditioning=False, patch_size=1, patch_size_t=1, encoder_causal=True, decoder_causal=False,
    )  # fmt: skip
    return LTXPipeline(
        scheduler=_flow(), vae=vae, text_encoder=_t5_text(32), tokenizer=_t5_words(), transformer=transformer
    )


def wan(words: Path) -> WanPipeline:
    """Wan 2.1: a T5 kind of text encoder, a transformer by flow matching, four frames to a latent one."""
    transformer = WanTransformer3DModel(
        patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, in_channels=16, out_channels=16, text_dim=32,
        freq_dim=32, ffn_dim=32, num_layers=1, cross_attn_norm=True, qk_norm="rms_norm_across_heads", rope_max_seq_len=64,
    )  # fmt: skip
    vae = AutoencoderKLWan(
        base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    return WanPipeline(
        tokenizer=_t5_words(), text_encoder=_t5_text(32), vae=vae, scheduler=_flow(), transformer=transformer
    )


def shap_e(words: Path) -> ShapEPipeline:
    """Shap-E: a prior writes the weights of an implicit function, which a renderer looks at from all sides."""
    from diffusers.pipelines.shap_e.renderer import ShapERenderer

    prior = PriorTransformer(
        num_attention_heads=2, attention_head_dim=16, embedding_dim=32, num_embeddings=32, embedding_proj_dim=32,
        time_embed_dim=128, num_layers=1, clip_embed_dim=64, additional_embeddings=0, time_embed_act_fn="gelu",
        norm_in_type="layer", encoder_hid_proj_type=None, added_emb_type=None,
    )  # fmt: skip
    renderer = ShapERenderer(
        param_shapes=((8, 93), (8, 8), (8, 8), (8, 8)), d_latent=32, d_hidden=8, n_output=12, background=(0.1, 0.1, 0.1)
    )
    scheduler = HeunDiscreteScheduler(
        beta_schedule="exp", num_train_timesteps=1024, prediction_type="sample", use_karras_sigmas=True, clip_sample=True,
        clip_sample_range=1.0,
    )  # fmt: skip
    return ShapEPipeline(
        prior=prior, text_encoder=_clip_text(32, projection=32), tokenizer=_clip_words(words), scheduler=scheduler,
        shap_e_renderer=renderer,
    )  # fmt: skip


VIDEOS: dict[str, Callable[[Path], Any]] = {
    "TextToVideoSD": modelscope, "CogVideoX": cogvideox, "LTX": ltx, "Wan": wan,
}  # fmt: skip
"""Text to video; AnimateDiff and Text2Video-Zero are `StableDiffusion` opened as another class."""
TURNTABLES: dict[str, Callable[[Path], Any]] = {"ShapE": shap_e}
"""Text to 3D."""
PIPELINES: dict[str, Callable[[Path], Any]] = {
    "StableDiffusion": stable_diffusion,
    "StableDiffusionXL": stable_diffusion_xl,
    "StableDiffusion3": stable_diffusion_3,
    "Flux": flux,
    "PixArtAlpha": pixart_alpha,
    "PixArtSigma": pixart_sigma,
    "Sana": sana,
    "QwenImage": qwen_image,
    "IF": deepfloyd,
}


def tiny_autoencoder(channels: int = 4) -> AutoencoderTiny:
    """An autoencoder for previews, twice smaller along an edge like the others here."""
    return AutoencoderTiny(
        latent_channels=channels, encoder_block_out_channels=(16, 16), decoder_block_out_channels=(16, 16),
        num_encoder_blocks=(1, 1), num_decoder_blocks=(1, 1),
    )  # fmt: skip


def save(kind: str, folder: Path, *, seed: int = 1) -> Path:
    """Build the pipeline `kind` (a key of the tables above) with random weights and save it into `folder`, which is returned."""
    torch.manual_seed(seed)
    pipeline = (PIPELINES | VIDEOS | TURNTABLES)[kind](folder.parent / f"{folder.name}-words")
    pipeline.save_pretrained(folder)
    return folder


if __name__ == "__main__":
    print(save(sys.argv[1], Path(sys.argv[2])))
