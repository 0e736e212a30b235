"""What can be evaluated: the evaluations made here, and any runs put side by side; which of them the address names.

Try it: `python -m pytest tests/pages/test_evaluate.py -k folder`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from engine.disk import from_json
from engine.errors import FormatError, ScenewrightError
from engine.evaluation.order import FILE, Record, read_record
from engine.run import MANIFEST
from engine.store import Job, Run
from engine.wording import counted
from pages.parts.home import store
from pages.parts.words import ago, plain

MOST_RUNS = 8


@dataclass(frozen=True)
class Shown:
    """One evaluation: where it is in the address (`key`), its title, its runs by model, and the record where it has one."""

    key: str
    title: str
    runs: tuple[tuple[str, str], ...]
    record: Record | None = None
    row: tuple[tuple[str, str], ...] = ()

    @property
    def row_of(self) -> dict[str, str]:
        """Model -> id of its run in the store."""
        return dict(self.row)


def known_runs() -> tuple[Run, ...]:
    """The run folders that are still there, newest first."""
    return tuple(run for run in store().runs(limit=1000) if (Path(run.path) / MANIFEST).is_file())


def evaluations() -> list[Shown]:
    """Those made here that have something to show, newest first; one that cannot be read is left out."""
    folder = store().home / "runs"
    known = {run.path: run.id for run in known_runs()}
    found = []
    for file in folder.glob(f"*/{FILE}"):
        try:
            record = read_record(file.parent)
        except ScenewrightError:
            continue
        runs = tuple(
            (name, str((file.parent / name).resolve()))
            for name in record.order.generators
            if (file.parent / name / "judgements.jsonl").is_file()
        )
        rows = tuple((name, known[path]) for name, path in runs if path in known)
        found.append(Shown(record.order.folder, record.order.title, runs, record, rows))
    return sorted(found, key=lambda one: one.record.order.created if one.record else "", reverse=True)


def beside(ids: list[str]) -> Shown:
    """Runs of the store side by side; raises `FormatError` for one that is not there, or for none."""
    known = {run.id: run for run in known_runs()}
    missing = [id for id in ids if id not in known]
    if missing or not ids:
        raise FormatError("One of these runs is not here any more. Choose runs that are in the list.")
    chosen = [known[id] for id in dict.fromkeys(ids)][:MOST_RUNS]
    names = Counter(model_of(run) for run in chosen)
    labels = [model_of(run) if names[model_of(run)] == 1 else run.name for run in chosen]
    repeated = Counter(labels)
    labels = [one if repeated[one] == 1 else f"{one} ({run.id[:4]})" for one, run in zip(labels, chosen, strict=True)]
    pairs = list(zip(labels, chosen, strict=True))
    return Shown(
        ",".join(ids), " beside ".join(labels), tuple((label, run.path) for label, run in pairs), None,
        tuple((label, run.id) for label, run in pairs),
    )  # fmt: skip


def model_of(run: Run) -> str:
    """The generator of a run, as its manifest says; otherwise the name of the run."""
    try:
        data = from_json((Path(run.path) / MANIFEST).read_bytes(), what="The manifest")
    except (ScenewrightError, OSError):
        return run.name
    return str(data.get("generator") or run.name)


def choose(found: list[Shown], job: Job | None) -> Shown | None:
    """The evaluation in the address, or the newest; and the list to choose another from."""
    if runs := st.query_params.get("runs"):
        return beside(runs.split(",")[:MOST_RUNS])
    titles = {one.key: f"{one.title} · {ago(one.record.order.created)}" for one in found if one.record}
    if not titles:
        return None
    wanted = st.query_params.get("evaluation")
    now = wanted if wanted in titles else next(iter(titles))
    if st.session_state.get("evaluation-now") != now:
        st.session_state["evaluation"] = st.session_state["evaluation-now"] = now

    def turn() -> None:
        st.session_state["evaluation-now"] = st.query_params["evaluation"] = st.session_state["evaluation"]

    st.selectbox("Evaluation", list(titles), key="evaluation", on_change=turn, label_visibility="collapsed",
                 format_func=lambda key: titles.get(key, key), width=420)  # fmt: skip
    chosen = next(one for one in found if one.key == now)
    if job is not None and job.active and not chosen.runs:
        return None
    return chosen


def show(key: str) -> None:
    """Bring an evaluation into the address, so that a reload and a link show it."""
    st.query_params.pop("runs", None)
    st.query_params["evaluation"] = key


def refused_note(shown: Shown) -> None:
    """Scenes that a generator could not read, and why."""
    refused = shown.record.refused if shown.record else {}
    for name, scenes in refused.items():
        with st.expander(f"{plain(name)} refused {counted(len(scenes), 'scene')}", icon=":material/block:"):
            for scene, reason in list(scenes.items())[:20]:
                st.caption(f"{plain(scene)}: {plain(reason)}")
