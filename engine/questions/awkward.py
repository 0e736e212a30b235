"""Which graphs are awkward: those whose questions depend on their words in more ways than by saying them.

The questions of all other graphs follow from their shape; a corpus writes those from templates.
Try it: `python -m pytest tests/engine/test_questions_shape.py`.
"""

from __future__ import annotations

from engine.asking import frame, one_way
from engine.graph import SceneGraph
from engine.questions.meant import Meant, inside
from engine.taxonomy import FOILS, RelationWord, Taxonomy


def awkward(graph: SceneGraph, taxonomy: Taxonomy, *, shaped: bool = False) -> bool:
    """Whether questions about the graph depend on its words in more ways than by saying them.

    Allowed are: the number of nouns, the form of relations and whether they have an opposite, whether attribute kinds
    are exclusive, which words are equal, and each word's three foils. `shaped` allows what a caller's shapes also
    hold: `attribute_trait`, `relation_trait` and `scene_trait`. Closed worlds are always awkward.
    """
    meant = Meant(graph, taxonomy)
    if not meant.plain or _odd_attributes(meant) or _odd_relations(meant):
        return True
    return not shaped and (_odd_traits(meant) or _odd_scene(meant))


def attribute_trait(taxonomy: Taxonomy, kind: str, value: str, thing: str) -> tuple[bool, int, str]:
    """Whether the kind is exclusive, how many foils the value has, the verb of its question (`frame`)."""
    about = taxonomy.attribute_kind[kind]
    return about.exclusive, len(taxonomy.other_values(kind, value, thing)), frame(about.question)[1]


def relation_trait(word: RelationWord) -> tuple[str, bool, bool]:
    """How the relation is said, whether it has an opposite, whether it cannot hold both ways (`one_way`)."""
    return word.form, word.opposite is not None, one_way(word)


def scene_trait(taxonomy: Taxonomy, kind: str, value: str) -> int:
    """How many foils a scene attribute has."""
    return len(taxonomy.other_scenes(kind, value))


def _odd_traits(meant: Meant) -> bool:
    taxonomy = meant.taxonomy
    for mark in meant.graph.attributes:
        thing = taxonomy.noun[meant.names[mark.object]].kind
        exclusive, foils, verb = attribute_trait(taxonomy, mark.kind, mark.value, thing)
        if exclusive and (foils != FOILS or verb != "is"):
            return True
    words = [taxonomy.relation[link.phrase] for link in meant.graph.relations]
    return any(word.opposite is None and one_way(word) for word in words)


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
        if others and inside(others[0], name):
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
        if word is None:
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
    return any(scene_trait(meant.taxonomy, kind, value) != FOILS for kind, value in meant.graph.scene_attributes)
