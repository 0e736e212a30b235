"""The grammar check finds what is planted, and nothing in captions that are right.

Run it: `pytest tests/engine/studies/test_grammar.py`.
"""

from __future__ import annotations

import pytest

from engine.caption import LENGTHS, Style, caption
from engine.parse import parse
from engine.sampler import Constraints, scenes
from engine.studies.grammar import LONGEST, findings
from engine.taxonomy import load

POCKET = load("pocket")
GRAPH = parse("A large red dog is above a tree. The dog is to the left of an umbrella.", POCKET)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("A large red dog is is above a tree.", "a doubled word"),
        ("A large red dog , above a tree.", "punctuation"),
        ("A large red dog and, above a tree.", "punctuation"),
        ("a large red dog is above a tree.", "a sentence without a capital"),
        ("A umbrella is below a dog.", "a or an"),
        ("An large dog is above a tree.", "a or an"),
        ("There are a dog and a tree.", "there is or there are"),
        ("There is two dogs.", "there is or there are"),
        ("The dog that is above a tree that is red is large.", "two relative clauses in one sentence"),
        ("A dog is red, while a tree is large, and an umbrella is red.", "two joints in one sentence"),
        ("A dog is " + "big and " * LONGEST + "red.", "a long sentence"),
        ("A large red dog is above a tree.", None),
        ("large red dog, tree", None),
    ],
)
def test_what_is_planted_in_a_text_is_found(text: str, rule: str | None) -> None:
    rules = {found.rule for found in findings(text, GRAPH, POCKET)}
    assert (rule in rules) if rule else not rules, rules


def test_what_is_planted_at_a_mention_is_found() -> None:
    graph = parse("A dog is red.", POCKET)
    name = "o:" + graph.objects[0].id
    for text, spans, rule in (
        ("A dog are red.", [(0, 5)], "is or are"),
        ("Some dog is red.", [(0, 8)], "some before one thing"),
        ("The dog is red.", [(0, 7)], "a first mention with the wrong article"),
        ("A dog is red. A dog is big.", [(0, 5), (14, 19)], "a later mention without the"),
    ):
        assert rule in {found.rule for found in findings(text, graph, POCKET, spans={name: spans})}, rule


@pytest.mark.parametrize("length", LENGTHS)
def test_captions_of_the_pocket_world_are_clean(length: str) -> None:
    for i, graph in enumerate(scenes(Constraints(complexity=(3, 10)), POCKET, seed=8, count=120)):
        said = caption(graph, POCKET, Style(length, i))
        assert not findings(said.text, graph, POCKET, spans=said.spans), said.text
