"""Published diffusion pipelines as students: a LoRA on every attention and feed-forward layer of the denoiser.

Try it: `python -m pytest tests/tiny/test_students_diffusion.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from engine.errors import ModelError
from models import devices
from models.generators import card_of
from models.generators.checkpoint import opened_pipeline
from models.generators.diffusion import DiffusersGenerator, Wanted
from models.generators.drawing import Drawing, Step
from models.generators.lora import ADAPTER, LoRA, lay_on, named
from models.generators.measures import Measures, own_size, snapped
from models.generators.options import Options
from models.training.students import Pair
from models.training.students.forms import form_of

LAYERS = (
    r".*blocks?\..*\.(to_q|to_k|to_v|to_out\.0|add_q_proj|add_k_proj|add_v_proj|to_add_out|ff(_context)?\.net\.(0\.proj|2))"
    r"|single_transformer_blocks\.\d+\.proj_(mlp|out)"
)
"""The names of the taught layers, of U-Nets and transformers alike; the second line is FLUX's single blocks."""
BIG = 400_000_000
"""Networks with more numbers than this forget what lies between their blocks and compute it twice: less memory."""


class OwnGenerator(DiffusersGenerator):
    """Draws with the LoRA in the number format of the base, as the saved one is laid on: the same bytes."""

    def _all(self, orders: Sequence[Wanted], measures: Measures, on_step: Step | None) -> list[Drawing]:
        with _rounded(self.pipe):
            return super()._all(orders, measures, on_step)


@contextmanager
def _rounded(pipe: Any) -> Iterator[None]:
    net = getattr(pipe, form_of(pipe).part)
    held = [(one, one.data) for name, one in net.named_parameters() if "lora_" in name]
    for one, exact in held:
        one.data = exact.to(net.dtype)
    try:
        yield
    finally:
        for one, exact in held:
            one.data = exact


