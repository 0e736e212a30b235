"""Machines: a tile for each worker of this machine, with its device, memory, models and what it is doing.

Try it: `python -m pytest tests/pages/test_backends.py -k device`.
"""

from __future__ import annotations

import streamlit as st

from engine.errors import ModelError
from engine.store import Job
from models import machine
from models.standing import Standing, standings
from models.worker import alive
from pages.parts.home import store
from pages.parts.words import ago, plain

NO_GPU = (
    "No GPU can be used here, so models compute on the CPU. The pocket world is made for that: a picture takes a fraction of "
    "a second. A published model takes minutes a picture and all the memory; run it on a machine with a GPU "
    "(`python cli.py serve --generator NAME`) and add that machine under **Servers**."
)


def machines() -> None:
    """One tile a worker, and what it means when none has a GPU."""
    told = {one.device: one for one in standings(store().home)}
    names = machine.devices()
    working = {job.device: job for job in store().jobs(limit=50) if job.status == "running"}
    gpus = any(name.startswith("cuda") for name in names)
    tiles, meaning = (st.container(), None) if gpus or len(names) != 1 else st.columns([1, 2.2], gap="medium")
    grid = tiles.grid(columns="auto", min_column_width=300, gap="small") if meaning is None else tiles
    for name in names:
        with grid.container(border=True, key=f"device-{name.replace(':', '-').replace('#', '-')}"):
            _device(name, told.get(name), working.get(name))
    if not names:
        st.warning("SCENEWRIGHT_WORKERS is 0: nothing works here. Start one with `python cli.py worker`.",
                   icon=":material/power_off:")  # fmt: skip
    if not gpus:
        (meaning or st).info(NO_GPU, icon=":material/developer_board_off:")


def _device(name: str, told: Standing | None, job: Job | None) -> None:
    living = alive(store().home, device=name)
    state = f"works on a {job.kind}" if job else "ready" if living else "no worker"
    colour = "green" if living else "gray"
    st.markdown(f"**{plain(title(name))}** :{colour}-badge[{plain(state)}]")
    try:
        room = machine.room(machine.plain(name))
    except ModelError as error:
        st.caption(plain(str(error)))
        return
    used = room.total - room.free
    share = used / room.total if room.total else 0.0
    st.progress(min(1.0, share), text=f"{used:.1f} of {room.total:.1f} GiB in use, {room.free:.1f} free")
    if told is None:
        st.caption("Its worker has not said anything yet.")
        return
    held = ", ".join("{2} ({0})".format(*one.partition("/")) for one in told.held) or "no model"
    st.caption(f"{plain(told.reason)} It holds {plain(held)} in {told.memory:.1f} GiB ({ago(told.when)}).")


def title(device: str) -> str:
    """A device as people call it."""
    kind, _, number = device.partition(":")
    if kind == "cuda":
        return f"GPU {number or 0}"
    return {"cpu": "CPU", "mps": "Apple GPU"}.get(kind, device.replace("cpu#", "CPU, worker "))
