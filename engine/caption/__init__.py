"""Graph to text: a caption in one of three lengths and several phrasings, with the span of every element.

Each object is said once with "a" and later with "the", duplicates are told apart or counted; `engine.parse` reads every
caption back. Try it: `python -c "from engine.caption import *; help(caption)"`.
"""

from __future__ import annotations

from engine.caption.cast import Cast, ambiguous
from engine.caption.sentences import Sentences
from engine.caption.style import LENGTHS, Style, manner
from engine.caption.terse import Fragments
from engine.caption.text import Caption, Span
from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy

__all__ = ["LENGTHS", "Caption", "Span", "Style", "ambiguous", "caption"]
HOUSE = Style()


def caption(graph: SceneGraph, taxonomy: Taxonomy, style: Style = HOUSE) -> Caption:
    """The caption of a graph (arXiv 2412.08221, step 4), deterministic; an empty graph has an empty caption."""
    cast = Cast(graph, taxonomy, manner(style))
    return (Fragments if style.length == "terse" else Sentences)(graph, cast).caption()