class DiffusionStudent:
    """See `models.training.students.Student`. A name with a LoRA (`sd15+path`) goes on from that LoRA.

    The pipeline is a second one, so held generators stay as they are. Base weights have the number format of this
    device's placement (float32 in place of float16, in which small gradients vanish); the LoRA is float32.
    """

    def __init__(self, name: str, rank: int, seed: int) -> None:
        base, earlier = named(name)
        self.name = name
        self.generator = _own(base)
        self.pipe: Any = self.generator.pipe
        self.form = form_of(self.pipe)
        self.net: Any = getattr(self.pipe, self.form.part)
        self.noising = self.form.noising(self.pipe)
        self.most = own_size(self.pipe, self.generator.card)
        self._rows: dict[str, int] = {}
        self._told: list[tuple[Tensor, ...]] = []
        self._begin(rank, seed)
        if earlier is not None:
            self.load(earlier.path)

    def _begin(self, rank: int, seed: int) -> None:
        for part in self.pipe.components.values():
            if isinstance(part, nn.Module):
                part.requires_grad_(False)
        if sum(one.numel() for one in self.net.parameters()) > BIG:
            self.net.enable_gradient_checkpointing()
        torch.manual_seed(seed)
        config = LoraConfig(r=rank, lora_alpha=rank, init_lora_weights="gaussian", target_modules=LAYERS)
        self.net.add_adapter(config, adapter_name=ADAPTER)
        self._wake()

    def _wake(self) -> None:
        """The LoRA, and nothing else, learns, and is float32."""
        for name, one in self.net.named_parameters():
            one.requires_grad_("lora_" in name)
            if "lora_" in name:
                one.data = one.data.float()

    @property
    def size(self) -> int:
        return sum(one.numel() for one in self.parameters())

    def parameters(self) -> list[nn.Parameter]:
        return [one for one in self.net.parameters() if one.requires_grad]

    def encoded(self, pairs: list[Pair]) -> tuple[Tensor, ...]:
        """Latents (N, C, H, W) in float32 and the row of each caption (N), both on the CPU.

        The pictures are taken as large as the largest of them is, at most as large as the checkpoint draws by itself.
        What the text encoders make of a caption is kept here, once for each caption, row 0 for the empty one; so rows
        are those of this student alone.
        """
        if any(pair.image is None for pair in pairs):
            raise ModelError("A diffusion pipeline learns from pictures; this set has rows without. Draw them first.")
        self._row("")
        rows = torch.tensor([self._row(pair.caption) for pair in pairs])
        return torch.stack(self._latents(pairs)), rows

    @torch.no_grad()
    def _row(self, caption: str) -> int:
        if caption not in self._rows:
            self._rows[caption] = len(self._told)
            self._told.append(tuple(one.to("cpu", self.net.dtype) for one in self.form.told(caption)))
        return self._rows[caption]

    def told(self, rows: Tensor) -> tuple[Tensor, ...]:
        """What the text encoders made of the captions of these rows, on the network's device."""
        parts = zip(*(self._told[row] for row in rows.tolist()), strict=True)
        return tuple(torch.cat(part).to(self.net.device) for part in parts)

    @torch.no_grad()
    def _latents(self, pairs: list[Pair]) -> list[Tensor]:
        """Each picture as the autoencoder, in float32, gives it with the dice of its place, shifted and scaled."""
        vae, found = self.pipe.vae, []
        held, shift = vae.dtype, getattr(vae.config, "shift_factor", None) or 0.0
        vae.to(dtype=torch.float32)
        side = snapped(self.pipe, min(self.most, max(max(pair.image.size) for pair in pairs if pair.image)))
        for i, pair in enumerate(pairs):
            pixels = self.pipe.image_processor.preprocess(pair.image, height=side, width=side)
            spread = vae.encode(pixels.to(vae.device)).latent_dist
            noise = torch.randn(spread.mean.shape, generator=torch.Generator().manual_seed(i))
            latent = spread.mean.cpu() + spread.std.cpu() * noise
            found.append((latent[0] - shift) * vae.config.scaling_factor)
        vae.to(dtype=held)
        return found

    def loss(self, rows: tuple[Tensor, ...], seed: int) -> Tensor:
        """The mean squared error of the answer; captions are hidden as often as the form says, so that guidance works on."""
        clean, captions = rows
        dice = torch.Generator().manual_seed(seed)
        times = self.noising.times(len(clean), dice)
        noise = torch.randn(clean.shape, generator=dice)
        hidden = torch.rand(len(clean), generator=dice) < self.form.dropped
        noisy, target = self.noising.noisy(clean, noise, times), self.noising.target(clean, noise, times)
        found = self.answer(noisy, times, captions.masked_fill(hidden, 0))
        return F.mse_loss(found.float(), target.to(found.device))

    def answer(self, noisy: Tensor, times: Tensor, captions: Tensor) -> Tensor:
        """The network's answer to latents (N, C, H, W) at these times (N), told the captions of these rows (N)."""
        found: Tensor = self.form.answer(
            noisy.to(self.net.device, self.net.dtype), times.to(self.net.device), self.told(captions)
        )
        return found

    @contextmanager
    def plain(self) -> Iterator[None]:
        self.net.disable_adapters()
        try:
            yield
        finally:
            self.net.enable_adapters()

    def save(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        weights = {
            name: one.contiguous() for name, one in get_peft_model_state_dict(self.net, adapter_name=ADAPTER).items()
        }
        self.pipe.save_lora_weights(folder, **{f"{self.form.part}_lora_layers": weights}, safe_serialization=True)
        return folder

    def load(self, folder: Path) -> None:
        self.net.delete_adapters(ADAPTER)
        lora = LoRA(folder)
        lay_on(self.pipe, lora, self.form.part)
        self._wake()
        exact = {name.removeprefix(f"{self.form.part}."): one for name, one in load_file(lora.file).items()}
        set_peft_model_state_dict(self.net, exact, adapter_name=ADAPTER)  # laid on, it was rounded to the base's format


def _own(name: str) -> OwnGenerator:
    """A generator of this name with a pipeline of its own, whole on this process's device."""
    card, placement = replace(card_of(name), name=name), devices.placement()
    if placement.dtype == "float16":
        reason = f"{placement.device} in float32: float16 loses small gradients."
        placement = replace(placement, dtype="float32", reason=reason)
    found = OwnGenerator(card, opened_pipeline(card, placement.torch_dtype), placement)
    found.options = Options()
    if found.memory.eased:
        raise ModelError(found.memory.sentence("The model, to be taught,"))
    return found


def opened(name: str, rank: int, seed: int) -> DiffusionStudent:
    """The student of that name; raises `ModelMissing`, `ModelDamaged` or `ModelError` with what to do."""
    return DiffusionStudent(name, rank, seed)
