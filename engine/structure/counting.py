"""How many structures meet a query, exactly: from the table to complexity 12, by formula beyond.

Try it: `python -c "from engine.structure import *; print(count(StructureQuery(complexity=18)))"` prints 5987777.
"""

from __future__ import annotations

from functools import lru_cache

from engine.errors import ConstraintError
from engine.structure.bounds import components_matter, in_table, sizes_of, without_formula
from engine.structure.burnside import Census
from engine.structure.components import Components
from engine.structure.matching import labellings, matching
from engine.structure.query import Size, StructureQuery
from engine.structure.table import TABLE_LIMIT


def count(query: StructureQuery, *, labelled: bool = False) -> int:
    """How many classes of structures meet the query, exactly; with `labelled`, graphs on objects that have names.

    To complexity 12 every query is answered; from there to complexity 60 with at most 20 objects those without a
    `max_degree` and a `seed` that exclude something: these have no formula, and `census` estimates them.
    Raises ConstraintError if nothing meets the query (saying what excludes what, and the nearest that is possible)
    or if it is beyond reach.
    """
    if in_table(query):
        return labellings(query)[-1] if labelled else len(matching(query))
    if names := " and ".join(without_formula(query)):
        raise ConstraintError(
            f"With {names}, structures are counted exactly to complexity {TABLE_LIMIT}, and this query reaches "
            f"{query.largest_complexity}: lower the complexity, leave out {names}, or ask for an estimate."
        )
    return formula(query, labelled=labelled)


def formula(query: StructureQuery, *, labelled: bool = False) -> int:
    """The number by formula at any size, whatever `max_degree` and `seed` exclude of it."""
    sizes = sizes_of(query)
    if query.components is not None and components_matter(query):
        numbers = components_of(sizes, query.max_attributes_per_object, labelled)
        return sum(numbers.number(size, query.components) for size in sizes)
    census = census_of(sizes, query.max_attributes_per_object)
    return sum(census.labelled(*size) if labelled else census.classes(*size) for size in sizes)


def census_of(sizes: tuple[Size, ...], max_attributes_per_object: int | None) -> Census:
    """The numbers for these sizes; what was computed for others is kept."""
    relations = max(relations for _, relations, _ in sizes)
    return _census(sizes[-1][0], relations, max_attributes_per_object)


@lru_cache(maxsize=4)
def _census(objects: int, relations: int, max_attributes_per_object: int | None) -> Census:
    return Census(objects, relations, max_attributes_per_object=max_attributes_per_object)


@lru_cache(maxsize=4)
def components_of(sizes: tuple[Size, ...], max_attributes_per_object: int | None, labelled: bool) -> Components:
    """The numbers by components for these sizes."""
    return Components(census_of(sizes, max_attributes_per_object), sizes, labelled=labelled)
