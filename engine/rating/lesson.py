"""Lessons: what annotators read and practise in a project of one kind, and the checks that come in between.

Try it: `python -c "from engine.rating.lessons import LESSONS; print(*LESSONS)"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.store.rating_values import NewItem


@dataclass(frozen=True)
class Lessons:
    """Guidelines with worked examples, and the items whose right answers are known."""

    text: str
    examples: tuple[Mapping[str, Any], ...]
    items: tuple[NewItem, ...]
