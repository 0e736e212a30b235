"""Plan: which relations are said of which thing, in which order, and how many of them fit into one sentence.

Try it: `python -m pytest tests/engine/test_caption.py -q`.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from engine.caption.cast import Cast, Thing
from engine.graph import Relation, SceneGraph
from engine.taxonomy import RelationWord

WORDS = 26
"""About how many words a sentence may have."""
VERB = 4
"""About how many words there are in "is next to" and "is on the far side of"."""


def by_source(graph: SceneGraph) -> dict[str, list[Relation]]:
    """Object id -> the relations that are said of it."""
    found: dict[str, list[Relation]] = {item.id: [] for item in graph.objects}
    for link in graph.relations:
        found[link.source].append(link)
    return found


def reading_order(graph: SceneGraph) -> list[str]:
    """Sources before targets, the first in the graph first; where relations lead in circles, the order of the graph."""
    ids = [item.id for item in graph.objects]
    if not graph.relations:
        return ids
    place = {id: i for i, id in enumerate(ids)}
    before = [0] * len(ids)
    after: list[list[int]] = [[] for _ in ids]
    for link in graph.relations:
        target = place[link.target]
        before[target] += 1
        after[place[link.source]].append(target)
    ready = [i for i, count in enumerate(before) if not count]
    found: list[str] = []
    while ready:
        at = heapq.heappop(ready)
        found.append(ids[at])
        for target in after[at]:
            before[target] -= 1
            if not before[target]:
                heapq.heappush(ready, target)
    return found if len(found) == len(ids) else ids


def is_clause(link: Relation, words: Mapping[str, RelationWord]) -> bool:
    """Whether the phrase is a verb of its own ("chases") and needs no "is"."""
    word = words.get(link.phrase)
    return word is not None and word.form == "clause"


def take(
    cast: Cast, source: Thing, links: list[Relation], *, spent: int = 0, all_at_once: bool = False
) -> list[Relation]:
    """Remove from `links` what the next sentence says: phrases together, verbs together, or one of each.

    One of each needs the "is" that fragments lack; `spent` words are in the sentence already.
    """
    words = cast.taxonomy.relation
    if all_at_once and not any(is_clause(link, words) for link in links):
        taken, links[:] = list(links), []
        return taken
    phrases = [link for link in links if not is_clause(link, words)]
    verbs = [link for link in links if is_clause(link, words)]
    both = len(phrases) == 1 and len(verbs) == 1 and not cast.bare
    wanted = [*phrases, *verbs] if both else phrases or verbs
    taken = _fitting(cast, source, wanted, spent)
    links[:] = [link for link in links if link not in taken]
    return taken


def _fitting(cast: Cast, source: Thing, links: Sequence[Relation], spent: int) -> list[Relation]:
    """The first few of the links that make a sentence of bearable length; at least one."""
    left, count = WORDS - spent - source.cost, 0
    for link in links[: cast.manner.links]:
        left -= VERB + cast.of[link.target].cost
        if left < 0 and count:
            break
        count += 1
    return list(links[:count])


def cost(cast: Cast, source: Thing, links: Sequence[Relation]) -> int:
    """About how many words a sentence with these relations has."""
    return source.cost + sum(VERB + cast.of[link.target].cost for link in links)
