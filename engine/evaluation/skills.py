"""Skills: how a model does by what is asked (existence, each kind of attribute, relation, count, scene) and by word.

A question counts as right only if those it rests on are right too (DSG, 2310.18235). Figures are means over graphs.
Try it: `python cli.py evaluate runs/a --json`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from engine.evaluation.cells import Cells, cells
from engine.evaluation.curve import looks_of
from engine.evaluation.evidence import CODES, NOTHING, Asked, Evidence, Look, Scene
from engine.graph import SceneGraph, attribute_element, object_element, relation_element, scene_element
from engine.questions import KINDS
from engine.scoring import RIGHT
from engine.taxonomy import load, names

ORDER = (*KINDS, "open")
UNKNOWN = "other"
Elements = Mapping[str, tuple[str, str, str]]
Rows = Callable[[Elements, Asked], Iterable[str]]


def by_skill(evidence: Evidence, *, judge: str) -> Cells:
    """One row for each kind of question, the kinds of attributes and relations below theirs; open questions last.

    Raises `FormatError` for a judge that has seen nothing.
    """
    return _table(evidence, judge, "skill", _skills, _skill_order)


def by_word(evidence: Evidence, *, judge: str, single: bool = False) -> Cells:
    """One row for each kind of word (animal, colour, …) or, with `single`, for each word.

    Nouns count where it is asked whether they are there, attributes and relations where they are asked about.
    """
    return _table(evidence, judge, "word" if single else "word kind", _words if single else _word_kinds, str)


def _table(evidence: Evidence, judge: str, what: str, rows: Rows, order: Callable[[str], object]) -> Cells:
    looks = looks_of(evidence, judge)
    places = [_places(scene, rows) for scene in evidence.scenes]
    told = {look.model: list(_facts(look, places)) for look in looks}
    known = sorted({row for facts in told.values() for _, row, _, _ in facts}, key=order)  # type: ignore[arg-type]
    return cells(what, len(evidence.scenes), told, known)


def _places(scene: Scene, rows: Rows) -> dict[str, list[int]]:
    """Row -> places of the questions that belong to it."""
    found: dict[str, list[int]] = {}
    kinds = elements_of(scene.graph)
    for i, question in enumerate(scene.questions):
        for row in dict.fromkeys(rows(kinds, question)):
            found.setdefault(row, []).append(i)
    return found


def _facts(look: Look, places: list[dict[str, list[int]]]) -> Iterator[tuple[int, str, float, int]]:
    """A picture's share of right answers in each row, so that every picture of a graph weighs the same."""
    for graph, codes in zip(look.scene.tolist(), look.statuses, strict=True):
        right, asked = (codes == CODES[RIGHT]).tolist(), (codes != NOTHING).tolist()
        for row, where in places[graph].items():
            number = sum(asked[i] for i in where)
            if number:
                yield graph, row, sum(right[i] for i in where) / number, 1


# --- which rows a question belongs to ---------------------------------------------------------------------------------


def _skills(kinds: Elements, question: Asked) -> Iterator[str]:
    if question.open:
        yield "open"
        return
    yield question.kind
    if question.kind in ("attribute", "relation"):
        for element in question.elements:
            if element in kinds and kinds[element][0] == question.kind:
                yield f"{question.kind}: {kinds[element][1]}"


def _skill_order(row: str) -> tuple[int, str]:
    head = row.split(":")[0]
    return (ORDER.index(head) if head in ORDER else len(ORDER), row)


def _word_kinds(kinds: Elements, question: Asked) -> Iterator[str]:
    return (f"{part}: {kind}" for part, kind, _ in _told(kinds, question))


def _words(kinds: Elements, question: Asked) -> Iterator[str]:
    return (f"{part}: {word}" for part, _, word in _told(kinds, question))


def _told(kinds: Elements, question: Asked) -> Iterator[tuple[str, str, str]]:
    if question.open or question.kind == "count":
        return
    wanted = {"existence": "object"}.get(question.kind, question.kind)
    yield from (kinds[element] for element in question.elements if element in kinds and kinds[element][0] == wanted)


def elements_of(graph: SceneGraph) -> dict[str, tuple[str, str, str]]:
    """Element id -> (object, attribute, relation or scene; kind of the word; the word)."""
    return {
        **{object_element(o.id): ("object", noun_kind(o.name), o.name) for o in graph.objects},
        **{attribute_element(a): ("attribute", a.kind, a.value) for a in graph.attributes},
        **{relation_element(r): ("relation", r.kind, r.phrase) for r in graph.relations},
        **{scene_element(kind): ("scene", kind, value) for kind, value in graph.scene_attributes},
    }


@lru_cache(maxsize=50_000)
def noun_kind(name: str) -> str:
    """The kind of a noun in the first shipped taxonomy that knows it; “other” for a word from elsewhere."""
    for known in sorted(names(), key=lambda known: known != "pocket"):
        if name in load(known).noun:
            return load(known).noun[name].kind
    return UNKNOWN
