"""Previews: latents as small pictures while they form, by a tiny autoencoder where one is on this machine.

Without one, a linear map from latent channels to red, green and blue is fitted to the checkpoint's own autoencoder: a
rough preview, and it is called so. Try it: `python -m pytest tests/tiny/test_diffusion.py -k preview`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PIL import Image

from models.catalog import disk
from models.generators.drawing import PREVIEW
from models.generators.memory import is_shortage

TINY = {
    "StableDiffusionPipeline": "madebyollin/taesd",
    "LatentConsistencyModelPipeline": "madebyollin/taesd",
    "PixArtAlphaPipeline": "madebyollin/taesd",
    "AnimateDiffPipeline": "madebyollin/taesd",
    "TextToVideoZeroPipeline": "madebyollin/taesd",
    "StableDiffusionXLPipeline": "madebyollin/taesdxl",
    "PixArtSigmaPipeline": "madebyollin/taesdxl",
    "StableDiffusion3Pipeline": "madebyollin/taesd3",
    "FluxPipeline": "madebyollin/taef1",
}
"""Pipeline -> the tiny autoencoder of its latents (an MIT-licensed distillation of a few megabytes), if it was fetched."""
SAMPLES = 12
GREY = (128, 128, 128)


class Previews:
    """Small pictures of one pipeline's latents; `how` says by what, once the first was made."""

    def __init__(self, pipe: Any) -> None:
        self.pipe, self.how = pipe, ""
        self._tiny: Any = None
        self._map: Any = None

    def of(self, latents: Any, height: int, width: int) -> list[Image.Image]:
        """One picture of PREVIEW pixels for each row of `latents` (as the callback gives them), grey where none can be.

        `height` and `width` are those of the pictures that are drawn, in pixels.
        """
        import torch

        with torch.inference_mode():
            try:
                found = self._colours(_unpacked(self.pipe, latents.detach(), height, width))
            except (RuntimeError, MemoryError) as error:
                if not is_shortage(error):
                    raise
                found = None  # a preview is not worth a picture
        return list(_pictures(found)) if found is not None else grey(len(latents))

    def _colours(self, latents: Any) -> Any:
        """Red, green and blue in -1..1: (B, 3, H, W); None where these latents have no picture."""
        if getattr(self.pipe, "vae", None) is None:
            self.how = "the forming pixels" if latents.shape[1] == 3 else "no preview"
            return latents if latents.shape[1] == 3 else None
        if self._tiny is None and self._map is None:
            self._learn(latents)
        if self._tiny is not None:
            return self._tiny.decode(latents.to(self._tiny.dtype), return_dict=False)[0]
        return mapped(self._map, latents) if self._map is not None else None

    def _learn(self, latents: Any) -> None:
        self._tiny = tiny(type(self.pipe).__name__, latents)
        self.how = "a tiny autoencoder" if self._tiny is not None else "rough preview: colours only"
        if self._tiny is None:
            self._map = fitted(self.pipe.vae)


def grey(count: int) -> list[Image.Image]:
    """What stands for pictures that cannot be seen yet."""
    return [Image.new("RGB", (PREVIEW, PREVIEW), GREY) for _ in range(count)]


def tiny(kind: str, latents: Any) -> Any:
    """The tiny autoencoder for a pipeline class, on the latents' device; None where it is not on this machine."""
    folder = disk.snapshot(TINY[kind]) if kind in TINY else None
    if folder is None:
        return None
    from diffusers import AutoencoderTiny
    from safetensors import SafetensorError

    try:
        found = AutoencoderTiny.from_pretrained(folder, use_safetensors=True, local_files_only=True)
    except (OSError, ValueError, SafetensorError):
        return None  # half fetched: the rough preview does
    fits = found.config.latent_channels == latents.shape[1]
    return found.to(latents.device, latents.dtype).eval() if fits else None


def fitted(vae: Any) -> Any:
    """The map (C + 1, 3) that gives colours from scaled latents, by least squares over soft colour fields."""
    import torch

    dice = torch.Generator().manual_seed(0)
    fields = torch.rand(SAMPLES, 3, 3, 3, generator=dice) * 2 - 1
    pictures = torch.nn.functional.interpolate(fields, size=(64, 64), mode="bilinear", align_corners=True)
    latents = _scaled(vae, _encoded(vae, pictures.to(vae.device, vae.dtype))).float().cpu()
    seen = torch.nn.functional.adaptive_avg_pool2d(pictures, latents.shape[-2:])
    told = torch.cat([latents, torch.ones_like(latents[:, :1])], 1).movedim(1, -1).flatten(0, -2)
    wanted = seen.movedim(1, -1).flatten(0, -2)
    # by singular values: channels that say the same, or nothing, leave the map without a single best one
    return torch.linalg.lstsq(told.double(), wanted.double(), rcond=1e-6, driver="gelsd").solution.float()


def mapped(colours: Any, latents: Any) -> Any:
    """Latents (B, C, H, W) by a fitted map to (B, 3, H, W); early ones, wider than the last will be, are drawn in."""
    latents = latents.float().cpu()
    latents = latents / latents.std(dim=(1, 2, 3), keepdim=True).clamp(min=1)
    rows = latents.movedim(1, -1)
    return (rows @ colours[:-1] + colours[-1]).movedim(-1, 1)


def _encoded(vae: Any, pictures: Any) -> Any:
    video = any(word in type(vae).__name__ for word in ("QwenImage", "Wan", "Video", "Mochi", "Allegro"))
    found = vae.encode(pictures.unsqueeze(2) if video else pictures)
    latents = found.latent_dist.mode() if hasattr(found, "latent_dist") else found.latent
    return latents[:, :, 0] if latents.ndim == 5 else latents


def _scaled(vae: Any, latents: Any) -> Any:
    """As the pipeline sees them: shifted and scaled by the autoencoder's own numbers."""
    import torch

    config = vae.config
    mean, spread = config.get("latents_mean"), config.get("latents_std")
    if mean is not None and spread is not None:
        column = [torch.tensor(values, device=latents.device).view(1, -1, 1, 1) for values in (mean, spread)]
        latents = (latents - column[0]) / column[1]
    return (latents - (config.get("shift_factor") or 0.0)) * (config.get("scaling_factor") or 1.0)


def _unpacked(pipe: Any, latents: Any, height: int, width: int) -> Any:
    """(B, C, H, W): transformers that read 2 x 2 packs give (B, H W / 4, 4 C), video ones (B, C, T, H, W)."""
    if latents.ndim == 5:
        return latents[:, :, latents.shape[2] // 2]
    if latents.ndim != 3:
        return latents
    factor = 2 * pipe.vae_scale_factor
    rows, columns, channels = height // factor, width // factor, latents.shape[2] // 4
    packs = latents.view(len(latents), rows, columns, channels, 2, 2).permute(0, 3, 1, 4, 2, 5)
    return packs.reshape(len(latents), channels, 2 * rows, 2 * columns)


def _pictures(colours: Any) -> Iterator[Image.Image]:
    for rows in ((colours.float().clamp(-1, 1) + 1) * 127.5).round().byte().cpu().permute(0, 2, 3, 1).numpy():
        yield Image.fromarray(rows).resize((PREVIEW, PREVIEW), Image.Resampling.BICUBIC)
