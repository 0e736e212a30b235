"""The dial is an acceptance rate, met per number of relations; receipts add up, and scene i depends on (seed, i) alone.

Run it: `pytest tests/engine/plausibility/test_dial.py`.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ConstraintError
from engine.graph import Object, Relation, SceneGraph
from engine.plausibility import Dial, Opinion, Ranks, Reason, bits, filtered
from engine.plausibility.dial import Gates, gate
from engine.taxonomy import Taxonomy, load

POCKET = load("pocket")
NAMES = [noun.name for noun in POCKET.nouns]
PHRASE = POCKET.relation_words[0]


@dataclass
class Early:
    """A real, if narrow, opinion: words early in the list are likelier, and every relation makes a scene less likely."""

    name: str = "early"
    steps: int = 1000

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        place = max(NAMES.index(item.name) for item in graph.objects)
        value = round((1 - place / len(NAMES)) / (1 + len(graph.relations)) * self.steps) / self.steps
        return Opinion(value, (Reason((f"o:{graph.objects[0].id}",), f"{graph.objects[0].name} is late", "late"),))


@dataclass
class Silent:
    name: str = "silent"

    def score(self, graph: SceneGraph, taxonomy: Taxonomy) -> Opinion:
        return Opinion(None)


def draw(rng: random.Random) -> SceneGraph:
    objects = Object("a", rng.choice(NAMES)), Object("b", rng.choice(NAMES))
    links = (Relation("a", "b", PHRASE.kind, PHRASE.phrase),) if rng.random() < 0.5 else ()
    return SceneGraph(objects, (), links)


@pytest.mark.parametrize("accept", [0.1, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("steps", [1000, 3])
def test_the_dial_is_the_share_that_is_kept(accept: float, steps: int) -> None:
    kept = filtered(draw, Dial(accept), [Early(steps=steps)], POCKET, seed=3, reference=2000)
    scenes = list(islice(kept, 400))
    receipt = kept.receipt()
    assert receipt.kept == 400
    assert receipt.kept / receipt.drawn == pytest.approx(accept, rel=0.15)
    assert sum(receipt.by_layer.values()) == receipt.drawn - receipt.kept
    assert 0.4 < sum(bool(graph.relations) for graph in scenes) / 400 < 0.6  # shapes stay what they were


def test_the_best_are_kept() -> None:
    kept = filtered(draw, Dial(0.2), [Early()], POCKET, seed=5)
    opinions = [Early().score(graph, POCKET).score or 0.0 for graph in islice(kept, 100) if not graph.relations]
    others = [Early().score(draw(random.Random(i)), POCKET).score or 0.0 for i in range(200)]
    assert min(opinions) > sorted(others)[100]


def test_scene_i_depends_on_the_seed_and_i_alone() -> None:
    one, two = (filtered(draw, Dial(0.3), [Early()], POCKET, seed=8) for _ in range(2))
    in_turn = list(islice(one, 12))
    assert [two.scene(i).hash for i in reversed(range(12))] == [graph.hash for graph in reversed(in_turn)]
    other = filtered(draw, Dial(0.3), [Early()], POCKET, seed=9)
    assert [graph.hash for graph in islice(other, 12)] != [graph.hash for graph in in_turn]


def test_the_receipt_says_what_was_rejected_why_and_what_is_left() -> None:
    kept = filtered(draw, Dial(0.2), [Early(), Silent()], POCKET, seed=2)
    list(islice(kept, 200))
    receipt = kept.receipt()
    assert list(receipt.by_layer) == ["early"]
    assert receipt.reasons[0].sort == "late" and receipt.reasons[0].example.endswith("is late")
    objects = receipt.entropy["objects"]
    assert 0 < objects.after < objects.before and objects.share == objects.after / objects.before
    assert receipt.entropy["attributes"].share == 1.0
    assert receipt.worst_hit and all(hit.after < hit.before for hit in receipt.worst_hit)
    assert f"200 of {receipt.drawn} scenes kept" in next(receipt.lines())


def test_nothing_known_is_no_reason_to_reject_everything() -> None:
    kept = filtered(draw, Dial(0.5), [Silent()], POCKET, seed=1)
    list(islice(kept, 200))
    assert kept.receipt().drawn == pytest.approx(400, rel=0.2)


@pytest.mark.parametrize("accept", [0.0, -1.0, 1.5, float("nan")])
def test_impossible_dials_are_refused(accept: float) -> None:
    with pytest.raises(ConstraintError, match="above 0 and at most 1"):
        Dial(accept)


def test_no_layers_are_refused_and_patience_ends() -> None:
    with pytest.raises(ConstraintError, match="no layer"):
        filtered(draw, Dial(0.5), [], POCKET, seed=1)
    kept = filtered(draw, Dial(0.5), [Early()], POCKET, seed=1)
    kept.draw = lambda rng: SceneGraph((Object("a", NAMES[-1]), Object("b", NAMES[-1])))
    with pytest.raises(ConstraintError, match="Accept a larger share"):
        next(kept)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_gate_lets_its_share_of_the_sample_through(scores: list[float], accept: float) -> None:
    found = gate(Dial(accept), scores)
    above, equal = sum(s > found.limit for s in scores), sum(s == found.limit for s in scores)
    assert above + equal * found.even == pytest.approx(accept * len(scores), abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(0, 1)), min_size=1, max_size=400))
def test_gates_cover_every_number_of_relations_with_enough_scenes(scored: list[tuple[int, float]]) -> None:
    found = Gates.over(Dial(0.5), scored)
    assert len(found.gates) == len(found.bounds) + 1
    numbers = Counter(sum(links >= bound for bound in found.bounds) for links, _ in scored)
    if len(found.gates) > 1:
        assert set(numbers) == set(range(len(found.gates)))
        assert min(numbers.values()) >= 40
    for place, each in enumerate(found.gates):
        scores = [s for links, s in scored if sum(links >= bound for bound in found.bounds) == place]
        assert each == gate(Dial(0.5), scores)


def test_ranks_are_shares_of_the_sample() -> None:
    ranks = Ranks((3.0, 1.0, 2.0, 2.0))
    assert [ranks.of(x) for x in (0.0, 1.0, 2.0, 2.5, 9.0)] == [0.0, 0.125, 0.5, 0.75, 1.0]
    with pytest.raises(ConstraintError, match="empty"):
        Ranks(())


def test_entropy_is_in_bits_and_corrected_for_what_was_not_met() -> None:
    assert bits(Counter({"a": 5000, "b": 5000})) == pytest.approx(1.0, abs=1e-3)
    rng = random.Random(1)
    small = Counter(str(rng.randrange(64)) for _ in range(200))
    assert bits(small) == pytest.approx(6.0, abs=0.08)
    assert bits(Counter()) == 0.0
