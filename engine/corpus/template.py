"""Template: the line of one shape, written once by the ordinary code about an example and cut where words belong.

Filling one with the words of a draft gives the same text as describing the draft, at a tenth of the cost; a test says so.
Try it: `python -m pytest tests/engine/corpus -q`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import NamedTuple

import orjson

from engine.caption import Style, pattern
from engine.corpus.shape import Example, Holes
from engine.sampler.draft import Draft
from engine.scene import SceneLine
from engine.taxonomy import Taxonomy

HOLE = "[\uac00-\ud7a3]"
CUT = re.compile(f"({HOLE})")
ARTICLE = re.compile(rf"\b([Aa])(?= ({HOLE}))")
SENSE = re.compile(rf',"sense":"({HOLE})"')
OPENING = re.compile(rf"(?:^|(?<=\. ))({HOLE})")
PARTS = ("scene_graph", "scene_attributes")
Pick = Callable[[list[str]], tuple[str, ...]]


class Parts(NamedTuple):
    """A scene line in pieces: the caption as text, the others as JSON."""

    caption: str
    spans: str
    scene_graph: str
    scene_attributes: str


class Template:
    """What all lines of one shape share."""

    def __init__(self, draft: Draft, taxonomy: Taxonomy, style: Style) -> None:
        example = Example(draft, taxonomy)
        said = pattern(example.graph, example.taxonomy, style)
        line = SceneLine("", example.graph, said.text, said.spans, (), None, "example", style=style)
        record = line.to_dict()
        press = _Press(example.holes)
        segments, bounds = press.caption(line)
        texts = {name: press.articles(orjson.dumps(record[name]).decode()) for name in PARTS}
        texts["scene_graph"] = press.senses(texts["scene_graph"])
        spans = list(_span_tokens(line, bounds))
        words = sorted({c for text in (*segments, *texts.values(), *map(str, spans)) for c in CUT.findall(text)})
        literals = sorted({p for text in (*segments, *texts.values()) for p in CUT.split(text)[::2]})
        literals = sorted({*literals, *(p for token in spans if isinstance(token, str) for p in CUT.split(token)[::2])})
        self._literals = literals
        places = {hole: example.holes.place(hole) for hole in words}
        places |= {text: example.holes.size + i for i, text in enumerate(literals)}
        first = example.holes.size + len(literals)

        def pick(tokens: list[str | int]) -> Pick:
            found: list[int] = [places[""], places[""]]
            for token in tokens:
                found += [first + token] if isinstance(token, int) else [places[p] for p in CUT.split(token) if p]
            return itemgetter(*found)

        self._caption = pick(list(segments))
        self._spans = pick(spans)
        self._parts = [pick([text]) for text in texts.values()]

    def fill(self, forms: list[str]) -> Parts:
        """The line of the draft that has these forms; they are added to, so take a fresh list for each line."""
        forms += self._literals
        segments = self._caption(forms)
        forms += map(str, accumulate(map(len, segments[2:]), initial=0))
        join = "".join
        graph, scene = self._parts
        return Parts(join(segments), join(self._spans(forms)), join(graph(forms)), join(scene(forms)))


class _Press:
    """Turns the text about an example into pieces; articles and first letters become holes of their own."""

    def __init__(self, holes: Holes) -> None:
        self.holes = holes

    def caption(self, line: SceneLine) -> tuple[list[str], dict[int, int]]:
        """The caption in segments, and for each place where a span begins or ends how many segments lie before it."""
        text = line.caption
        if line.style.length != "terse":  # fragments begin with small letters
            text = OPENING.sub(lambda found: self.holes.turned(found[1], "Capital"), text)
        text = self.articles(text)
        cuts = {place for spans in line.spans.values() for span in spans for place in span} | {0, len(text)}
        for found in CUT.finditer(text):
            cuts |= {found.start(), found.end()}
        places = sorted(cuts)
        segments = [text[a:b] for a, b in pairwise(places)]
        return segments, {place: i for i, place in enumerate(places)}

    def senses(self, text: str) -> str:
        """The text with only the hole where a field `sense` stands: the form brings the whole field, or nothing."""
        return SENSE.sub(lambda found: found[1], text)

    def articles(self, text: str) -> str:
        """The text with a hole for every `a` that stands before a hole."""
        return ARTICLE.sub(lambda found: self.holes.turned(found[2], found[1]), text)


def _span_tokens(line: SceneLine, bounds: dict[int, int]) -> Iterator[str | int]:
    """The spans as JSON, a number standing for the place of that segment."""
    joint = "{"
    for element, spans in line.spans.items():
        yield joint + orjson.dumps(element).decode() + ":["
        for i, (start, end) in enumerate(spans):
            yield ",[" if i else "["
            yield bounds[start]
            yield ","
            yield bounds[end]
            yield "]"
        yield "]"
        joint = ","
    yield "}" if line.spans else "{}"
