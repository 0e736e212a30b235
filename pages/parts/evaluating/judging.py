"""Judges side by side: what each says of each model, how often it agrees with the exact truth, and who ranks how.

Try it: `python -m pytest tests/pages/test_evaluate.py -k judges`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from engine.evaluation import FIGURES, ORACLE, Evidence, Look, ranking
from engine.evaluation.evidence import CODES, NOTHING
from engine.scoring import UNASKED
from pages.parts.evaluating.seen import Key, compared, evidence
from pages.parts.evaluating.shelf import Shown
from pages.parts.evaluating.tables import figure as told_figure
from pages.parts.evaluating.taking import provenance, take
from pages.parts.words import plain

NAMES = {
    "gated": "Gated", "mean": "Mean", "half": "Half-and-half", "geometric": "Geometric", "soft": "Soft", "open": "Open",
}  # fmt: skip


def switches(seen: Evidence) -> tuple[str, str]:
    """Whose answers, and which figure of them."""
    judges = [*seen.judges, *([ORACLE] if any(judge == ORACLE for _, judge in seen.looks) else [])]
    line = st.container(horizontal=True, vertical_alignment="bottom", gap="large")
    judge = line.segmented_control(
        "Judge", judges, default=judges[0], key=f"ev-judge:{'/'.join(judges)}", required=True,
        format_func=lambda name: "oracle (exact truth)" if name == ORACLE else plain(name),
        help="Whose answers the curve, tables and failures rest on. The oracle knows what pocket pictures hold; it is shown "
        "only, nothing is selected or trained by it.",
    )  # fmt: skip
    figure = line.selectbox("Score", FIGURES, key="ev-figure", format_func=NAMES.get, width=220,
                            help="Gated: a question counts only if what it rests on is right (DSG). Half-and-half: the "
                            "figure the paper reports.")  # fmt: skip
    return str(judge), str(figure)


def judging(shown: Shown, key: Key, figure: str) -> None:
    """The table of judges and models."""
    seen = evidence(key)
    rows = rows_of(key, seen, figure)
    st.dataframe(pd.DataFrame([row["shown"] for row in rows]), hide_index=True, alt="Scores by judge and model")
    st.caption("If judges rank the models alike, the ranking does not hang on one of them. Agreement: the share of answers "
               "marked as the exact truth marks them, where both were asked.")  # fmt: skip
    take("judges", [row["plain"] for row in rows], provenance(shown, seen, figure=figure))


def rows_of(key: Key, seen: Evidence, figure: str) -> list[dict[str, Any]]:
    """One row for each judge, the oracle last."""
    judges = [*seen.judges, *([ORACLE] if any(judge == ORACLE for _, judge in seen.looks) else [])]
    found = []
    for judge in judges:
        whole = compared(key, "all", judge, figure)
        shown: dict[str, Any] = {"Judge": "oracle (exact truth)" if judge == ORACLE else judge}
        told: dict[str, Any] = {"judge": judge}
        for model in seen.models:
            one = whole.of("all", model) if model in whole.models else None
            same = agreement(seen.looks.get((model, judge)), seen.looks.get((model, ORACLE)))
            shown[model] = told_figure(one)
            told |= {f"{model}.{name}": getattr(one, name, None) for name in ("mean", "low", "high", "pictures")}
            shown[f"{model}: agrees"] = "–" if same is None or judge == ORACLE else f"{100 * same:.1f}%"
            if judge != ORACLE:
                told[f"{model}.agreement"] = same
        told["ranking"] = shown["Ranking"] = ranking("all", whole.estimates, whole.differences)
        found.append({"shown": shown, "plain": told})
    return found


def agreement(look: Look | None, truth: Look | None) -> float | None:
    """Share of answers that a judge marks as the oracle does, where both were asked; None without any."""
    if look is None or truth is None:
        return None
    exact = dict(zip(truth.pictures, truth.statuses, strict=True))
    same = asked = 0
    for id, codes in zip(look.pictures, look.statuses, strict=True):
        if id in exact:
            both = (codes < NOTHING) & (exact[id] < NOTHING)
            both &= (codes != CODES[UNASKED]) & (exact[id] != CODES[UNASKED])
            same += int(np.sum(codes[both] == exact[id][both]))
            asked += int(both.sum())
    return same / asked if asked else None
