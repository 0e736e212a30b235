"""The content hash of a scene graph: the same for every renaming and order of its objects, different for different scenes.

Taken over spellings, attribute values, relation phrases and scene attributes, never senses or kinds, which a caption cannot show.
Try it: `python -c "from engine.hashing import content_hash; print(content_hash([('dog', ('red',))], [], []))"`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import pynauty

SCHEME = "g2:"
"""Says how a hash was made: canonical order by spelling, nauty (pynauty, pinned) among objects that are spelled alike."""
SEPARATOR = "\x1f"
"""Between words; no word of a graph can hold it, since control characters are refused there."""


def content_hash(
    objects: Sequence[tuple[str, Sequence[str]]],
    links: Sequence[tuple[int, str, int]],
    scene: Sequence[tuple[str, str]],
) -> str:
    """`g2:` and 32 hex digits of objects (name, attribute values), links (source, phrase, target) and scene attributes.

    Links name objects by their place in `objects`. Equal for isomorphic scenes, whatever the order they are given in.
    """
    colours = [SEPARATOR.join((name, *sorted(values))) for name, values in objects]
    ranked = sorted(colours)
    rank = {colour: i for i, colour in enumerate(ranked)}
    if len(rank) == len(colours):
        arcs = sorted([f"{rank[colours[s]]}{SEPARATOR}{phrase}{SEPARATOR}{rank[colours[t]]}" for s, phrase, t in links])
    else:
        place = _places(colours, links)
        arcs = sorted([f"{place[s]}{SEPARATOR}{phrase}{SEPARATOR}{place[t]}" for s, phrase, t in links])
    settings = sorted([f"{kind}{SEPARATOR}{value}" for kind, value in scene])
    text = "\n".join((*ranked, "", *arcs, "", *settings))
    return SCHEME + hashlib.sha256(text.encode()).hexdigest()[:32]


def _places(colours: Sequence[str], links: Sequence[tuple[int, str, int]]) -> list[int]:
    """The rank of each object in nauty's canonical order of objects and relations, both coloured by their spelling."""
    vertices = [("o", colour) for colour in colours] + [("r", phrase) for _, phrase, _ in links]
    arcs: dict[int, list[int]] = defaultdict(list)
    for i, (source, _, target) in enumerate(links, start=len(colours)):
        arcs[source].append(i)
        arcs[i].append(target)
    cells = [{v for v, colour in enumerate(vertices) if colour == kind} for kind in sorted(set(vertices))]
    net = pynauty.Graph(len(vertices), directed=True, adjacency_dict=dict(arcs), vertex_coloring=cells)
    order = pynauty.canon_label(net)
    place = [0] * len(vertices)
    for i, vertex in enumerate(order):
        place[vertex] = i
    return place[: len(colours)]
