"""Finds the nouns under a topic: a kind of thing, a noun, a synset, or any word of the hypernyms.

Try it: `python -c "from engine.taxonomy import load, topics; print(sorted(topics.under(load('pocket'), ['plants'])))"`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from engine.errors import TaxonomyError, closest, join_or, show
from engine.taxonomy import Noun, Taxonomy, forms


def under(taxonomy: Taxonomy, topics: Iterable[str]) -> frozenset[str]:
    """The names of the nouns under any of these topics.

    A topic is a kind of thing, a noun (singular or plural), a synset, any word of the hypernyms, or a sense that
    nouns have in their notes. Raises `TaxonomyError` with the closest ones for a topic that nothing is under.
    """
    finders: tuple[Callable[[Taxonomy, str], frozenset[str]], ...] = (_of_kind, _of_synsets, _of_sense)
    found: set[str] = set()
    for topic in topics:
        word = " ".join(topic.replace("_", " ").split())
        names = frozenset[str]().union(*(find(taxonomy, word) for find in finders))
        if not names:
            raise TaxonomyError(
                f"{show(topic)} is not a topic of the {taxonomy.name} taxonomy. {_near(taxonomy, word)}"
            )
        found |= names
    return frozenset(found)


def _of_kind(taxonomy: Taxonomy, topic: str) -> frozenset[str]:
    above = {kind: taxonomy.above(kind) for kind in dict.fromkeys(noun.kind for noun in taxonomy.nouns)}
    fits = {kind for kind, line in above.items() if any(topic in (name, forms.plural(name)) for name in line)}
    return frozenset(noun.name for noun in _meant(taxonomy) if noun.kind in fits)


def _of_sense(taxonomy: Taxonomy, topic: str) -> frozenset[str]:
    found = frozenset(noun.name for noun in _meant(taxonomy) if noun.sense == topic)
    name = topic if topic in taxonomy.noun else taxonomy.singular.get(topic)
    return found | {name} if name else found


def _of_synsets(taxonomy: Taxonomy, topic: str) -> frozenset[str]:
    spelled = {topic, taxonomy.singular.get(topic, topic)}
    tops = {synset for synset, (_, words) in taxonomy.hypernyms.items() if synset == topic or spelled & set(words)}
    tops |= {noun.synset for noun in taxonomy.nouns if noun.name in spelled and noun.synset}
    if not tops:
        return frozenset()
    below = _below(taxonomy, tops)
    return frozenset(noun.name for noun in _meant(taxonomy) if noun.synset in below)


def _meant(taxonomy: Taxonomy) -> Iterable[Noun]:
    """The nouns that are drawn, and of the other spellings the usual sense: a harrier that is on is a dog, no bird."""
    if not taxonomy.kinds:
        return taxonomy.nouns
    on = {noun.name for noun in taxonomy.nouns if taxonomy.is_on(noun.switch)}
    usual = taxonomy.noun
    return (n for n in taxonomy.nouns if taxonomy.is_on(n.switch) or (n.name not in on and usual[n.name] is n))


def _below(taxonomy: Taxonomy, tops: Iterable[str]) -> set[str]:
    """The synsets and all that hang under them."""
    children: dict[str, list[str]] = defaultdict(list)
    for synset, (parent, _) in taxonomy.hypernyms.items():
        if parent is not None:
            children[parent].append(synset)
    found, todo = set[str](), list(tops)
    while todo:
        synset = todo.pop()
        if synset not in found:
            found.add(synset)
            todo += children[synset]
    return found


def _near(taxonomy: Taxonomy, topic: str) -> str:
    known = {*taxonomy.kinds, *(noun.kind for noun in taxonomy.nouns), *taxonomy.noun}
    known |= {word for _, words in taxonomy.hypernyms.values() for word in words}
    return hint(topic, sorted(known))


def hint(word: str, known: Iterable[str]) -> str:
    """What a message suggests instead of a word that nobody knows."""
    known = tuple(known)
    near = closest(word, known)
    return f"Did you mean {join_or(near)}?" if near else f"Known ones: {', '.join(known[:12])}."
