"""A scene as declarative statements, one per relation and object, and the same with every noun replaced by "thing".

Language models judge statements; the hollow form is what they would expect of the grammar alone, so that the difference
is about the words, not about how rare they are. Try it: `python -c "from engine.plausibility import statements; help(statements)"`.
"""

from __future__ import annotations

from engine.graph import SceneGraph
from engine.taxonomy import Noun, RelationWord, Taxonomy
from engine.wording import indefinite

Pair = tuple[str, str]


def statements(graph: SceneGraph, taxonomy: Taxonomy) -> tuple[Pair, ...]:
    """(statement, its hollow form) for every relation, for every object with attributes, and for the company.

    "A dog is wearing a red hat." beside "A thing is wearing a red thing."
    """
    found = [_relation(graph, link.source, link.phrase, link.target, taxonomy) for link in graph.relations]
    linked = {end for link in graph.relations for end in (link.source, link.target)}
    alone = [item.id for item in graph.objects if item.id not in linked]
    if alone:
        full, hollow = zip(*(_thing(graph, id, taxonomy) for id in alone), strict=True)
        found.append((f"There is {_listed(full)}.", f"There is {_listed(hollow)}."))
    return tuple((_capital(full), _capital(hollow)) for full, hollow in found)


def statement(graph: SceneGraph, taxonomy: Taxonomy) -> str:
    """All statements of a scene as one text."""
    return " ".join(full for full, _ in statements(graph, taxonomy))


def _relation(graph: SceneGraph, source: str, phrase: str, target: str, taxonomy: Taxonomy) -> Pair:
    first, second = _thing(graph, source, taxonomy), _thing(graph, target, taxonomy)
    noun, word = taxonomy.noun.get(graph.names[source]), taxonomy.relation.get(phrase)
    return (
        f"{first[0]} {_verb(word, phrase, noun)} {second[0]}.",
        f"{first[1]} {_verb(word, phrase, None)} {second[1]}.",
    )


def _verb(word: RelationWord | None, phrase: str, noun: Noun | None) -> str:
    many = noun is not None and noun.number == "plural"
    if word is not None and word.form == "clause":
        return word.plural if many and word.plural else phrase
    return f"{'are' if many else 'is'} {phrase}"


def _thing(graph: SceneGraph, id: str, taxonomy: Taxonomy) -> Pair:
    """An object with its attributes after its article, in full and hollow."""
    name = graph.names[id]
    noun = taxonomy.noun.get(name)
    values = [mark.value for mark in graph.attributes_of[id]]
    full = " ".join([*values, name])
    bare = noun is not None and noun.number in ("mass", "plural")
    return (f"some {full}" if bare else indefinite(full)), indefinite(" ".join([*values, "thing"]))


def _listed(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
