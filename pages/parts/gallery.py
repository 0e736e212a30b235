"""The pictures of a scene: one large with its scores and reason, all in a strip below; the file stays as it was made.

Try it: `python -m pytest tests/pages/test_compose.py`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import streamlit as st
from PIL import Image

from engine.edits import ReplaceGraph
from engine.errors import FormatError, StoreError
from engine.graph import SceneGraph
from engine.png import moves
from engine.scoring import RIGHT, WRONG
from engine.store import Picture
from pages.parts.components import mount
from pages.parts.desk import Desk, edit, knowing, loaded
from pages.parts.home import store, told
from pages.parts.jobs import obstacle_of
from pages.parts.verdict import NONE, Verdict, same_scene
from pages.parts.words import figure, file_name, plain

THUMB = 220
FIGURES = (
    ("mean", "Mean", "Share of yes/no questions answered right."),
    ("half", "Half-and-half", "Mean of the mean and the gated score; the figure the paper reports."),
    ("geometric", "Geometric", "Geometric mean of the soft answers: one clear miss pulls it down."),
    ("soft", "Soft", "Mean of P(yes) / (P(yes) + P(no)), or its complement where no is right."),
    ("open", "Open", "Share of open questions answered with the right word."),
)
GATED = "Gated score: the share of yes/no questions answered right, where a question only counts if what it rests on holds (DSG)."
ORACLE = "The exact truth about this picture, gated, read from what the generator put into it. Shown only; nothing selects by it."


@st.cache_data(show_spinner=False, max_entries=400)
def thumb(path: str, side: int = THUMB) -> str:
    """A small JPEG of an image file as a data address; empty where the file is gone or no picture."""
    try:
        with Image.open(path) as picture:
            small = picture.convert("RGB")
            small.thumbnail((side, side))
    except (OSError, ValueError):
        return ""
    file = BytesIO()
    small.save(file, "JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()


def ordered(pictures: Sequence[Picture]) -> list[Picture]:
    """The newest job first, its pictures by seed."""
    first: dict[str | None, str] = {}
    for picture in pictures:
        first.setdefault(picture.job, picture.created)
    return sorted(sorted(pictures, key=lambda p: p.seed), key=lambda p: first[p.job], reverse=True)


def chosen(desk: Desk, pictures: Sequence[Picture]) -> Picture | None:
    """The picture that was picked, otherwise the best of the newest job."""
    picked = st.session_state.get(f"picture:{desk.id}")
    for picture in pictures:
        if picture.id == picked:
            return picture
    newest = [picture for picture in pictures if picture.job == pictures[0].job]
    return max(newest, key=lambda p: p.judgement.score or 0.0 if p.judgement else -1.0, default=None)


def gallery(desk: Desk, pictures: Sequence[Picture], current: Picture | None, verdicts: Mapping[str, Verdict]) -> None:
    """Show the chosen picture with its scores, and the strip of all."""
    if current is None:
        _empty(desk)
        return
    shown = verdicts.get(current.id, NONE)
    _large(desk, current, shown)
    if len(pictures) > 1:
        data = {"pictures": [_frame(desk, p, i) for i, p in enumerate(pictures, 1)], "current": current.id}
        mount("film", key="film", data=data, on_picked=lambda picked: _pick(desk, picked.get("picture")))
    _why(desk, current, shown)


def _pick(desk: Desk, id: object) -> None:
    if isinstance(id, str):
        st.session_state[f"picture:{desk.id}"] = id


def _frame(desk: Desk, picture: Picture, place: int) -> dict[str, Any]:
    score = picture.judgement.score if picture.judgement else None
    status = None if score is None else RIGHT if score > 0.995 else WRONG
    return {
        "id": picture.id, "src": thumb(str(store().image_path(picture.path, run=picture.run))),
        "alt": f"Picture {place} by {picture.generator}, seed {picture.seed}, score {figure(score)}",
        "score": figure(score), "status": status, "note": f"#{picture.seed}", "stale": not same_scene(picture, desk.graph),
    }  # fmt: skip


def _empty(desk: Desk) -> None:
    with st.container(border=True, height=360, vertical_alignment="center", horizontal_alignment="center"):
        st.markdown(":material/imagesmode:", text_alignment="center")
        if (trouble := obstacle_of(desk)) and desk.graph.objects:
            st.markdown("**This scene cannot be drawn here.**", text_alignment="center")
            st.caption(plain(trouble), text_alignment="center")
        elif desk.graph.objects:
            st.markdown("**No pictures of this scene yet.**", text_alignment="center")
            st.caption("Render draws four of them and asks a judge every question about each.", text_alignment="center")
        else:
            st.markdown("**The scene is empty.**", text_alignment="center")
            st.caption("Compose one at the left, or add objects in the table below.", text_alignment="center")


def _large(desk: Desk, picture: Picture, verdict: Verdict) -> None:
    image, side = st.columns([2.7, 1], gap="medium")
    path = store().image_path(picture.path, run=picture.run)
    with image:
        try:
            data = path.read_bytes()
            st.image(  # a video plays only if its bytes are left alone
                data, width="stretch", output_format="PNG" if moves(data) else "auto",
                alt=f"{picture.generator}, seed {picture.seed}: {picture.caption}",
            )  # fmt: skip
        except OSError:
            st.error(
                "The file of this picture is gone. Render it again, with the same seed.", icon=":material/broken_image:"
            )
    with side:
        _scores(picture, verdict)
        _take(desk, picture, path)


def _why(desk: Desk, picture: Picture, verdict: Verdict) -> None:
    """The reason line, or why the answers are not shown."""
    if not same_scene(picture, desk.graph):
        _stale(desk, picture)
    elif verdict.scores is not None:
        good = verdict.scores.gated > 0.995
        icon = ":material/check_circle:" if good else ":material/cancel:"
        st.markdown(f"{icon} {plain(verdict.scores.reason)}")


def _scores(picture: Picture, verdict: Verdict) -> None:
    if verdict.scores is None:
        score = picture.judgement.score if picture.judgement else None
        st.metric("Score", figure(score), help=GATED if score is not None else "No judge has seen this picture yet.")
        return
    st.metric("Score", figure(verdict.scores.gated), help=f"{GATED} Judge: {plain(verdict.judge)}.")
    if verdict.oracle is not None:
        st.caption(f"Oracle {figure(verdict.oracle.gated)}", help=ORACLE)
    with st.popover("More", icon=":material/query_stats:", type="tertiary"):
        for name, label, meaning in FIGURES:
            value = getattr(verdict.scores, name)
            st.markdown(f"**{label} {figure(value)}** · {meaning}")


def _take(desk: Desk, picture: Picture, path: Path) -> None:
    """The original bytes, with graph, caption, seed and answers inside."""
    st.caption(f"{plain(picture.generator)}, seed {picture.seed}")
    settings = loaded(picture.settings)
    if settings.get("steps"):
        st.caption(f"{plain(str(settings['steps']))} steps, guidance {plain(str(settings.get('guidance', '–')))}")
    if st.button("Inspect", icon=":material/frame_inspect:", key=f"inspect:{picture.id}", type="tertiary",
                 help="Correct answers, compare, ask other judges, see every setting."):  # fmt: skip
        st.switch_page("pages/inspect_scene.py", query_params={"session": desk.id, "picture": picture.id})
    st.download_button(
        "PNG", path.read_bytes if path.is_file() else b"", file_name(desk.session.name, f"-{picture.seed}.png"), "image/png",
        icon=":material/download:", key=f"png:{picture.id}", on_click="ignore", disabled=not path.is_file(),
        help="The picture as it was made, with graph, caption, seed and answers inside; drop it here to open it again.",
    )  # fmt: skip


def _stale(desk: Desk, picture: Picture) -> None:
    @told
    def back() -> None:
        graph = loaded(picture.graph)
        if not graph:
            raise FormatError("The graph of this picture cannot be read. Choose another picture.")
        before = SceneGraph.from_dict(graph)
        edit(knowing(desk, before), ReplaceGraph(before))

    line = st.container(horizontal=True, vertical_alignment="center")
    line.caption("Drawn from an earlier version of this scene, so its answers are not shown on the graph.")
    line.button("Go back to that scene", icon=":material/history:", key="back", on_click=back)


def cover(path: str | None) -> str:
    """The thumbnail of a session for the list; empty where it has none."""
    if path is None:
        return ""
    try:
        return thumb(str(store().image_path(path)), 420)
    except StoreError:
        return ""
