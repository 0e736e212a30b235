"""Token budgets: exact where a tokenizer is at hand, an estimate that says so elsewhere, and the elements that fall outside.

Run it: `pytest tests/engine/test_tokens.py`.
"""

from __future__ import annotations

import pytest

from engine.caption import caption
from engine.errors import ConstraintError
from engine.parse import parse
from engine.taxonomy import load
from engine.tokens import budget, estimate, exact_tokenizer

POCKET = load("pocket")
TEXT = "A large red dog is above a tree. The scene is at night."


def test_a_short_caption_fits() -> None:
    said = caption(parse(TEXT, POCKET), POCKET)
    found = budget(said.text, said.spans, "pocket")
    assert (found.tokens, found.limit, found.exact, found.outside) == (16, 128, True, ())


def test_what_falls_outside_is_named() -> None:
    said = caption(parse(TEXT, POCKET), POCKET)
    ends = exact_tokenizer("pocket")
    assert ends is not None
    crowded = "word " * 120 + said.text
    spans = {element: [(a + 600, b + 600) for a, b in places] for element, places in said.spans.items()}
    found = budget(crowded, spans, "pocket")
    assert not found.fits
    assert "s:setting" in found.outside and "a:dog1:colour:red" not in found.outside
    assert "outside: " in str(found)


def test_estimates_say_that_they_are() -> None:
    found = budget(TEXT, {}, "t5-256")
    assert not found.exact and str(found).startswith("about ")
    assert len(estimate("a dog")) == 2 < len(estimate("a hippopotamus"))


def test_clip_is_counted_by_its_own_tokenizer() -> None:
    pytest.importorskip("instant_clip_tokenizer", reason="needs the extra instant-clip-tokenizer")
    found = budget(TEXT, {}, "clip")
    assert found.exact and found.tokens == 2 + 15


def test_unknown_encoders_are_refused() -> None:
    with pytest.raises(ConstraintError, match="Choose clip"):
        budget(TEXT, {}, "vhs")
