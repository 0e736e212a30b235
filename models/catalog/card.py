"""The card of a model: what it is for, which loader knows it, where its weights lie, and what it needs and ignores.

Imports no torch, so that pages can list models without loading any. Try it: `python cli.py models`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from models.catalog import disk

Job: TypeAlias = Literal["generator", "judge", "metric"]
Modality: TypeAlias = Literal["image", "video", "3d"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One model: its `job`, its `family` (which loader opens it), limits and where its weights lie.

    `hub` is its id on the model hub at `revision` (None: not known here), `folder` a place on this machine, `url` a
    server that runs it; without any of the three there are no weights. `memory` is in GiB, weights and one picture in
    half precision; `size` in pixels along an edge, `tokens` the longest text it reads, 0 where there is no limit or it
    is not known; `ignores` names what has no effect (`"negative prompt"`, `"guidance"`, `"steps"`). `for_reports` marks
    a judge that no selection, reward or training may ask, so that its verdict stays impartial. `loads` is the class in
    diffusers or transformers that opens it, `adapters` are further hub ids it needs (id, revision), `variant` the name of
    its weight files (`"fp16"`), `parameters` in billions (0: not known), `judge` the judge that a VQAScore asks, `measure`
    which of its family's numbers a metric gives (`models/metrics/`), `price` US dollars a picture (0: not known),
    `caution` what keeps it from loading as it is
    published.
    """

    name: str
    job: Job
    summary: str
    licence: str
    family: str
    modality: Modality = "image"
    hub: str | None = None
    revision: str | None = None
    folder: Path | None = None
    url: str | None = None
    gated: bool = False
    memory: float = 0.0
    size: int = 768
    frames: int = 1
    steps: int = 0
    guidance: float = 0.0
    tokens: int = 0
    ignores: frozenset[str] = frozenset()
    for_reports: bool = False
    loads: str | None = None
    adapters: tuple[tuple[str, str | None], ...] = ()
    variant: str | None = None
    parameters: float = 0.0
    judge: str | None = None
    measure: str = ""
    price: float = 0.0
    caution: str = ""

    @property
    def place(self) -> Path | None:
        """The folder that holds its weights on this machine; None when it is not here or needs none."""
        if self.folder is not None:
            return self.folder if self.folder.is_dir() else None
        return disk.snapshot(self.hub, self.revision) if self.hub else None

    @property
    def ready(self) -> bool:
        """True when nothing has to be fetched or trained first, adapters included."""
        if self.folder is None and self.hub is None:
            return True
        return self.place is not None and all(disk.snapshot(hub, revision) for hub, revision in self.adapters)

    @property
    def sources(self) -> tuple[tuple[str, str | None], ...]:
        """What has to be fetched for it: (hub id, revision), its own first, then its adapters'."""
        return ((self.hub, self.revision), *self.adapters) if self.hub and self.folder is None else self.adapters

    @property
    def ours(self) -> bool:
        """True for the pocket world: weights trained here, or none."""
        return self.licence == OURS


OURS = "this repository"
