"""Grids: generators by seeds, or one word swapped through the scene, asked for here and filled in as they are drawn.

Try it: `python -m pytest tests/pages/test_inspect.py -k grid`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import streamlit as st

from engine.errors import JobError
from engine.graph import SceneGraph
from engine.scene import describe
from engine.store import Job, Picture
from engine.swap import Word, others, swap, words
from engine.wording import counted
from models.tasks.grid import MOST_ROWS
from pages.parts.desk import loaded
from pages.parts.gallery import thumb
from pages.parts.home import store, told
from pages.parts.inspecting.component import show
from pages.parts.inspecting.subject import Subject, go
from pages.parts.inspecting.work import ask, jobs, notice
from pages.parts.models import offered
from pages.parts.obstacles import obstacle
from pages.parts.people import allowed
from pages.parts.verdict import RIGHT, WRONG
from pages.parts.words import figure, plain

MOST_SEEDS, MOST_PICTURES = 8, 96
GENERATORS, SWAP = "Generators by seeds", "A word swapped"


def grids(subject: Subject) -> None:
    """The two questions one can ask, and the grids that were drawn."""
    if not subject.graph.objects:
        st.caption("The scene is empty, so there is nothing to draw. Compose one first.")
        return
    kind = st.segmented_control("Grid", (GENERATORS, SWAP), default=GENERATORS, required=True, key="grid-kind",
                                label_visibility="collapsed")  # fmt: skip
    with st.container(border=True, key="grid-form"):
        (_ask_generators if kind == GENERATORS else _ask_swap)(subject)
    made = jobs(subject, "grid")
    if not made:
        st.caption("No grid of this scene yet. The pictures appear here one row after the other.")
        return
    names = {job.id: named(job) for job in made}
    chosen = made[0].id
    if len(made) > 1:
        chosen = st.selectbox(
            "Grids of this scene", list(names), format_func=names.__getitem__, key=f"grid:{made[0].id}", width=520
        )
    _show(subject, next(job for job in made if job.id == chosen))


def ready(job: str) -> list[str]:
    """The models of this kind that can be used now."""
    return [card.name for card in offered(job) if card.ready]


def _ask_generators(subject: Subject) -> None:
    names = st.multiselect("Generators", ready("generator"), default=ready("generator")[:3], key="grid-generators")
    count, first, judges = _common()
    _button(subject, names, count, told(ask_generators), (subject, names, count, first, judges))


def _ask_swap(subject: Subject) -> None:
    left, right = st.columns([1, 2])
    options = list(words(subject.graph))
    word = left.selectbox("Swap", options, format_func=lambda one: f"{one.text} ({one.kind or one.sort})",
                          key=f"swap-word:{subject.key}")  # fmt: skip
    offered = others(subject.graph, word, subject.taxonomy)
    new = right.multiselect("for", offered, default=offered[:3], max_selections=MOST_ROWS - 1, accept_new_options=True,
                            key=f"swap-new:{subject.key}:{word}", placeholder="Choose, or type any word")  # fmt: skip
    generator = st.selectbox("Generator", ready("generator"), key="swap-generator", width=300)
    count, first, judges = _common()
    rows = [word.text, *new] if new else []
    _button(subject, rows, count, told(ask_swap), (subject, word, new, generator, count, first, judges))


def _common() -> tuple[int, int, list[str]]:
    """How many seeds, from which on, and who judges."""
    one, two, three = st.columns([1, 1, 2])
    count = one.number_input("Seeds", 1, MOST_SEEDS, 4, key="grid-count")
    first = two.number_input("First seed", 0, 10**9, 1, key="grid-first")
    judges = three.multiselect("Judges", ready("judge"), default=ready("judge")[:1], key="grid-judges")
    return int(count), int(first), judges or ready("judge")[:1]


def _button(subject: Subject, rows: Sequence[str], count: int, act: Any, arguments: tuple[Any, ...]) -> None:
    number = len(rows) * count
    line = st.container(horizontal=True, vertical_alignment="center")
    line.button("Draw the grid", icon=":material/grid_on:", type="primary", key="grid-draw", on_click=act, args=arguments,
                disabled=not 0 < number <= MOST_PICTURES or not allowed("render"))  # fmt: skip
    if number > MOST_PICTURES:
        line.caption(f"{number} pictures are too many at once; at most {MOST_PICTURES}. Choose fewer rows or seeds.")
    else:
        line.caption(counted(number, "picture") if number else "Choose at least one row.")


# --- asking -----------------------------------------------------------------------------------------------------------


def ask_generators(subject: Subject, names: Sequence[str], count: int, first: int, judges: Sequence[str]) -> None:
    """Queue a grid of generators by seeds; raises `JobError` where a generator cannot draw this scene."""
    rows = [
        order(subject, subject.graph, label=name, generator=name, judges=judges, count=count, first=first)
        for name in names
    ]
    ask(
        subject,
        "grid",
        rows=rows,
        title=f"{', '.join(names)} · {counted(count, 'seed')} from {first}",
        apart=subject.session is None,
    )
    notice("The grid is in the queue; its pictures fill in below.")


def ask_swap(
    subject: Subject, word: Word, new: Sequence[str], generator: str, count: int, first: int, judges: Sequence[str]
) -> None:
    """Queue a grid of a swapped word, the scene as it is first; raises what is wrong with a new word, in one sentence."""
    graphs = {word.text: subject.graph, **{text: swap(subject.graph, word, text, subject.taxonomy) for text in new}}
    rows = [
        order(subject, graph, label=text, generator=generator, judges=judges, count=count, first=first)
        for text, graph in graphs.items()
    ]
    title = f"{word.text} → {', '.join(new)} · {generator}, {counted(count, 'seed')} from {first}"
    ask(subject, "grid", rows=rows, title=title, apart=True)
    notice("The grid is in the queue; its pictures fill in below.")


def order(
    subject: Subject, graph: SceneGraph, *, label: str, generator: str, judges: Sequence[str], count: int, first: int
) -> dict[str, Any]:
    """One row of a grid as its job takes it; raises `JobError` where the generator cannot draw the graph."""
    same = graph is subject.graph
    line = subject.line if same else describe(graph, subject.taxonomy, id="", style=subject.line.style)
    about = next(card for card in offered("generator") if card.name == generator)
    if trouble := obstacle(line, generator, about.tokens):
        raise JobError(f"{label}: {trouble}")
    return {
        "label": label, "caption": line.caption, "graph": graph.to_dict(),
        "questions": [question.to_dict() for question in line.questions], "generator": generator,
        "judges": list(judges), "seeds": list(range(first, first + count)), "steps": about.steps or None,
        "guidance": about.guidance or None, "size": 768, "taxonomy": subject.taxonomy.name,
        "taxonomy_version": subject.taxonomy.version,
    }  # fmt: skip


# --- showing ----------------------------------------------------------------------------------------------------------


def named(job: Job) -> str:
    """A grid as one line of a list."""
    return str(loaded(job.payload).get("title") or "Grid")[:120]


def _show(subject: Subject, job: Job) -> None:
    st.caption(plain(f"{named(job)}. {job.message if job.status == 'done' else ''}"))
    data = cells(job, store().pictures(job=job.id), subject.picture.id if subject.picture else "")
    if not data["rows"]:
        st.caption("This grid cannot be read any more. Draw another one.")
        return
    show("grid", key=f"grid-{job.id}", data=data, on_picked=_open)


def _open(picked: dict[str, Any]) -> None:
    if isinstance(picked.get("picture"), str):
        go(picture=picked["picture"])


def cells(job: Job, pictures: Sequence[Picture], current: str) -> dict[str, Any]:
    """Rows and columns as the component takes them; a cell is None until its picture is there."""
    found = {(picture.generator, picture.caption, picture.seed): picture for picture in pictures}
    try:
        rows = [
            (str(row["label"]), [found.get((row["generator"], row["caption"], seed)) for seed in row["seeds"]])
            for row in orjson.loads(job.payload)["rows"]
        ]
        seeds = list(dict.fromkeys(seed for row in orjson.loads(job.payload)["rows"] for seed in row["seeds"]))
    except (KeyError, TypeError, ValueError):
        rows, seeds = [], []
    return {
        "columns": [f"seed {seed}" for seed in seeds], "current": current,
        "rows": [{"label": label, "note": _mean(line), "cells": [_cell(one) for one in line]} for label, line in rows],
        "waiting": "…" if job.active else "not drawn",
    }  # fmt: skip


def _mean(line: Sequence[Picture | None]) -> str:
    scores = [p.judgement.score for p in line if p is not None and p.judgement and p.judgement.score is not None]
    return f"mean {figure(sum(scores) / len(scores))}" if scores else ""


def _cell(picture: Picture | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    score = picture.judgement.score if picture.judgement else None
    return {
        "id": picture.id, "src": thumb(str(store().image_path(picture.path, run=picture.run))), "score": figure(score),
        "alt": f"{picture.caption} By {picture.generator}, seed {picture.seed}, score {figure(score)}",
        "status": None if score is None else RIGHT if score > 0.995 else WRONG,
    }  # fmt: skip
