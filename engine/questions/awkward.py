"""Which graphs are awkward: those whose questions depend on their words in more ways than by saying them.

The questions of all other graphs follow from their shape; a corpus writes those from templates.
Try it: `python -m pytest tests/engine/test_questions_shape.py`.
"""

from __future__ import annotations

from engine.asking import one_way
from engine.graph import SceneGraph
from engine.questions.meant import Meant, inside
from engine.taxonomy import FOILS, Taxonomy


def awkward(graph: SceneGraph, taxonomy: Taxonomy) -> bool:
    """False where questions depend on words only through saying them, their number, the form of relations and whether

    they have an opposite, whether attribute kinds are exclusive, which words are equal, and each word's three foils.
    """
    meant = Meant(graph, taxonomy)
    return not meant.plain or _odd_attributes(meant) or _odd_relations(meant) or _odd_scene(meant)


def _odd_attributes(meant: Meant) -> bool:
    marks = meant.graph.attributes
    for mark in marks:
        about, name = meant.taxonomy.attribute_kind.get(mark.kind), meant.names[mark.object]
        if about is None or inside(mark.value, name) or inside(name, mark.value):
            return True
        if not about.exclusive:
            continue
        noun = meant.taxonomy.noun.get(name)
        others = meant.taxonomy.other_values(mark.kind, mark.value, noun.kind if noun else "")
        if len(others) != FOILS or inside(others[0], name) or " is {the}" not in about.question:
            return True
    return len(marks) > 1 and any(
        a.kind == b.kind and a.value != b.value and _clash(meant, a.kind, a.value, b.value, b.object)
        for a in marks
        for b in marks
        if a is not b
    )


def _clash(meant: Meant, kind: str, value: str, other: str, object: str) -> bool:
    """Whether one object's value is not plainly false of the other object."""
    about, name = meant.taxonomy.attribute_kind[kind], meant.names[object]
    if not about.exclusive:
        return False
    noun = meant.taxonomy.noun.get(name)
    fits = noun is None or meant.taxonomy.fits(noun, kind, value)
    return not fits or not meant.book.apart(kind, value, other) or inside(value, name)


def _odd_relations(meant: Meant) -> bool:
    seen = set()
    for link in meant.graph.relations:
        word = meant.taxonomy.relation.get(link.phrase)
        if word is None or (word.opposite is None and one_way(word)):
            return True
        if word.opposite is not None and word.opposite not in meant.taxonomy.relation:
            return True
        names = meant.names[link.source], meant.names[link.target]
        if any(inside(name, link.phrase, other) for name, other in (names, names[::-1])):
            return True
        seen.add((link.source, link.target))
        seen.add((link.target, link.source))
    return len(seen) < 2 * len(meant.graph.relations)


def _odd_scene(meant: Meant) -> bool:
    return any(len(meant.taxonomy.other_scenes(kind, value)) != FOILS for kind, value in meant.graph.scene_attributes)
