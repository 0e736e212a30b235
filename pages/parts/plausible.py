"""How plausible a scene is, and why not, as the rules and the statistics see it; nothing where they do not know.

Try it: `python -m pytest tests/pages/test_saying.py -k plausible`.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy
from pages.parts.rating.refit import ratings_layer, resting_words
from pages.parts.words import figure, plain

MOST_REASONS = 6
STEPS = (
    (0.8, "Plausible", ":material/check:"),
    (0.4, "Unusual", ":material/help:"),
    (0.0, "Far-fetched", ":material/bolt:"),
)
"""From this score on, a scene is called so."""


@dataclass(frozen=True)
class View:
    """One word about a scene, with the score behind it and the reasons, the worst first."""

    word: str
    icon: str
    score: float
    layers: tuple[str, ...]
    reasons: tuple[str, ...]


def view(graph: SceneGraph, taxonomy: Taxonomy) -> View | None:
    """What the layers that need no model think; None where none of them knows these words, or none is installed."""
    try:
        from engine.plausibility import Layer, RulesLayer, StatisticsLayer, joined  # its tables are read at first use
    except ImportError:
        return None
    fitted = ratings_layer(taxonomy)
    layers: tuple[Layer, ...] = (RulesLayer(), StatisticsLayer(), *([fitted] if fitted else []))
    opinions = {layer.name: layer.score(graph, taxonomy) for layer in layers}
    score = joined(opinions)
    if score is None or not graph.objects:
        return None
    word, icon = next((word, icon) for limit, word, icon in STEPS if score >= limit)
    reasons = dict.fromkeys(reason.text for opinion in opinions.values() for reason in opinion.reasons)
    known = tuple(name for name, opinion in opinions.items() if opinion.score is not None)
    return View(word, icon, score, known, tuple(reasons))


def plausibility_line(graph: SceneGraph, taxonomy: Taxonomy) -> None:
    """The word, and behind it the reasons."""
    found = view(graph, taxonomy)
    if found is None:
        _unsure(graph, taxonomy)
        return
    with st.popover(found.word, icon=found.icon, type="tertiary", key="plausible"):
        st.markdown(f"**{figure(found.score)}** by {' and '.join(found.layers)}; 1 is what one meets every day.")
        for reason in found.reasons[:MOST_REASONS]:
            st.markdown(f"- {plain(reason[:1].upper() + reason[1:])}")
        if len(found.reasons) > MOST_REASONS:
            st.caption(f"and {len(found.reasons) - MOST_REASONS} more")
        if not found.reasons:
            st.caption("Nothing speaks against it.")
        st.caption(f"It rests on {resting_words()}.")


def _unsure(graph: SceneGraph, taxonomy: Taxonomy) -> None:
    """Where rules and statistics know nothing and the ratings are too few for a score: what they say nevertheless."""
    fitted = ratings_layer(taxonomy)
    if fitted is None or not graph.objects:
        return
    with st.popover("Unsure", icon=":material/help:", type="tertiary", key="plausible"):
        for reason in fitted.score(graph, taxonomy).reasons:
            st.markdown(f"- {plain(reason.text[:1].upper() + reason.text[1:])}")
        st.caption(f"It rests on {resting_words()}.")
