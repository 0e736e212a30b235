"""Rewordings without a model: synonyms, another order and voice, merging; each is a caption of a graph that says the same.

Try it: `python cli.py paraphrase scenes.jsonl --level 3 --seed 2`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace

from engine.caption import Style, caption
from engine.errors import ConstraintError
from engine.graph import Relation, SceneGraph
from engine.paraphrase import synonyms
from engine.taxonomy import Taxonomy
from engine.wording import article

LEVELS = (1, 2, 3)
PHRASINGS = 12
_TWICE = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)


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
    chosen = {word: rng.choice(others) for word, others in sorted(dict(pairs).items()) if others and rng.random() < 0.7}
    kept = {word: chosen.get(word, word) for word in dict(pairs)}
    new = _replaced(text, kept) if chosen else text
    return text if _doubled(new) > _doubled(text) else new


def _doubled(text: str) -> int:
    return len(_TWICE.findall(text))


def _replaced(text: str, others: Mapping[str, str]) -> str:
    """Every word for its other one at once, the longest where several begin: nothing inside of a longer word changes."""
    words = "|".join(re.escape(word) for word in sorted(others, key=len, reverse=True))

    def put(found: re.Match[str]) -> str:
        before, said = found.group(1) or "", found.group(2)
        other = others.get(said) or others.get(said[:1].lower() + said[1:]) or said
        new = other[:1].upper() + other[1:] if said[:1].isupper() else other
        if not before:
            return new
        right = article(other)
        return f"{right.capitalize() if before[0].isupper() else right} {new}"

    return re.sub(rf"(?:\b([Aa]n?)\s)?(?<![\w'’-])({words})(?![\w'’-])", put, text, flags=re.IGNORECASE)
