"""Lines: scene i of a run as JSON or as a row, from a template where its shape allows, by the ordinary way otherwise.

Both ways give the same bytes. Try it: `python cli.py generate --count 5 --taxonomy full --mode imaginative --seed 1`.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import orjson

from engine.caption import Style, caption
from engine.corpus.care import Care
from engine.corpus.forms import Forms
from engine.corpus.shape import shape
from engine.corpus.sheet import Sheet
from engine.corpus.template import CUT, Parts, Template
from engine.errors import ConstraintError, show
from engine.graph import SceneGraph
from engine.hashing import content_hash
from engine.questions import Question, questions
from engine.sampler import Constraints, Plan, draft, sample, scene_rng
from engine.sampler.draft import Draft
from engine.scene import VERSION
from engine.taxonomy import Taxonomy
from engine.tokens import budget, encoder

SHAPES = 200_000
TRIES = 200
WORTH = 2
"""How often a shape has to be met before it is worth a template."""
PHRASINGS = 12
"""How many phrasings take turns where they vary."""


class Row(NamedTuple):
    """One scene as a corpus keeps it; `spans`, `scene_graph`, `scene_attributes` and `questions` are JSON."""

    id: str
    hash: str
    parts: Parts
    questions: str
    complexity: int
    style: Style


class Lines:
    """The scenes of a run, each by its index, whatever was asked before."""

    def __init__(
        self,
        plan: Plan,
        taxonomy: Taxonomy,
        *,
        seed: int,
        ask: bool = True,
        style: Style | None = None,
        vary: bool = False,
        within: str | None = None,
    ) -> None:
        self.plan, self.taxonomy, self.seed, self.ask = plan, taxonomy, seed, ask
        self.constraints: Constraints = plan.constraints
        self.style = style or Style()
        self._templates: dict[Hashable, Template] = {}
        self._met: dict[Hashable, int] = {}
        self._rng = random.Random()
        self._forms = Forms(taxonomy)
        self._sheet = Sheet(taxonomy)
        self._drafted = self.constraints.mode == "imaginative" and _plain(taxonomy)
        if ask and taxonomy.max_objects is not None:
            self._drafted = False  # in a world of few words, wrong answers take turns over all of them
        self.vary, self.within = vary, within
        if within is not None:
            encoder(within)
        self.constants = {
            "modality": self.constraints.modality, "plausibility": None, "seed": seed, "taxonomy": taxonomy.name,
            "program": VERSION,
        }  # fmt: skip
        self._tail = orjson.dumps(self.constants).decode()[1:-1] + ',"style":'

    @cached_property
    def _care(self) -> Care:
        return Care(self.taxonomy)

    def row(self, index: int) -> Row:
        """Scene `index`; raises `ConstraintError` where no scene can meet the constraints."""
        rng = scene_rng(self.seed, index, self._rng)
        row = self._row(index, rng)
        if self.within is None:
            return row
        for _ in range(TRIES):
            if budget(row.parts.caption, {}, self.within).fits:
                return row
            row = self._row(index, rng)
        raise ConstraintError(
            f"No caption of {TRIES} fits into the text encoder {show(self.within)}. Ask for less complexity, or --length terse."
        )

    def _row(self, index: int, rng: random.Random) -> Row:
        style = Style(self.style.length, index % PHRASINGS) if self.vary else self.style
        structure = self.plan.structure(index, rng)
        id = f"{self.seed}-{index:06d}"
        if not self._drafted:
            return self._described(id, sample(self.constraints, self.taxonomy, rng, structure=structure), style)
        drawn = draft(self.constraints, self.taxonomy, rng, structure)
        parts = self._filled(drawn, style) or self._parts(drawn.graph(), style)
        return Row(id, _hash(drawn), parts, self._questions(drawn), structure.complexity, style)

    def json(self, row: Row) -> str:
        """The line of a JSON Lines file, without its end; the same as `orjson.dumps(line.to_dict())`."""
        parts, caption = row.parts, row.parts.caption
        quoted = f'"{caption}"' if not _special(caption) else orjson.dumps(caption).decode()
        return (
            f'{{"id":"{row.id}","hash":"{row.hash}","caption":{quoted},"spans":{parts.spans},'
            f'"scene_graph":{parts.scene_graph},"scene_attributes":{parts.scene_attributes},'
            f'"questions":{row.questions},"complexity":{row.complexity},{self._tail}'
            f'{{"length":"{row.style.length}","phrasing":{row.style.phrasing}}}}}'
        )

    def _filled(self, drawn: Draft, style: Style) -> Parts | None:
        """The parts by template; None where this draft has to be described in the ordinary way."""
        if self._care.collides(drawn):
            return None
        key = shape(drawn, self.taxonomy), style.phrasing
        template = self._templates.get(key)
        if template is None:
            template = self._made(key, drawn, style)
            if template is None:
                return None
        return template.fill(self._forms.of(drawn))

    def _made(self, key: Hashable, drawn: Draft, style: Style) -> Template | None:
        """A template for a shape that is met again; most shapes are rare, and making one costs three lines."""
        self._met[key] = met = self._met.get(key, 0) + 1
        if met < WORTH:
            return None
        if len(self._met) >= SHAPES:
            self._met.clear()
            self._templates.clear()
        self._templates[key] = template = Template(drawn, self.taxonomy, style)
        return template

    def _questions(self, drawn: Draft) -> str:
        """The questions of a draft as JSON, by sheet where its words allow."""
        if not self.ask:
            return "[]"
        if not self._care.coincides(drawn):
            return self._sheet.questions(drawn)
        return _to_json(questions(drawn.graph(), self.taxonomy))

    def _described(self, id: str, graph: SceneGraph, style: Style) -> Row:
        asked = _to_json(questions(graph, self.taxonomy)) if self.ask else "[]"
        return Row(id, graph.hash, self._parts(graph, style), asked, graph.complexity, style)

    def _parts(self, graph: SceneGraph, style: Style) -> Parts:
        """Caption and graph in the ordinary way."""
        said = caption(graph, self.taxonomy, style)
        spans = {element: [list(span) for span in found] for element, found in said.spans.items()}
        return Parts(
            said.text, *(orjson.dumps(part).decode() for part in (spans, graph.to_dict(), dict(graph.scene_attributes)))
        )


def _to_json(asked: Sequence[Question]) -> str:
    return orjson.dumps([question.to_dict() for question in asked]).decode()


def _hash(drawn: Draft) -> str:
    return content_hash(
        [(noun.name, [value for _, value in marks]) for noun, marks in zip(drawn.nouns, drawn.marks, strict=True)],
        [(s, word.phrase, t) for (s, t), word in zip(drawn.structure.arcs, drawn.links, strict=True)],
        drawn.scene,
    )


def _special(text: str) -> bool:
    return '"' in text or "\\" in text


@lru_cache(maxsize=8)
def _plain(taxonomy: Taxonomy) -> bool:
    """No word needs escaping in JSON or looks like a hole, so words can be put into JSON as they are."""
    words = [text for noun in taxonomy.nouns for text in (noun.name, noun.plural, noun.sense or "")]
    words += [text for kind in taxonomy.attribute_kinds for text in (kind.name, *kind.values, kind.question)]
    words += [text for w in taxonomy.relation_words for text in (w.phrase, w.plural, w.base, w.kind)]
    words += [text for kind in taxonomy.scene_kinds for text in (kind.name, kind.question, *kind.phrases)]
    words += [phrase for kind in taxonomy.scene_kinds for phrase in kind.phrases.values()]
    return not any(_special(word) or not word.isprintable() or CUT.search(word) for word in words)
