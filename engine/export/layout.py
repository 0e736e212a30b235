"""Layout: how one format lies on disk, how it is read back, and the command that trains on it.

Try it: `python -c "from engine.export import LAYOUTS; print(*LAYOUTS)"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from engine.export.rows import Selection

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

    `data_files` is the pattern of a split's files, `columns` what a reader gets, `train` a command with `{folder}` and
    `{prompt}`, `script` where that program comes from, `flip` its option that must stay off: mirrored, left is right.
    """

    name: str
    write: Callable[[Selection, Path, Step], None]
    read: Callable[[Path], Iterator[Sample]]
    data_files: str
    columns: str
    train: str
    script: str
    flip: str
