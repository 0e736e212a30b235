"""Builds nouns.tsv and hypernyms.tsv from WordNet and our hand lists `assets/taxonomy/sources/noun-*.txt`.

Try it: `make taxonomy`, or `python -m engine.taxonomy.build`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.taxonomy.build.noun_lists import Nearest
from engine.taxonomy.build.noun_rows import Reader, Row
from engine.taxonomy.build.noun_switch import Switches, settle
from engine.taxonomy.build.wordnet import WordNet

COLUMNS = ("name", "plural", "kind", "number", "sense", "synset", "depict", "common", "size", "switch")
ABOUT = "Made by `make taxonomy` from WordNet 3.0 (LICENCE-WORDNET.txt) and assets/taxonomy/sources; do not edit."


def build_nouns(out: Path, wordnet: WordNet) -> int:
    """Writes nouns.tsv and hypernyms.tsv into `out`, which holds kinds.tsv; gives the number of nouns.

    Raises `TaxonomyError` for an entry of a hand list that WordNet does not have.
    """
    reader = Reader(wordnet, _sizes(out / "kinds.tsv"))
    rows = nouns(wordnet, reader)
    _write(out / "nouns.tsv", COLUMNS, (row.cells for row in rows))
    _write(out / "hypernyms.tsv", ("synset", "parent", "words"), _tree(wordnet, reader.kinds, rows))
    return len(rows)


def nouns(wordnet: WordNet, reader: Reader) -> list[Row]:
    """All rows, in the order of WordNet's file: things of a kind stand together."""
    rows = [row for synset in wordnet.synset.values() if synset.pos == "n" for row in reader.rows(synset)]
    switches = Switches(wordnet)
    for row in rows:
        row.switch = switches.of(row)
    settle(rows, wordnet)
    return rows


def _tree(wordnet: WordNet, kinds: Nearest, rows: Iterable[Row]) -> Iterator[tuple[str, str, str]]:
    """Every synset with a noun, and all above them: synset, the parent that gave it its kind, its words."""
    wanted: set[str] = set()
    for row in rows:
        at: str | None = row.synset
        while at and at not in wanted:
            wanted.add(at)
            at = kinds.parent(at)
    for id in sorted(wanted):
        yield id, kinds.parent(id) or "", ",".join(w.replace(",", "") for w in wordnet.synset[id].words)


def _sizes(path: Path) -> dict[str, str]:
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {cells[0]: cells[2] for cells in lines[1:]}


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [f"# {ABOUT}", "\t".join(columns), *("\t".join(cells) for cells in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
