"""Graph to text: a caption in one of three lengths and several phrasings, with the span of every element.

Each object is said once with "a" and later with "the", duplicates are told apart or counted; `engine.parse` reads every
caption back. Try it: `python -c "from engine.caption import *; help(caption)"`.
"""

from __future__ import annotations

import re

from engine.caption.awkward import awkward, awkward_marks, edges, said_values
from engine.caption.cast import Cast, ambiguous
from engine.caption.sentences import Sentences
from engine.caption.style import CAREFUL, LENGTHS, Style, manner
from engine.caption.terse import Fragments
from engine.caption.text import Caption, Span
from engine.graph import SceneGraph
from engine.taxonomy import Taxonomy

__all__ = ["LENGTHS", "Caption", "Span", "Style", "ambiguous", "awkward", "caption", "pattern"]
HOUSE = Style()
_STUTTER = re.compile(r"\b(\w+) \1\b", re.I)


def caption(graph: SceneGraph, taxonomy: Taxonomy, style: Style = HOUSE) -> Caption:
    """The caption of a graph (arXiv 2412.08221, step 4), deterministic; an empty graph has an empty caption.

    Where its words collide (`awkward`) and the style would be read in another way, attributes and relations get plain
    sentences of their own, and in the worst case quotation marks. Words outside the taxonomy are said as they are.
    """
    said = pattern(graph, taxonomy, style)
    if awkward(graph, taxonomy) and (_STUTTER.search(said.text) or not _reads_back(said, graph, taxonomy)):
        return _careful(graph, taxonomy) or said
    return said


def pattern(graph: SceneGraph, taxonomy: Taxonomy, style: Style = HOUSE) -> Caption:
    """The caption in a style whether or not its words collide: what `caption` gives for graphs that are not awkward."""
    cast = Cast(graph, taxonomy, manner(style))
    return (Fragments if style.length == "terse" else Sentences)(graph, cast).caption()


def _careful(graph: SceneGraph, taxonomy: Taxonomy) -> Caption | None:
    """The first careful caption that is read back as the graph; None where the taxonomy lacks its words."""
    about = edges(taxonomy)
    colliding = frozenset(
        id
        for id, marks in graph.attributes_of.items()
        if marks and awkward_marks(about, said_values(marks, taxonomy), graph.names[id])
    )
    for careful in CAREFUL:
        said = Sentences(graph, Cast(graph, taxonomy, careful, awkward=colliding)).caption()
        if _reads_back(said, graph, taxonomy):
            return said
    return None


def _reads_back(said: Caption, graph: SceneGraph, taxonomy: Taxonomy) -> bool:
    from engine.errors import ScenewrightError
    from engine.parse import readings

    try:
        found = next(readings(said.text, taxonomy), None)
    except ScenewrightError:
        return False
    return found is not None and found.graph.hash == graph.hash
