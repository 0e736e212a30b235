"""Template: the line of one shape, written once by the ordinary code about an example and cut where words belong.

Filling one with the words of a draft gives the same text as describing the draft, at a tenth of the cost; a test says so.
Try it: `python -m pytest tests/engine/corpus -q`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import itemgetter

import orjson

from engine.corpus.shape import FIRST_HOLE, Example, Getter, Holes
from engine.sampler.draft import Draft
from engine.scene import SceneLine, Style, describe
from engine.taxonomy import Taxonomy
from engine.wording import article

HOLE = "[\uac00-\ud7a3]"
CUT = re.compile(f"({HOLE})")
ARTICLE = re.compile(rf"\b([Aa])(?= ({HOLE}))")
OPENING = re.compile(rf"(?:^|(?<=\. ))({HOLE})")
PARTS = ("scene_graph", "scene_attributes", "questions")
Pick = Callable[[list[str]], tuple[str, ...]]

article_of = lru_cache(maxsize=None)(article)


@dataclass(frozen=True, slots=True)
class Parts:
    """A scene line in pieces: the caption as text, the others as JSON."""

    caption: str
    spans: str
    scene_graph: str
    scene_attributes: str
    questions: str


class Template:
    """What all lines of one shape share."""

    def __init__(self, draft: Draft, taxonomy: Taxonomy, style: Style, *, ask: bool) -> None:
        example = Example(draft, taxonomy)
        line = describe(example.graph, example.taxonomy, id="", ask=ask, style=style)
        record = line.to_dict()
        press = _Press(example.holes)
        segments, bounds = press.caption(line)
        texts = {name: press.articles(orjson.dumps(record[name]).decode()) for name in PARTS}
        spans = list(_span_tokens(line, bounds))
        words = sorted({c for text in (*segments, *texts.values(), *map(str, spans)) for c in CUT.findall(text)})
        literals = sorted({p for text in (*segments, *texts.values()) for p in CUT.split(text)[::2]})
        literals = sorted({*literals, *(p for token in spans if isinstance(token, str) for p in CUT.split(token)[::2])})
        self._getters: list[Getter] = [example.holes.getters[ord(hole) - FIRST_HOLE] for hole in words]
        self._literals = literals
        places = {text: i for i, text in enumerate((*words, *literals))}
        first = len(places)

        def pick(tokens: list[str | int]) -> Pick:
            found: list[int] = [places[""], places[""]]
            for token in tokens:
                found += [first + token] if isinstance(token, int) else [places[p] for p in CUT.split(token) if p]
            return itemgetter(*found)

        self._caption = pick(list(segments))
        self._spans = pick(spans)
        self._parts = [pick([text]) for text in texts.values()]

    def fill(self, draft: Draft) -> Parts:
        """The line of this draft; raises IndexError where a word has too few others of its kind."""
        pool = [getter(draft) for getter in self._getters]
        pool += self._literals
        segments = self._caption(pool)
        pool += map(str, accumulate(map(len, segments[2:]), initial=0))
        join = "".join
        graph, scene, questions = self._parts
        return Parts(
            join(segments), join(self._spans(pool)), join(graph(pool)), join(scene(pool)), join(questions(pool))
        )


class _Press:
    """Turns the text about an example into pieces; articles and first letters become holes of their own."""

    def __init__(self, holes: Holes) -> None:
        self.holes = holes

    def caption(self, line: SceneLine) -> tuple[list[str], dict[int, int]]:
        """The caption in segments, and for each place where a span begins or ends how many segments lie before it."""
        text = OPENING.sub(lambda found: self._capital(found[1]), self.articles(line.caption))
        cuts = {place for spans in line.spans.values() for span in spans for place in span} | {0, len(text)}
        for found in CUT.finditer(text):
            cuts |= {found.start(), found.end()}
        places = sorted(cuts)
        segments = [text[a:b] for a, b in pairwise(places)]
        return segments, {place: i for i, place in enumerate(places)}

    def articles(self, text: str) -> str:
        """The text with a hole for every `a` that stands before a hole."""
        return ARTICLE.sub(lambda found: self._article(found[2], capital=found[1] == "A"), text)

    def _article(self, before: str, *, capital: bool) -> str:
        word = self.holes.getters[ord(before) - FIRST_HOLE]
        if capital:
            return self.holes.hole(("A", before), lambda d: article_of(word(d)).capitalize())
        return self.holes.hole(("a", before), lambda d: article_of(word(d)))

    def _capital(self, hole: str) -> str:
        word = self.holes.getters[ord(hole) - FIRST_HOLE]

        def capitalised(draft: Draft) -> str:
            text = word(draft)
            return text[:1].upper() + text[1:]

        return self.holes.hole(("capital", hole), capitalised)


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
