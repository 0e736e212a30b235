"""Run folders of the command line in the app: found, listed, and their pictures entered in the store when looked at.

The folder stays as it is; corrections are kept in the store, so only who may correct brings pictures into it: a viewer
sees the same and writes nothing. Try it: `python -m pytest tests/pages/test_inspect.py -k run`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import streamlit as st

from engine.errors import FormatError, show
from engine.run import JUDGEMENTS, MANIFEST, PICTURES, SCENES, image_path
from engine.run_index import RunIndex
from engine.scene import SceneLine
from engine.store import Picture, Store
from engine.store import Run as RunRow
from pages.parts.people import allowed

AT = "at-"
"""Ids of run folders in the home that have no row in the store begin so; the folder's name follows."""


@dataclass(frozen=True)
class RunScene:
    """A run folder open at one of its scenes."""

    id: str
    name: str
    index: RunIndex
    line: SceneLine

    def at(self, scene: str | None) -> RunScene:
        """The same run at another scene; raises `FormatError` for one it does not have."""
        return self if scene is None else replace(self, line=self.index.scene(scene))


def known_runs(store: Store) -> tuple[RunRow, ...]:
    """The runs that the store knows, newest first, and those in its own folder, which it hears of from a curator."""
    rows = store.runs(limit=1000)
    known = {run.path for run in rows}
    new = [folder for folder in sorted((store.home / "runs").iterdir()) if str(folder.resolve()) not in known]
    new = [folder for folder in new if (folder / MANIFEST).is_file()]
    if new and allowed("curate"):
        for folder in new:
            store.index_run(folder)
        rows, new = store.runs(limit=1000), []
    there = (run for run in rows if (Path(run.path) / MANIFEST).is_file())
    return (*(unlisted(folder) for folder in new), *there)


def unlisted(folder: Path) -> RunRow:
    """A run folder without a row, as if it had one."""
    return RunRow(id=AT + folder.name, path=str(folder.resolve()), name=folder.name, created="", manifest="{}")


def open_run(store: Store, id: str) -> RunScene:
    """The run with this id, at its first scene; raises `FormatError` for one that is unknown, moved or empty."""
    row = _row(store, id)
    index = index_of(row.path)
    if not index.scenes:
        raise FormatError(f"The run {show(row.name)} holds no scenes yet. Wait for it, or choose another.")
    return RunScene(row.id, row.name, index, index.scene(next(iter(index.scenes))))


def _row(store: Store, id: str) -> RunRow:
    found = None
    if id.startswith(AT):
        path = str((store.home / "runs" / Path(id.removeprefix(AT)).name).resolve())
        found = next((run for run in known_runs(store) if run.path == path), None)
    else:
        found = next((run for run in store.runs(limit=1000) if run.id == id), None)
    if found is None:
        raise FormatError(f"There is no run {show(id)} here. Choose one from the list, or check the address.")
    return found


def index_of(path: str) -> RunIndex:
    """Where everything lies in a run folder, looked through anew when its files change."""
    stamp = []
    for name in (MANIFEST, SCENES, PICTURES, JUDGEMENTS):
        file = Path(path) / name
        about = file.stat() if file.exists() else None
        stamp.append((about.st_mtime_ns, about.st_size) if about else (0, 0))
    return _index(path, tuple(stamp))


@st.cache_resource(show_spinner="Looking through the run…", max_entries=8)
def _index(path: str, stamp: tuple[tuple[int, int], ...]) -> RunIndex:
    return RunIndex.open(path)


def bring(store: Store, at: RunScene) -> list[Picture]:
    """The pictures of a run's scene as the store keeps them, by seed; entered now if they are new and one may correct."""
    mine = at.index.pictures(at.line.id)
    for picture in mine:
        image_path(at.index.path, picture)
    said = list(at.index.judgements([picture.id for picture in mine]))
    graph = orjson.dumps(at.line.graph.to_dict()).decode()
    found = store.index_scene(at.index.path, mine, graph, said, keep=allowed("correct"))
    return sorted(found, key=lambda picture: picture.seed)
