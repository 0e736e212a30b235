"""Listing: the models of one job as a table, those that can be used now first; one of them can be picked.

Try it: `python -m pytest tests/pages/test_backends.py -k table`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from engine.certificate import find
from models.catalog import Card
from models.catalog.fits import fit
from models.catalog.servers import offered
from models.standing import Speed, standings
from pages.parts.home import store

COLUMNS = ("Model", "State", "Loaded on", "Draws", "s / picture", "Needs", "Fits", "Tokens", "Licence")
TALLEST = 620


def picked(job: str) -> Card | None:
    """The model whose row is picked, as the table was last seen."""
    rows = (st.session_state.get(f"models-{job}") or {}).get("selection", {}).get("rows", [])
    cards = offered(store().home, job)
    return cards[rows[0]] if rows and rows[0] < len(cards) else None


def listing(job: str) -> None:
    """The table."""
    cards = offered(store().home, job)
    frame = pd.DataFrame([row(card, *about(card)) for card in cards])
    st.dataframe(
        frame, hide_index=True, key=f"models-{job}", height=min(TALLEST, 40 + 36 * len(frame)), on_select="rerun",
        selection_mode="single-row", placeholder="", column_config=columns(job), alt=f"Every {job} that this program knows",
    )  # fmt: skip


def about(card: Card) -> tuple[Sequence[str], Mapping[str, Speed]]:
    """The devices that hold a model, and its speeds by device."""
    key = f"{card.job}/{card.name}"
    told = standings(store().home)
    return [one.device for one in told if key in one.held], {o.device: o.speeds[key] for o in told if key in o.speeds}


def row(card: Card, loaded: Sequence[str], speeds: Mapping[str, Speed]) -> dict[str, Any]:
    """One line of the table."""
    fits = fit(card)
    quickest = min((speed.seconds for speed in speeds.values()), default=None)
    row: dict[str, Any] = {
        "Model": card.name, "State": state(card), "Loaded on": ", ".join(loaded) or None, "Draws": card.modality,
        "s / picture": quickest, "Needs": fits.needs, "Fits": {True: "yes", False: "no", None: "not known"}[fits.fits],
        "Tokens": card.tokens or None, "Licence": f"{card.licence}{', gated' if card.gated else ''}",
    }  # fmt: skip
    if card.job == "judge":
        found = find(card.name, store().home)
        word = "never examined" if found is None else "passed" if found.passed else f"failed {len(found.failed)}"
        row = {"Model": row.pop("Model"), "Examined": word, **row}
        row.pop("Draws")
    return row


def state(card: Card) -> str:
    """Where a model is, in a word or two."""
    if card.url is not None:
        return "server"
    return "here" if card.ready else "not trained" if card.ours else "to fetch"


def columns(job: str) -> dict[str, Any]:
    """How the columns are shown."""
    return {
        "s / picture": st.column_config.NumberColumn(format="%.2f", help="In its newest job on this machine."),
        "Needs": st.column_config.NumberColumn("Needs, GiB", format="%.1f", help="Memory for weights and one picture."),
        "Fits": st.column_config.TextColumn(help="Into the memory that is free now."),
        "Tokens": st.column_config.NumberColumn(help="The longest text it reads; empty where there is no limit."),
        "State": st.column_config.TextColumn(help="Whether its weights are on this machine."),
        "Draws": st.column_config.TextColumn("Draws" if job == "generator" else "Sees"),
    }
