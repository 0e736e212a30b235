"""The planner: how many scenes, and pictures of each, it takes to see a difference, and how long that takes here.

Try it: `python -m pytest tests/pages/test_evaluate.py -k plan`.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd
import streamlit as st

from engine.evaluation import Evidence, Plan, Spread, detectable, plans, power, spread
from engine.evaluation.order import MOST_SCENES
from engine.wording import counted
from models.tasks.evaluate import GUESS
from pages.parts.evaluating.order import speeds
from pages.parts.evaluating.seen import Key, evidence
from pages.parts.evaluating.shelf import Shown
from pages.parts.evaluating.taking import provenance, take
from pages.parts.home import told
from pages.parts.words import duration

CHANCES = {0.8: "80%", 0.9: "90%", 0.95: "95%"}


def planning(shown: Shown, key: Key, judge: str, figure: str) -> None:
    """What to look for, and what that takes."""
    seen = evidence(key)
    left, right = st.columns([1, 1.6], gap="large")
    with left:
        pair = _pair(seen, judge)
        wished = st.slider("Difference to see, in points", 0.5, 30.0, 4.0, 0.5, key="ev-wished")
        chance = st.segmented_control("Chance to see it", list(CHANCES), default=0.8, format_func=CHANCES.get,
                                      required=True, key="ev-chance", help="Power: how often such an evaluation finds a "
                                      "difference that is there.")  # fmt: skip
        family = int(st.number_input("Comparisons at once", 1, 200, 1, key="ev-family",
                                     help="Ten skills of two models are ten comparisons: each has to be surer."))  # fmt: skip
        about = _spread(seen, pair, judge, figure)
    alpha = max(0.0001, 0.05 / family)
    each = _seconds(pair, judge)
    offers = plans(about, wished / 100, power=float(chance or 0.8), alpha=alpha, seconds=each)
    with right:
        _offers(offers, about)
        _here(seen, pair, about, wished / 100, float(chance or 0.8), alpha)
        rows = [plan.to_dict() for plan in offers]
        more = {"difference": wished / 100, "power": chance, "alpha": alpha, "between": about.between,
                "within": about.within, "measured_on_graphs": about.graphs}  # fmt: skip
        take("plan", rows, provenance(shown, seen, judge=judge, figure=figure, models=pair, **more))


def _pair(seen: Evidence, judge: str) -> tuple[str, str] | None:
    """The two models that are compared; none where there is one."""
    models = [model for model in seen.models if (model, judge) in seen.looks]
    pairs = list(combinations(models, 2))
    if len(pairs) > 1:
        return st.selectbox("Models", pairs, key="ev-pair", format_func=" and ".join)
    return pairs[0] if pairs else None


def _spread(seen: Evidence, pair: tuple[str, str] | None, judge: str, figure: str) -> Spread:
    """Measured on this evaluation, or assumed where there is nothing to measure."""
    if pair is None:
        deviation = st.slider("Spread of scores over scenes (assumed)", 0.05, 0.6, 0.3, 0.05, key="ev-deviation")
        st.caption("With two models of one set this is measured instead.")
        return Spread.assumed(deviation)
    about = spread(seen, a=pair[0], b=pair[1], judge=judge, figure=figure)
    if not about.seeds:
        st.caption("Measured on one picture of each scene, so what further pictures would help is not known.")
    return about


def _seconds(pair: tuple[str, str] | None, judge: str) -> float:
    """For one picture, drawn and judged, mean of the two models."""
    known = speeds()
    draw = [known.get(f"draw:{name}", GUESS["draw"]) for name in pair or ("",)]
    return sum(draw) / len(draw) + known.get(f"judge:{judge}", GUESS["judge"])


def _offers(offers: tuple[Plan, ...], about: Spread) -> None:
    best = min(offers, key=lambda plan: (round(plan.pictures, -2), -plan.graphs))  # more scenes say more about others
    a, b, c = st.columns(3)
    a.metric("Scenes", f"{best.graphs:,}")
    b.metric("Pictures of each", f"{best.images}")
    c.metric("Time here", duration(best.seconds or 0))
    rows = [
        {"Pictures of each scene": plan.images, "Scenes": plan.graphs, "Pictures in all": plan.pictures,
         "Time here": duration(plan.seconds or 0)}
        for plan in sorted(offers, key=lambda plan: plan.images)
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Scenes and pictures that each plan takes")
    st.button("Put these numbers into a new evaluation", key="ev-use", icon=":material/input:", on_click=use, args=(best,),
              disabled=best.graphs > MOST_SCENES)  # fmt: skip
    if about.graphs:
        st.caption(f"Spread measured on {counted(about.graphs, 'scene')}: {100 * about.between**0.5:.1f} points between scenes, "
                   f"{100 * about.within**0.5:.1f} between seeds of one scene.")  # fmt: skip


@told
def use(plan: Plan) -> None:
    """Fill the form with a plan, and open it."""
    st.session_state["ev-count"] = plan.graphs
    st.session_state["ev-images"] = min(16, plan.images)
    st.session_state["ev-source"] = "sample"
    st.session_state["ev-open"] = True


def _here(
    seen: Evidence, pair: tuple[str, str] | None, about: Spread, wished: float, chance: float, alpha: float
) -> None:
    """What the evaluation at hand can show."""
    if pair is None:
        return
    looks: list[Any] = [look for (model, _), look in seen.looks.items() if model in pair]
    images = max(
        1, round(sum(len(look.pictures) / max(1, len(set(look.scene.tolist()))) for look in looks) / len(looks))
    )
    least = detectable(about, about.graphs, power=chance, alpha=alpha, images=images)
    now = power(about, wished, about.graphs, alpha=alpha, images=images)
    st.markdown(
        f"The evaluation at hand ({about.graphs} scenes, {counted(images, 'picture')} of each) sees differences from "
        f"**{100 * least:.1f} points** at {100 * chance:.0f}%; one of {100 * wished:.1f} points it sees with a chance of "
        f"**{100 * now:.0f}%**."
    )
