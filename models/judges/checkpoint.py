"""Checkpoints of judges and metrics: a folder as transformers saves it becomes a network with its words, or is refused with the reason.

Nothing is fetched, unpickled or run from the folder. Try it: `python -m pytest tests/tiny/test_judges_checkpoint.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import ModelDamaged, ModelError, ModelMissing, join_or, show
from models import devices
from models.catalog import Card, absent
from models.catalog.config import class_in
from models.generators.memory import is_shortage

UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError)
WORDS = ("tokenizer.json", "vocab.txt", "vocab.json", "spiece.model", "tokenizer.model")
"""Any of these holds a tokenizer."""
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")


def opened_network(card: Card, classes: Sequence[str]) -> Any:
    """The network in the card's folder on this process's device, ready to be asked; it is one of `classes`.

    Raises `ModelMissing` where it is not here, `ModelDamaged` for another class, a pickle, a cut file or missing
    weights, `ModelError` where memory is short.
    """
    folder = place_of(card)
    return network(folder, _class(folder, classes, card.job), card)


def network(folder: Path, kind: Any, card: Card) -> Any:
    """As `opened_network`, of the class `kind` whatever the config names."""
    _check_files(folder)
    quiet()
    net, found = _read(folder, kind)
    if lacking := [*found["missing_keys"], *(row[0] for row in found["mismatched_keys"])]:
        raise ModelDamaged(
            f"{folder} lacks {len(lacking)} weights, the first {show(min(lacking))}. Fetch the checkpoint again."
        )
    return settled(net.eval().requires_grad_(False), card)


def place_of(card: Card) -> Path:
    """The folder of a card; raises `ModelMissing` with the command that gets it."""
    if card.place is None:
        raise ModelMissing(absent(card))
    return card.place


def tokenizer(folder: Path, *, part: str = "") -> Any:
    """The checkpoint's words, in its subfolder `part`; raises `ModelDamaged` without them."""
    from transformers import AutoTokenizer

    if not any((folder / part / name).is_file() for name in WORDS):  # transformers would make an empty one
        raise ModelDamaged(f"{folder / part} holds no tokenizer ({WORDS[0]}). Fetch the checkpoint again, whole.")
    return _part("tokenizer", AutoTokenizer, folder, subfolder=part)


def image_processor(folder: Path) -> Any:
    """What makes pixels into the network's input, by Pillow as on every machine; raises `ModelDamaged` without it."""
    from transformers import AutoImageProcessor

    return _part("image processor", AutoImageProcessor, folder, backend="pil")


def quiet() -> None:
    """The libraries' bars and warnings off: what matters is checked and said here."""
    import transformers.utils.logging

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


def _part(what: str, kind: Any, folder: Path, **more: Any) -> Any:
    quiet()
    try:
        return kind.from_pretrained(folder, local_files_only=True, trust_remote_code=False, **more)
    except UNREADABLE as error:
        raise ModelDamaged(
            f"The {what} in {folder} cannot be read ({type(error).__name__}: {show(error, limit=160)}). "
            "Fetch the checkpoint again, whole."
        ) from error


def _class(folder: Path, classes: Sequence[str], job: str) -> Any:
    import transformers

    named = class_in(folder)
    if named is None or named not in classes:
        raise ModelDamaged(
            f"{folder} holds {show(named or 'no class')}, and this {job} is {join_or(classes)}. Programs that a "
            "checkpoint brings are not run. Choose another folder."
        )
    return getattr(transformers, named)


def _check_files(folder: Path) -> None:
    if any(folder.glob("*.safetensors")):
        return
    pickled = sorted(file.name for file in folder.iterdir() if file.suffix in PICKLES)
    if pickled:
        raise ModelDamaged(
            f"{folder} holds its weights as {pickled[0]}, a pickle, which can hold a program. "
            "Fetch a revision with .safetensors files."
        )
    raise ModelDamaged(f"{folder} holds no weights (.safetensors). Fetch the checkpoint again, whole.")


def _read(folder: Path, kind: Any) -> Any:
    from safetensors import SafetensorError

    try:
        return kind.from_pretrained(
            folder, dtype=devices.placement().torch_dtype, use_safetensors=True, local_files_only=True,
            output_loading_info=True,
        )  # fmt: skip
    except (*UNREADABLE, SafetensorError) as error:
        raise ModelDamaged(
            f"The checkpoint in {folder} cannot be read ({type(error).__name__}: {show(error, limit=160)}). "
            "Fetch it again."
        ) from error


def settled(net: Any, card: Card) -> Any:
    """The network on this process's device; raises `ModelError` where it does not fit."""
    device = devices.placement().device
    try:
        return net.to(device)
    except (RuntimeError, MemoryError) as error:
        if not is_shortage(error):
            raise
    raise ModelError(
        f"The {card.job} {show(card.name)} does not fit into the memory of {device}. Choose a smaller one."
    )
