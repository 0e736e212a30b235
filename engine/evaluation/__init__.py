"""Evaluation: generators side by side over one set of scenes, with intervals, significance and what they fail at.

`gather` reads run folders; curve, skills, failures and planner look at what it found. Try it:
`python cli.py evaluate runs/a runs/b`.
"""

from engine.evaluation.cells import Cells, Estimate
from engine.evaluation.compare import Difference, differences, estimates, holm, ranking
from engine.evaluation.curve import ORACLE, by_complexity, overall
from engine.evaluation.evidence import FIGURES, Evidence, Look, gather
from engine.evaluation.failures import Failure, mine
from engine.evaluation.planner import Plan, Spread, detectable, needed, plans, power, spread
from engine.evaluation.skills import by_skill, by_word

__all__ = [
    "FIGURES",
    "ORACLE",
    "Cells",
    "Difference",
    "Estimate",
    "Evidence",
    "Failure",
    "Look",
    "Plan",
    "Spread",
    "by_complexity",
    "by_skill",
    "by_word",
    "detectable",
    "differences",
    "estimates",
    "gather",
    "holm",
    "mine",
    "needed",
    "overall",
    "plans",
    "power",
    "ranking",
    "spread",
]
