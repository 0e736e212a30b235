"""Random structures that meet a query, each class with exactly the same probability, at any size.

Try it: `python -c "from engine.structure import *; import random; print(draw(StructureQuery(complexity=18), random))"`.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable
from functools import lru_cache

from engine.errors import ConstraintError
from engine.structure.bounds import accepted, components_matter, in_table, sizes_of, without_formula
from engine.structure.canonical import Structure, canonical
from engine.structure.connected import ConnectedSampler
from engine.structure.counting import census_of, components_of
from engine.structure.layers import Sampler
from engine.structure.matching import labellings, matching
from engine.structure.query import StructureQuery

Drawer = Callable[[random.Random], Structure]

# `max_degree` and `seed` have no formula: beyond the table, draws that miss them are drawn again, so often.
DRAW_LIMIT = 5_000


def draw(query: StructureQuery, rng: random.Random, *, labelled: bool = False) -> Structure:
    """A random structure that meets the query, each class with exactly the same probability.

    With `labelled` each graph on named objects is equally likely instead: a class weighs objects! / automorphisms
    (attributes stay without names), so shapes of many objects and little symmetry come up more often. Reaches
    complexity 60 with 20 objects; above 12, `max_degree` and `seed` are met by drawing again, which stays uniform.
    Raises ConstraintError as `count` does for what is impossible, and if 5,000 draws in a row miss those two.
    """
    return _drawer(query, labelled)(rng)


def drawer(query: StructureQuery, *, labelled: bool = False) -> Drawer:
    """`draw` with everything looked up once, for loops: takes a generator and gives what `draw` would.

    Raises ConstraintError at once for what is impossible. To complexity 12 a call takes a fraction of a microsecond.
    """
    return _drawer(query, labelled)


@lru_cache(maxsize=64)
def _drawer(query: StructureQuery, labelled: bool) -> Drawer:
    if not in_table(query):
        return _any(query, labelled)
    found = [row.structure for row in matching(query)]
    return _one_of(found, labellings(query)) if labelled else _one_of(found)


def _one_of(found: list[Structure], limits: tuple[int, ...] | None = None) -> Drawer:
    """Draws from a list; `limits` are running totals of weights. Written out, because corpora draw millions."""
    number = limits[-1] if limits else len(found)
    bits = (number - 1).bit_length()

    def place(rng: random.Random) -> int:
        at = rng.getrandbits(bits)
        while at >= number:
            at = rng.getrandbits(bits)
        return at

    def equal(rng: random.Random) -> Structure:
        at = rng.getrandbits(bits)
        while at >= number:
            at = rng.getrandbits(bits)
        return found[at]

    return equal if limits is None else lambda rng: found[bisect(limits, place(rng))]


def _any(query: StructureQuery, labelled: bool) -> Drawer:
    """Draws at any size."""
    plain, hard = unsorted(query, labelled=labelled), without_formula(query)

    def accepting(rng: random.Random) -> Structure:
        for _ in range(DRAW_LIMIT):
            shape = plain(rng)
            if not hard or accepted(shape, query):
                return canonical(shape.attributes, shape.arcs)
        raise _too_rare(query, " and ".join(hard))

    return accepting


def unsorted(query: StructureQuery, *, labelled: bool = False) -> Drawer:
    """Draws that meet all of the query but `max_degree` and `seed`, not sorted into canonical form."""
    sizes, most = sizes_of(query), query.max_attributes_per_object
    sampler: Sampler | ConnectedSampler
    if query.components is not None and components_matter(query):
        numbers = components_of(sizes, most, labelled)
        whole = Sampler(census_of(sizes, most), (), labelled=labelled)
        sampler = ConnectedSampler(whole, numbers, sizes, query.components)
    else:
        sampler = Sampler(census_of(sizes, most), sizes, labelled=labelled)

    def plain(rng: random.Random) -> Structure:
        attributes, arcs = sampler.draw(rng)
        return Structure(tuple(attributes), tuple(arcs))

    return plain


def _too_rare(query: StructureQuery, names: str) -> ConstraintError:
    return ConstraintError(
        f"Of {DRAW_LIMIT} structures of complexity {query.largest_complexity} none met {names}: "
        f"such structures are too rare to be found, so widen {names} or lower the complexity."
    )
