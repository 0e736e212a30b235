"""The report of the captions check: tables and plots from its figures.

Try it: `python cli.py study captions-check --out report`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from engine.studies.captions_check import Case, Settings, figures, found_in, rejected, to_mark
from engine.studies.plots import Point, Series, lines
from engine.studies.sheet import Sheet, table
from engine.taxonomy import Taxonomy

Row = Mapping[str, Any]
SHOWN = 8
NOBODY = "nobody has read them"


def report(cases: Sequence[Case], taxonomy: Taxonomy, settings: Settings) -> Sheet:
    """Everything the study found, as a sheet with plots, the figures in JSON and the captions as a CSV to be marked."""
    found = figures(cases)
    files = {
        "figures.json": orjson.dumps(found, option=orjson.OPT_INDENT_2),
        "captions.csv": to_mark(cases),
    }
    return Sheet("\n".join(_text(cases, found, taxonomy, settings)), _plots(found), files)


def _text(cases: Sequence[Case], found: Row, taxonomy: Taxonomy, settings: Settings) -> Iterator[str]:
    rows = {**found["sizes"], "all": found["all"]}
    yield f"# Captions by number of objects: {taxonomy.name}, {settings.style.length}, {settings.mode}"
    yield ""
    yield f"{len(cases)} graphs, seed {settings.seed}. Shares with 95 % intervals (Wilson); words are means."
    yield "\n## Coherence\n"
    yield table(
        ("objects", "n", "grammar findings", "read back", "words", "words a sentence", "longest", "read as coherent"),
        [_coherence(name, row) for name, row in rows.items()],
    )
    yield "\n## Diversity\n"
    yield "distinct-n and self-BLEU are over the texts of a row: compare rows of the same n. Lower self-BLEU is more diverse.\n"
    yield table(
        ("objects", "n", "distinct-1", "distinct-2", "distinct-3", "self-BLEU", "openings", "patterns", "MATTR-50"),
        [[name, str(row["n"]), *_diversity(row)] for name, row in rows.items()],
    )
    yield "\n## Paraphrases by rules\n"
    yield "Rules, no language model: 1 synonyms, 2 order and voice, 3 length as well. Only accepted ones are counted beyond"
    yield "the first column; likeness is BLEU against the caption, 1 for a copy.\n"
    yield table(
        (
            "objects, level",
            "accepted",
            "grammar findings",
            "likeness",
            "distinct-2",
            "self-BLEU",
            "openings",
            "patterns",
        ),
        [_reworded(name, level, row) for name, whole in rows.items() for level, row in whole["paraphrases"].items()],
    )
    yield from _examples(cases)


def _coherence(name: str, row: Row) -> list[str]:
    words, parts = row["words"], row["words_per_sentence"]
    return [
        name, str(row["n"]), share(row["findings"]), share(row["round_trip"]), f"{words['mean']:.1f}",
        f"{parts['mean']:.1f}", f"{parts['largest']:.0f}", share(row["coherent"], NOBODY),
    ]  # fmt: skip


def _diversity(row: Row) -> list[str]:
    said = row["diversity"]
    shares = [f"{said[key]:.3f}" for key in ("distinct_1", "distinct_2", "distinct_3", "self_bleu")]
    return [*shares, str(said["openings"]), str(said["opening_patterns"]), f"{said['mattr']:.3f}"]


def _reworded(name: str, level: str, row: Row) -> list[str]:
    said = row["diversity"]
    return [
        f"{name}, {level}", share(row["accepted"]), share(row["findings"]), f"{row['likeness']:.2f}",
        f"{said['distinct_2']:.3f}", f"{said['self_bleu']:.3f}", str(said["openings"]), str(said["opening_patterns"]),
    ]  # fmt: skip


def share(found: Row | None, otherwise: str = "–") -> str:
    """A share with its interval, in per cent."""
    if found is None:
        return otherwise
    return f"{100 * found['share']:.0f} % ({100 * found['low']:.0f}-{100 * found['high']:.0f})"


def _examples(cases: Sequence[Case]) -> Iterator[str]:
    kinds = Counter((whose, found.rule) for whose, found in found_in(cases))
    first = {(whose, found.rule): found.what for whose, found in reversed(list(found_in(cases)))}
    if kinds:
        yield "\n## What the grammar check found\n"
        yield from (f"- {key[0]}: {key[1]} ({n}), for example: {first[key]}" for key, n in kinds.most_common(SHOWN))
    turned = list(rejected(cases))
    if turned:
        yield "\n## Paraphrases that were rejected\n"
        yield from (f"- {one.strategy}: {one.verdict}: {one.text}" for one in turned[:SHOWN])


def _plots(found: Row) -> dict[str, str]:
    sizes = found["sizes"]

    def series(name: str, of: Callable[[Row], float]) -> Series:
        return Series(name, tuple(Point(int(size), of(row)) for size, row in sizes.items()))

    def whiskers(name: str, of: Callable[[Row], Row | None]) -> Series:
        rows = [(int(size), of(row)) for size, row in sizes.items()]
        return Series(name, tuple(Point(x, r["share"], r["low"], r["high"]) for x, r in rows if r is not None))

    def level(number: int) -> Callable[[Row], Row | None]:
        return lambda row: row["paraphrases"][str(number)]["accepted"]

    def bleu(number: int) -> Callable[[Row], float]:
        return lambda row: float(row["paraphrases"][str(number)]["diversity"]["self_bleu"])

    coherence = [
        whiskers("read back", lambda row: row["round_trip"]),
        whiskers("with grammar findings", lambda row: row["findings"]),
        whiskers("read as coherent", lambda row: row["coherent"]),
    ]
    diversity = [
        series("distinct-2", lambda row: row["diversity"]["distinct_2"]),
        series("self-BLEU", lambda row: row["diversity"]["self_bleu"]),
        *(series(f"self-BLEU, level {n}", bleu(n)) for n in (2, 3)),
    ]
    lengths = [
        series("words a caption", lambda row: row["words"]["mean"]),
        series("words a sentence", lambda row: row["words_per_sentence"]["mean"]),
    ]
    accepted = [whiskers(f"level {n}", level(n)) for n in (1, 2, 3)]
    across = "objects"
    return {
        "coherence.svg": lines("Coherence by number of objects", across, coherence, shares=True),
        "diversity.svg": lines("Diversity by number of objects", across, diversity, shares=True),
        "length.svg": lines("Length by number of objects", across, lengths),
        "accepted.svg": lines("Accepted paraphrases by number of objects", across, accepted, shares=True),
    }
