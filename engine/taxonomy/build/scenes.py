"""Writes `scene-kinds.tsv` and `scene-attributes.tsv` from our own lists of styles, settings, cameras, video and 3D.

Try it: `python -m engine.taxonomy.build.scenes /tmp/full` writes both tables there and prints their sizes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import TaxonomyError, show
from engine.taxonomy.build.attribute_lists import Section, write_table
from engine.taxonomy.build.scene_lists import SceneRow, rows, sections

if TYPE_CHECKING:
    from engine.taxonomy.build.wordnet import WordNet

KIND_COLUMNS = ("kind", "group", "modalities", "question")
COLUMNS = ("kind", "value", "phrase", "tags", "excludes", "weight", "switch")
GROUPS = ("style", "setting", "camera", "video", "3d")


def build(out: Path, wordnet: WordNet | None) -> int:
    """Writes both tables into `out` and gives the number of values; the lists are whole without WordNet.

    Raises `TaxonomyError` for words said twice, phrases a caption could not join, and tags that nothing has.
    """
    found = list(rows())
    check(found)
    write_table(
        out / "scene-kinds.tsv", KIND_COLUMNS, map(_kind, sections()),
        "Kinds of scene attributes, in the order in which a caption says them.",
    )  # fmt: skip
    return write_table(
        out / "scene-attributes.tsv", COLUMNS, (row.cells() for row in found), "What scenes can be like: our own lists."
    )


def _kind(section: Section) -> tuple[str, ...]:
    held = section.settings
    if held["group"] not in GROUPS:
        raise TaxonomyError(f"{section.name} is in the group {show(held['group'])}. Known ones: {', '.join(GROUPS)}.")
    return section.name, held["group"], held["modalities"], held["question"]


def check(found: Sequence[SceneRow]) -> None:
    """Raises `TaxonomyError` when a phrase could be misread in a list, or an excluded tag belongs to nothing."""
    _once([row.phrase for row in found], "phrases")
    _once([f"{row.value} ({row.kind})" for row in found], "values of a kind")
    begins = _beginnings(found)
    for row in found:
        if "," in row.phrase or " and " in row.phrase:
            raise TaxonomyError(f"The phrase {show(row.phrase)} cannot stand in a list. Reword it.")
        if row.phrase in begins:
            raise TaxonomyError(f"The phrase {show(row.phrase)} begins {show(begins[row.phrase])}. Reword one of them.")
    unknown = {tag for row in found for tag in row.excludes} - {tag for row in found for tag in row.tags}
    if unknown:
        raise TaxonomyError(f"No scene attribute has the tags {', '.join(sorted(unknown))}. Mend `excludes`.")


def _once(words: Sequence[str], what: str) -> None:
    twice = [word for word, times in Counter(words).items() if times > 1]
    if twice:
        raise TaxonomyError(f"{len(twice)} {what} are listed twice: {', '.join(twice)}. Keep one of each.")


def _beginnings(found: Sequence[SceneRow]) -> dict[str, str]:
    """Every beginning of a phrase that ends before a space -> that phrase."""
    held: dict[str, str] = {}
    for row in found:
        words = row.phrase.split(" ")
        for n in range(1, len(words)):
            held.setdefault(" ".join(words[:n]), row.phrase)
    return held


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1]), None)} scene attributes\n")
