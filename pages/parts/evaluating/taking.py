"""Every table as CSV or JSON, with where it comes from: judge, runs, seeds, versions, and how the intervals were made.

Try it: `python -m pytest tests/pages/test_evaluate.py -k csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import StringIO
from typing import Any

import orjson
import streamlit as st

from engine.evaluation import Evidence
from engine.evaluation.compare import ALPHA, DRAWS, FLIPS
from engine.scene import VERSION
from pages.parts.evaluating.shelf import Shown
from pages.parts.words import file_name

Row = Mapping[str, Any]
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would take text that begins so for a formula."""


def provenance(shown: Shown, evidence: Evidence, **more: Any) -> dict[str, Any]:
    """What a table rests on, as plain JSON values."""
    return {
        "evaluation": shown.title,
        **more,
        "scenes": len(evidence.scenes),
        "runs": {
            model: {
                "generator": manifest.generator, "settings": dict(manifest.settings), "seed": manifest.seed,
                "taxonomy": manifest.taxonomy, "taxonomy_version": manifest.taxonomy_version,
                "created": manifest.created, "program": manifest.program,
            }
            for model, manifest in evidence.manifests.items()
        },
        "order": asdict(shown.record.order) if shown.record else None,
        "intervals": f"95% percentile bootstrap over graphs, {DRAWS} draws, seed 0",
        "differences": f"paired sign-flip permutation, {FLIPS} flips, seed 0; Holm over the table at {ALPHA}",
        "program": VERSION,
    }  # fmt: skip


def as_json(rows: Sequence[Row], about: Mapping[str, Any]) -> bytes:
    """`provenance` and `rows`; figures that are not numbers become null."""
    return orjson.dumps({"provenance": about, "rows": list(rows)}, option=orjson.OPT_INDENT_2)


def as_csv(rows: Sequence[Row], about: Mapping[str, Any]) -> bytes:
    """The rows with what they rest on in columns of their own, so that no line is a comment."""
    plain = {name: about[name] for name in ("evaluation", "judge", "figure", "program") if name in about}
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow([*names, *plain])
    for row in rows:
        write.writerow([_cell(row.get(name)) for name in names] + [_cell(value) for value in plain.values()])
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    if isinstance(value, str) and value.startswith(RISKY):
        return "'" + value
    return "" if value is None else value


def take(name: str, rows: Sequence[Row], about: Mapping[str, Any]) -> None:
    """The two buttons."""
    line = st.container(horizontal=True, gap="xsmall")
    stem = f"{about['evaluation']}-{name}"
    if about.get("judge"):
        stem += f"-{about['judge']}"
    for ending, mime, write in ((".csv", "text/csv", as_csv), (".json", "application/json", as_json)):
        line.download_button(
            ending[1:].upper(), lambda write=write: write(rows, about), file_name(stem, ending), mime,
            key=f"take:{name}{ending}", icon=":material/download:", type="tertiary", on_click="ignore",
            disabled=not rows, help="This table, with the judge, runs, seeds and versions that it rests on.",
        )  # fmt: skip
