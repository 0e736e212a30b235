"""Run folders of the command line in the app: found, listed, and their pictures entered in the store when looked at.

The folder stays as it is; corrections are kept in the store. Try it: `python -m pytest tests/pages/test_inspect.py -k run`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from engine.errors import FormatError, show
from engine.judgement import Judgement
from engine.run import MANIFEST, Run
from engine.scene import SceneLine
from engine.store import Picture, Store
from engine.store import Run as RunRow

MOST_SCENES = 5000


@dataclass(frozen=True)
class RunScene:
    """A run folder open at one of its scenes."""

    id: str
    name: str
    run: Run
    scenes: Mapping[str, SceneLine]
    line: SceneLine

    def at(self, scene: str | None) -> RunScene:
        """The same run at another scene; raises `FormatError` for one it does not have."""
        if scene is None:
            return self
        if scene not in self.scenes:
            raise FormatError(
                f"There is no scene {show(scene)} in the run {show(self.name)}. Choose one from the list."
            )
        return replace(self, line=self.scenes[scene])


def known_runs(store: Store) -> tuple[RunRow, ...]:
    """The runs that the store knows, and those in its own folder, which it hears of now; newest first."""
    known = {run.path for run in store.runs(limit=1000)}
    for folder in sorted((store.home / "runs").iterdir()):
        if (folder / MANIFEST).is_file() and str(folder.resolve()) not in known:
            store.index_run(folder)
    return tuple(run for run in store.runs(limit=1000) if (Path(run.path) / MANIFEST).is_file())


def open_run(store: Store, id: str) -> RunScene:
    """The run with this id, at its first scene; raises `FormatError` for one that is unknown, moved or empty."""
    row = next((run for run in store.runs(limit=1000) if run.id == id), None)
    if row is None:
        raise FormatError(f"There is no run {show(id)} here. Choose one from the list, or check the address.")
    run = Run.open(row.path)
    scenes = {}
    for scene in run.scenes():
        scenes[scene.id] = scene
        if len(scenes) == MOST_SCENES:
            break
    if not scenes:
        raise FormatError(f"The run {show(row.name)} holds no scenes yet. Wait for it, or choose another.")
    return RunScene(row.id, row.name, run, scenes, next(iter(scenes.values())))


def bring(store: Store, at: RunScene) -> list[Picture]:
    """The pictures of a run's scene as the store keeps them, entered now if they are new, by seed."""
    folder = str(at.run.path.resolve())
    there = {picture.path: picture for picture in store.pictures(run=folder)}
    mine = [picture for picture in at.run.pictures() if picture.scene == at.line.id]
    new = [picture for picture in mine if picture.file not in there]
    if new:
        said = {name: at.run.newest(name) for name in reversed(at.run.judges())}
        for picture in new:
            at.run.image_path(picture)
            id = store.add_picture(
                sha256=picture.sha256, path=picture.file, width=picture.width, height=picture.height,
                generator=picture.generator, caption=picture.caption, graph=_text(at.line.graph.to_dict()),
                seed=picture.seed, settings=_text({**picture.settings, "scene": picture.scene}),
                record=_text(picture.record), run=folder,
            ).id  # fmt: skip
            for newest in said.values():
                if picture.id in newest:
                    _judgement(store, id, newest[picture.id])
        there = {picture.path: picture for picture in store.pictures(run=folder)}
    return sorted((there[picture.file] for picture in mine), key=lambda picture: picture.seed)


def _judgement(store: Store, picture: str, said: Judgement) -> None:
    plain = said.to_dict()
    answers = [{"question": mark.question, "answer": mark.reply.answer} for mark in said.scores.marks]
    scores = _text({"judge": plain["scores"], "oracle": plain["oracle"]})
    store.add_judgement(picture, judge=said.judge, answers=_text(answers), scores=scores, score=said.scores.gated)


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
