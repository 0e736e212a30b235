"""Detail: all that is known of one model, what can be done with it, and the certificate of a judge.

Try it: `python -m pytest tests/pages/test_backends.py -k card`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from engine.certificate import Certificate, find, warning
from models.catalog import Card
from models.catalog.fits import fit
from pages.parts.backends.listing import about, state
from pages.parts.backends.work import ask
from pages.parts.home import store
from pages.parts.people import allowed
from pages.parts.words import ago, plain


def detail(card: Card) -> None:
    """The card of a model."""
    with st.container(border=True, key="backend-detail"):
        line = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
        line.markdown(f"#### {plain(card.name)}")
        with line:
            _buttons(card)
        st.markdown(plain(card.summary))
        if card.caution:
            st.warning(plain(card.caution), icon=":material/warning:")
        if card.job == "judge":
            _certificate(card)
        else:
            _speeds(card)
        with st.expander("All that is known", expanded=card.job != "judge"):
            _facts(card)


def _buttons(card: Card) -> None:
    mine, line = allowed("manage models"), st.container(horizontal=True, width="content")
    loaded, _ = about(card)
    why = None if mine else "Only the admin of this app may."
    if not card.ready and card.sources:
        line.button("Fetch", icon=":material/download:", key="fetch", type="primary", disabled=not mine, help=why,
                    on_click=ask, args=("fetch", card))  # fmt: skip
    elif loaded:
        line.button("Send away", icon=":material/eject:", key="unload", disabled=not mine, help=why, on_click=ask,
                    args=("unload", card))  # fmt: skip
    elif card.ready:
        line.button("Load", icon=":material/memory:", key="load", disabled=not mine, help=why, on_click=ask,
                    args=("load", card))  # fmt: skip
    if card.job == "judge" and card.ready:
        line.button("Examine", icon=":material/fact_check:", key="examine", disabled=not allowed("render"),
                    help="Painted pictures with known answers, and ladders: about a minute for a pocket judge.",
                    on_click=ask, args=("examine", card))  # fmt: skip


def _facts(card: Card) -> None:
    rows: dict[str, Any] = {
        "State": state(card), "Memory": fit(card).says, "Licence": card.licence + (", gated: accept it on its page" if card.gated else ""),
        "Hub": card.hub, "Revision": card.revision, "Class": card.loads, "Family": card.family,
        "Pixels": card.size if card.job == "generator" else None, "Frames": card.frames if card.frames > 1 else None,
        "Steps": card.steps or None, "Guidance": card.guidance or None, "Reads tokens": card.tokens or "no limit known",
        "Ignores": ", ".join(sorted(card.ignores)) or None, "For reports alone": "yes" if card.for_reports else None,
        "Get it": f"python cli.py models fetch {card.name}" if card.sources and not card.ready else None,
    }  # fmt: skip
    for name, value in rows.items():
        if value is not None:
            st.caption(f"**{name}** {plain(str(value))}")


def _speeds(card: Card) -> None:
    _, speeds = about(card)
    if not speeds:
        st.caption("It has not drawn here yet, so there is no speed to show. Render with it in Compose.")
        return
    rows = [
        {"Device": device, "s / picture": one.seconds, "Pictures": one.pictures, "Pixels": one.size or None, "When": ago(one.when)}
        for device, one in speeds.items()
    ]  # fmt: skip
    st.caption("As measured in its newest job on each device, loading left out.")
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="speeds", alt="Seconds a picture by device")


def _certificate(card: Card) -> None:
    """What a judge was found to be, test by test, or how to find out."""
    found = find(card.name, store().home)
    doubt = warning(card.name, store().home)
    if found is None:
        st.info("Never examined on this machine. Until it is, every choice by it carries a warning.",
                icon=":material/help:")  # fmt: skip
        return
    (st.success if doubt is None else st.warning)(
        plain(f"Passed all {len(found.tests)} tests." if doubt is None else doubt),
        icon=":material/verified:" if doubt is None else ":material/gavel:",
    )
    st.dataframe(
        pd.DataFrame(_tests(found)), hide_index=True, key="certificate", height=300,
        column_config={"Found": st.column_config.NumberColumn(format="%.3f")}, alt=f"Tests of {card.name}",
    )  # fmt: skip
    ladder = found.report.get("ladder")
    if ladder:
        st.caption("Score of the asked graph by its distance from the drawn one: it has to fall.")
        frame = pd.DataFrame(ladder["rungs"]).rename(columns={"distance": "edits away"})
        st.line_chart(frame, x="edits away", y=["judge", "oracle"], height=180, y_label="soft score")
    st.caption(f"{found.made[:10]}, `{plain(found.command)}`")


def _tests(found: Certificate) -> list[dict[str, Any]]:
    return [
        {
            "Test": test.name,
            "Found": test.figure,
            "Aim": f"{'≥' if test.at_least else '≤'} {test.aim:g}",
            "": "✓" if test.passed else "✗",
        }
        for test in found.tests
    ]
