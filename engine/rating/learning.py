"""What a project's ratings teach the plausibility layer, and on what the layer then rests.

Try it: `python cli.py plausibility scenes.jsonl --ratings store:PROJECT`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.agreement import Agreement
from engine.errors import FormatError, ScenewrightError, show
from engine.graph import SceneGraph
from engine.plausibility import RatingsLayer, fit
from engine.rating.agreeing import agreements
from engine.store import Store
from engine.store.rating_values import Project, Rating
from engine.taxonomy import Taxonomy
from engine.wording import counted

PREFIX = "store:"


@dataclass(frozen=True)
class Learned:
    """A layer with what it rests on: a project, its scenes, people, ratings and their agreement."""

    layer: RatingsLayer
    project: Project
    scenes: int
    people: int
    ratings: int
    agreement: Agreement

    def __str__(self) -> str:
        return (
            f"{counted(self.ratings, 'rating')} of {counted(self.scenes, 'scene')} by "
            f"{counted(self.people, 'person', 'people')} in {show(self.project.name)}; "
            f"{self.agreement}"
        )


def rated_graphs(store: Store, project: str) -> list[tuple[SceneGraph, float]]:
    """(graph, rating from 1 to 5) for every plausibility rating of a project whose item has a graph.

    Where an item was adjudicated, the verdict stands in for its ratings. Raises `FormatError` for a project that is
    not about scenes.
    """
    pairs, _ = _gathered(store, store.project(project))
    return pairs


def learned(store: Store, project: str, taxonomy: Taxonomy) -> Learned:
    """The ratings layer fitted to a project; raises `FormatError` where it has no ratings of scenes with graphs."""
    whole = store.project(project)
    pairs, used = _gathered(store, whole)
    if not pairs:
        raise FormatError(
            f"{show(whole.name)} has no ratings of scenes with a graph yet. Rate some of its items first."
        )
    people, items = {one.person for one in used}, {one.item for one in used}
    found = agreements(store.ratings(whole.id), whole.kind)["plausibility"]
    return Learned(fit(pairs, taxonomy), whole, len(items), len(people), len(used), found)


def _gathered(store: Store, project: Project) -> tuple[list[tuple[SceneGraph, float]], list[Rating]]:
    if project.kind != "scene":
        raise FormatError(
            f"{show(project.name)} is about {project.kind}s. Plausibility is learned from ratings of scenes."
        )
    graphs = {
        item.id: _graph(item.content["graph"], item.id)
        for item in store.items(project.id, role="item")
        if item.content.get("graph")
    }
    used = [one for one in _standing(store, project) if one.item in graphs]
    return [(graphs[one.item], float(one.answers["plausibility"])) for one in used], used


def _standing(store: Store, project: Project) -> Iterable[Rating]:
    verdicts = store.verdicts(project.id)
    settled = {verdict.item for verdict in verdicts}
    return [*(one for one in store.ratings(project.id) if one.item not in settled), *verdicts]


def _graph(data: object, item: str) -> SceneGraph:
    try:
        return SceneGraph.from_dict(data)
    except ScenewrightError as error:
        raise FormatError(f"Item {show(item)}: {error}") from error
