"""Writes `attribute-kinds.tsv` and `attributes.tsv` from our own lists of what things can be like.

Try it: `python -m engine.taxonomy.build.attributes /tmp/full` writes both tables there and prints their sizes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import TaxonomyError, show
from engine.taxonomy.build.attribute_lists import ASSETS, SOURCES, Section, kinds_of_things, read, write_table

if TYPE_CHECKING:
    from engine.taxonomy.build.wordnet import WordNet

# In the order in which English says them: "a lovely little old torn wet striped red Gothic wooden" thing.
FILES = ("attribute-words.txt", "attribute-nature.txt", "attribute-colours.txt", "attribute-materials.txt")
KIND_COLUMNS = ("kind", "question", "exclusive", "applies", "clashes")
COLUMNS = ("value", "kind", "applies", "weight", "switch")
SWITCHES = frozenset(("", "rare", "gruesome", "disease", "body", "slurs"))


def build(out: Path, wordnet: WordNet | None) -> int:
    """Writes both tables into `out` and gives the number of values; the lists are whole without WordNet.

    Raises `TaxonomyError` for a value listed twice, an unknown kind of thing, or words a caption could not hold.
    """
    sections = [section for name in FILES for section in read(SOURCES / name)]
    rows = list(_values(sections))
    _check(sections, rows, kinds_of_things(ASSETS / "full" / "kinds.tsv"))
    write_table(
        out / "attribute-kinds.tsv", KIND_COLUMNS, map(_kind, sections),
        "Kinds of attributes, in the order in which English says them.",
    )  # fmt: skip
    return write_table(out / "attributes.tsv", COLUMNS, rows, "What things can be like: our own lists.")


def _kind(section: Section) -> tuple[str, ...]:
    held = section.settings
    return section.name, held["question"], held.get("exclusive", "yes"), held["applies"], held.get("clashes", "")


def _values(sections: Iterable[Section]) -> Iterator[tuple[str, str, str, str, str]]:
    for section in sections:
        for group in section.groups:
            applies, switch = group.settings.get("applies", ""), group.settings.get("switch", "")
            for entry in group.entries:
                yield entry.value, section.name, applies, str(entry.weight), switch


def _check(sections: list[Section], rows: list[tuple[str, str, str, str, str]], known: frozenset[str]) -> None:
    twice = [value for value, times in Counter(row[0].lower() for row in rows).items() if times > 1]
    if twice:
        raise TaxonomyError(f"{len(twice)} attributes are listed twice: {', '.join(twice)}. Keep one of each.")
    names = {section.name for section in sections}
    for section in sections:
        _only(section.listed("clashes"), names, f"the clashes of {section.name}")
        _only(section.listed("applies"), known, section.name)
    for value, kind, applies, _, switch in rows:
        _only(applies.split(",") if applies else (), known, f"{value} ({kind})")
        _only((switch,), SWITCHES, f"the switch of {value}")
        if " and " in value or value.split()[0] in ("a", "an", "the"):
            raise TaxonomyError(f"The attribute {show(value)} cannot stand before a noun in a caption. Reword it.")


def _only(entries: Iterable[str], known: Iterable[str], where: str) -> None:
    for entry in entries:
        if entry.removeprefix("!") not in known:
            raise TaxonomyError(f"{show(entry)}, in {where}, is not a known name. Mend the list.")


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1]), None)} attributes\n")
