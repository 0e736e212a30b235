"""Care is never less careful than the captions and the questions themselves, and seldom more.

Run it: `pytest tests/engine/corpus/test_care.py`.
"""

from __future__ import annotations

from collections import Counter

from engine.caption import awkward as collides
from engine.corpus.care import Care
from engine.questions.awkward import awkward as coincides
from engine.sampler import Constraints, Plan, draft, scene_rng
from engine.taxonomy import load


def test_whatever_is_awkward_is_described_in_the_ordinary_way() -> None:
    full, found = load("full"), Counter[str]()
    constraints = Constraints(complexity=(4, 9), mode="imaginative", scene_attributes=(0, 3))
    plan, care = Plan(constraints, full), Care(full)
    for index in range(2500):
        rng = scene_rng(17, index)
        drawn = draft(constraints, full, rng, plan.structure(index, rng))
        graph = drawn.graph()
        if collides(graph, full):
            assert care.collides(drawn)
        if coincides(graph, full, shaped=True):
            assert care.coincides(drawn)
        found["captions"] += care.collides(drawn)
        found["questions"] += care.coincides(drawn)
    assert 0 < found["captions"] < 0.1 * 2500 and 0 < found["questions"] < 0.1 * 2500
