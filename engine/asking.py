"""How questions begin and agree: is and are, does and do, "a dog", "any water", "any scissors".

Try it: `python -c "from engine.asking import *; print(there('dog'), there('water', 'mass'), agreed('What has {the}?', True))"`.
"""

from __future__ import annotations

from functools import lru_cache

from engine.taxonomy import RelationWord, Taxonomy
from engine.wording import indefinite, number, ordered, plural_phrase

Pairs = tuple[tuple[str, str], ...]
COUNT = "count"
_VERBS = (("is", "are"), ("Is", "Are"), ("does", "do"), ("has", "have"))
_STRICT = ("smaller", "larger")


def number_of(name: str, taxonomy: Taxonomy) -> str:
    """How English counts this object: `count`, `mass` or `plural`; words nobody typed are counted."""
    noun = taxonomy.noun.get(name)
    return noun.number if noun else COUNT


def phrase(name: str, marks: Pairs, taxonomy: Taxonomy) -> str:
    """`large red dog`."""
    if not marks:
        return name
    if len(marks) == 1:
        return f"{marks[0][1]} {name}"
    return " ".join([*(value for _, value in ordered(marks, taxonomy)), name])


def many(n: int, name: str, marks: Pairs, taxonomy: Taxonomy) -> str:
    """`two large red dogs`."""
    if not marks:
        noun = taxonomy.noun.get(name)
        return f"{number(n)} {noun.plural if noun else name + 's'}"
    return f"{number(n)} {plural_phrase(name, marks, taxonomy)}"


def some(words: str, counted: str = COUNT) -> str:
    """`a dog`, `any water`, `any scissors`."""
    return indefinite(words) if counted == COUNT else f"any {words}"


def there(words: str, counted: str = COUNT) -> str:
    """`Is there a dog`, `Is there any water`, `Are there any scissors`."""
    return f"{'Are' if counted == 'plural' else 'Is'} there {some(words, counted)}"


def be(counted: str) -> str:
    """`Is`, or `Are` for scissors."""
    return "Are" if counted == "plural" else "Is"


def do(counted: str) -> str:
    """`Does`, or `Do` for scissors."""
    return "Do" if counted == "plural" else "Does"


@lru_cache(maxsize=4096)
def agreed(question: str, plural: bool) -> str:
    """The question of an attribute kind for a thing that is said like a plural: "What colour are {the}?"."""
    if plural:
        for one, more in _VERBS:
            if f"{one} {{the}}" in question:
                return question.replace(f"{one} {{the}}", f"{more} {{the}}", 1)
    return question


def clause(word: RelationWord | None) -> bool:
    """Whether the relation is said with a verb of its own, "chases"."""
    return word is not None and word.form == "clause"


def one_way(word: RelationWord | None) -> bool:
    """Whether the relation cannot hold in both directions at once: it wants the source smaller, or larger."""
    return word is not None and (word.axis is not None or word.fit in _STRICT)
