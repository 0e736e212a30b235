"""The dataset card: `README.md` of an exported set, with the header the Hub reads and the command that trains on it.

Try it: `python cli.py export --run runs/a --format imagefolder --out set && cat set/README.md`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import orjson

from engine.export.layout import Layout
from engine.export.rows import Selection
from engine.scene import VERSION

CURRENT = '"$PWD"'
"""The whole path: `datasets` 5.2 refuses "." for a set with a card."""
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(selection: Selection, layout: Layout) -> str:
    """The whole card; it depends on the selection alone, not on when or where it is written."""
    return "\n".join([*_header(selection, layout), "", *_body(selection, layout)]) + "\n"


def _header(selection: Selection, layout: Layout) -> Iterator[str]:
    size = next((name for most, name in SIZES if len(selection.rows) < most), "n>1M")
    yield from (
        "---",
        f"license: {json.dumps(selection.licence)}",
        "task_categories:",
        "- text-to-image",
        "language:",
        "- en",
    )
    yield from ("size_categories:", f"- {size}", "tags:", "- synthetic", "- scene-graph", "- scenewright")
    if layout.hub:
        yield from ("configs:", "- config_name: default", "  data_files:")
        for split in selection.splits:
            yield from (f"  - split: {split}", f"    path: {json.dumps(layout.data_files.format(split=split))}")
    if layout.name != "webdataset":
        yield from ("dataset_info:", "  features:")
        yield from (line for name in layout.images for line in (f"  - name: {name}", "    dtype: image"))
        for name, (kind, _) in selection.columns.items():
            yield from (f"  - name: {name}", f"    dtype: {kind}")
    yield "---"


def _body(selection: Selection, layout: Layout) -> Iterator[str]:
    yield f"# {plain(selection.title) or 'Scenes, drawn and judged'}"
    yield ""
    yield "Pictures with captions, made from scene graphs by Scenewright: the graph says what is in the picture, the caption"
    yield "says it in words, a generator drew the caption" + (
        ", a judge looked at the result." if selection.scored else "."
    )
    yield ""
    yield "| split | pictures | scenes | complexity |"
    yield "| --- | ---: | ---: | --- |"
    for split, rows in selection.splits.items():
        levels = [row.graph.complexity for row in rows]
        scenes = len({row.graph.hash for row in rows})
        yield f"| {split} | {len(rows)} | {scenes} | {min(levels)}–{max(levels)} |"
    yield ""
    yield from _columns(selection, layout)
    yield from _training(layout)
    yield from _provenance(selection)


def _columns(selection: Selection, layout: Layout) -> Iterator[str]:
    yield "## Columns"
    yield ""
    yield f"Read as {layout.name}: {layout.columns}."
    if layout.note:
        yield f"{layout.note} What was left out of these scenes, if anything, is in `annotations/left_out.txt`."
    yield ""
    yield "| column | type | meaning |"
    yield "| --- | --- | --- |"
    for name, (kind, meaning) in selection.columns.items():
        yield f"| `{name}` | {kind} | {meaning} |"
    yield ""


def _training(layout: Layout) -> Iterator[str]:
    yield "## Train on it"
    yield ""
    yield "In this folder:"
    yield ""
    yield from ("```bash", layout.train.format(folder=CURRENT), "```")
    yield ""
    yield f"Leave `{layout.flip}` off: in a mirrored picture left is right, and the captions say which is which."
    yield ""


def _provenance(selection: Selection) -> Iterator[str]:
    yield "## How it was made"
    yield ""
    yield f"- Generators: {_list(row.generator for row in selection.rows)}. Every picture's seed is in its row."
    if selection.scored:
        scored = [row.score for row in selection.rows if row.score is not None]
        mean = f"{100 * sum(scored) / len(scored):.1f}"
        yield f"- Judges: {_list(row.judge for row in selection.rows)}; mean score {mean} of 100 over {len(scored)} pictures."
        yield "  A judge makes mistakes of its own; its score is not the truth about the picture."
    if selection.chosen:
        yield f"- Chosen by: `{plain(orjson.dumps(selection.chosen, option=orjson.OPT_SORT_KEYS).decode())}`."
    yield f"- Splits: by the hash of the scene graph, {100 * selection.test_share:g}% to test, so that no scene is in both."
    yield "- Every PNG carries its graph, caption, seed and settings (text chunks `scenewright` and `parameters`)."
    yield "- `manifest.json` holds the SHA-256 of every file; `croissant.json` tells loaders what is where (MLCommons Croissant)."
    yield f"- Program: Scenewright {VERSION}."
    yield ""
    yield "## Limits"
    yield ""
    yield "Synthetic pictures and English captions of a fixed grammar; what the generator cannot draw is rare or missing here."
    if selection.licence == "unknown":
        yield "No licence was chosen at export: choose one that the generator's licence allows before you publish."


def plain(text: str) -> str:
    """One line without the characters that Markdown or HTML would act on."""
    return " ".join(re.sub(r"[`<>|\\]", " ", text).split())


def _list(names: Iterator[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(set(names) - {""})) or "unknown"
