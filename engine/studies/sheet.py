"""Sheet: a report as headings, paragraphs, tables and plots; Markdown for a folder, the same text for a terminal.

Try it: `python -c "from engine.studies.sheet import *; print(table(['size', 'n'], [['3', '10']]))"`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.disk import write_whole, writing

REPORT = "report.md"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up, the first one to the left and the others to the right."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(3, *(len(row[i]) for row in cells)) for i in range(len(head))]
    rule = ["-" * width if i == 0 else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    return "\n".join(_line(row, widths) for row in [cells[0], rule, *cells[1:]])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    fitted = [
        cell.ljust(width) if i == 0 else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "| " + " | ".join(fitted) + " |"


@dataclass(frozen=True)
class Sheet:
    """A report: its text, the plots by file name, and other files that go beside it."""

    text: str
    plots: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def write(self, folder: Path) -> list[Path]:
        """Write report, plots and files into a folder; raises `StoreError` or `DiskFull` where that is impossible."""
        shown = "".join(f"\n![{name.removesuffix('.svg')}]({name})\n" for name in self.plots)
        parts = {REPORT: (self.text + "\n" + shown).encode(), **self.files}
        parts |= {name: drawing.encode() for name, drawing in self.plots.items()}
        with writing(folder / REPORT):
            folder.mkdir(parents=True, exist_ok=True)
        for name, data in parts.items():
            write_whole(folder / name, data)
        return [folder / name for name in parts]
