"""Checkpoints: a folder as diffusers saves it becomes a pipeline, or is refused with the reason.

Nothing is fetched, unpickled or run from the folder. Try it: `python -m pytest tests/tiny/test_diffusion.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.errors import ModelDamaged, ModelMissing, show
from models.catalog import Card, absent
from models.catalog.known import Kind, kind_of

INDEX = "model_index.json"
CHECKED = ("unet", "transformer", "prior", "decoder", "vae", "shap_e_renderer")
"""Parts whose weights are compared by name with what the network has: diffusers fills gaps with noise and only warns."""

MOTION = "motion_modules"
"""In the names of weights that come from AnimateDiff's motion module."""


def is_checkpoint(name: str) -> bool:
    """True for the path of a folder that diffusers saved a pipeline in."""
    return (Path(name) / INDEX).is_file()


def folder_card(path: str) -> Card:
    """A card for a checkpoint folder that the catalogue does not know; raises `ModelDamaged` for an unreadable index."""
    folder = Path(path).resolve()
    kind = str(_index(folder).get("_class_name"))
    known = kind_of(kind, "generator") or Kind("generator", "diffusers")
    return Card(
        name=path, job="generator", family=known.family, modality=known.modality, licence="see its page", folder=folder,
        summary=f"{kind} in a folder of this machine.", size=0, loads=kind, frames=int(known.modality == "image"),
    )  # fmt: skip


def opened_pipeline(card: Card, dtype: Any, *, kind: Any = None, parts: Mapping[str, Any] | None = None) -> Any:
    """The pipeline in the card's folder, in main memory, its weights of the torch type `dtype`.

    `kind` is the pipeline's class where it is not the one that the folder names, `parts` are further ones that it needs.
    Raises `ModelMissing` where the folder is not here, `ModelDamaged` for what is not a diffusers checkpoint, is cut
    short, lacks weights, holds only pickles, or asks for a program of its own.
    """
    folder = card.place
    if folder is None:
        raise ModelMissing(absent(card))
    index = _index(folder)
    _quiet()
    _check_parts(folder, index)
    pipe = _read(folder, kind or _kind(folder, index), dtype, parts or {})
    for name in CHECKED:
        check_weights(
            folder / name, getattr(pipe, name, None), elsewhere=MOTION if parts and "motion_adapter" in parts else ""
        )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def parts_of(folder: Path) -> frozenset[str]:
    """The names of the parts that a checkpoint has; raises `ModelDamaged` for an unreadable index."""
    return frozenset(name for name, part in _index(folder).items() if isinstance(part, list) and part[0])


def _index(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelDamaged(
            f"{folder} has no {INDEX}, so it is no diffusers checkpoint. Choose another folder."
        ) from error
    except (OSError, ValueError) as error:
        raise ModelDamaged(
            f"The {INDEX} of {folder} cannot be read ({type(error).__name__}). Fetch it again."
        ) from error
    if not isinstance(data, dict):
        raise ModelDamaged(f"The {INDEX} of {folder} is not a table of parts. Fetch the checkpoint again.")
    return data


def _kind(folder: Path, index: dict[str, Any]) -> Any:
    """The pipeline class: of several tasks the one from text to image."""
    import diffusers
    from diffusers.pipelines.auto_pipeline import AUTO_TEXT2IMAGE_PIPELINES_MAPPING, AutoPipelineForText2Image

    name = index.get("_class_name")
    known = getattr(diffusers, name, None) if isinstance(name, str) else None
    if not (isinstance(known, type) and issubclass(known, diffusers.DiffusionPipeline)):
        raise ModelDamaged(
            f"{folder} wants {show(name)}, which this diffusers does not have. Programs in it are not run."
        )
    return known if known in AUTO_TEXT2IMAGE_PIPELINES_MAPPING.values() else _other(known, AutoPipelineForText2Image)


def _other(known: Any, automatic: Any) -> Any:
    """AutoPipeline for a class that has a sister from text to image, else the class itself."""
    from diffusers.pipelines.auto_pipeline import AUTO_TEXT2IMAGE_PIPELINES_MAPPING as TO_IMAGE
    from diffusers.pipelines.auto_pipeline import _get_task_class

    try:
        return _get_task_class(TO_IMAGE, known.__name__)
    except ValueError:
        return known


def _check_parts(folder: Path, index: dict[str, Any]) -> None:
    import diffusers

    for name, part in index.items():
        if not (isinstance(part, list) and len(part) == 2) or part[0] is None:
            continue
        library = str(part[0])
        if library not in {"diffusers", "transformers"} and not hasattr(diffusers.pipelines, library):
            raise ModelDamaged(
                f"The part {show(name)} of {folder} is a program of its own ({show(library)}). It is not run."
            )
        _check_files(folder / name)


def _check_files(part: Path) -> None:
    files = [file.name for file in part.iterdir() if file.is_file()] if part.is_dir() else []
    pickled = [name for name in files if name.endswith((".bin", ".ckpt", ".pt", ".pth", ".pkl"))]
    if pickled and not any(name.endswith(".safetensors") for name in files):
        raise ModelDamaged(
            f"{part} holds its weights as {pickled[0]}, a pickle, which can hold a program. "
            "Fetch a revision with .safetensors files."
        )


def _quiet() -> None:
    """The libraries' bars and warnings off: what matters is checked and said here. transformers first, before the other
    imports it."""
    import transformers.utils.logging

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    import diffusers.utils.logging

    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()


def _read(folder: Path, kind: Any, dtype: Any, parts: Mapping[str, Any]) -> Any:
    from safetensors import SafetensorError

    try:
        return kind.from_pretrained(
            folder, dtype=dtype, use_safetensors=True, local_files_only=True, **_variant(folder), **parts
        )
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RuntimeError,
        ImportError,
        SafetensorError,
    ) as error:
        raise ModelDamaged(
            f"The checkpoint in {folder} cannot be read ({type(error).__name__}: {show(error, limit=160)}). Fetch it again."
        ) from error


def _variant(folder: Path) -> dict[str, str]:
    """`fp16` where a denoiser was only fetched in that form."""
    for name in CHECKED[:3]:
        files = [file.name for file in (folder / name).glob("*.safetensors")]
        if files and all(".fp16" in file for file in files):
            return {"variant": "fp16"}
    return {}


def check_weights(part: Path, net: Any, *, elsewhere: str = "") -> None:
    """Raise `ModelDamaged` where the files lack weights that the network has, but for names with `elsewhere` in them."""
    if net is None or not part.is_dir():
        return
    there = set(_names(part.glob("*.safetensors")))
    lacking = [name for name in net.state_dict() if name not in there and not (elsewhere and elsewhere in name)]
    if lacking and any(".query." in name or ".key." in name for name in there):  # autoencoders saved before 2023
        return
    if lacking:
        raise ModelDamaged(
            f"{part} lacks {len(lacking)} weights, the first {show(lacking[0])}. Fetch the checkpoint again."
        )


def _names(files: Iterable[Path]) -> Iterable[str]:
    from safetensors import safe_open

    for file in files:
        with safe_open(file, framework="pt") as weights:
            yield from weights.keys()
