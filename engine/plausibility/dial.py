"""The dial between plausible and imaginative: an acceptance rate, met by comparing scenes with a reference sample.

`filtered(draw, Dial(0.1), layers, taxonomy, seed=1)` gives the best tenth of what `draw` draws, and a receipt.
Try it: `python -m bench.plausible --scenes 200 --accept 0.3`.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.errors import ConstraintError, show
from engine.graph import SceneGraph
from engine.plausibility.entropy import Hit, Left, entropy_left, worst_hit
from engine.plausibility.opinion import Layer, Opinion, Reason, joined
from engine.taxonomy import Taxonomy

Draw = Callable[[random.Random], SceneGraph]
STRATUM = 40  # scenes of the reference sample that a gate needs at least
REFERENCE = 400  # scenes that the dial is calibrated on
PATIENCE = 60  # tries per scene, as a multiple of what one expects
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Dial:
    """`accept` is the share of drawn scenes that is kept: 0.1 the most plausible tenth, 1 everything.

    Raises `ConstraintError` for anything that is not above 0 and at most 1.
    """

    accept: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.accept <= 1:
            raise ConstraintError(
                f"An acceptance rate is above 0 and at most 1, got {show(self.accept)}. Choose for example 0.3."
            )


@dataclass(frozen=True, slots=True)
class Gate:
    """Scores above `limit` pass; those equal to it, of which rough layers give many, pass with probability `even`."""

    limit: float
    even: float

    def passes(self, score: float, rng: random.Random) -> bool:
        """Whether a scene is kept."""
        return score > self.limit or (score == self.limit and rng.random() < self.even)


def gate(dial: Dial, scores: Sequence[float]) -> Gate:
    """The gate that lets the dial's share of a reference sample through, exactly; raises `ConstraintError` for no scores."""
    if not scores:
        raise ConstraintError("The dial needs a sample of scenes to compare with, and got none. Draw some.")
    ranked = sorted(scores)
    wanted = dial.accept * len(ranked)
    limit = ranked[max(0, min(len(ranked) - 1, int(len(ranked) - wanted)))]
    above = len(ranked) - bisect_right(ranked, limit)
    equal = len(ranked) - above - bisect_left(ranked, limit)
    return Gate(limit, min(1.0, max(0.0, (wanted - above) / equal)))


@dataclass(frozen=True, slots=True)
class Gates:
    """A gate for each range of numbers of relations, `bounds` being where the next begins.

    Relations are where scenes go wrong: one gate for all would keep the scenes without any, and the shapes asked for
    would not be the shapes given.
    """

    bounds: tuple[int, ...]
    gates: tuple[Gate, ...]

    @classmethod
    def over(cls, dial: Dial, scored: Sequence[tuple[int, float]]) -> Gates:
        """From (number of relations, score) pairs; neighbouring numbers share a gate until it has 40 scenes."""
        found: list[list[float]] = [[]]
        bounds: list[int] = []
        last = 0
        for links, score in sorted(scored):
            if len(found[-1]) >= STRATUM and links > last:
                found.append([])
                bounds.append(links)
            found[-1].append(score)
            last = links
        if len(found) > 1 and len(found[-1]) < STRATUM:
            tail = found.pop()
            found[-1] += tail
            bounds.pop()
        return cls(tuple(bounds), tuple(gate(dial, scores) for scores in found))

    def passes(self, graph: SceneGraph, score: float, rng: random.Random) -> bool:
        """Whether a scene is kept."""
        return self.gates[bisect_right(self.bounds, len(graph.relations))].passes(score, rng)


