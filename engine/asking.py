"""How questions begin and agree: is and are, does and do, "a dog", "any water", "any scissors".

Try it: `python -c "from engine.asking import *; print(there('dog'), there('water', 'mass'), agreed('What has {the}?', 'the cups', True))"`.
"""

from __future__ import annotations

from functools import lru_cache

from engine.taxonomy import RelationWord, Taxonomy
from engine.wording import indefinite, number, ordered, plural_phrase

Pairs = tuple[tuple[str, str], ...]
COUNT = "count"
SHOWS = 'Does this figure show "{caption}"? Please answer yes or no.'
"""What VQAScore asks about a whole caption (arXiv 2404.01291), word for word."""
_VERBS = {"is": "are", "Is": "Are", "does": "do", "Does": "Do", "has": "have", "was": "were"}
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
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
def frame(question: str) -> tuple[str, str, str]:
    """The question of an attribute kind, cut: before its verb, the verb that agrees with the thing, behind the thing.

    "What colour is {the}?" -> "What colour ", "is", "?"; where no verb stands before the thing, the verb is empty.
    """
    before, _, behind = question.partition("{the}")
    for verb in _VERBS:
        if before.endswith(f"{verb} ") and not before[: -len(verb) - 1].endswith(tuple(_LETTERS)):
            return before[: -len(verb) - 1], verb, behind
    return before, "", behind


def agreed(question: str, the: str, plural: bool) -> str:
    """The question of an attribute kind about `the dog`, or about `the scissors`: "What colour are the scissors?"."""
    before, verb, behind = frame(question)
    if not verb:
        return f"{before}{the}{behind}"
    return f"{before}{_VERBS[verb] if plural else verb} {the}{behind}"


def clause(word: RelationWord | None) -> bool:
    """Whether the relation is said with a verb of its own, "chases"."""
    return word is not None and word.form == "clause"


def one_way(word: RelationWord | None) -> bool:
    """Whether the relation cannot hold in both directions at once: it wants the source smaller, or larger."""
    return word is not None and (word.axis is not None or word.fit in _STRICT)
