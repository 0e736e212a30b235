"""Curation: find pictures among many, choose the ones to train on, and see where a student falls behind its teacher.

No choice ever reads the oracle. Try it:
`python -c "from engine.store import open_store; from engine.curation import Filter, find; print(find(open_store(), Filter()))"`.
"""

from engine.curation.facets import Facets, facets
from engine.curation.facts import refresh, take_run
from engine.curation.filter import Card, Filter, Found, cards, find, ids
from engine.curation.gap import Gap, SceneGap, WordGap, gap
from engine.curation.near import Group, near, same_graph
from engine.curation.select import (
    BestOf,
    BestShare,
    Choice,
    DoubleGate,
    Hand,
    Preference,
    RandomControl,
    Rule,
    TeacherStudent,
    Threshold,
    TopShare,
    choose,
    keep,
)
from engine.curation.stamp import stamp

__all__ = [
    "BestOf",
    "BestShare",
    "Card",
    "Choice",
    "DoubleGate",
    "Facets",
    "Filter",
    "Found",
    "Gap",
    "Group",
    "Hand",
    "Preference",
    "RandomControl",
    "Rule",
    "SceneGap",
    "TeacherStudent",
    "Threshold",
    "TopShare",
    "WordGap",
    "cards",
    "choose",
    "facets",
    "find",
    "gap",
    "ids",
    "keep",
    "near",
    "refresh",
    "same_graph",
    "stamp",
    "take_run",
]
