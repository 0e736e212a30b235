"""Layout: how one format lies on disk, how it is read back, and the command that trains on it.

Try it: `python -c "from engine.export import LAYOUTS; print(*LAYOUTS)"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from engine.export.rows import Pair, Selection

Step = Callable[[], None]
"""Called after each picture."""


class Sample(NamedTuple):
    """One picture as a reader of the set gets it; formats without a column for the graph say ""."""

    split: str
    image: bytes
    text: str
    graph_hash: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A format.

    `data_files` is the pattern of a split's files, `columns` what a reader gets, `train` a command with `{folder}`,
    `flip` its option that must stay off (mirrored, left is right), `hub` whether `datasets` loads the folder. `pair`
    are the roles of the two pictures of a row, where it has two; `images` are the columns that readers get pictures in
    and `tables` where the other columns lie (`engine.export.croissant`). `verify` reads back what trainers do not read
    and raises `FormatError` for a fault, `note` tells what the format cannot hold.
    """

    name: str
    write: Callable[[Selection, Path, Step], None]
    read: Callable[[Path], Iterator[Sample]]
    data_files: str
    columns: str
    train: str
    flip: str
    hub: bool
    pair: Pair | None = None
    images: tuple[str, ...] = ("image",)
    tables: str = "{split}/metadata.jsonl"
    verify: Callable[[Path], None] | None = None
    note: str = ""


def diffusers(data: str) -> str:
    """The command of diffusers' LoRA example; `data` are its options that say where the pictures are."""
    return f"""export DIFFUSERS=~/diffusers  # a clone of https://github.com/huggingface/diffusers
accelerate launch $DIFFUSERS/examples/text_to_image/train_text_to_image_lora.py \\
  {data} \\
  --pretrained_model_name_or_path stable-diffusion-v1-5/stable-diffusion-v1-5 --resolution 512 \\
  --train_batch_size 4 --learning_rate 1e-4 --max_train_steps 2000 --seed 0 --output_dir ../lora"""
