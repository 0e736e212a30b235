"""The reel: scenes prepared beforehand, each a PNG that carries its scene and answers, beside it the frames of its forming.

From `stage` in the home folder, else the ones that are shipped; nothing is asked from a worker or the network.
Try it: `python cli.py doctor --stage`.
"""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import streamlit as st
from PIL import Image

from engine.errors import ScenewrightError
from engine.png import Origin, read_png
from engine.store import Judgement
from engine.taxonomy import load
from models.stage_reel import frames_of, reel_files
from pages.parts.home import store
from pages.parts.staging.show import show_of
from pages.parts.verdict import Verdict, verdict

SIDE = 768
FRAME = 256


def reel() -> list[dict[str, Any]]:
    """All shows of the reel in order; files that cannot be read are left out."""
    files = reel_files(store().home)
    shows = (_show(str(file), file.stat().st_mtime_ns) for file in files)
    return [show for show in shows if show is not None]


@st.cache_data(show_spinner="Preparing the reel…", max_entries=120)
def _show(path: str, stamp: int) -> dict[str, Any] | None:
    file = Path(path)
    try:
        image, origin = read_png(file.read_bytes())
        taxonomy = load(origin.taxonomy or "pocket")
        frames = [_address(frame, FRAME) for frame in frames_of(file)]
        return show_of(origin.graph, taxonomy, said(origin), key=file.stem, caption=origin.caption, by=by(origin),
                       final=_address(image, SIDE), frames=frames)  # fmt: skip
    except (OSError, ScenewrightError):
        return None


def by(origin: Origin) -> str:
    """What drew a picture, with its seed."""
    return f"{origin.generator}, seed {origin.seed}"


def said(origin: Origin) -> Verdict:
    """The first judge's answers that a picture carries."""
    for judgement in origin.judgements:
        text = orjson.dumps({"judge": judgement["scores"], "oracle": judgement["oracle"]}).decode()
        kept = Judgement("", "", 1, str(judgement["judge"]), "[]", text, None, "")
        return verdict(kept, origin.questions)
    return Verdict()


def _address(image: Image.Image, side: int) -> str:
    """A picture as the data address of a WebP of at most `side` pixels."""
    shown = image.convert("RGB")
    shown.thumbnail((side, side))
    file = BytesIO()
    shown.save(file, "WEBP", quality=86, method=3)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()
