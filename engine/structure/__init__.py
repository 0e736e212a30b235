"""What shapes a scene graph can have: count, list and draw structures exactly, up to renaming of the objects.

Small queries are answered from a table of all classes, larger ones by formula; callers see no difference.
Try it: `python -m engine.structure 8` prints 193, the number of classes of complexity 8.
"""

from __future__ import annotations

from engine.structure.bounds import COMPLEXITY_LIMIT, OBJECT_LIMIT
from engine.structure.canonical import Structure, canonical
from engine.structure.cells import Strata, strata
from engine.structure.counting import count
from engine.structure.drawing import draw, drawer
from engine.structure.embed import contains, embeddings
from engine.structure.estimate import Count, census
from engine.structure.order import listing, rank, unrank
from engine.structure.query import StructureQuery
from engine.structure.table import TABLE_LIMIT

__all__ = [
    "COMPLEXITY_LIMIT",
    "OBJECT_LIMIT",
    "TABLE_LIMIT",
    "Count",
    "Strata",
    "Structure",
    "StructureQuery",
    "canonical",
    "census",
    "contains",
    "count",
    "draw",
    "drawer",
    "embeddings",
    "listing",
    "rank",
    "strata",
    "unrank",
]
