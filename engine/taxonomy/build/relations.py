"""Builds relations.tsv: our own lists first (on by default), then the transitive verbs of WordNet behind switches.

Try it: `make taxonomy`, or `python -c "from engine.taxonomy.build.relations import rows; print(len(rows(None)))"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.taxonomy.build.relation_lists import SOURCES, Row, core, groups, lines, modified
from engine.taxonomy.build.relation_postures import postures
from engine.taxonomy.build.relation_verbs import verbs
from engine.taxonomy.build.relation_visible import visible
from engine.taxonomy.build.wordnet import WordNet

HEADER = (
    "phrase", "kind", "form", "plural", "base", "subjects", "objects", "opposite", "fit", "weight", "switch", "axis", "before",
)  # fmt: skip
# Which coordinate a relation orders, and whether the source comes first: so that no circle can be drawn.
AXES = {
    "to the left of": ("x", True), "to the right of": ("x", False), "above": ("y", True), "below": ("y", False),
    "over": ("y", True), "under": ("y", False), "in front of": ("z", True), "behind": ("z", False),
    "higher than": ("y", True), "lower than": ("y", False), "larger than": ("size", True), "smaller than": ("size", False),
    "bigger than": ("size", True), "taller than": ("height", True), "shorter than": ("height", False),
    "on top of": ("y", True), "underneath": ("y", False), "beneath": ("y", False), "inside": ("in", True), "within": ("in", True),
}  # fmt: skip
ORDERED = frozenset("spatial posture support containment comparison".split())
"""Only places and comparisons order: who flips over a pancake is not above it."""
FORBIDDEN = frozenset({"and", "that", "which", "who", "whose", "while", "a", "an", "the", "some", "is", "are", "also"})


def build(out: Path, wordnet: WordNet | None) -> int:
    """Write relations.tsv; without WordNet only what is written by hand. Returns how many rows there are."""
    found = rows(wordnet)
    text = [
        "# Made by `make taxonomy` from assets/taxonomy/sources/relation-*.txt and WordNet; FORMAT.md says what is what."
    ]
    text.append("\t".join(HEADER))
    text += ["\t".join(_cells(row)) for row in found]
    (out / "relations.tsv").write_text("\n".join(text) + "\n", encoding="utf-8")
    return len(found)


def rows(wordnet: WordNet | None) -> list[Row]:
    """Every relation once, the hand-written ones first; opposites point at rows that are there and point back."""
    known: dict[str, Row] = {}
    for row in _all(wordnet):
        if _sound(row):
            known.setdefault(row.phrase, row)
    return [replace(row, opposite=_mutual(row, known)) for row in known.values()]


def _all(wordnet: WordNet | None) -> Iterator[Row]:
    yield from core()
    yield from modified()
    yield from visible(wordnet.exceptions["v"] if wordnet else None)
    yield from postures()
    if wordnet is not None:
        yield from verbs(wordnet, groups(), _listed())


def _listed() -> dict[str, str]:
    """Verb -> its word in relation-verbs.txt: the switch it is behind, `state`, `clause`, or `-` for never."""
    found: dict[str, str] = {}
    if (SOURCES / "relation-verbs.txt").is_file():
        for _, line in lines("relation-verbs.txt"):
            switch, _, words = line.partition(":")
            found |= {word.strip(): switch.strip() for word in words.split(",") if word.strip()}
    return found


def _sound(row: Row) -> bool:
    """Whether a phrase can be read back: no word of the grammar at its ends, no comma, no conjunction."""
    words = row.phrase.split()
    inner = {"and", "that", "which", "who", "whose", "while"}
    return bool(words) and words[0] not in FORBIDDEN - {"a"} and words[-1] not in FORBIDDEN and not inner & set(words)


def _mutual(row: Row, known: dict[str, Row]) -> str:
    other = known.get(row.opposite)
    return row.opposite if other is not None and other.opposite == row.phrase else ""


def _cells(row: Row) -> list[str]:
    axis, before = _axis(row.phrase) if row.kind in ORDERED else ("", True)
    weight = "" if row.weight == 1 else f"{row.weight:g}"
    return [
        row.phrase, row.kind, row.form, row.plural, row.base, ",".join(row.subjects), ",".join(row.objects), row.opposite,
        row.fit, weight, row.switch, axis, "" if before or not axis else "no",
    ]  # fmt: skip


def _axis(phrase: str) -> tuple[str, bool]:
    """The coordinate of a phrase, or of the place at its end: "sitting to the left of" orders as "to the left of" does."""
    for ending, found in AXES.items():
        if phrase == ending or phrase.endswith(" " + ending):
            return found
    return "", True
