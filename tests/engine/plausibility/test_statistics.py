"""Statistics of habits: what is met together scores above what is not, with reasons.

Run it: `pytest tests/engine/plausibility/test_statistics.py`.
"""

from __future__ import annotations

from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.plausibility import StatisticsLayer
from engine.taxonomy import load

FULL = load("full")


def scene(*names: str, link: str = "", mark: tuple[str, str] | None = None) -> SceneGraph:
    objects = tuple(Object(str(i), name) for i, name in enumerate(names))
    relations = (Relation("0", "1", FULL.relation[link].kind, link),) if link else ()
    return SceneGraph(objects, (Attribute("0", *mark),) if mark else (), relations)


def score(graph: SceneGraph) -> float:
    found = StatisticsLayer().score(graph, FULL).score
    assert found is not None
    return found


def test_things_of_one_place_go_together() -> None:
    assert score(scene("fork", "plate", "table")) == 1.0
    opinion = StatisticsLayer().score(scene("fork", "plate", "giraffe"), FULL)
    assert opinion.score is not None and opinion.score < 0.9
    assert opinion.reasons[0].sort == "out of place" and "giraffe" in opinion.reasons[0].text
    assert opinion.reasons[0].elements == ("o:2",)


def test_who_does_what_with_what() -> None:
    usual, odd = scene("woman", "book", link="reading"), scene("woman", "lamp", link="reading")
    assert score(usual) == 1.0 > score(odd)
    assert [reason.sort for reason in StatisticsLayer().score(odd, FULL).reasons] == ["unusual doing"]


def test_what_things_look_like() -> None:
    assert score(scene("dog", mark=("colour", "brown"))) == 1.0 > score(scene("dog", mark=("colour", "green")))


def test_other_worlds_are_not_known() -> None:
    assert StatisticsLayer().score(SceneGraph((Object("a", "flumph"),)), FULL).score is None
