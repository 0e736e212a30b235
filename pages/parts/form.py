"""The values of the form that composes: what they are at first, what of a saved one still makes sense, and as constraints.

Nothing here draws anything. Try it: `python -m pytest tests/pages/test_form.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import show
from engine.sampler import MODALITIES, MODES, Constraints
from engine.structure import OBJECT_LIMIT

LARGEST = 30
FIRST_SEED = 7
MOST_SCENE = 6
SIZES = ("complexity", "exact")
DEFAULTS: dict[str, Any] = {
    "by": "complexity", "complexity": (4, 6), "objects": 3, "attributes": 2, "relations": 2, "scene": (0, 2),
    "mode": "plausible", "seed": FIRST_SEED, "parts_low": None, "parts_high": None, "max_degree": None,
    "degree_low": None, "degree_high": None, "taxonomy": "pocket", "modality": "image", "topics": [], "structure": 0,
}  # fmt: skip
LIMITS: dict[str, tuple[float, float]] = {
    "objects": (1, OBJECT_LIMIT), "attributes": (0, LARGEST), "relations": (0, LARGEST), "seed": (0, 10**9),
    "parts_low": (1, OBJECT_LIMIT), "parts_high": (1, OBJECT_LIMIT), "max_degree": (0, 19), "degree_low": (0.0, 19.0),
    "degree_high": (0.0, 19.0), "structure": (0, 10**9), "complexity": (1, LARGEST), "scene": (0, MOST_SCENE),
}  # fmt: skip

MEDIUM_OF = {"pocket": "image", "pocket-video": "video"}
"""Taxonomies whose words are made for one medium."""


def read(form: Mapping[str, Any]) -> Constraints:
    """The form as constraints; a range with one end open goes to the other's natural end.

    A complexity that could be all objects is kept to as many as structures are known for.
    """
    exact = form["by"] == "exact"
    vast = not exact and form["complexity"][1] > OBJECT_LIMIT
    return Constraints(
        complexity=None if exact else tuple(form["complexity"]),
        objects=_only(form["objects"]) if exact else (1, OBJECT_LIMIT) if vast else None,
        attributes=_only(form["attributes"]) if exact else None,
        relations=_only(form["relations"]) if exact else None,
        components=_between(form["parts_low"], form["parts_high"], 1, OBJECT_LIMIT),
        max_degree=form["max_degree"],
        mean_degree=_between(form["degree_low"], form["degree_high"], 0.0, float(OBJECT_LIMIT)),
        scene_attributes=tuple(form["scene"]),
        mode=form["mode"],
        modality=medium_of(form),
    )


def medium_of(form: Mapping[str, Any]) -> str:
    """The medium of a form: the pocket worlds have one each, elsewhere it is chosen."""
    return MEDIUM_OF.get(form["taxonomy"], form["modality"])


def _only(value: int) -> tuple[int, int]:
    return value, value


def _between(low: Any, high: Any, least: Any, most: Any) -> Any:
    return None if low is None and high is None else (least if low is None else low, most if high is None else high)


def sound(saved: Mapping[str, Any], taxonomies: Sequence[str]) -> tuple[dict[str, Any], str]:
    """The saved values that a form can show, the first ones in place of the others; and a sentence about what was lost."""
    values, lost = dict(DEFAULTS), []
    for name, value in saved.items():
        if name in values and _fits(name, value, taxonomies):
            values[name] = tuple(value) if name in ("complexity", "scene") else value
        elif name in values:
            lost.append(f"{name.replace('_', ' ')} {show(value)}")
    said = f"What was saved here cannot be asked for any more: {', '.join(lost)}. The usual values stand instead."
    return values, said if lost else ""


def _fits(name: str, value: Any, taxonomies: Sequence[str]) -> bool:
    choices = {"by": SIZES, "mode": MODES, "modality": MODALITIES, "taxonomy": taxonomies}
    if name in choices:
        return value in choices[name]
    if name == "topics":
        return isinstance(value, list) and all(isinstance(topic, str) for topic in value)
    if name in ("complexity", "scene"):
        pair = isinstance(value, list | tuple) and len(value) == 2 and all(_number(name, end) for end in value)
        return pair and value[0] <= value[1]
    return (value is None and DEFAULTS[name] is None) or _number(name, value)


def _number(name: str, value: Any) -> bool:
    kinds = (int, float) if name.startswith("degree") else (int,)
    low, high = LIMITS[name]
    return isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
