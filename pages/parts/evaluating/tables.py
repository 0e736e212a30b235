"""By skill and by word: a row for each kind of question or word, a column for each model, "=" where they do not differ.

Try it: `python -m pytest tests/pages/test_evaluate.py -k skill`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from engine.evaluation import ORACLE, Difference, Estimate, ranking
from pages.parts.evaluating.curve import chance, judges_of
from pages.parts.evaluating.seen import Compared, Key, compared, evidence
from pages.parts.evaluating.shelf import Shown
from pages.parts.evaluating.taking import provenance, take

BY = {"skill": "By skill", "kind": "By kind of word", "word": "By word"}
TALLEST = 620


def tables(shown: Shown, key: Key, judge: str) -> None:
    """The switch, the table, what its marks mean, and the table to take away."""
    line = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    view = line.segmented_control("Rows", list(BY), default="skill", format_func=BY.get, required=True, key="ev-rows",
                                  label_visibility="collapsed")  # fmt: skip
    found = compared(key, str(view), judge)
    exact = compared(key, str(view), ORACLE) if ORACLE in judges_of(key) and judge != ORACLE else None
    with line:
        take(str(view), records(found, exact, judge), provenance(shown, evidence(key), judge=judge, rows=str(view)))
    frame = pd.DataFrame(shown_rows(found, exact))
    if frame.empty:
        st.info("Nothing of this sort was asked about these scenes.", icon=":material/info:")
        return
    st.dataframe(
        frame, hide_index=True, key=f"table:{view}", height="content" if len(frame) <= 14 else TALLEST,
        column_config=columns(found, exact), alt=f"Scores {BY[str(view)].lower()} for {', '.join(found.models)}",
    )  # fmt: skip
    st.caption(
        "Points of 100 with 95% intervals over scenes. A question counts only if what it rests on is right too. "
        "**=** means that no difference was shown (paired permutation test, Holm over the whole table); it is no proof that "
        "there is none." + (" Oracle columns are the exact truth, shown only." if exact else "")
    )


def shown_rows(found: Compared, exact: Compared | None) -> list[dict[str, Any]]:
    """The rows as people read them."""
    rows = []
    for row in found.rows:
        ones = {model: found.of(row, model) for model in found.models}
        cells: dict[str, Any] = {"": label(row)}
        for model, one in ones.items():
            cells[model] = figure(one)
            if exact is not None:
                cells[f"{model} oracle"] = points(exact.of(row, model))
        if len(found.models) > 1:
            cells["Verdict"] = verdict(row, found)
            cells["Difference"] = best_gap(row, found)
        cells["Scenes"] = max((one.graphs for one in ones.values() if one), default=0)
        rows.append(cells)
    return rows


def columns(found: Compared, exact: Compared | None) -> dict[str, Any]:
    """How wide, and what for."""
    config: dict[str, Any] = {"": st.column_config.TextColumn(width="medium", pinned=True)}
    if exact is not None:
        config |= {
            f"{model} oracle": st.column_config.NumberColumn(format="%.1f", help="The exact truth; shown only.")
            for model in found.models
        }
    config["Verdict"] = st.column_config.TextColumn(help="Best first; = where neighbours do not differ significantly.")
    config["Difference"] = st.column_config.TextColumn(
        help="First model minus second (of three or more, best minus next), paired over scenes, with the 95% interval and "
        "Holm's p. The download has every pair."
    )
    return config


def label(row: str) -> str:
    """Sub-rows are set in."""
    head, colon, rest = row.partition(": ")
    return f"   {rest} ({head})" if colon else head.capitalize()


def figure(one: Estimate | None) -> str:
    """`92.1 (88.0–95.3)`."""
    return "–" if one is None else f"{100 * one.mean:.1f} ({100 * one.low:.0f}–{100 * one.high:.0f})"


def points(one: Estimate | None) -> float | None:
    """A score from 0 to 1 in points of 100, to a tenth; None stays None."""
    return None if one is None else round(100 * one.mean, 1)


def gaps(row: str, found: Compared) -> list[Difference]:
    """The differences between models in this row of a table."""
    return [gap for gap in found.differences if gap.row == row]


def verdict(row: str, found: Compared) -> str:
    """`=` between two that do not differ, otherwise who is ahead."""
    said = ranking(row, found.estimates, found.differences)
    return "=" if len(found.models) == 2 and ">" not in said else said


def best_gap(row: str, found: Compared) -> str:
    """`+4.2 (+1.0 to +7.4), p = 0.012`: the first model minus the second, of three or more the best minus the next."""
    here = [one.model for one in sorted(found.estimates, key=lambda one: -one.mean) if one.row == row]
    pair = found.models if len(found.models) == 2 else tuple(here[:2])
    for gap in gaps(row, found):
        if {gap.a, gap.b} == set(pair):
            sign = 1 if gap.a == pair[0] else -1
            low, high = sorted((100 * sign * gap.low, 100 * sign * gap.high))
            return f"{100 * sign * gap.difference:+.1f} ({low:+.1f} to {high:+.1f}), {chance(gap.adjusted)}"
    return "–"


def records(found: Compared, exact: Compared | None, judge: str) -> list[dict[str, Any]]:
    """The table for machines: estimates, then differences, told apart by `what`."""
    rows = [{"what": "estimate", "judge": judge, **one.to_dict()} for one in found.estimates]
    if exact is not None:
        rows += [{"what": "estimate", "judge": ORACLE, **one.to_dict()} for one in exact.estimates]
    rows += [{"what": "difference", "judge": judge, **gap.to_dict()} for gap in found.differences]
    return rows
