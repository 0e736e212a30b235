"""What the dial of Compose rests on: the ratings layer fitted, on request, to one project, and kept in the home folder.

The weights are kept as they were fitted, so later ratings change nothing until somebody asks for it again.
Try it: `python -m pytest tests/pages/test_rate.py -k dial`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import streamlit as st

from engine.disk import write_whole
from engine.errors import FormatError
from engine.plausibility import RatingsLayer, RulesLayer, StatisticsLayer
from engine.rating import learned
from engine.store.rating_values import Project
from engine.store.tables import now
from engine.taxonomy import Taxonomy, names
from engine.wording import counted
from pages.parts.desk import world
from pages.parts.notices import say, told
from pages.parts.opening import store
from pages.parts.people import allowed, require, who
from pages.parts.words import ago, plain

FILE = "plausible.json"
ARRAYS = ("mean", "spread", "shift", "scale")


@dataclass(frozen=True, slots=True)
class Rests:
    """The ratings behind the dial: of which project, how many, when and by whom it was fitted."""

    project: str
    name: str
    about: str
    ratings: int
    people: int
    fitted: str
    by: str


def rests() -> Rests | None:
    """What the dial rests on now; None where it rests on no ratings."""
    saved = _saved(*_stamp())
    return None if saved is None else Rests(**saved["rests"])


def ratings_layer(taxonomy: Taxonomy) -> RatingsLayer | None:
    """The fitted layer for these words; None where there is none, or none for them."""
    saved = _saved(*_stamp())
    if saved is None or taxonomy.name not in saved["layers"]:
        return None
    kept = saved["layers"][taxonomy.name]
    arrays = {name: np.array(kept[name], dtype=np.float64) for name in ARRAYS}
    layers = (RulesLayer(), StatisticsLayer())
    return RatingsLayer(taxonomy, noise=float(kept["noise"]), count=int(kept["count"]), layers=layers, **arrays)


def refit(project: Project) -> Rests:
    """Fit the layer to the ratings of a project and let Compose use it; raises `FormatError` where there are none."""
    found = {name: learned(store(), project.id, world(name, ())) for name in names()}
    first = next(iter(found.values()))
    resting = {"project": project.id, "name": project.name, "about": str(first.agreement), "ratings": first.ratings,
               "people": first.people, "fitted": now(), "by": who()}  # fmt: skip
    layers = {name: _kept(one.layer) for name, one in found.items()}
    write_whole(_path(), orjson.dumps({"rests": resting, "layers": layers}))
    return Rests(**resting)


def _kept(layer: RatingsLayer) -> dict[str, Any]:
    arrays = {name: getattr(layer, name).tolist() for name in ARRAYS}
    return {**arrays, "noise": float(layer.noise), "count": int(layer.count)}


def _path() -> Path:
    return store().home / FILE


def _stamp() -> tuple[str, float]:
    path = _path()
    return str(path), path.stat().st_mtime if path.is_file() else 0.0


@st.cache_data(show_spinner=False, max_entries=4)
def _saved(path: str, stamp: float) -> dict[str, Any] | None:
    """The file, if it is one of ours."""
    if not stamp:
        return None
    try:
        saved = orjson.loads(Path(path).read_bytes())
        Rests(**saved["rests"])
        return saved if isinstance(saved["layers"], dict) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


# --- on the page ------------------------------------------------------------------------------------------------------


def refit_panel(project: Project) -> None:
    """What Compose rests on, and the button that makes it these ratings."""
    if project.kind != "scene":
        return
    st.markdown("**Plausibility in Compose**")
    st.caption(f"Now it rests on {resting_words()}.")
    row = st.container(horizontal=True)
    row.button("Refit plausibility with these ratings", icon=":material/model_training:", key="refit", on_click=_refit,
               args=(project,), disabled=not allowed("train"))  # fmt: skip
    if rests() is not None:
        row.button("Rest on no ratings", icon=":material/undo:", key="unfit", type="tertiary", on_click=_forget)


def resting_words() -> str:
    """“120 ratings by 3 people in “Scenes”, fitted an hour ago by Ada”, or that there are none."""
    found = rests()
    if found is None:
        return "rules and statistics alone, on no ratings"
    return (
        f"{counted(found.ratings, 'rating')} by {counted(found.people, 'person', 'people')} in “{plain(found.name)}”, "
        f"fitted {ago(found.fitted)} by {plain(found.by)}; {plain(found.about)}"
    )


@told
def _refit(project: Project) -> None:
    require("train")
    found = refit(project)
    people = counted(found.people, "person", "people")
    say(f"Compose now rests on {counted(found.ratings, 'rating')} by {people}, too.", kind="info")


@told
def _forget() -> None:
    require("train")
    try:
        _path().unlink(missing_ok=True)
    except OSError as error:
        raise FormatError(f"{_path()} cannot be removed ({error.strerror}). Remove it by hand.") from error
