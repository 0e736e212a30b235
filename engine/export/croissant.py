"""Croissant: `croissant.json` of an exported set, JSON-LD that tells dataset search and loaders what lies in which file.

The vocabulary is MLCommons Croissant 1.0 (docs.mlcommons.org/croissant), which `mlcroissant` reads.
Try it: `python cli.py export --run runs/a --format parquet --out set && cat set/croissant.json`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from engine.export.layout import Layout
from engine.export.rows import Selection
from engine.scene import VERSION

FILE = "croissant.json"
TYPES = {"string": "sc:Text", "int64": "sc:Integer", "float64": "sc:Float"}
FORMATS = {
    ".jsonl": "application/jsonlines",
    ".json": "application/json",
    ".csv": "text/csv",
    ".parquet": "application/x-parquet",
    ".tar": "application/x-tar",
    ".txt": "text/plain",
    ".toml": "text/plain",
}
CITE = "Generate Any Scene, arXiv:2412.08221"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        name: f"cr:{name}"
        for name in (
            "citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet",
            "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet",
            "references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
        )
    },
}  # fmt: skip
Json = dict[str, Any]


def croissant(selection: Selection, layout: Layout, folder: Path) -> bytes:
    """The whole file, of the files that lie in `folder` already; the same bytes for the same set."""
    document = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": selection.title or "scenewright-set",
        "description": f"Pictures with captions and scene graphs, made and judged by Scenewright {VERSION}; {layout.name}.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "version": "1.0.0",
        "license": selection.licence,
        "url": "https://arxiv.org/abs/2412.08221",
        "citeAs": CITE,
        "distribution": [*_files(folder), *_sets(selection, layout, folder)],
        "recordSet": list(_records(selection, layout, folder)),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


# Files ---------------------------------------------------------------------------------------------------------


def _files(folder: Path) -> Iterator[Json]:
    """A FileObject with its sha256 for every file but the pictures, which are many and have theirs in the manifest."""
    for file in sorted(file for file in folder.rglob("*") if file.suffix in FORMATS):
        name = file.relative_to(folder).as_posix()
        yield {
            "@type": "cr:FileObject",
            "@id": name,
            "name": name,
            "contentUrl": name,
            "contentSize": f"{file.stat().st_size} B",
            "encodingFormat": FORMATS[file.suffix],
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }


def _sets(selection: Selection, layout: Layout, folder: Path) -> Iterator[Json]:
    """FileSets: the pictures of a split, all of its Parquet files, or what lies in its tar files."""
    for unit, tars in _units(selection, layout, folder):
        if tars:
            for name in ("json", "png"):
                yield {**_set(f"{unit}/{name}", name, f"*.{name}"), "containedIn": tars}
        elif layout.tables.endswith(".jsonl"):
            images = f"{unit}/*.png" if layout.name == "kohya" else f"{unit}/images/*.png"
            yield _set(f"{unit}/images", "png", images)
        else:
            yield _set(f"{unit}/tables", "parquet", layout.tables.format(split=unit))


def _set(id: str, ending: str, includes: str) -> Json:
    kind = "image/png" if ending == "png" else FORMATS[f".{ending}"]
    return {"@type": "cr:FileSet", "@id": id, "name": id, "encodingFormat": kind, "includes": includes}


def _units(selection: Selection, layout: Layout, folder: Path) -> Iterator[tuple[str, list[Json]]]:
    """Each split with the tar files that its samples lie in, none for other formats."""
    for split in selection.splits:
        tars = sorted(file.name for file in folder.glob(layout.tables.format(split=split)) if file.suffix == ".tar")
        yield split, [{"@id": name} for name in tars]


# Records -------------------------------------------------------------------------------------------------------


def _records(selection: Selection, layout: Layout, folder: Path) -> Iterator[Json]:
    for unit, tars in _units(selection, layout, folder):
        if tars:
            yield _record(unit, _of_tar(unit, selection))
        elif layout.tables.endswith(".jsonl"):
            yield _record(unit, _of_lines(unit, selection, layout))
        else:
            yield _record(unit, _of_parquet(unit, selection))
        if tars or selection.pair is not None:
            name, images = f"{unit}_pictures", f"{unit}/{'png' if tars else 'images'}"
            yield _record(name, _pictures(name, {"fileSet": {"@id": images}}))


def _record(name: str, fields: Iterator[Json]) -> Json:
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "field": list(fields)}


def _pictures(record: str, images: Json) -> Iterator[Json]:
    """The pictures by their file names, where a row cannot be joined with them."""
    yield _field(record, "name", "sc:Text", {**images, "extract": {"fileProperty": "filename"}})
    yield _field(record, "image", "sc:ImageObject", {**images, "extract": {"fileProperty": "content"}})


def _of_lines(split: str, selection: Selection, layout: Layout) -> Iterator[Json]:
    """Columns of `metadata.jsonl`; a single picture is joined by its file's name."""
    table = {"fileObject": {"@id": layout.tables.format(split=split)}}
    for name, (kind, meaning) in selection.columns.items():
        yield _field(split, name, TYPES[kind], {**table, "extract": {"column": name}}, meaning)
    images = {"fileSet": {"@id": f"{split}/images"}}
    if selection.pair is not None:
        for role in selection.pair:
            name = f"{role}_file_name"
            source = {**table, "extract": {"column": name}, "transform": {"regex": "^images/(.+)$"}}
            yield _field(split, name, "sc:Text", source, f"file of the {role} picture, as in {split}_pictures")
        return
    transform = {} if layout.name == "kohya" else {"transform": {"regex": "^images/(.+)$"}}
    joined = _field(split, "file_name", "sc:Text", {**table, "extract": {"column": "file_name"}, **transform})
    yield {**joined, "references": {**images, "extract": {"fileProperty": "filename"}}}
    yield _field(split, "image", "sc:ImageObject", {**images, "extract": {"fileProperty": "content"}})


def _of_parquet(split: str, selection: Selection) -> Iterator[Json]:
    table = {"fileSet": {"@id": f"{split}/tables"}}
    image = {**table, "extract": {"column": "image"}, "transform": {"jsonPath": "bytes"}}
    yield _field(split, "image", "sc:ImageObject", image)
    for name, (kind, meaning) in selection.columns.items():
        yield _field(split, name, TYPES[kind], {**table, "extract": {"column": name}}, meaning)


def _of_tar(split: str, selection: Selection) -> Iterator[Json]:
    """The parts of a sample by their names; `mlcroissant` reads JSON inside of tar files as text, so text it is."""
    table = {"fileSet": {"@id": f"{split}/json"}}
    yield _field(split, "name", "sc:Text", {**table, "extract": {"fileProperty": "filename"}})
    told = "JSON with " + ", ".join(selection.columns)
    yield _field(split, "record", "sc:Text", {**table, "extract": {"fileProperty": "content"}}, told)


def _field(record: str, name: str, kind: str, source: Json, meaning: str = "") -> Json:
    told = {"description": meaning} if meaning else {}
    return {"@type": "cr:Field", "@id": f"{record}/{name}", "name": name, **told, "dataType": kind, "source": source}
