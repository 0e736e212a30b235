"""Reads our hand-written word lists (`assets/taxonomy/sources/*.txt`): sections of grouped words with settings.

Try it: `python -m engine.taxonomy.build.attribute_lists assets/taxonomy/sources/attribute-words.txt` lists sections and sizes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import TaxonomyError, show

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "taxonomy"
SOURCES = ASSETS / "sources"


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of a list: the value, how it is said where that is not the group's way, and its weight."""

    value: str
    said: str
    weight: int


@dataclass(frozen=True, slots=True)
class Group:
    """Words with the same settings; `place` is the file and line where the group opens."""

    settings: Mapping[str, str]
    entries: tuple[Entry, ...]
    place: str

    def listed(self, key: str) -> tuple[str, ...]:
        """A setting that is a comma-separated list; empty when it is not set."""
        return tuple(part for part in self.settings.get(key, "").split(",") if part)


@dataclass(slots=True)
class Section:
    """A `[name]` of a file with its settings and its groups, in order."""

    name: str
    settings: dict[str, str] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)

    def listed(self, key: str) -> tuple[str, ...]:
        """A setting that is a comma-separated list; empty when it is not set."""
        return tuple(part for part in self.settings.get(key, "").split(",") if part)


def read(path: Path) -> list[Section]:
    """The sections of one list; raises `TaxonomyError` with file and line for a line that is none of its forms.

    Forms: `# comment`, `$name = list` (a short name for a list), `[section]`, `key = value` (a setting of the
    section), `> key=value; key=value` (opens a group), and words: `word, word*3, word => how it is said`, or
    `dark, pale + red, blue` for all four of "dark red". `*3` multiplies the weight of the group.
    """
    sections: list[Section] = []
    names: dict[str, str] = {}
    opened: tuple[dict[str, str], list[Entry], str] | None = None

    def close() -> None:
        if opened and opened[1]:
            sections[-1].groups.append(Group(opened[0], tuple(opened[1]), opened[2]))

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line, place = line.strip(), f"Line {number} of {path.name}"
        if not line or line.startswith("#"):
            continue
        if line.startswith("$"):
            name, _, listed = line.partition("=")
            names[name.strip()] = _expanded(listed.strip(), names)
        elif line.startswith("["):
            close()
            opened = None
            sections.append(Section(line.strip("[]").strip()))
        elif line.startswith(">"):
            close()
            opened = (_settings(line[1:], names, place), [], place)
        elif opened is None and " = " in line and sections:
            key, _, value = line.partition(" = ")
            sections[-1].settings[key.strip()] = _expanded(value.strip(), names)
        elif opened is not None:
            opened[1].extend(_entries(line, _weight(opened[0], place), place))
        else:
            raise TaxonomyError(f"{place}: {show(line)} stands outside a group. Open one with `> weight=1`.")
    close()
    return sections


def _expanded(text: str, names: Mapping[str, str]) -> str:
    """The list with every `$name` replaced; a `!$name` excludes each of its kinds."""
    if "$" not in text:
        return text
    parts: list[str] = []
    for part in text.split(","):
        bare = part.strip().lstrip("!")
        inner = names[bare].split(",") if bare in names else [bare]
        parts.extend("!" + kind if part.strip().startswith("!") else kind for kind in inner)
    return ",".join(dict.fromkeys(parts))


def _settings(text: str, names: Mapping[str, str], place: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        key, equals, value = part.strip().partition("=")
        if not equals:
            raise TaxonomyError(f"{place}: {show(part)} is not `key=value`. Mend the list.")
        found[key.strip()] = _expanded(value.strip(), names)
    return found


def _weight(settings: Mapping[str, str], place: str) -> int:
    weight = settings.get("weight", "1")
    if not weight.isdigit():
        raise TaxonomyError(f"{place}: the weight {show(weight)} is not a whole number. Mend the list.")
    return int(weight)


def _entries(line: str, weight: int, place: str) -> Iterator[Entry]:
    before, plus, after = line.partition(" + ")
    if plus:
        for tone in before.split(","):
            for word in after.split(","):
                yield Entry(f"{tone.strip()} {word.strip()}", "", weight)
        return
    for part in line.split(","):
        text, _, said = part.partition("=>")
        value, star, times = text.strip().partition("*")
        if star and not times.strip().isdigit():
            raise TaxonomyError(f"{place}: {show(part)} has no whole number after its star. Mend the list.")
        if value:
            yield Entry(value.strip(), said.strip(), weight * int(times or 1))


def write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]], about: str) -> int:
    """Writes a table in the form of FORMAT.md with one comment line; gives the number of rows."""
    lines = ["\t".join(row) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([f"# {about}", "\t".join(header), *lines]) + "\n", encoding="utf-8")
    return len(lines)


def kinds_of_things(path: Path) -> frozenset[str]:
    """The names in the tree of kinds (`kinds.tsv`)."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return frozenset(line.split("\t")[0] for line in lines[1:])


if __name__ == "__main__":
    for section in read(Path(sys.argv[1])):
        sys.stdout.write(f"{section.name}\t{sum(len(group.entries) for group in section.groups)}\n")
