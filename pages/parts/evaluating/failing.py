"""What each model fails most: sub-graphs with how often, how sure and how much more than usual, and their pictures.

Try it: `python -m pytest tests/pages/test_evaluate.py -k fail`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from engine.evaluation import Evidence, Failure
from engine.evaluation.failures import SHAPES
from engine.wording import counted
from pages.parts.curating.thumbs import thumb_of
from pages.parts.evaluating.seen import Key, evidence, failures
from pages.parts.evaluating.shelf import Shown
from pages.parts.evaluating.taking import provenance, take
from pages.parts.home import store
from pages.parts.words import plain

INSPECT = Path(__file__).resolve().parents[2] / "inspect_scene.py"
SHOWN = 9
LISTED = 60


def failing(shown: Shown, key: Key, judge: str) -> None:
    """The list of one model at the left, the pictures of the chosen pattern at the right."""
    seen = evidence(key)
    models = [model for model in seen.models if (model, judge) in seen.looks]
    line = st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute")
    model = line.segmented_control("Model", models, default=models[0], key=f"ev-model:{'/'.join(models)}", required=True,
                                   format_func=plain, label_visibility="collapsed")  # fmt: skip
    shapes = line.multiselect("Sorts", SHAPES, key="ev-shapes", placeholder="All sorts of sub-graphs", width=380,
                              label_visibility="collapsed")  # fmt: skip
    least = int(line.number_input("Seen in at least so many scenes", 2, 100, 3, key="ev-least", width=240))
    found = [one for one in failures(key, str(model), judge, least) if not shapes or one.shape in shapes]
    with line:
        about = provenance(shown, seen, judge=judge, model=model, least=least, interval="Wilson 95% over scenes")
        take("failures", [one.to_dict() for one in found], about)
    if not found:
        st.success(f"{plain(str(model))} fails nothing that occurs in at least {counted(least, 'scene')}. Lower that number, or take "
                   "more complex scenes.", icon=":material/check_circle:")  # fmt: skip
        return
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        chosen = _list(found[:LISTED], f"{model}:{judge}")
    with right:
        _pictures(shown, seen, chosen)


def _list(found: list[Failure], which: str) -> Failure:
    """The table; the chosen row, or the first."""
    state = st.dataframe(
        pd.DataFrame([row(one) for one in found]), hide_index=True, on_select="rerun", selection_mode="single-row",
        key=f"failures:{which}:{len(found)}", height=min(560, 36 * (len(found) + 1) + 3),
        selection_default={"selection": {"rows": [0]}},
        column_config={
            "Sub-graph": st.column_config.TextColumn(width="medium"),
            "Fails": st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100, width="small"),
            "Lift": st.column_config.NumberColumn(format="%.1f×", help="How much more often than elements of its sort."),
            "95%": st.column_config.TextColumn(help="Wilson's interval, with scenes as the trials."),
            "Scenes": st.column_config.NumberColumn(help="Support: scenes in which it could be got right."),
        },
        alt="Sub-graphs that fail most, the surest first",
    )  # fmt: skip
    st.caption("Surest first: by the low end of the interval. A sub-graph that fails no more than a part of it is left out. "
               "Click a row for its pictures.")  # fmt: skip
    rows = state["selection"]["rows"]
    return found[rows[0] if rows and rows[0] < len(found) else 0]


def row(one: Failure) -> dict[str, Any]:
    """A failure as people read it."""
    return {
        "Sub-graph": one.words, "Sort": one.shape, "Fails": round(100 * one.rate, 1),
        "95%": f"{100 * one.low:.0f}–{100 * one.high:.0f}", "Lift": round(one.lift, 2), "Scenes": one.graphs,
        "Pictures": f"{one.failing} of {one.pictures}",
    }  # fmt: skip


def _pictures(shown: Shown, seen: Evidence, one: Failure) -> None:
    """Pictures in which the pattern failed, each a click from Inspect."""
    st.markdown(f"**{plain(one.words)}** fails in {one.failing} of {counted(one.pictures, 'picture')}")
    folder = str(seen.runs[one.model])
    ids = store().picture_ids(folder)
    grid = st.grid(columns="auto", min_column_width=150, gap="small", key="failing-grid")
    for id in one.shown[:SHOWN]:
        file = seen.files[one.model, id]
        caption, seed = seen.captions[one.model, id]
        with grid.container():
            image = thumb_of(file, folder)
            if image:
                st.image(image, width="stretch", alt=f"{one.model}, seed {seed}: {caption}")
            else:
                st.caption(":material/broken_image: The file is gone.")
            _link(shown, seen, one.model, id, ids.get(file), caption)
    if one.failing > SHOWN:
        st.caption(f"{SHOWN} of {one.failing}; the JSON at the top names {len(one.shown)}.")


def _link(shown: Shown, seen: Evidence, model: str, id: str, picture: str | None, caption: str) -> None:
    """To Inspect, on this picture."""
    run = shown.row_of.get(model)
    if picture is None or run is None or not INSPECT.is_file():
        st.caption(plain(id))
        return
    scene = id.rsplit("-", 1)[0]
    query = {"run": run, "scene": scene, "picture": picture}
    st.page_link("pages/inspect_scene.py", label="Inspect", icon=":material/frame_inspect:", query_params=query,
                 help=plain(caption[:200]))  # fmt: skip
