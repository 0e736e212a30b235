"""LoRA: small weights laid over a checkpoint's, named together with it as `sd15+path/to/lora@0.8`.

Try it: `python cli.py render scenes.jsonl --generator sd15 --lora runs/lab/lora@0.8 --images 1`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ModelDamaged, ModelError, ModelMissing, show

ADAPTER = "scenewright"
STRONGEST = 4.0
FILES = ("pytorch_lora_weights.safetensors", "adapter_model.safetensors")
"""What diffusers and peft call the file in a folder; any other single .safetensors file is taken too."""


@dataclass(frozen=True, slots=True)
class LoRA:
    """The LoRA in `path` (a folder or a .safetensors file), laid on with `scale` (1: as trained, 0: not at all)."""

    path: Path
    scale: float = 1.0

    @property
    def file(self) -> Path:
        """The weight file; raises `ModelMissing` where there is none and `ModelDamaged` where only a pickle is."""
        if self.path.is_file() and self.path.suffix == ".safetensors":
            return self.path
        found = [self.path / name for name in FILES if (self.path / name).is_file()]
        found = found or (sorted(self.path.glob("*.safetensors")) if self.path.is_dir() else [])
        if len(found) == 1:
            return found[0]
        if not found and self.path.exists():
            raise ModelDamaged(f"{self.path} has no .safetensors file. Other kinds can hold programs and are not read.")
        if found:
            raise ModelError(f"{self.path} holds {len(found)} weight files. Name the one you mean.")
        raise ModelMissing(f"There is no LoRA at {self.path}. Check the path after the plus sign.")


def named(name: str) -> tuple[str, LoRA | None]:
    """`sd15+path@0.8` -> `sd15` and its LoRA; a name without a plus, or that is itself a path, has none.

    Of several plus signs the first counts that a path on this machine follows, else the last. Raises `ModelError`
    for a scale that is no number of -STRONGEST..STRONGEST.
    """
    if "+" not in name or "://" in name or Path(name).exists():
        return name, None
    at = [i for i, letter in enumerate(name) if letter == "+"]
    split = next((i for i in at if _scaled(name[i + 1 :]).path.exists()), at[-1])
    return name[:split], _scaled(name[split + 1 :])


def _scaled(text: str) -> LoRA:
    path, sign, scale = text.rpartition("@")
    if not sign or Path(text).exists():
        return LoRA(Path(text).expanduser())
    try:
        strength = float(scale)
    except ValueError:
        return LoRA(Path(text).expanduser())
    if not abs(strength) <= STRONGEST:  # NaN fails too
        raise ModelError(f"A LoRA cannot be laid on with {show(scale)}. Choose -{STRONGEST:g} to {STRONGEST:g}.")
    return LoRA(Path(path).expanduser(), strength)


def lay_on(pipe: Any, lora: LoRA, denoiser: str) -> str:
    """Lay a LoRA over the pipeline; returns what was done, as one sentence.

    Reads what the lab and diffusers save for a pipeline or for one network (`save_lora_adapter`), peft's folders, and
    what diffusers converts by itself (kohya's names). Raises `ModelError` where no layer of the pipeline has its names
    or shapes (diffusers alone would draw without it and not say so) and `ModelDamaged` where it cannot be read.
    """
    from safetensors import SafetensorError

    file = lora.file
    try:
        names = _names(file)
        _load(pipe, lora, file, names, denoiser)
    except (SafetensorError, json.JSONDecodeError, OSError) as error:
        raise ModelDamaged(
            f"The LoRA {file} cannot be read ({type(error).__name__}). Save or fetch it again."
        ) from error
    except (ValueError, KeyError, RuntimeError, TypeError, AttributeError, IndexError) as error:
        raise ModelError(f"{_not_for(file, pipe)} ({show(error, limit=120)}).") from error
    laid, there = _laid(pipe), sum(_is_half(name) for name in names)
    if not laid:
        raise ModelError(f"{_not_for(file, pipe)}: no layer has its names.")
    _scale(pipe, lora.scale)
    some = f" {there - laid} of its layers fit nowhere." if laid < there else ""
    return f"LoRA {file.parent.name}/{file.name} at {lora.scale:g} on {laid} layers.{some}"


def lay_on_writer(net: Any, lora: LoRA) -> None:
    """Lay a LoRA that transformers saved (`save_pretrained` of a network with an adapter) over such a network.

    Raises `ModelMissing` where there is none and `ModelDamaged` where it cannot be read or fits nowhere.
    """
    from peft import LoraConfig
    from peft.tuners.tuners_utils import BaseTunerLayer
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    folder = lora.file.parent
    try:
        config = LoraConfig(**_metadata(folder / "adapter_config.json"))
        info = net.load_adapter(adapter_name=ADAPTER, peft_config=config, adapter_state_dict=load_file(lora.file))
        if info.unexpected_keys or info.missing_keys:
            raise KeyError("layers")
    except (OSError, ValueError, KeyError, RuntimeError, TypeError, AttributeError, SafetensorError) as error:
        raise ModelDamaged(
            f"The LoRA in {folder} does not fit this model ({type(error).__name__}). Train it again."
        ) from error
    for module in net.modules():
        if isinstance(module, BaseTunerLayer):
            module.set_scale(ADAPTER, lora.scale)


def _load(pipe: Any, lora: LoRA, file: Path, names: Iterable[str], denoiser: str) -> None:
    config = file.parent / "adapter_config.json"
    net: Any = getattr(pipe, denoiser, None)
    where = {"weight_name": file.name, "use_safetensors": True, "local_files_only": True, "adapter_name": ADAPTER}
    if all(name.startswith("base_model.model.") for name in names) and config.is_file():
        from safetensors.torch import load_file

        weights = {name.removeprefix("base_model.model."): value for name, value in load_file(file).items()}
        net.load_lora_adapter(
            weights, prefix=None, adapter_name=ADAPTER, metadata=_metadata(config), local_files_only=True
        )
    elif net is not None and hasattr(net, "load_lora_adapter") and _bare(net, names):
        net.load_lora_adapter(str(file.parent), prefix=None, **where)
    elif hasattr(pipe, "load_lora_weights"):
        pipe.load_lora_weights(str(file.parent), **where)
    else:
        raise ValueError(f"{type(pipe).__name__} takes no LoRA")


def _metadata(config: Path) -> dict[str, Any]:
    kept = ("r", "lora_alpha", "rank_pattern", "alpha_pattern", "target_modules", "use_dora", "use_rslora", "lora_bias")
    data = json.loads(config.read_text(encoding="utf-8"))
    return {name: data[name] for name in kept if data.get(name) is not None}


def _bare(net: Any, names: Iterable[str]) -> bool:
    """True where the names are those of this network's own modules, with nothing in front."""
    modules = {name for name, _ in net.named_modules()}
    return any(name.partition(".lora_")[0] in modules for name in names)


def _names(file: Path) -> list[str]:
    from safetensors import safe_open

    with safe_open(file, framework="pt") as weights:
        return list(weights.keys())


def _is_half(name: str) -> bool:
    """One of each layer's pair."""
    return any(part in name for part in (".lora_A.", ".lora_down.", ".lora.down.", ".lora_linear_layer.down."))


def _parts(pipe: Any) -> list[Any]:
    import torch

    return [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]


def _layers(pipe: Any) -> list[Any]:
    from peft.tuners.tuners_utils import BaseTunerLayer

    return [module for part in _parts(pipe) for module in part.modules() if isinstance(module, BaseTunerLayer)]


def _laid(pipe: Any) -> int:
    return sum(any(ADAPTER in getattr(layer, name) for name in layer.adapter_layer_names) for layer in _layers(pipe))


def _scale(pipe: Any, scale: float) -> None:
    for layer in _layers(pipe):
        layer.set_scale(ADAPTER, scale)


def _not_for(file: Path, pipe: Any) -> str:
    return f"The LoRA {file.parent.name}/{file.name} was not made for {type(pipe).__name__} or for this size of it"
