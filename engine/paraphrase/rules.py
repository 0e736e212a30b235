"""Rewordings without a model: synonyms, another order and voice, merging; each is a caption of a graph that says the same.

Try it: `python cli.py paraphrase scenes.jsonl --level 3 --seed 2`.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from engine.caption import Style, caption
from engine.errors import ConstraintError
from engine.graph import Relation, SceneGraph
from engine.paraphrase import synonyms
from engine.taxonomy import Taxonomy

LEVELS = (1, 2, 3)
PHRASINGS = 12


def reworded(graph: SceneGraph, taxonomy: Taxonomy, *, level: int, seed: int) -> tuple[str, SceneGraph]:
    """A caption in other words, and the graph that it is a caption of (relations may run the other way).

    1 exchanges words; 2 also turns relations around and chooses another phrasing; 3 also another length.
    Raises `ConstraintError` for another level.
    """
    if level not in LEVELS:
        raise ConstraintError(f"There is no level {level} of rewording. Choose 1, 2 or 3.")
    rng = random.Random(f"paraphrase/{seed}/{level}/{graph.hash}")
    style = Style()
    if level >= 2:
        graph = _turned(graph, taxonomy, rng)
        style = Style("plain", rng.randrange(1, PHRASINGS))
    if level == 3:
        style = Style(rng.choice(("rich", "terse")), style.phrasing)
    text = caption(graph, taxonomy, style).text
    return _exchanged(text, graph, taxonomy, rng), graph


def _turned(graph: SceneGraph, taxonomy: Taxonomy, rng: random.Random) -> SceneGraph:
    """Half of the relations that have an inverse said from the other end, and the objects in another order."""
    links = list(graph.relations)
    for i, link in enumerate(links):
        inverse = synonyms.INVERSES.get(link.phrase)
        word = taxonomy.relation.get(inverse or "")
        taken = {(other.source, other.phrase, other.target) for other in links}
        if word is not None and rng.random() < 0.5 and (link.target, word.phrase, link.source) not in taken:
            links[i] = Relation(link.target, link.source, word.kind, word.phrase)
    objects = list(graph.objects)
    rng.shuffle(objects)
    return replace(graph, objects=tuple(objects), relations=tuple(links))


def _exchanged(text: str, graph: SceneGraph, taxonomy: Taxonomy, rng: random.Random) -> str:
    """Some words for others that mean the same; articles follow."""
    pairs: list[tuple[str, tuple[str, ...]]] = []
    pairs += [(link.phrase, synonyms.phrases(link.phrase)) for link in graph.relations]
    pairs += [(mark.value, synonyms.values(mark.value)) for mark in graph.attributes]
    pairs += [(item.name, synonyms.names(item.name, taxonomy)[:1]) for item in graph.objects]
    for word, others in sorted(dict(pairs).items(), key=lambda pair: -len(pair[0])):
        if others and rng.random() < 0.7:
            text = _replaced(text, word, rng.choice(others))
    return text


def _replaced(text: str, word: str, other: str) -> str:
    from engine.wording import article

    def put(found: re.Match[str]) -> str:
        before, said = found.group(1) or "", found.group(2)
        new = other[:1].upper() + other[1:] if said[:1].isupper() else other
        if not before:
            return new
        right = article(other)
        return f"{right.capitalize() if before[0].isupper() else right} {new}"

    return re.sub(rf"(?:\b(an?)\s)?\b({re.escape(word)})\b", put, text, flags=re.IGNORECASE)
