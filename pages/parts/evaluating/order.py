"""The form of a new evaluation: scenes, generators, judges, what it will take, and the button that starts it.

Try it: `streamlit run app.py`, then Evaluate.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any

import orjson
import streamlit as st

from engine.errors import FormatError, ScenewrightError
from engine.evaluation.order import MOST_SCENES, Order, Sampled, keep_scenes
from engine.sampler import MODES
from engine.scene import SceneLine, describe
from engine.taxonomy import load as taxonomy
from engine.wording import counted
from models.catalog import cards
from models.tasks.evaluate import GUESS
from pages.parts.evaluating.shelf import MOST_RUNS, evaluations, known_runs, show
from pages.parts.home import say, start_worker, store, told, who
from pages.parts.intake import read_scenes
from pages.parts.people import allowed, require, role
from pages.parts.words import duration, plain

SOURCES = {"sample": "Sampled scenes", "file": "A file of scenes", "runs": "Existing runs"}
SIDES = (256, 512, 768)
WORLD = "pocket"
LARGEST = 16
MOST_IMAGES = 16
FIRST = {"ev-source": "sample", "ev-count": 60, "ev-images": 2}
QUICK = {"count": 30, "complexity": (2, 7), "images": 2, "seed": 1, "size": 256}
"""The ready-made evaluation: with two generators done in about two minutes on two cores."""


def quick() -> None:
    """The button of the ready-made evaluation."""
    names = _ready("generator")[:2]
    order = _sampled("Two minutes", tuple(names), tuple(_ready("judge")[:1]), **QUICK)  # type: ignore[arg-type]
    seconds, measured = taking(order, QUICK["count"])  # type: ignore[arg-type]
    st.button(f"Evaluate {plain(' and '.join(names))} on {QUICK['count']} scenes", key="quick", type="primary",
              icon=":material/bolt:", on_click=start, args=(order,), disabled=not allowed("render"))  # fmt: skip
    st.caption(
        f"{counted(_pictures(order, 30), 'picture')}, about {duration(seconds)}{'' if measured else ' (guessed)'}; seed 1, so it repeats.",
        text_alignment="center",
    )


def form() -> None:
    """Everything that a new evaluation needs, and Start."""
    for name, value in FIRST.items():  # the planner fills these in, so they live in the visit
        st.session_state.setdefault(name, value)
    source = st.segmented_control("Scenes", list(SOURCES), format_func=SOURCES.get, required=True,
                                  key="ev-source", label_visibility="collapsed")  # fmt: skip
    if source == "runs":
        _runs()
        return
    lines: list[SceneLine] = []
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        if source == "sample":
            wanted: dict[str, Any] = _sampling()
            count = wanted["count"]
        else:
            lines = _dropped()
            wanted, count = {}, len(lines)
    with right:
        title = st.text_input("Name", "", key="ev-title", max_chars=60, placeholder="What is it about?")
        generators = st.pills("Generators", _ready("generator"), selection_mode="multi", key="ev-generators",
                              default=_ready("generator")[:2], format_func=plain)  # fmt: skip
        judges = st.pills("Judges", _ready("judge"), selection_mode="multi", key="ev-judges", default=_ready("judge")[:2],
                          format_func=plain, help="Select with one judge and report with another: a judge that chose "
                          "the pictures flatters them.")  # fmt: skip
        a, b = st.columns(2)
        images = int(a.number_input("Pictures of each scene", 1, MOST_IMAGES, key="ev-images"))
        size = b.segmented_control("Size in pixels", SIDES, default=256, key="ev-size", required=True)
        missing = [c.name for c in cards("generator") if c.ours and not c.ready]
        if missing:
            st.caption(f"Not on this machine: {plain(', '.join(missing))}. `make pocket` makes them.")
    _plan_and_start(title, wanted, lines, count, tuple(generators), tuple(judges), images, int(size or 256))


def _plan_and_start(
    title: str, wanted: dict[str, Any], lines: list[SceneLine], count: int, generators: tuple[str, ...],
    judges: tuple[str, ...], images: int, size: int,
) -> None:  # fmt: skip
    trouble = (
        "Choose at least one generator." if not generators
        else "Choose at least one judge." if not judges
        else "Drop a file of scenes first." if not count
        else ""
    )  # fmt: skip
    line = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    if trouble:
        line.caption(trouble)
        line.button("Start", key="ev-start", type="primary", icon=":material/play_arrow:", disabled=True)
        return
    name = title.strip() or f"{' and '.join(generators)}, {counted(count, 'scene')}"
    more = {**wanted, "images": images, "size": size}
    order = _sampled(name, generators, judges, **more) if wanted else _brought(name, generators, judges, images, size)
    seconds, measured = taking(order, count)
    how = "as measured on this machine" if measured else "a guess until something was measured here"
    line.markdown(
        f"**{counted(count, 'scene')}** · **{counted(_pictures(order, count), 'picture')}** · about "
        f"**{duration(seconds)}**, {how}"
    )
    line.button("Start", key="ev-start", type="primary", icon=":material/play_arrow:", on_click=start,
                args=(order, lines), disabled=not allowed("render"),
                help=None if allowed("render") else "Your role here may look, not draw.")  # fmt: skip


def _sampling() -> dict[str, Any]:
    """The fields of scenes that are drawn."""
    a, b = st.columns(2)
    complexity = a.slider("Complexity", 1, LARGEST, (2, 7), key="ev-complexity",
                          help="Objects + attributes + relations. Equally many scenes of each.")  # fmt: skip
    scenery = b.slider("Scene attributes", 0, 4, (0, 2), key="ev-scenery")
    levels = complexity[1] - complexity[0] + 1
    count = int(a.number_input("Scenes", 1, MOST_SCENES, step=levels, key="ev-count",
                               help="The planner below says how many it takes."))  # fmt: skip
    seed = int(
        b.number_input("Seed", 0, 10**9, 1, key="ev-seed", help="The same seed draws the same scenes and pictures.")
    )
    mode = st.segmented_control("Mode", list(MODES), default=MODES[0], key="ev-mode", required=True,
                                format_func=str.capitalize)  # fmt: skip
    st.caption(f"About {count / levels:.0f} scenes of each complexity. Intervals are over scenes, so more scenes narrow "
               "them more than more pictures.")  # fmt: skip
    return {"count": count, "complexity": complexity, "scenery": scenery, "mode": mode or MODES[0], "seed": seed}


def _sampled(
    title: str, generators: tuple[str, ...], judges: tuple[str, ...], *, count: int, complexity: tuple[int, int],
    images: int, seed: int, size: int, scenery: tuple[int, int] = (0, 2), mode: str = MODES[0],
) -> Order:  # fmt: skip
    sample = Sampled(count, complexity, scenery, mode, WORLD)
    return Order(folder_name(title), title, generators, judges, images, seed, size, sample)


def _brought(title: str, generators: tuple[str, ...], judges: tuple[str, ...], images: int, size: int) -> Order:
    return Order(folder_name(title), title, generators, judges, images, 0, size)


def folder_name(title: str) -> str:
    """A name for the folder that no other evaluation has, steady over reruns of one visit until it is used."""
    st.session_state.setdefault("ev-suffix", secrets.token_hex(3))
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48] or "evaluation"
    return f"{stem}-{st.session_state['ev-suffix']}"


# --- scenes from a file -----------------------------------------------------------------------------------------------


def _dropped() -> list[SceneLine]:
    """The scenes of a dropped file that the pocket world can draw, and a word about the others."""
    file = st.file_uploader("Drop a file of scenes", ("jsonl", "json", "csv"), key="ev-file",
                            help="A scenes.jsonl of this program, or any format that Compose reads: the paper's JSON, "
                            "Visual Genome, GQA, DSG, GenEval, TIFA.")  # fmt: skip
    if file is None:
        st.caption("`python cli.py generate --count 200 --complexity 2-8 --out scenes.jsonl` writes one.")
        return []
    try:
        lines, left = brought(file.name, file.getvalue())
    except ScenewrightError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return []
    if lines:
        levels = sorted({line.graph.complexity for line in lines})
        st.caption(f":material/check_circle: {counted(len(lines), 'scene')} of complexity {levels[0]} to {levels[-1]}.")
    if left:
        st.warning(
            plain(f"{counted(sum(left.values()), 'scene is', 'scenes are')} left out. {next(iter(left))}"),
            icon=":material/info:",
        )
    return lines


@st.cache_data(show_spinner="Reading the scenes…", max_entries=4)
def brought(name: str, data: bytes) -> tuple[list[SceneLine], dict[str, int]]:
    """The scenes of a file, said and asked anew, and reason -> how many were left out for it.

    Raises `FormatError` for a file of no known format.
    """
    words, lines, left = taxonomy(WORLD), [], {}
    for i, graph in enumerate(_graphs(name, data)):
        if i >= MOST_SCENES:
            raise FormatError(f"The file holds over {MOST_SCENES:,} scenes. Choose fewer.")
        try:
            words.check(graph)
            lines.append(describe(graph, words, id=f"scene-{i:05d}"))
        except ScenewrightError as error:
            left[str(error)] = left.get(str(error), 0) + 1
    return lines, left


def _graphs(name: str, data: bytes) -> Iterator[Any]:
    return (record.graph for record in read_scenes(name, data, taxonomy(WORLD)))


# --- runs that are there ----------------------------------------------------------------------------------------------


def _runs() -> None:
    """Runs to put side by side; they should be of one set of scenes."""
    known = {run.id: run.name for run in known_runs()}
    if not known:
        st.info("There are no runs yet. Start an evaluation, or render one with `python cli.py render scenes.jsonl --out` "
                "and a folder in the runs of this home.", icon=":material/info:")  # fmt: skip
        return
    chosen = st.multiselect("Runs", list(known), key="ev-runs", format_func=known.get,
                            max_selections=MOST_RUNS, placeholder="Choose two or more of one set of scenes")  # fmt: skip

    @told
    def compare() -> None:
        st.query_params.pop("evaluation", None)
        st.query_params["runs"] = ",".join(chosen)

    st.button("Compare", key="ev-compare", type="primary", icon=":material/compare_arrows:", disabled=not chosen,
              on_click=compare)  # fmt: skip


# --- starting ---------------------------------------------------------------------------------------------------------


@told
def start(order: Order, lines: list[SceneLine] | None = None) -> None:
    """Queue the job, with the scenes of a file written down first."""
    require("render")
    if order.sample is None:
        keep_scenes(order.path(store().home), lines or ())
    start_worker()
    store().enqueue("evaluate", orjson.dumps(order.to_dict()).decode(), owner=who(), role=role())
    st.session_state.pop("ev-suffix", None)
    show(order.folder)
    say("The evaluation is in the queue.", kind="info")


def taking(order: Order, scenes: int) -> tuple[float, bool]:
    """Seconds for all of it, and whether every part was measured on this machine before."""
    speed = speeds()
    steps = [f"draw:{name}" for name in order.generators]
    steps += [f"judge:{name}" for name in order.judges for _ in order.generators]
    each = sum(speed.get(step, GUESS[step.split(":")[0]]) for step in steps)
    return scenes * order.images * each, all(step in speed for step in steps)


def speeds() -> dict[str, float]:
    """Seconds per picture of each step, as the newest evaluations measured them."""
    found: dict[str, float] = {}
    for one in evaluations():
        for step, seconds in (one.record.speed if one.record else {}).items():
            found.setdefault(step, seconds)
    return found


def _pictures(order: Order, scenes: int) -> int:
    return scenes * order.images * len(order.generators)


def _ready(job: str) -> list[str]:
    return [card.name for card in cards(job) if card.ready]
