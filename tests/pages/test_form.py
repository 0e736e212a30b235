"""The form behind the side bar: what of a saved one still makes sense, as constraints, and how many structures there are.

Try it: `python -m pytest tests/pages/test_form.py`.
"""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sampler import Constraints, Plan
from engine.structure import OBJECT_LIMIT, Count
from engine.taxonomy import load
from pages.parts.form import DEFAULTS, read, sound
from pages.parts.tally import Counter, Tally, figure, tally

WORDS = load("pocket")
NAMES = ("full", "pocket")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def test_what_was_saved_comes_back() -> None:
    saved = {
        **DEFAULTS,
        "complexity": (3, 9),
        "topics": ["mammal"],
        "taxonomy": "full",
        "structure": 12,
        "mode": "imaginative",
    }
    assert sound(json.loads(json.dumps(saved)), NAMES) == (saved, "")


@given(st.dictionaries(st.sampled_from(sorted(DEFAULTS)), JSON, max_size=4))
def test_any_saved_values_make_a_form_that_can_be_read(saved: dict[str, object]) -> None:
    values, lost = sound(saved, NAMES)
    assert values.keys() == DEFAULTS.keys()
    assert isinstance(read(values), Constraints)
    kept = all(
        values[name] == (tuple(v) if isinstance(v, list) and name != "topics" else v) for name, v in saved.items()
    )
    assert kept == (lost == "")


def test_what_was_lost_is_named() -> None:
    values, lost = sound({"taxonomy": "mars", "complexity": [9, 3]}, NAMES)
    assert values == DEFAULTS and "“mars”" in lost and "complexity" in lost and lost.count(". ") == 1


def test_vast_complexity_is_kept_to_as_many_objects_as_are_known() -> None:
    assert read({**DEFAULTS, "complexity": (4, 30)}).objects == (1, OBJECT_LIMIT)
    assert read({**DEFAULTS, "complexity": (4, 12)}).objects is None
    found = tally(read({**DEFAULTS, "complexity": (4, 30), "taxonomy": "full"}), load("full"))
    assert found.count is not None and found.count.exact and not found.trouble


def test_tally_is_the_number_of_structures() -> None:
    constraints = read({**DEFAULTS, "complexity": (3, 5)})
    assert tally(constraints, WORDS).listed == len(Plan(constraints, WORDS).listed) > 0
    assert "structures meet" in str(tally(constraints, WORDS))


def test_tally_says_that_an_estimate_is_one() -> None:
    found = tally(read({**DEFAULTS, "complexity": (13, 13), "max_degree": 2}), WORDS)
    assert found.count is not None and not found.count.exact and not found.listed
    assert "estimate" in str(found) and f"{found.count.low:,}" in str(found)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"by": "exact", "objects": 3, "relations": 30}, "relations"),
        ({"parts_low": 3, "parts_high": 2}, "components"),
        ({"complexity": (4, 4), "parts_low": 9}, "components"),
        ({"degree_low": 4.0, "complexity": (4, 4)}, "mean"),
    ],
)
def test_tally_of_what_excludes_itself_is_one_sentence(change: dict[str, object], words: str) -> None:
    found = tally(read({**DEFAULTS, **change}), WORDS)
    assert found.count is None and str(found) == "" and words in found.trouble.lower()


def test_the_page_does_not_wait_for_the_counter() -> None:
    counter = Counter()
    constraints = read({**DEFAULTS, "complexity": (1, 30), "max_degree": 3, "taxonomy": "full"})
    began = time.perf_counter()
    future = counter.ask("slow", constraints, load("full"))
    assert time.perf_counter() - began < 0.5
    assert counter.ask("slow", constraints, load("full")) is future
    assert future.result(120).count is not None


def test_large_numbers_are_said_shortly() -> None:
    assert figure(1234567) == "1,234,567"
    assert figure(833458386152935252137425453615) == "8.3 × 10²⁹"
    assert str(Tally(Count(1, True, 1, 1, "exact"))) == "**1** structure meets these constraints."
