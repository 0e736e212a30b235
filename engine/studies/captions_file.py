"""Study of any captions, side by side: length, tokens, diversity, elements, openings, duplicates.

Human-written captions can be set beside ours: the estimated elements are counted the same way in every file.
Try it: `python cli.py study captions scenes.jsonl human.txt`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from engine.studies import textstats
from engine.studies.captions_report import share
from engine.studies.mentions import counted
from engine.studies.plots import Point, Series, lines
from engine.studies.shares import Share
from engine.studies.sheet import Sheet, table
from engine.studies.texts import Collection
from engine.studies.textstats import Diversity, Spread
from engine.taxonomy import Taxonomy
from engine.tokens import budget

SAMPLE = 1000
"""Captions of each file at most over which diversity is measured, the same number for all files."""
ENCODER = "clip"
COMMON = 5
BINS = 12
Row = Mapping[str, Any]
Progress = Callable[[int, int], None]


def study(
    files: Sequence[Collection], taxonomy: Taxonomy, *, seed: int = 0, progress: Progress | None = None
) -> dict[str, Any]:
    """`{"sample": n, "taxonomy": name, "files": {name: row}}`; diversity is over `sample` captions of each file, drawn by seed."""
    sample = min(SAMPLE, *(len(file.told) for file in files)) if files else 0
    rows = {}
    for number, file in enumerate(files):
        name = file.name if file.name not in rows else f"{file.name} ({number + 1})"
        rows[name] = _row(file, taxonomy, sample, seed)
        if progress:
            progress(number + 1, len(files))
    return {"sample": sample, "taxonomy": taxonomy.name, "files": rows}


def _row(file: Collection, taxonomy: Taxonomy, sample: int, seed: int) -> dict[str, Any]:
    texts = file.texts
    chosen = random.Random(f"captions/{seed}").sample(texts, sample)
    words = [float(len(textstats.words(text))) for text in texts]
    parts = [float(len(textstats.words(part))) for text in texts for part in textstats.sentences(text)]
    again = Counter(" ".join(textstats.words(text)) for text in texts)
    begins = Counter(" ".join(textstats.words(text)[: textstats.OPENING]) for text in texts)
    return {
        "format": file.format,
        "n": len(texts),
        "cut": file.cut,
        "words": Spread.of(words).to_dict(),
        "words_per_sentence": Spread.of(parts).to_dict(),
        "tokens": _tokens(texts),
        "diversity": Diversity.of(chosen).to_dict(),
        "duplicates": Share(len(texts) - len(again), len(texts)).to_dict(),
        "common_openings": [[text, count] for text, count in begins.most_common(COMMON)],
        "elements": _exact(file),
        "estimate": _estimate(texts, taxonomy),
        "lengths": _histogram(words),
    }


def _tokens(texts: Sequence[str]) -> dict[str, Any]:
    found = [budget(text, {}, ENCODER) for text in texts]
    over = Share.of(not one.fits for one in found).to_dict()
    numbers = Spread.of([float(one.tokens) for one in found]).to_dict()
    return {"encoder": ENCODER, "exact": all(one.exact for one in found), "over": over, **numbers}


def _exact(file: Collection) -> dict[str, float] | None:
    """Elements per caption by the graphs of the file; null where it has none."""
    graphs = [one.graph for one in file.told if one.graph is not None]
    if not graphs:
        return None
    return _means(
        [(len(g.objects), len(g.attributes), len(g.relations), len({o.name for o in g.objects})) for g in graphs]
    )


def _estimate(texts: Sequence[str], taxonomy: Taxonomy) -> dict[str, float]:
    found = [counted(text, taxonomy) for text in texts]
    return _means([(one.objects, one.attributes, one.relations, one.different) for one in found])


def _means(rows: Sequence[tuple[int, int, int, int]]) -> dict[str, float]:
    names = ("objects", "attributes", "relations", "different_objects")
    return {name: round(sum(row[i] for row in rows) / len(rows), 3) for i, name in enumerate(names)}


def _histogram(values: Sequence[float]) -> list[list[float]]:
    """[length, share of captions] for bins of five words or more."""
    step = max(5, 5 * round(max(values, default=0) / (5 * BINS)))
    bins = Counter(int(value // step) for value in values)
    return [[step * (i + 0.5), round(bins[i] / len(values), 4)] for i in range(max(bins, default=-1) + 1)]


# --- the report -------------------------------------------------------------------------------------------------------


def report(found: Row) -> Sheet:
    """The figures as tables, one row a file, and two plots."""
    return Sheet(
        "\n".join(_text(found)),
        _plots(found["files"]),
        {"figures.json": orjson.dumps(found, option=orjson.OPT_INDENT_2)},
    )


def _text(found: Row) -> Iterator[str]:
    rows: Mapping[str, Row] = found["files"]
    exact = all(row["tokens"]["exact"] for row in rows.values())
    yield "# Captions side by side\n"
    yield "## Length\n"
    yield table(
        (
            "file",
            "captions",
            "words",
            "5-95 %",
            "words a sentence",
            f"{ENCODER} tokens",
            "over the limit",
            "duplicates",
        ),
        [[name, _count(row), *_length(row)] for name, row in rows.items()],
    )
    yield (
        ""
        if exact
        else f"\nTokens are estimated: the tokenizer of {ENCODER} is not installed (instant-clip-tokenizer)."
    )
    yield "\n## Diversity\n"
    yield f"Over {found['sample']} captions of each file, so that the rows can be compared. Lower self-BLEU is more diverse.\n"
    yield table(
        ("file", "distinct-1", "distinct-2", "distinct-3", "self-BLEU", "TTR", "MATTR-50", "openings", "patterns"),
        [[name, *_diversity(row["diversity"])] for name, row in rows.items()],
    )
    yield "\n## Elements per caption\n"
    yield f"Estimates count the longest words of the {found['taxonomy']} taxonomy in a text, the same way in every file: compare"
    yield "estimates with estimates. Where a file has graphs, the exact numbers show how far off that is.\n"
    yield table(
        ("file", "objects", "attributes", "relations", "different objects"),
        [line for name, row in rows.items() for line in _elements(name, row)],
    )
    yield "\n## Commonest openings\n"
    for name, row in rows.items():
        yield f"- {name}: " + ", ".join(f"{text} ({count})" for text, count in row["common_openings"])


def _count(row: Row) -> str:
    return f"{row['n']:,}" + ("+" if row["cut"] else "")


def _length(row: Row) -> list[str]:
    words, tokens = row["words"], row["tokens"]
    return [
        f"{words['mean']:.1f}", f"{words['low']:.0f}-{words['high']:.0f}", f"{row['words_per_sentence']['mean']:.1f}",
        f"{tokens['mean']:.1f}", share(tokens["over"]), share(row["duplicates"]),
    ]  # fmt: skip


def _diversity(said: Row) -> list[str]:
    names = ("distinct_1", "distinct_2", "distinct_3", "self_bleu", "ttr", "mattr")
    return [*(f"{said[name]:.3f}" for name in names), str(said["openings"]), str(said["opening_patterns"])]


def _elements(name: str, row: Row) -> Iterator[list[str]]:
    for label, found in (("graph", row["elements"]), ("estimate", row["estimate"])):
        if found is not None:
            yield [f"{name}, {label}", *(f"{value:.2f}" for value in found.values())]


def _plots(rows: Mapping[str, Row]) -> dict[str, str]:
    lengths = [Series(name, tuple(Point(x, y) for x, y in row["lengths"])) for name, row in rows.items()]
    kinds = ("objects", "attributes", "relations")
    elements = [
        Series(name, tuple(Point(i + 1, row["estimate"][kind]) for i, kind in enumerate(kinds)))
        for name, row in rows.items()
    ]
    return {
        "lengths.svg": lines("Share of captions by length", "words", lengths),
        "elements.svg": lines("Estimated elements per caption", "1 objects, 2 attributes, 3 relations", elements),
    }
