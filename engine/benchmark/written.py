"""A benchmark as Markdown, CSV and LaTeX, with the sources below the tables or beside them.

Try it: `python cli.py report runs/a runs/b --out benchmark`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import orjson

from engine.benchmark.figures import COMPLEXITY, KIND, MIXED, MODALITIES, OVERALL, Benchmark, Figure
from engine.disk import write_whole, writing
from engine.questions import KINDS
from engine.studies.sheet import table

TITLES = {OVERALL: "all scenes", COMPLEXITY: "by complexity", KIND: "by kind of question"}
NOTHING = "–"
FIELDS = ("modality", "table", "row", "generator", "column", "mean", "low", "high", "n", "scenes")
SOURCES = ("run", "pictures", "drawn", "revisions", "programs", "first", "last", "commands", "unread")
_LATEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
          "^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "–": "--"}  # fmt: skip


def write(found: Benchmark, folder: Path) -> list[Path]:
    """Write `benchmark.md`, `.csv`, `.tex` and `.json` into a folder; raises `DiskFull` or `StoreError`."""
    with writing(folder / "benchmark.md"):
        folder.mkdir(parents=True, exist_ok=True)
    parts = {
        "benchmark.md": as_markdown(found).encode() + b"\n",
        "benchmark.csv": as_csv(found).encode(),
        "benchmark.tex": as_latex(found).encode(),
        "benchmark.json": orjson.dumps(found.to_dict(), option=orjson.OPT_INDENT_2) + b"\n",
    }
    for name, data in parts.items():
        write_whole(folder / name, data)
    return [folder / name for name in parts]


def as_markdown(found: Benchmark) -> str:
    """Tables that read well as plain text: mean, 95% interval (of two or more scenes), pictures; sources at the end."""
    parts = []
    for modality, name, heads, rows in _tables(found):
        parts += [f"## {modality}, {TITLES[name]}", "", table(heads, rows), ""]
    parts += ["## Sources", "", *(f"- {line}" for line in _sources(found))]
    return "\n".join(parts)


def as_csv(found: Benchmark) -> str:
    """One line for each number, with its source."""
    by = {one.head: one.by for one in found.columns}
    sources = {(one.modality, one.generator, one.by): one for one in found.sources}
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([*FIELDS, "by", *SOURCES])
    for figure in found.figures:
        near = sources.get((figure.modality, figure.generator, by[figure.column]))
        about = [_plain(getattr(near, name)) if near else "" for name in SOURCES]
        lines.writerow([*(getattr(figure, name) for name in FIELDS), by[figure.column], *about])
    return out.getvalue()


def as_latex(found: Benchmark) -> str:
    """A booktabs table for each table, intervals in small print; the sources are comments."""
    parts = [r"% \usepackage{booktabs}"]
    for modality, name, heads, rows in _tables(found):
        body = [" & ".join(map(_escaped, cells)) + r" \\" for cells in rows]
        parts += [
            r"\begin{table}", rf"\caption{{{modality.capitalize()}, {TITLES[name]}: mean and 95\% interval over scenes.}}",
            rf"\begin{{tabular}}{{{_aligned(heads)}}}", r"\toprule", " & ".join(map(_escaped, heads)) + r" \\",
            r"\midrule", *body, r"\bottomrule", r"\end{tabular}", r"\end{table}", "",
        ]  # fmt: skip
    return "\n".join([*parts, *(f"% {line}" for line in _sources(found)), ""])


# --- the cells --------------------------------------------------------------------------------------------------------


def _tables(found: Benchmark) -> Iterator[tuple[str, str, list[str], list[list[str]]]]:
    """(modality, table, head, rows), leaving out what has no figures."""
    for modality in (*MODALITIES, MIXED):
        for name in (OVERALL, COMPLEXITY, KIND):
            here = [one for one in found.figures if (one.modality, one.table) == (modality, name)]
            if here:
                yield modality, name, *_cells(found, name, here)


def _cells(found: Benchmark, name: str, here: Sequence[Figure]) -> tuple[list[str], list[list[str]]]:
    known: Mapping[tuple[str, str, str], Figure] = {(one.row, one.generator, one.column): one for one in here}
    columns = [one.head for one in found.columns if any(figure.column == one.head for figure in here)]
    first = [] if name == OVERALL else [name]
    rows = []
    for row in sorted({one.row for one in here}, key=_place):
        for generator in found.generators:
            cells = [known.get((row, generator, column)) for column in columns]
            if any(cells):
                rows.append([*([row] if first else []), generator, *map(_number, cells), _pictures(cells)])
    return [*first, "generator", *columns, "n"], rows


def _place(row: str) -> tuple[int, int, str]:
    return (0, int(row), "") if row.isdecimal() else (1, KINDS.index(row) if row in KINDS else len(KINDS), row)


def _number(one: Figure | None) -> str:
    if one is None:
        return NOTHING
    return f"{one.mean:.3f}" + (f" [{one.low:.3f}, {one.high:.3f}]" if one.scenes > 1 else "")


def _pictures(cells: Sequence[Figure | None]) -> str:
    """How many pictures stand behind a row, as a range where columns differ."""
    counts = sorted({one.n for one in cells if one is not None})
    return str(counts[0]) if len(counts) == 1 else f"{counts[0]}–{counts[-1]}"


def _sources(found: Benchmark) -> Iterator[str]:
    """A sentence for each column, each generator and whoever looked at its pictures."""
    yield from (f"{one.head}: {one.what}." for one in found.columns)
    for maker in found.makers:
        settings = "".join(
            f", {name} {value}" for name, value in maker.settings.items() if value not in (None, "", False)
        )
        yield (
            f"{maker.generator} ({maker.modality}): {maker.model}, {_weights(maker.revisions)}, seed {maker.seed}{settings}; "
            f"words {maker.taxonomy}; program {maker.program}; {maker.created[:10]}; {maker.run}."
        )
    for one in found.sources:
        days = " to ".join(dict.fromkeys(filter(None, (one.first[:10], one.last[:10])))) or "time not recorded"
        unread = f"; {one.unread} captions not read to their end" if one.unread else ""
        yield (
            f"{one.by} on {one.generator} ({one.modality}): {one.pictures} of {one.drawn} pictures, {_weights(one.revisions)}; "
            f"program {', '.join(one.programs) or 'not recorded'}; {days}{unread}"
            + "".join(f"; `{command}`" for command in one.commands)
        )


def _weights(revisions: Sequence[str]) -> str:
    return f"weights {', '.join(revisions)}" if revisions else "no weights recorded"


def _aligned(heads: Sequence[str]) -> str:
    """Names to the left, numbers to the right."""
    names = heads.index("generator") + 1
    return "l" * names + "r" * (len(heads) - names)


def _plain(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in text)
