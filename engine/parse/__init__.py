"""Text to graph: reads every caption that the program wrote, in any style, and says where it stops when it cannot.

Try it: `python cli.py parse "A red dog is above a cat."`.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.caption.lexicon import OPEN, lexicon
from engine.errors import ParseError
from engine.graph import SceneGraph
from engine.parse.reader import Reader
from engine.parse.state import Reading
from engine.taxonomy import Taxonomy

__all__ = ["MAX_CAPTION", "Reading", "parse", "read", "readings"]
MAX_CAPTION = 20_000


def parse(text: str, taxonomy: Taxonomy) -> SceneGraph:
    """The scene graph of a caption in the grammar of `engine.caption`.

    Raises `ParseError` where the caption is not of the grammar and `GraphError` where it contradicts itself.
    """
    return read(text, taxonomy).graph


def read(text: str, taxonomy: Taxonomy) -> Reading:
    """As `parse`, with the place in `text` of every element; raises the same."""
    if len(text) > MAX_CAPTION:
        raise ParseError(f"The caption has {len(text)} characters; at most {MAX_CAPTION} are read. Shorten it.")
    found = next(readings(text, taxonomy), None)
    assert found is not None
    return found


def readings(text: str, taxonomy: Taxonomy) -> Iterator[Reading]:
    """All readings of a text, the likeliest first; raises as `parse` does when there is none."""
    words, found = lexicon(taxonomy), False
    sentences, fragments = Reader(text, words), Reader(text, words)
    ways = [(sentences, sentences.sentence)]
    if not text.rstrip().endswith("."):
        ways.insert(0, (fragments, fragments.fragment))
    if OPEN in text:
        quoted = Reader(text, words, quoted=True)
        ways.insert(0, (quoted, quoted.sentence))
    for reader, piece in ways:
        for state, graph in reader.readings(piece):
            found = True
            yield Reading(graph, state.spans(reader.places))
    if not found:
        raise (fragments if sentences.failed <= 0 <= fragments.failed else sentences).error()
