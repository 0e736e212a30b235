"""Full recall: the exact settings that made a picture, the same picture once more, and a session with these settings.

Try it: `python -m pytest tests/pages/test_inspect.py -k recall`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson
import streamlit as st

from engine.errors import FormatError
from engine.png import Origin, read_png
from engine.store import Picture
from engine.wording import counted
from pages.parts.desk import dumped, loaded, new_session
from pages.parts.home import store, told
from pages.parts.inspecting.component import show
from pages.parts.inspecting.subject import Subject
from pages.parts.inspecting.work import ask, jobs
from pages.parts.models import offered
from pages.parts.people import allowed
from pages.parts.style import with_style
from pages.parts.words import plain

MISSING = "not recorded"
NOT_USED = "not used by this generator"


def recall(subject: Subject) -> None:
    """Show how the chosen picture came about, and what can be done with that."""
    picture = subject.picture
    if picture is None:
        st.caption("There is no picture yet. Render one in Compose, or ask for a grid.")
        return
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        show("facts", key="facts", data={"facts": facts(subject, picture, origin_of(picture))})
    with right:
        _again(subject, picture)
        _compose(subject, picture)
        st.download_button(
            "Settings as JSON", partial(_settings_file, subject, picture), f"picture-{picture.seed}.json",
            "application/json", icon=":material/data_object:", key=f"recall-json:{picture.id}", on_click="ignore",
        )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=200)
def _origin(path: str, _sha256: str) -> Origin | None:
    try:
        with open(path, "rb") as file:
            return read_png(file.read())[1]
    except (OSError, FormatError):
        return None


def origin_of(picture: Picture) -> Origin | None:
    """What the picture's file says about itself; None where it is gone or was made elsewhere."""
    return _origin(str(store().image_path(picture.path, run=picture.run)), picture.sha256)


def facts(subject: Subject, picture: Picture, origin: Origin | None) -> list[tuple[str, str, str]]:
    """(name, value, `code` or nothing) of all that made the picture, in the order a person asks."""
    said, graph = loaded(picture.settings), subject.graph
    about = next((card for card in offered("generator") if card.name == picture.generator), None)
    parts = ", ".join(
        counted(len(found), name)
        for found, name in ((graph.objects, "object"), (graph.attributes, "attribute"), (graph.relations, "relation"))
    )
    scene = ", ".join(f"{kind} {value}" for kind, value in graph.scene_attributes)
    looks = [f"{one.judge} ({one.created[:16].replace('T', ' ')} UTC)" for one in picture.judgements]
    return [
        ("Caption", picture.caption or MISSING, ""),
        ("Graph", f"{parts}{'; ' + scene if scene else ''}", ""),
        ("Graph hash", graph.hash, "code"),
        ("Generator", f"{picture.generator}: {about.summary}" if about else picture.generator, ""),
        ("Seed", str(picture.seed), "code"),
        ("Steps", str(said.get("steps") or NOT_USED), "code"),
        ("Guidance", str(said.get("guidance") or NOT_USED), "code"),
        ("Size", f"{picture.width} x {picture.height} pixels", ""),
        ("Judges", ", ".join(looks) or "none yet", ""),
        ("Taxonomy", _versioned(subject.taxonomy.name, _version(subject, origin)), ""),
        ("Program", origin.program if origin else MISSING, ""),
        ("Made", picture.created[:19].replace("T", " ") + " UTC", ""),
        ("Picture", picture.id, "code"),
        ("SHA-256 of the file", picture.sha256, "code"),
        ("File", "complete" if origin else "gone, changed or made by another program", ""),
    ]


def _version(subject: Subject, origin: Origin | None) -> str:
    """The version of the words when the picture was made, as its file says; else as its session says."""
    if origin is not None and origin.taxonomy_version:
        return origin.taxonomy_version
    return subject.session.taxonomy_version if subject.session is not None else ""


def _versioned(name: str, version: str) -> str:
    return f"{name}, version {version}" if version else name


def _settings_file(subject: Subject, picture: Picture) -> bytes:
    record: dict[str, Any] = {
        "caption": picture.caption, "graph": subject.graph.to_dict(), "generator": picture.generator, "seed": picture.seed,
        "settings": loaded(picture.settings), "sha256": picture.sha256, "taxonomy": subject.taxonomy.name,
    }  # fmt: skip
    return orjson.dumps(record, option=orjson.OPT_INDENT_2)


# --- once more --------------------------------------------------------------------------------------------------------


@told
def again(subject: Subject, picture: str) -> None:
    """Queue the same picture once more."""
    ask(subject, "again", picture=picture)


def _again(subject: Subject, picture: Picture) -> None:
    made = [job for job in jobs(subject, "again") if loaded(job.payload).get("picture") == picture.id]
    st.button("Again", icon=":material/replay:", key="again-picture", on_click=again, args=(subject, picture.id),
              disabled=not allowed("render") or any(job.active for job in made),
              help="Draw it once more with exactly these settings, and compare the bytes.")  # fmt: skip
    if made and made[0].status == "done":
        same = made[0].message.startswith("The same pixels")
        (st.success if same else st.warning)(plain(made[0].message), icon=":material/fingerprint:")
    elif not made:
        st.caption("Draws it once more with exactly these settings and says whether the bytes are the same.")


def _compose(subject: Subject, picture: Picture) -> None:
    clicked = st.button("Open in Compose", icon=":material/draw:", key="recall-compose", disabled=not allowed("edit"),
                        help="A new session with this scene and these settings.")  # fmt: skip
    if clicked:
        settings = with_style(settings_for(picture), subject.line.style)
        id = new_session(subject.graph, taxonomy=subject.taxonomy, seed=picture.seed, settings=dumped(settings))
        st.switch_page("pages/compose.py", query_params={"session": id})


def settings_for(picture: Picture) -> dict[str, Any]:
    """A session's settings that make this picture first; what the generator did not use is left to its defaults."""
    said = loaded(picture.settings)
    kept = {name: said[name] for name in ("steps", "guidance", "size", "judge") if said.get(name) is not None}
    return {"size": picture.width, **kept, "generator": picture.generator, "seed": picture.seed, "pictures": 1}
