"""Sets to train on, in twelve formats, each with card, Croissant, manifest and training command; a session as one zip.

The same selection gives the same bytes, and every set is read back before it gets its name.
Try it: `python cli.py export --run runs/a --format imagefolder --out set`.
"""

from __future__ import annotations

import glob
import hashlib
import io
import os
import shlex
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from PIL import Image

from engine.disk import from_json, refusal, writing
from engine.errors import FormatError, join_or, show
from engine.export import annotated, croissant, imagefolder, kohya, pairs, parquet, webdataset
from engine.export.card import card
from engine.export.layout import Layout, Sample
from engine.export.rows import SPLITS, ExportRow, Selection, paired, rows_of, select
from engine.export.session import session_zip
from engine.run import Run
from engine.scene import VERSION
from engine.wording import counted

__all__ = ["LAYOUTS", "ExportRow", "Receipt", "check", "export", "paired", "receipt", "rows_of", "session_zip", "sweep"]

SCHEMA = 1
MANIFEST = "manifest.json"
PLAIN = (imagefolder.LAYOUT, parquet.LAYOUT, webdataset.LAYOUT, kohya.LAYOUT)
LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (*PLAIN, *pairs.LAYOUTS, *annotated.LAYOUTS)}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was read back from a set: pictures per split, scenes, size in bytes, and the command that trains on it."""

    folder: Path
    format: str
    splits: dict[str, int]
    scenes: int
    size: int
    train: str

    def __str__(self) -> str:
        parts = ", ".join(f"{count} in {split}" for split, count in self.splits.items())
        size = f"{self.size / 1e6:.1f} MB"
        return f"{self.folder}: {self.format}, {parts}, {counted(self.scenes, 'scene')}, {size}; read back without a fault."


def export(
    pictures: Run | Iterable[ExportRow], out: Path | str, format: str, *, test_share: float = 0.0,
    licence: str = "unknown", title: str = "", chosen: Mapping[str, Any] | None = None, overwrite: bool = False,
    on_step: Callable[[int, int], None] | None = None, on_read: Callable[[int, int], None] | None = None,
) -> Receipt:  # fmt: skip
    """Write a set into the folder `out`, which is complete as soon as it is there, and read it back.

    `test_share` (0..1) of the scenes go to test; `title` and `chosen` (how it was selected, JSON values) go into card and
    manifest. Formats with two pictures a row take whole pairs, a run's being its best and worst picture of each scene;
    the others leave out the worse half of a pair. `on_step` is told (pictures written, of how many) and `on_read` the same
    of those read back; what they raise ends it, and nothing is left. Raises `FormatError` for an unknown format, nothing
    to export, or a folder in the way; `DiskFull` and `StoreError` from the disk.
    """
    layout = _layout(format)
    out = Path(os.path.abspath(out))  # "." has no name that a finished folder could take
    _check_free(out, overwrite=overwrite)
    selection = select(
        _rows(pictures, layout), test_share=test_share, licence=licence, pair=layout.pair, title=title, chosen=chosen
    )
    with _beside(out) as folder:
        _fill(folder, layout, selection, on_step)
        check(folder, on_step=on_read)
        _put(folder, out)
    return check(out, pixels=False)


def check(
    folder: Path | str, *, pixels: bool = True, on_step: Callable[[int, int], None] | None = None
) -> Receipt:  # fmt: skip
    """Read a set back as a trainer would, opening every picture; raises `FormatError` naming the first fault."""
    folder = Path(folder)
    manifest = _manifest(folder)
    _check_sums(folder, manifest["files"])
    layout = _layout(manifest["format"])
    splits: Counter[str] = Counter()
    scenes: dict[str, str] = {}
    total = sum(manifest["splits"].values())
    for number, sample in enumerate(layout.read(folder), start=1):
        if on_step:
            on_step(number, total)
        splits[sample.split] += 1
        if scenes.setdefault(sample.graph_hash, sample.split) != sample.split:
            raise FormatError(f"In {folder} the scene {sample.graph_hash} is in train and in test. Export it again.")
        if pixels:
            _open(sample, folder)
    if pixels and layout.verify is not None:
        layout.verify(folder)
    if dict(splits) != manifest["splits"]:
        raise FormatError(
            f"{folder} holds {dict(splits)} pictures and should hold {manifest['splits']}. Export it again."
        )
    return _receipt(folder, manifest)


def receipt(folder: Path | str) -> Receipt:
    """What the manifest of a set says, without reading it back; raises `FormatError` where there is no set.

    A set has its name only once it was read back whole (`export`), so this is enough to show it.
    """
    return _receipt(Path(folder), _manifest(Path(folder)))


def _receipt(folder: Path, manifest: Mapping[str, Any]) -> Receipt:
    layout = _layout(manifest["format"])
    splits = {split: manifest["splits"][split] for split in SPLITS if split in manifest["splits"]}
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    train = layout.train.format(folder=shlex.quote(os.path.abspath(folder)))
    return Receipt(folder, layout.name, splits, int(manifest["scenes"]), size, train)


# --- writing ----------------------------------------------------------------------------------------------------------


def _rows(pictures: Run | Iterable[ExportRow], layout: Layout) -> Iterable[ExportRow]:
    if not isinstance(pictures, Run):
        return pictures
    return paired(rows_of(pictures)) if layout.pair == pairs.PREFERENCE.pair else rows_of(pictures)


def _layout(format: str) -> Layout:
    if format not in LAYOUTS:
        raise FormatError(f"There is no format {show(format)}. Choose {join_or(list(LAYOUTS))}.")
    return LAYOUTS[format]


def _check_free(out: Path, *, overwrite: bool) -> None:
    """Only a set of ours is ever replaced: `--overwrite` with the wrong name must not cost anybody a folder."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    ours = out.is_dir() and (out / MANIFEST).is_file() and b'"export"' in (out / MANIFEST).read_bytes()
    if not ours:
        raise FormatError(f"{out} is there already and is not an exported set. Choose another folder.")
    if not overwrite:
        raise FormatError(f"There is an exported set in {out} already. Choose another folder, or overwrite it.")


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """An empty folder beside `out`, gone afterwards unless it was given a name."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-", suffix=".partial"))
    except OSError as error:
        raise refusal(error, out.parent) from error
    try:
        with writing(out):
            folder.chmod(0o755)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(folder: Path, layout: Layout, selection: Selection, on_step: Callable[[int, int], None] | None) -> None:
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if on_step:
            on_step(done, len(selection.rows))

    layout.write(selection, folder, step)
    (folder / croissant.FILE).write_bytes(croissant.croissant(selection, layout, folder))
    (folder / "README.md").write_text(card(selection, layout), encoding="utf-8", newline="\n")
    manifest = {
        "schema": SCHEMA,
        "kind": "export",
        "program": VERSION,
        "format": layout.name,
        "title": selection.title,
        "chosen": selection.chosen,
        "licence": selection.licence,
        "test_share": selection.test_share,
        "splits": {split: len(found) for split, found in selection.splits.items()},
        "scenes": len({row.graph.hash for row in selection.rows}),
        "files": _sums(folder),
    }
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")


def sweep(out: Path) -> None:
    """Clear away what a killed export of `out` left; only who is alone there may (`engine.export_job.alone`).

    A set that was about to be replaced gets its name back.
    """
    ours = f".{glob.escape(out.name)}-*"
    for old in out.parent.glob(f"{ours}.old"):
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.rename(old, out)
    for left in out.parent.glob(f"{ours}.partial"):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _put(folder: Path, out: Path) -> None:
    """Give the finished folder its name; what had it before goes only once the new one is in its place."""
    old = folder.with_suffix(".old")
    if out.exists():
        os.rename(out, old)
    try:
        os.rename(folder, out)
    except OSError:
        with suppress(OSError):
            os.rename(old, out)
        raise
    shutil.rmtree(old, ignore_errors=True)


# --- reading back -----------------------------------------------------------------------------------------------------


def _manifest(folder: Path) -> dict[str, Any]:
    if not (folder / MANIFEST).is_file():
        raise FormatError(f"There is no exported set in {folder}. Make one with `python cli.py export --out {folder}`.")
    manifest = from_json((folder / MANIFEST).read_bytes(), what=f"The file {folder / MANIFEST}")
    if manifest.get("kind") != "export" or manifest.get("schema") != SCHEMA:
        raise FormatError(f"{folder} is not an exported set of this program. Choose one, or update the program.")
    return manifest


def _sums(folder: Path) -> dict[str, str]:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST)
    return {file.relative_to(folder).as_posix(): _sum(file) for file in files}


def _sum(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _check_sums(folder: Path, wanted: dict[str, str]) -> None:
    there = _sums(folder)
    for name in sorted(wanted.keys() | there.keys()):
        if there.get(name) != wanted.get(name):
            fault = "is missing" if name not in there else "was added" if name not in wanted else "was changed"
            raise FormatError(f"The file {name} of {folder} {fault}. Export it again.")


def _open(sample: Sample, folder: Path) -> None:
    try:
        with Image.open(io.BytesIO(sample.image), formats=["PNG"]) as image:
            image.verify()
    except (OSError, SyntaxError, ValueError) as error:
        raise FormatError(f"A picture of {folder} cannot be opened ({show(error)}): {show(sample.text)}.") from error
