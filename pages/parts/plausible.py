"""How plausible a scene is, and why not, where the engine can say so; otherwise nothing is shown.

Try it: `python -m pytest tests/pages/test_saying.py -k plausible`.
"""

from __future__ import annotations

from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy


def plausibility_line(graph: SceneGraph, taxonomy: Taxonomy) -> None:
    """A word and its reasons."""