@dataclass(frozen=True, slots=True)
class Rejection:
    """One sort of reason why scenes were rejected: how often, by which layer, and the first that was met."""

    layer: str
    sort: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What filtering did: how many scenes were drawn and kept, why others were not, what is left of the vocabulary.

    `by_layer` counts a rejected scene for the layer that thought the least of it.
    """

    drawn: int
    kept: int
    by_layer: dict[str, int]
    reasons: tuple[Rejection, ...]
    entropy: dict[str, Left]
    worst_hit: tuple[Hit, ...]

    def lines(self) -> Iterator[str]:
        """The receipt as a person reads it."""
        share = self.kept / self.drawn if self.drawn else 1.0
        yield f"{self.kept} of {self.drawn} scenes kept ({share:.0%})"
        yield from (f"  {count} rejected by {layer}" for layer, count in self.by_layer.items())
        yield from (f"  {r.count} x {r.sort} ({r.layer}), such as: {r.example}" for r in self.reasons)
        for part, left in self.entropy.items():
            yield f"  {part}: {left.after:.2f} of {left.before:.2f} bits left ({left.share:.0%})"
        yield from (f"  fewer: {hit.kind}, {hit.before:.1%} -> {hit.after:.1%}" for hit in self.worst_hit)


@dataclass
class Filtered:
    """An iterator over kept scenes; `receipt()` says what has been done so far."""

    draw: Draw
    dial: Dial
    layers: Sequence[Layer]
    taxonomy: Taxonomy
    seed: int
    gates: Gates
    drawn: int = 0
    place: int = 0
    kept: list[SceneGraph] = field(default_factory=list)
    unfiltered: list[SceneGraph] = field(default_factory=list)
    blamed: Counter[str] = field(default_factory=Counter)
    sorts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[SceneGraph]:
        return self

    def __next__(self) -> SceneGraph:
        graph = self.scene(self.place)
        self.place += 1
        return graph

    def scene(self, index: int) -> SceneGraph:
        """Scene `index`, which depends on it and the seed alone; raises `ConstraintError` when none passes in time."""
        most = int(PATIENCE / self.dial.accept) + 1
        for attempt in range(most):
            rng = random.Random(f"scenewright/plausible/{self.seed}/{index}/{attempt}")
            graph = self.draw(rng)
            opinions = opinions_of(graph, self.layers, self.taxonomy)
            passed = self.gates.passes(graph, _score(opinions), rng)
            self._note(graph, opinions, passed=passed, first=attempt == 0)
            if passed:
                return graph
        raise ConstraintError(
            f"No scene in {most} was among the most plausible {self.dial.accept:.0%} of the reference sample. "
            "Accept a larger share, or calibrate the dial on scenes drawn with the same constraints."
        )

    def _note(self, graph: SceneGraph, opinions: dict[str, Opinion], *, passed: bool, first: bool) -> None:
        self.drawn += 1
        if first:
            self.unfiltered.append(graph)
        if passed:
            self.kept.append(graph)
            return
        known = {name: opinion.score for name, opinion in opinions.items() if opinion.score is not None}
        if not known:
            return
        worst = min(known, key=lambda name: known[name])
        self.blamed[worst] += 1
        for reason in opinions[worst].reasons[:1] or (Reason((), "the score is low", "low score"),):
            key = worst, reason.sort
            self.sorts[key] += 1
            self.examples.setdefault(key, reason.text)

    def receipt(self) -> Receipt:
        """What has been drawn, kept and rejected so far, and what is left of the vocabulary in what was kept."""
        return Receipt(
            drawn=self.drawn,
            kept=len(self.kept),
            by_layer=dict(self.blamed.most_common()),
            reasons=tuple(
                Rejection(layer, sort, count, self.examples[layer, sort])
                for (layer, sort), count in self.sorts.most_common(SHOWN)
            ),
            entropy=entropy_left(self.unfiltered, self.kept),
            worst_hit=worst_hit(self.unfiltered, self.kept, self.taxonomy),
        )


def filtered(
    draw: Draw, dial: Dial, layers: Sequence[Layer], taxonomy: Taxonomy, *, seed: int, reference: int = REFERENCE
) -> Filtered:
    """Scenes of `draw` that the dial accepts, calibrated on `reference` scenes of the same `draw`; an endless iterator.

    Raises `ConstraintError` when there are no layers to judge by or no reference.
    """
    if not layers:
        raise ConstraintError("There is no layer to judge plausibility by. Give at least the typed rules.")
    sample = (draw(random.Random(f"scenewright/reference/{seed}/{i}")) for i in range(reference))
    scored = [(len(graph.relations), _score(opinions_of(graph, layers, taxonomy))) for graph in sample]
    return Filtered(draw, dial, tuple(layers), taxonomy, seed, Gates.over(dial, scored))


def opinions_of(graph: SceneGraph, layers: Sequence[Layer], taxonomy: Taxonomy) -> dict[str, Opinion]:
    """Layer name -> its opinion."""
    return {layer.name: layer.score(graph, taxonomy) for layer in layers}


def _score(opinions: dict[str, Opinion]) -> float:
    """The joined score; a scene of which nobody knows anything stands in the middle."""
    found = joined(opinions)
    return 0.5 if found is None else found
