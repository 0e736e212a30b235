"""Evidence and tables for the page, kept in memory until a run folder changes, so that every switch answers at once.

Try it: `python -m pytest tests/pages/test_evaluate.py -k fast`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from engine.evaluation import (
    Cells,
    Difference,
    Estimate,
    Evidence,
    Failure,
    by_complexity,
    by_skill,
    by_word,
    differences,
    estimates,
    gather,
    mine,
    overall,
)
from engine.run import JUDGEMENTS, MANIFEST, PICTURES, SCENES

Key = tuple[tuple[str, str, str], ...]
"""(model, folder, a stamp of its files) of each run."""
VIEWS: Mapping[str, Callable[..., Cells]] = {
    "curve": by_complexity,
    "all": overall,
    "skill": by_skill,
    "kind": by_word,
    "word": lambda evidence, *, judge: by_word(evidence, judge=judge, single=True),
}
WITH_FIGURE = ("curve", "all")


@dataclass(frozen=True)
class Compared:
    """A table of estimates with the differences between its models."""

    rows: tuple[str, ...]
    models: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    differences: tuple[Difference, ...]

    def of(self, row: str, model: str) -> Estimate | None:
        """One cell."""
        return next((one for one in self.estimates if one.row == row and one.model == model), None)


def key_of(runs: tuple[tuple[str, str], ...]) -> Key:
    """What the caches go by: another picture or another word of a judge makes another key."""
    return tuple((model, folder, _stamp(Path(folder))) for model, folder in runs)


def _stamp(folder: Path) -> str:
    found = []
    for name in (MANIFEST, SCENES, PICTURES, JUDGEMENTS):
        try:
            about = (folder / name).stat()
            found.append(f"{about.st_mtime_ns}:{about.st_size}")
        except OSError:
            found.append("-")
    return "/".join(found)


@st.cache_resource(show_spinner="Reading what the judges saw…", max_entries=6)
def evidence(key: Key) -> Evidence:
    """All looks at these runs; raises `FormatError` for what cannot be read."""
    return gather({model: folder for model, folder, _ in key})


@st.cache_data(show_spinner="Comparing…", max_entries=120)
def compared(key: Key, view: str, judge: str, figure: str = "gated") -> Compared:
    """A table of one judge: `view` is curve, all, skill, kind or word; `figure` counts for the first two."""
    more: dict[str, Any] = {"figure": figure} if view in WITH_FIGURE else {}
    cells = VIEWS[view](evidence(key), judge=judge, **more)
    return Compared(cells.rows, cells.models, estimates(cells), differences(cells))


@st.cache_data(show_spinner="Looking for what fails…", max_entries=60)
def failures(key: Key, model: str, judge: str, least: int) -> tuple[Failure, ...]:
    """The patterns that a model fails, the surest first."""
    return mine(evidence(key), model=model, judge=judge, least=least)
