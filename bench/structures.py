"""How fast structures are counted, listed and drawn on this machine, each beside its aim; some twenty seconds.

Run: `python -m bench.structures`. Times are processor seconds of one core, set-up apart where a line says so.
"""

import random
import statistics
import time

from engine.structure import Structure, StructureQuery, census, contains, count, draw, drawer, embeddings, listing

SEED = Structure((1, 0, 0, 0, 0), ((0, 1), (1, 2), (0, 3), (3, 4)))
LARGE = {"complexity": 60, "objects": (20, 20)}


def seconds(action):
    """Processor seconds of the action, and what it returned."""
    start = time.process_time()
    found = action()
    return time.process_time() - start, found


def counting():
    """Counts by formula, and one estimate: rows of (what, measured, unit, aim, remark), as all parts here yield."""
    spent, numbers = seconds(lambda: [count(StructureQuery(complexity=c)) for c in range(1, 19)])
    yield "count complexity 1 to 18", spent, "s", "<= 60", f"{numbers[-1]:,}"
    connected = StructureQuery(complexity=18, components=(1, 1))
    spent, number = seconds(lambda: count(connected))
    yield "count the connected ones of 18", spent, "s", "", f"{number:,}"
    spent, number = seconds(lambda: count(StructureQuery(**LARGE, components=(2, 4))))
    yield "count 60 with 20 objects, 2-4 components", spent, "s", "", f"{number:.3g}"
    spent, found = seconds(lambda: census(StructureQuery(complexity=20, max_degree=3)))
    yield "estimate 20 with degree 3", spent, "s", "", f"{found.low:,} to {found.high:,}, {found.note}"


def listed():
    """Lists of every structure, with their number."""
    spent, number = seconds(lambda: sum(1 for _ in listing(StructureQuery(complexity=12))))
    yield "list complexity 12, table not yet built", spent, "s", "", f"{number:,}"
    spent, number = seconds(lambda: sum(1 for _ in listing(StructureQuery(complexity=11, seed=SEED))))
    yield "list complexity 11 with a seed of 5 objects", spent, "s", "", f"{number:,}"


def rates():
    """Structures of complexity 8 drawn per second, one call at a time."""
    query, rng = StructureQuery(complexity=8), random.Random(1)
    found, named = drawer(query), drawer(query, labelled=True)
    for what, aim, action in (
        ("draw, complexity 8", ">= 20,000", lambda: draw(query, rng)),
        ("drawer, complexity 8", ">= 1,000,000", lambda: found(rng)),
        ("drawer, complexity 8, labelled", "", lambda: named(rng)),
    ):
        spent, _ = seconds(lambda action=action: [action() for _ in range(300_000)])
        yield what, 300_000 / spent, "/s", aim, ""


def large():
    """Milliseconds a draw at 18 and beyond, over the first 200."""
    for what, query, labelled in (
        ("complexity 18", StructureQuery(complexity=18), False),
        ("60 with 20 objects", StructureQuery(**LARGE), False),
        ("60 with 20 objects, labelled", StructureQuery(**LARGE), True),
        ("60 with 20 objects, connected", StructureQuery(**LARGE, components=(1, 1)), False),
        ("60 with 20 objects, 4-8 components", StructureQuery(**LARGE, components=(4, 8)), False),
        ("20 with a seed of 5 objects, degree 5", StructureQuery(complexity=20, seed=SEED, max_degree=5), False),
    ):
        setup, found = seconds(lambda query=query, labelled=labelled: drawer(query, labelled=labelled))
        rng = random.Random(5)
        spent = [seconds(lambda found=found, rng=rng: found(rng))[0] * 1e3 for _ in range(200)]
        note = f"set-up {setup:.2f} s, median {statistics.median(spent):.2f}, largest {max(spent):.0f}"
        yield f"draw {what}, mean of the first 200", statistics.mean(spent), "ms", "<= 100", note


def placing():
    """Milliseconds to find a seed graph in a larger one, and to list all its places."""
    rng, query = random.Random(3), StructureQuery(complexity=40, objects=(14, 14))
    shapes = [draw(query, rng) for _ in range(100)]
    spent, found = seconds(lambda: sum(contains(shape, SEED) for shape in shapes))
    yield "find a seed of 5 objects in 14", spent * 1e3 / 100, "ms", "<= 450", f"there in {found} of 100"
    spent, found = seconds(lambda: sum(1 for shape in shapes for _ in embeddings(shape, SEED)))
    yield "all its placements", spent * 1e3 / 100, "ms", "<= 450", f"{found / 100:.1f} on average"


def main():
    """Print every row as soon as it is measured."""
    print(f"{'what':<58} {'measured':>14}      {'aim':<14} remarks")
    for part in (listed, counting, rates, large, placing):
        for what, value, unit, aim, note in part():
            print(f"{what:<58} {value:>14,.3f} {unit:<4} {aim:<14} {note}", flush=True)


if __name__ == "__main__":
    main()
