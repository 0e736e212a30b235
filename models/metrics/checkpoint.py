"""Checkpoints of metrics: a folder as transformers saves it becomes a network, or is refused with the reason.

Nothing is fetched, unpickled or run from the folder. Try it: `python -m pytest tests/tiny/test_metrics.py -k refused`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import ModelDamaged, ModelMissing, show
from models import devices
from models.catalog import Card

PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
Part = TypeVar("Part")


def place_of(card: Card) -> Path:
    """The folder of a metric's weights; raises `ModelMissing` with the command that gets them."""
    if card.place is None:
        raise ModelMissing(
            f"The metric {show(card.name)} is not on this machine. Get it with `python cli.py models fetch {card.name}`."
        )
    return card.place


def network(place: Path, kind: Any) -> Any:
    """A network of the transformers class `kind`, whole, on this process's device and ready to be asked.

    Raises `ModelDamaged` for pickles, for files that cannot be read and for weights that are missing.
    """
    refuse_pickles(place)
    where = devices.placement()
    quiet()
    net, found = read(
        place,
        lambda: kind.from_pretrained(
            place, use_safetensors=True, local_files_only=True, output_loading_info=True, dtype=where.torch_dtype
        ),
    )
    lacking = sorted(found["missing_keys"])
    if lacking:
        raise ModelDamaged(f"{place} lacks {len(lacking)} weights, the first {show(lacking[0])}. Fetch it again.")
    return net.to(where.device).eval()


def read(place: Path, reading: Callable[[], Part]) -> Part:
    """What `reading` gives; raises `ModelDamaged` with the reason where the folder's files do not allow it."""
    from safetensors import SafetensorError

    try:
        return reading()
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
            f"The checkpoint in {place} cannot be read ({type(error).__name__}: {show(error, limit=160)}). Fetch it again."
        ) from error


def eyes(place: Path) -> Any:
    """The image processor of a checkpoint, by Pillow and numpy: the same pixels with and without torchvision."""
    from transformers import AutoImageProcessor

    quiet()
    return read(
        place,
        lambda: AutoImageProcessor.from_pretrained(
            place, local_files_only=True, trust_remote_code=False, backend="pil"
        ),
    )


def refuse_pickles(place: Path) -> None:
    """Raise `ModelDamaged` for a folder whose weights are pickles only."""
    files = [file.name for file in place.iterdir() if file.is_file()]
    pickled = [name for name in files if name.endswith(PICKLES)]
    if pickled and not any(name.endswith(".safetensors") for name in files):
        raise ModelDamaged(
            f"{place} holds its weights as {pickled[0]}, a pickle, which can hold a program. "
            "Fetch a revision with .safetensors files."
        )


def quiet() -> None:
    """The library's bars and warnings off: what matters is checked and said here."""
    import transformers.utils.logging

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
