"""The k-curve: score by complexity, one line for each model with its interval, the oracle dashed beside it.

Try it: `python -m pytest tests/pages/test_evaluate.py -k curve`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from engine.evaluation import ORACLE, Estimate
from engine.wording import counted
from pages.parts.evaluating.seen import Compared, Key, compared, evidence
from pages.parts.evaluating.shelf import Shown
from pages.parts.evaluating.taking import provenance, take
from pages.parts.words import plain

HEIGHT = 380
Rows = list[dict[str, Any]]


def headline(key: Key, judge: str, figure: str) -> None:
    """One metric for each model over all scenes, and who is ahead."""
    whole = compared(key, "all", judge, figure)
    exact = compared(key, "all", ORACLE, figure) if ORACLE in judges_of(key) else None
    with st.container(border=True):
        places = st.columns(
            [*(1 for _ in whole.models), max(1.5, 3 - len(whole.models) / 2)], vertical_alignment="center"
        )
    for place, model in zip(places, whole.models, strict=False):
        one = whole.of("all", model)
        if one is None:
            continue
        beside = exact.of("all", model) if exact else None
        with place:
            st.metric(plain(model), f"{100 * one.mean:.1f}", help=f"Mean over {counted(one.graphs, 'scene')}, "
                      f"{counted(one.pictures, 'picture')}, "
                      "in points of 100.")  # fmt: skip
            st.caption(
                f"{100 * one.low:.1f} to {100 * one.high:.1f}"
                + (f" · oracle {100 * beside.mean:.1f}" if beside else "")
            )
    places[-1].markdown("  \n".join(verdicts(whole)) or "One model: add another one to compare.")


def judges_of(key: Key) -> set[str]:
    """Everyone who saw something here, the oracle too."""
    return {judge for _, judge in evidence(key).looks}


def verdicts(whole: Compared) -> Iterable[str]:
    """A sentence for each pair of models: by how much, how sure, or "="."""
    gaps = {frozenset((gap.a, gap.b)): gap for gap in whole.differences if gap.row == "all"}
    for a, b in combinations(whole.models, 2):
        gap = gaps.get(frozenset((a, b)))
        if gap is None:
            continue
        sign = 1 if gap.difference >= 0 else -1
        first, second = (gap.a, gap.b) if sign > 0 else (gap.b, gap.a)
        low, high = sorted((100 * sign * gap.low, 100 * sign * gap.high))
        if gap.equal:
            yield (
                f":material/drag_handle: **{plain(first)} = {plain(second)}**: no significant difference "
                f"({100 * sign * gap.difference:+.1f} points, {low:+.1f} to {high:+.1f}; {chance(gap.adjusted)})."
            )
        else:
            yield (
                f":material/trending_up: **{plain(first)} > {plain(second)}** by {100 * sign * gap.difference:.1f} points "
                f"({low:.1f} to {high:.1f}; {chance(gap.adjusted)})."
            )


def chance(p: float) -> str:
    """A p-value as papers write it."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def curve(shown: Shown, key: Key, judge: str, figure: str) -> None:
    """The chart, and its table to take away."""
    found = compared(key, "curve", judge, figure)
    rows = [point(one, judge) for one in found.estimates]
    if ORACLE in judges_of(key) and judge != ORACLE:
        rows += [point(one, "oracle (exact)") for one in compared(key, "curve", ORACLE, figure).estimates]
    with st.container(border=True):
        st.altair_chart(
            chart(rows, judge), width="stretch", height=HEIGHT, key="k-curve", alt=alternative(found, judge)
        )
        st.caption(
            f"Bands: 95% of 2,000 bootstrap draws over scenes. Solid: what {plain(judge)} saw; dashed: the oracle, the exact "
            "truth of pocket pictures, shown only."
        )
    table = [{**one.to_dict(), "judge": judge} for one in found.estimates]
    if ORACLE in judges_of(key) and judge != ORACLE:
        table += [{**one.to_dict(), "judge": ORACLE} for one in compared(key, "curve", ORACLE, figure).estimates]
    about = provenance(shown, evidence(key), judge=judge, figure=figure, rows="complexity")
    line = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    line.caption("Where models differ, by complexity: " + ranks(found))
    with line:
        take("curve", table, about)


def ranks(found: Compared) -> str:
    """`2-4 =, 5 painter > pocket`, short."""
    from engine.evaluation import ranking

    said = [(row, ranking(row, found.estimates, found.differences)) for row in found.rows]
    different = [f"**{plain(row)}** {plain(text)}" for row, text in said if ">" in text]
    return "; ".join(different) if different else "nowhere significantly, after Holm's correction."


def point(one: Estimate, source: str) -> dict[str, Any]:
    """A row of the chart."""
    return {
        "complexity": int(one.row), "model": one.model, "source": source, "score": 100 * one.mean,
        "low": 100 * one.low, "high": 100 * one.high, "scenes": one.graphs, "pictures": one.pictures,
    }  # fmt: skip


def chart(rows: Rows, judge: str) -> alt.LayerChart:
    """Lines with bands; colours come from the theme."""
    data = pd.DataFrame(rows, columns=["complexity", "model", "source", "score", "low", "high", "scenes", "pictures"])
    models = list(dict.fromkeys(data["model"]))
    base = alt.Chart(data).encode(
        x=alt.X("complexity:O", title="Complexity (objects + attributes + relations)", axis=alt.Axis(labelAngle=0)),
        color=alt.Color(
            "model:N", sort=models, title="Model", legend=alt.Legend(orient="top", symbolOpacity=1, symbolType="circle")
        ),
    )
    seen = base.transform_filter(alt.datum.source == judge)
    score = alt.Y("score:Q", title="Score, points", scale=alt.Scale(zero=False, nice=True, padding=8))
    band = seen.mark_area(opacity=0.16, line=False).encode(y=alt.Y("low:Q", title="Score, points"), y2="high:Q")
    lines = base.mark_line(strokeWidth=2.5).encode(
        y=score,
        strokeDash=alt.StrokeDash(
            "source:N", title="Seen by", sort=[judge, "oracle (exact)"], legend=alt.Legend(orient="top"),
            scale=alt.Scale(domain=[judge, "oracle (exact)"], range=[[1, 0], [4, 4]]),
        ),
    )  # fmt: skip
    dots = seen.mark_point(filled=True, size=70, opacity=1).encode(
        y=score,
        tooltip=[
            alt.Tooltip("model:N", title="Model"), alt.Tooltip("complexity:O", title="Complexity"),
            alt.Tooltip("score:Q", title="Score", format=".1f"), alt.Tooltip("low:Q", title="from", format=".1f"),
            alt.Tooltip("high:Q", title="to", format=".1f"), alt.Tooltip("scenes:Q", title="Scenes"),
            alt.Tooltip("pictures:Q", title="Pictures"),
        ],
    )  # fmt: skip
    return alt.layer(band, lines, dots)


def alternative(found: Compared, judge: str) -> str:
    """The chart in words."""
    parts = []
    for model in found.models:
        said = [one for one in found.estimates if one.model == model]
        if said:
            parts.append(
                f"{model} goes from {100 * said[0].mean:.0f} at complexity {said[0].row} "
                f"to {100 * said[-1].mean:.0f} at {said[-1].row}"
            )
    return f"Score by complexity as {judge} saw it: {'; '.join(parts)}."
