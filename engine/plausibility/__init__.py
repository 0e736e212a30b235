"""How likely a scene is, and why not: layers behind one protocol, and a dial that filters by them.

Typed rules, statistics and the annotators' ratings are here; language models come in from `models.language`.
Try it: `python -m bench.plausible --scenes 20 --accept 0.3`.
"""

from __future__ import annotations

from engine.plausibility.dial import Dial, Filtered, Receipt, Rejection, filtered, opinions_of
from engine.plausibility.entropy import Hit, Left, bits, entropy_left, worst_hit
from engine.plausibility.opinion import Layer, Opinion, Reason, joined
from engine.plausibility.ranks import Ranks
from engine.plausibility.ratings import RatingsLayer, fit, read_ratings
from engine.plausibility.rules import RulesLayer
from engine.plausibility.statement import statement, statements
from engine.plausibility.statistics import StatisticsLayer

__all__ = [
    "Dial",
    "Filtered",
    "Hit",
    "Layer",
    "Left",
    "Opinion",
    "Ranks",
    "RatingsLayer",
    "Reason",
    "Receipt",
    "Rejection",
    "RulesLayer",
    "StatisticsLayer",
    "bits",
    "entropy_left",
    "filtered",
    "fit",
    "joined",
    "opinions_of",
    "read_ratings",
    "statement",
    "statements",
    "worst_hit",
]
