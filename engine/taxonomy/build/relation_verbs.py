"""Relations from WordNet's transitive verbs: "chasing", "chased by", "chases"; frames and categories say who does what.

Try it: `python -m pytest tests/engine/taxonomy/test_build_relations.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.taxonomy.build.conjugate import Conjugation
from engine.taxonomy.build.relation_lists import Row
from engine.taxonomy.build.wordnet import Synset, WordNet

# Category of WordNet -> our kind, and whether a picture shows it.
KINDS = {
    "verb.contact": ("contact", True), "verb.motion": ("motion", True), "verb.consumption": ("consumption", True),
    "verb.creation": ("action", False), "verb.competition": ("competition", False), "verb.perception": ("perception", True),
    "verb.body": ("action", True), "verb.change": ("action", False), "verb.possession": ("social", False),
    "verb.social": ("social", False), "verb.weather": ("motion", False), "verb.communication": ("communication", False),
    "verb.cognition": ("symbolic", False), "verb.emotion": ("emotional", False), "verb.stative": ("functional", False),
}  # fmt: skip
# wninput(5WN): 8 Somebody ----s something, 9 somebody ----s somebody, 10 something ----s somebody, 11 something ----s something.
FRAMES = {8: ("who", "what"), 9: ("who", "whom"), 10: ("it", "whom"), 11: ("it", "what")}
BY_ANIMALS = frozenset({"verb.contact", "verb.motion", "verb.consumption", "verb.perception", "verb.competition"})
COMMON, PHRASAL = 4, 12
"""Tag counts from which a verb, and one of several words, is known to everybody."""
PARTICLES = frozenset(
    "up down off out in on over away back around about along through apart together forth aside by across under after at with "
    "for into onto to from of against upon".split()
)
ON = "on"
BAD_WORDS = frozenset("be have do get make take give go come let use seem become".split())


@dataclass
class _Verb:
    """A lemma with what its transitive senses say, weightiest first."""

    lemma: str
    count: int = 0
    rank: int = 99
    category: str = ""
    frames: set[int] = field(default_factory=set)


def verbs(wordnet: WordNet, known: Mapping[str, tuple[str, ...]], left_out: Mapping[str, str]) -> Iterator[Row]:
    """Rows of every transitive verb; `left_out` maps a verb to the switch it is behind, or to `-` for never."""
    forms = Conjugation(wordnet.exceptions["v"])
    for verb in sorted(_collected(wordnet).values(), key=lambda v: (-v.count, v.lemma)):
        first = left_out.get(verb.lemma.split()[0])
        switch = left_out.get(verb.lemma) or (first if first not in (None, ON) else _switch(verb))
        if switch != "-" and (verb.count or verb.rank == 1 or switch != "rare"):
            yield from _rows(verb, forms, known, "" if switch == ON else switch)


def _collected(wordnet: WordNet) -> dict[str, _Verb]:
    found: dict[str, _Verb] = defaultdict(lambda: _Verb(""))
    for synset in wordnet.synset.values():
        if synset.pos != "v" or synset.lexname not in KINDS:
            continue
        for place, word in enumerate(synset.words, start=1):
            frames = {frame for frame, of in synset.frames if of in (0, place)} & FRAMES.keys()
            if frames and _usable(word):
                _add(found[word], word, synset, frames, wordnet)
    return dict(found)


def _usable(word: str) -> bool:
    first, *rest = word.split()
    return (
        word.replace(" ", "").isalpha()
        and word.islower()
        and first not in BAD_WORDS
        and all(p in PARTICLES for p in rest)
    )


def _add(verb: _Verb, word: str, synset: Synset, frames: set[int], wordnet: WordNet) -> None:
    verb.lemma = word
    count, rank = wordnet.count(word, synset.id), wordnet.rank(word, synset.id)
    if not verb.category or (count, -rank) > (verb.count, -verb.rank):
        verb.count, verb.rank, verb.category, verb.frames = count, rank, synset.lexname, frames


def _switch(verb: _Verb) -> str:
    if not KINDS[verb.category][1]:
        return "abstract"
    return "" if verb.count >= (PHRASAL if " " in verb.lemma else COMMON) and verb.rank <= 2 else "rare"


def _rows(verb: _Verb, forms: Conjugation, known: Mapping[str, tuple[str, ...]], switch: str) -> Iterator[Row]:
    lemma, (kind, _) = verb.lemma, KINDS[verb.category]
    animate = known["animate"]
    subjects = _subjects(verb, known)
    whom = all(FRAMES[frame][1] == "whom" for frame in verb.frames)
    objects = animate if whom else _objects(verb.category, known)
    weight = min(1.0, 0.2 + verb.count / 50)
    row = Row(forms.ing(lemma), kind, subjects=subjects, objects=objects, weight=round(weight, 2), switch=switch)
    yield row
    yield replace(row, phrase=f"{forms.participle(lemma)} by", subjects=objects, objects=subjects)
    yield replace(
        row, phrase=f"being {forms.participle(lemma)} by", subjects=objects, objects=subjects, switch=switch or "rare"
    )
    yield replace(row, phrase=forms.third(lemma), form="clause", plural=lemma, base=lemma)


def _subjects(verb: _Verb, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Who does it: things where only they can, animals as well where they do, otherwise people."""
    if not any(FRAMES[frame][0] == "who" for frame in verb.frames):
        return known["solid"]
    return known["animate"] if verb.category in BY_ANIMALS else ("person",)


def _objects(category: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    match category:
        case "verb.consumption":
            return ("food", "drink")
        case "verb.creation":
            return ("artifact", "food")
        case "verb.perception":
            return ("thing", "!abstract")
        case _:
            return known["solid"]
