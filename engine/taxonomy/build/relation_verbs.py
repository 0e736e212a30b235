"""Relations from WordNet's transitive verbs, all behind a switch: "grinding", "ground by", "grinds".

Only verbs whose use with an object was met in running text are taken. Try it:
`python -c "from engine.taxonomy.build import relations, wordnet; print(len(relations.rows(wordnet.read())))"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.taxonomy.build.conjugate import Conjugation
from engine.taxonomy.build.relation_lists import Row
from engine.taxonomy.build.wordnet import Synset, WordNet

# Category of WordNet -> our kind, and whether a picture shows it.
KINDS = {
    "verb.contact": ("contact", True), "verb.motion": ("motion", True), "verb.consumption": ("action", True),
    "verb.creation": ("action", True), "verb.competition": ("social", False), "verb.perception": ("perception", True),
    "verb.body": ("action", True), "verb.change": ("action", False), "verb.possession": ("social", False),
    "verb.social": ("social", False), "verb.communication": ("social", False), "verb.cognition": ("mental", False),
    "verb.emotion": ("emotional", False), "verb.stative": ("functional", False),
}  # fmt: skip
# wninput(5WN): 8 Somebody ----s something, 9 somebody ----s somebody, 10 something ----s somebody, 11 something ----s something.
FRAMES = {8: ("who", "what"), 9: ("who", "whom"), 10: ("it", "whom"), 11: ("it", "what")}
MET, TRANSITIVE = 2, 0.6
"""A verb must have been met so often with an object, and in such a share of its uses."""
PARTICLES = frozenset("up down off out in over away back around along through apart aside".split())
FEWER = ("state", "clause")
"""Verbs without a participle (nobody is owning a dog), and those without a passive as well (nobody is lacked)."""
PASSIVE_PARTICLES = frozenset("up down off out in away back apart aside".split())


@dataclass
class Verb:
    """A lemma with what its uses with an object say; the one met most decides the category."""

    lemma: str
    count: int = 0
    all_uses: int = 0
    best: int = -1
    category: str = ""
    frames: set[int] = field(default_factory=set)


def verbs(wordnet: WordNet, known: Mapping[str, tuple[str, ...]], listed: Mapping[str, str]) -> Iterator[Row]:
    """Rows of every verb; `listed` maps a verb to its switch, to `state` or `clause` (fewer forms), or to `-` for never."""
    forms = Conjugation(wordnet.exceptions["v"])
    for verb in sorted(_collected(wordnet).values(), key=lambda v: (-v.count, v.lemma)):
        if verb.count >= MET and verb.count >= TRANSITIVE * verb.all_uses:
            said = listed.get(verb.lemma) or listed.get(verb.lemma.split()[0], "")
            if said != "-":
                yield from _rows(verb, forms, known, said)


def _collected(wordnet: WordNet) -> dict[str, Verb]:
    found: dict[str, Verb] = {}
    for synset in wordnet.synset.values():
        if synset.pos == "v":
            for place, word in enumerate(synset.words, start=1):
                if _usable(word, synset):
                    frames = {frame for frame, of in synset.frames if of in (0, place)} & FRAMES.keys()
                    _add(found.setdefault(word, Verb(word)), synset, frames, wordnet.count(word, synset.id))
    return found


def _usable(word: str, synset: Synset) -> bool:
    """Plain words in British spelling, with a particle at most."""
    rest = word.split()[1:]
    british = (word.replace("ize", "ise"), word.replace("or", "our"), word.replace("yze", "yse"))
    return (
        word.replace(" ", "").isalpha()
        and word.islower()
        and len(rest) <= 1
        and all(particle in PARTICLES for particle in rest)
        and not any(other != word and other in synset.words for other in british)
    )


def _add(verb: Verb, synset: Synset, frames: set[int], count: int) -> None:
    verb.all_uses += count
    if frames and synset.lexname in KINDS:
        verb.count += count
        if count > verb.best:
            verb.best, verb.category, verb.frames = count, synset.lexname, frames


def _switch(verb: Verb, listed: str) -> str:
    if listed not in ("", *FEWER):
        return listed
    return "rare" if KINDS[verb.category][1] else "abstract"


def _rows(verb: Verb, forms: Conjugation, known: Mapping[str, tuple[str, ...]], listed: str) -> Iterator[Row]:
    lemma = verb.lemma
    subjects, objects = _subjects(verb, known), _objects(verb, known)
    weight = round(min(1.0, 0.2 + verb.count / 50), 2)
    row = Row(
        forms.ing(lemma), KINDS[verb.category][0], subjects=subjects, objects=objects, weight=weight,
        switch=_switch(verb, listed),
    )  # fmt: skip
    if listed not in FEWER:
        yield row
    if listed != "clause" and (" " not in lemma or lemma.split()[1] in PASSIVE_PARTICLES):
        yield replace(row, phrase=f"{forms.participle(lemma)} by", subjects=objects, objects=subjects)
    yield replace(row, phrase=forms.third(lemma), form="clause", plural=lemma, base=lemma)


def _subjects(verb: Verb, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Who does it: things where only they can, otherwise people and what is like them."""
    if any(FRAMES[frame][0] == "who" for frame in verb.frames):
        return known["handed"]
    return ("artifact", "nature", "living")


def _objects(verb: Verb, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """To whom or what: somebody where only they can be, otherwise what the category is about."""
    if all(FRAMES[frame][1] == "whom" for frame in verb.frames):
        return known["handed"] if verb.category in ("verb.social", "verb.communication") else known["animate"]
    match verb.category:
        case "verb.consumption":
            return ("food", "drink")
        case "verb.creation":
            return ("artifact", "food", "!vehicle", "!structure")
        case "verb.contact" | "verb.body" | "verb.change":
            return known["gear"] + ("textile", "clothing", "furniture", "food", "vehicle", "plant")
        case "verb.possession":
            return known["gear"] + ("clothing", "jewellery", "vehicle", "animal", "food")
        case "verb.perception":
            return ("thing", "!abstract", "!substance")
        case _:
            return known["solid"]
