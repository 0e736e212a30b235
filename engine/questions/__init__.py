"""Graph to question-answer pairs: existence, attribute, relation, scene attribute and count, yes/no and open.

Every true question has a counterfactual whose right answer is "no" for certain, and parents that must hold first
(DSG, arXiv 2310.18235). Try it: `python cli.py questions scenes.jsonl`.
"""

from __future__ import annotations

from engine.graph import SceneGraph
from engine.questions.asker import Asker
from engine.questions.awkward import attribute_trait, awkward, relation_trait, scene_trait
from engine.questions.question import KINDS, YES_OR_NO, Question, is_yes_no
from engine.taxonomy import Taxonomy

__all__ = [
    "KINDS",
    "YES_OR_NO",
    "Question",
    "attribute_trait",
    "awkward",
    "is_yes_no",
    "questions",
    "relation_trait",
    "scene_trait",
]


def questions(graph: SceneGraph, taxonomy: Taxonomy) -> tuple[Question, ...]:
    """Every question about a graph, true ones first, then their counterfactuals, then the open ones.

    An open question is asked only where it has one answer in every picture of the graph; words that are not counted
    ("water", "scissors") are not counted here either, and what a name says already ("red fox") is not asked again.
    """
    return Asker(graph, taxonomy).all()
