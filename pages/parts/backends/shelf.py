"""The shelf of servers: other machines by address, what each serves, a test, and a way to add and forget them.

Try it: `python -m pytest tests/pages/test_backends.py -k server`.
"""

from __future__ import annotations

import streamlit as st

from engine.errors import FormatError
from models.catalog.servers import Server, good_address, remove, servers
from pages.parts.backends.work import queue
from pages.parts.home import store, told
from pages.parts.people import allowed, require
from pages.parts.words import ago, plain

ADDRESS = "server-address"


def shelf() -> None:
    """Every server that was added, and the form for one more."""
    mine, found = allowed("manage models"), servers(store().home)
    for i, server in enumerate(found):
        with st.container(border=True, key=f"server-{i}"):
            _server(i, server, mine)
    if not found:
        st.info("No server yet. On the other machine: `python cli.py serve --generator pocket --judge pocket --address 0.0.0.0:8600`, "
                "with SCENEWRIGHT_SERVE_TOKEN set; here: the same token in SCENEWRIGHT_API_KEY, and its address below.",
                icon=":material/dns:")  # fmt: skip
    line = st.container(horizontal=True, vertical_alignment="bottom")
    line.text_input("Address of a server", key=ADDRESS, placeholder="http://gpu-machine:8600/v1", max_chars=200,
                    width=420, disabled=not mine)  # fmt: skip
    line.button("Add and test", icon=":material/add_link:", key="server-add", type="primary", disabled=not mine,
                on_click=_add, help=None if mine else "Only the admin of this app may.")  # fmt: skip


def _server(i: int, server: Server, mine: bool) -> None:
    line = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    line.markdown(f"**{plain(server.url)}**")
    with line.container(horizontal=True, width="content"):
        st.button("Test", icon=":material/network_check:", key=f"server-test-{i}", on_click=_test, args=(server.url,),
                  disabled=not mine)  # fmt: skip
        st.button("Forget", icon=":material/delete:", key=f"server-forget-{i}", on_click=_forget, args=(server.url,),
                  disabled=not mine)  # fmt: skip
    said = f"answered {ago(server.when)}" if server.when else "never answered"
    st.caption(
        f"Draws: {plain(', '.join(server.generators) or 'nothing')}. Judges: {plain(', '.join(server.judges) or 'nothing')}. "
        f"It {said}; its models stand in every list as ADDRESS\\#NAME."
    )


@told
def _add() -> None:
    url = str(st.session_state.get(ADDRESS) or "")
    if not url.strip():
        raise FormatError("Type the address of a server first, like http://gpu-machine:8600/v1.")
    queue("probe", url=good_address(url))


@told
def _test(url: str) -> None:
    queue("probe", url=url)


@told
def _forget(url: str) -> None:
    require("manage models")
    remove(store().home, url)
