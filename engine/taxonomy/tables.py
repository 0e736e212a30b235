"""Reads our own tables: the JSON of the pocket world and the folder of tab-separated files of the full taxonomy.

`assets/taxonomy/full/FORMAT.md` says what each column means. Try it: `python -c "from engine.taxonomy import load; print(load('full'))"`.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import TaxonomyError, show
from engine.taxonomy import Taxonomy
from engine.taxonomy.words import AttributeKind, Kind, Noun, RelationWord, SceneKind

Row = dict[str, str]
NUMBERS = ("count", "mass", "plural")
PARTS = ("objects", "attributes", "relations", "scene_attributes")


def from_json(path: Path) -> Taxonomy:
    """The taxonomy of one JSON file, with the words of the one beside it that it `extends`.

    Raises `TaxonomyError` when it is malformed.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        if "extends" in table:
            base = json.loads(path.with_stem(table["extends"]).read_text(encoding="utf-8"))
            table = {**base, **table, **{part: [*base[part], *table.get(part, ())] for part in PARTS}}
        return _from_json(table)
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise TaxonomyError(
            f"The taxonomy {show(path.stem)} is damaged ({error}). Restore {path.name} from the release."
        ) from error


def _from_json(table: Mapping[str, Any]) -> Taxonomy:
    return Taxonomy(
        name=table["name"],
        version=table["version"],
        max_objects=table.get("max_objects"),
        nouns=tuple(Noun(row["name"], row["plural"], row["kind"]) for row in table["objects"]),
        attribute_kinds=tuple(
            AttributeKind(row["kind"], tuple(row["values"]), row["exclusive"], row["question"])
            for row in table["attributes"]
        ),
        relation_words=tuple(RelationWord(**row) for row in table["relations"]),
        scene_kinds=tuple(
            SceneKind(
                row["kind"],
                dict(row["values"]),
                row["question"],
                row.get("group", "setting"),
                tuple(row.get("modalities", ("image", "video", "3d"))),
            )
            for row in table["scene_attributes"]
        ),
    )


def from_folder(folder: Path) -> Taxonomy:
    """The taxonomy of a folder of tables; raises `TaxonomyError` with file and line for anything malformed."""
    kinds = {
        row["kind"]: Kind(row["kind"], row["parent"] or None, _whole(row, "size")) for row in _rows(folder, "kinds")
    }
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.tsv")):
        digest.update(file.read_bytes())
    return Taxonomy(
        name=folder.name,
        version=f"{folder.name}-{digest.hexdigest()[:10]}",
        nouns=_nouns(folder, kinds),
        attribute_kinds=_attribute_kinds(folder),
        relation_words=_relations(folder),
        scene_kinds=_scene_kinds(folder),
        kinds=kinds,
        hypernyms={r["synset"]: (r["parent"] or None, _list(r["words"])) for r in _rows(folder, "hypernyms")},
    )


def _nouns(folder: Path, kinds: Mapping[str, Kind]) -> tuple[Noun, ...]:
    found = []
    for row in _rows(folder, "nouns"):
        kind = row["kind"]
        if kind not in kinds:
            raise _bad(row, f"{show(kind)} is not in kinds.tsv")
        if row["number"] not in NUMBERS:
            raise _bad(row, f"{show(row['number'])} is not {', '.join(NUMBERS)}")
        size = _whole(row, "size") if row["size"] else kinds[kind].size
        found.append(
            Noun(
                row["name"], row["plural"], kind, row["number"], row["sense"] or None, row["synset"] or None,
                _number(row, "depict"), _number(row, "common"), size, row["switch"],
            )
        )  # fmt: skip
    return tuple(found)


def _attribute_kinds(folder: Path) -> tuple[AttributeKind, ...]:
    values: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(folder, "attributes"):
        values[row["kind"]].append(row)
    return tuple(
        AttributeKind(
            name=row["kind"],
            values=tuple(dict.fromkeys(r["value"] for r in values[row["kind"]])),
            exclusive=row["exclusive"] == "yes",
            question=row["question"],
            applies=_list(row["applies"]),
            clashes=_list(row["clashes"]),
            narrow={r["value"]: _list(r["applies"]) for r in values[row["kind"]] if r["applies"]},
            weights=_weights(values[row["kind"]]),
            switches={r["value"]: r["switch"] for r in values[row["kind"]] if r["switch"]},
        )
        for row in _rows(folder, "attribute-kinds")
    )


def _relations(folder: Path) -> tuple[RelationWord, ...]:
    return tuple(
        RelationWord(
            row["phrase"], row["kind"], row["opposite"] or None, form=row["form"], plural=row["plural"],
            base=row["base"], subjects=_list(row["subjects"]), objects=_list(row["objects"]), fit=row["fit"],
            weight=_number(row, "weight") if row["weight"] else 1.0, switch=row["switch"],
            axis=row.get("axis") or None, before=row.get("before") != "no",
        )
        for row in _rows(folder, "relations")
    )  # fmt: skip


def _scene_kinds(folder: Path) -> tuple[SceneKind, ...]:
    values: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(folder, "scene-attributes"):
        values[row["kind"]].append(row)
    return tuple(
        SceneKind(
            name=row["kind"],
            phrases={r["value"]: r["phrase"] for r in values[row["kind"]]},
            question=row["question"],
            group=row["group"],
            modalities=_list(row["modalities"]),
            tags={r["value"]: _list(r["tags"]) for r in values[row["kind"]] if r["tags"]},
            excludes={r["value"]: _list(r["excludes"]) for r in values[row["kind"]] if r["excludes"]},
            weights=_weights(values[row["kind"]]),
            switches={r["value"]: r["switch"] for r in values[row["kind"]] if r["switch"]},
        )
        for row in _rows(folder, "scene-kinds")
    )


# --- cells ------------------------------------------------------------------------------------------------------------


def _rows(folder: Path, name: str) -> Iterator[Row]:
    """The rows of a table as column -> cell, with the place of the row under the empty name."""
    path = folder / f"{name}.tsv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TaxonomyError(f"The table {show(path)} cannot be read ({error}). Run `make taxonomy`.") from error
    header: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not header:
            header = cells
            continue
        if len(cells) != len(header):
            raise TaxonomyError(
                f"Line {number} of {show(path)} has {len(cells)} cells instead of {len(header)}. Run `make taxonomy`."
            )
        row = dict(zip(header, cells, strict=True))
        row[""] = f"Line {number} of {path.name}"
        yield row


@lru_cache(maxsize=10_000)
def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(",")) if cell else ()


def _weights(rows: list[Row]) -> dict[str, float]:
    return {row["value"]: _number(row, "weight") for row in rows if row["weight"] not in ("", "1")}


def _number(row: Row, column: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise _bad(row, f"{column} is {show(row[column])} instead of a number") from None


def _whole(row: Row, column: str) -> int:
    return int(_number(row, column))


def _bad(row: Row, what: str) -> TaxonomyError:
    return TaxonomyError(f"{row['']}: {what}. Mend the table, or run `make taxonomy`.")
