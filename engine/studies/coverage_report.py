"""The report of the coverage study: tables by number of objects and complexity, reasons, kinds that fail, plots.

Try it: `python cli.py study coverage --out report`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from engine.disk import to_json
from engine.studies.captions_report import share
from engine.studies.coverage import ENCODER, PASSES, PLAUSIBLE, Case, Settings, figures
from engine.studies.plots import Point, Series, lines
from engine.studies.sheet import Sheet, table
from engine.studies.votes import Votes
from engine.taxonomy import Taxonomy

Row = Mapping[str, Any]
UNRATED = "not rated"
SHOWN = 4


def report(cases: Sequence[Case], taxonomy: Taxonomy, settings: Settings, ratings: Votes | None = None) -> Sheet:
    """Everything the study found; the scenes go beside it, ready to be rated."""
    found = figures(cases, taxonomy)
    files = {
        "figures.json": orjson.dumps(found, option=orjson.OPT_INDENT_2),
        "scenes.jsonl": b"".join(to_json(_rated(case)) + b"\n" for case in cases),
    }
    return Sheet("\n".join(_text(cases, found, taxonomy, settings, ratings)), _plots(found), files)


def _rated(case: Case) -> dict[str, Any]:
    return case.line.to_dict() | {"plausibility": case.score}


def _text(
    cases: Sequence[Case], found: Row, taxonomy: Taxonomy, settings: Settings, ratings: Votes | None
) -> Iterator[str]:
    yield f"# Where the {taxonomy.name} taxonomy breaks down\n"
    yield f"{len(cases):,} scenes, {settings.scenes} for each number of objects and mode, seed {settings.seed}; 95 % intervals (Wilson)."
    yield _of_ratings(cases, ratings)
    yield _of_layers(cases)
    for mode, rows in found.items():
        yield f"\n## {mode.capitalize()}\n"
        yield _table("objects", {**rows["objects"], "all": rows["all"]})
        yield ""
        yield _table("complexity", rows["complexity"])
        yield from _reasons(rows["reasons"])
        yield from _kinds(rows["kinds"])
        if rows["repeated"]:
            yield (
                "\nThings that a scene has more than once: "
                + ", ".join(f"{n} ({c})" for n, c in rows["repeated"][:8])
                + "."
            )


def _of_layers(cases: Sequence[Case]) -> str:
    names = list(dict.fromkeys(name for case in cases for name in case.passed))
    if not names:
        return "Nothing judged their plausibility: no layer knows anything of these words."
    return (
        f"Score: the geometric mean of {' and '.join(names)}, 0-1. A layer lets a scene pass from {PASSES} on, plausible is what "
        "all of them let pass, named is the share of elements that a reason against the scene names. Plausible scenes are "
        "filled from the same tables that judge them here: their figures say that the program keeps its own rules at this "
        "size, what people think needs ratings."
    )


def _of_ratings(cases: Sequence[Case], ratings: Votes | None) -> str:
    if ratings is None:
        return "No ratings were given, so nothing here says what people think of these scenes."
    rated = sum(case.rating is not None for case in cases)
    return (
        f"{ratings.count:,} ratings by {ratings.raters} people; {rated:,} of these scenes are rated. "
        f"Rated as plausible: a mean of {PLAUSIBLE} or more of 5."
    )


def _table(what: str, rows: Row) -> str:
    layers = list(dict.fromkeys(name for row in rows.values() for name in row["layers"]))
    judged = ("score", "plausible", *layers, "named") if layers else ()
    head = (what, "n", *judged, "rated as plausible", "repeats", "tokens", f"over {ENCODER}")
    return table(head, [[name, str(row["n"]), *_judged(row, layers), *_cells(row)] for name, row in rows.items()])


def _judged(row: Row, layers: Sequence[str]) -> list[str]:
    """What judged the scenes: mean score, share that every layer passes, share that each one does."""
    if not layers:
        return []
    score = f"{row['score']['mean']:.2f}" if row["score"] else "–"
    named = "–" if row["named"] is None else f"{100 * row['named']:.0f} %"
    return [score, share(row["plausible"]), *(_short(row["layers"].get(name)) for name in layers), named]


def _cells(row: Row) -> list[str]:
    return [
        share(row["rated"], UNRATED),
        _short(row["repeats"]),
        f"{row['tokens']['mean']:.0f}",
        _short(row["over"]),
    ]


def _short(found: Row | None) -> str:
    return "–" if found is None else f"{100 * found['share']:.0f} %"


def _reasons(rows: Sequence[Row]) -> Iterator[str]:
    if rows:
        yield "\nCommonest reasons, by share of the scenes:\n"
    for row in rows:
        yield f"- {_short(row['scenes'])}, {row['layer']}: {row['sort']}, for example: {row['example']}"


def _kinds(parts: Row) -> Iterator[str]:
    for part, rows in parts.items():
        if rows:
            named = ", ".join(f"{row['kind']} {_short(row['named'])} of {row['named']['n']}" for row in rows)
            yield f"\nKinds of {part} that reasons name most: {named}."


def _plots(found: Row) -> dict[str, str]:
    drawings = {}
    for part, across in (("objects", "objects"), ("complexity", "complexity, up to")):
        plausible = [_whiskers(mode, rows[part], "plausible") for mode, rows in found.items()]
        plausible += [_whiskers(f"{mode}, by raters", rows[part], "rated") for mode, rows in found.items()]
        drawings[f"plausible-by-{part}.svg"] = lines(f"Plausible scenes by {part}", across, plausible, shares=True)
        scores = [
            _line(mode, rows[part], lambda row: row["score"] and row["score"]["mean"]) for mode, rows in found.items()
        ]
        drawings[f"score-by-{part}.svg"] = lines(f"Mean plausibility by {part}", across, scores, shares=True)
    for mode, rows in found.items():
        names = dict.fromkeys(name for row in rows["objects"].values() for name in row["layers"])
        passed = [_layer(name, rows["objects"]) for name in names]
        drawings[f"layers-{mode}.svg"] = lines(f"Scenes that pass each layer, {mode}", "objects", passed, shares=True)
    named = [_line(mode, rows["objects"], lambda row: row["named"]) for mode, rows in found.items()]
    drawings["named.svg"] = lines("Elements that a reason names", "objects", named, shares=True)
    over = [_whiskers(mode, rows["objects"], "over") for mode, rows in found.items()]
    drawings["tokens.svg"] = lines(f"Captions beyond the {ENCODER} budget", "objects", over, shares=True)
    return {name: drawing for name, drawing in drawings.items() if "<polyline" in drawing}


def _whiskers(name: str, rows: Row, key: str) -> Series:
    found = [(_x(label), row[key]) for label, row in rows.items() if row[key] is not None]
    return Series(name, tuple(Point(x, row["share"], row["low"], row["high"]) for x, row in found))


def _layer(name: str, rows: Row) -> Series:
    found = [(_x(label), row["layers"].get(name)) for label, row in rows.items()]
    return Series(name, tuple(Point(x, row["share"]) for x, row in found if row is not None))


def _line(name: str, rows: Row, of: Callable[[Row], float | None]) -> Series:
    found = [(_x(label), of(row)) for label, row in rows.items()]
    return Series(name, tuple(Point(x, y) for x, y in found if y is not None))


def _x(label: str) -> float:
    return float(label.rpartition("-")[2])
