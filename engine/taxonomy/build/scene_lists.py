"""Turns our lists of scene attributes into rows: value, phrase, tags, what they exclude, weight and switch.

Try it: `python -c "from engine.taxonomy.build.scene_lists import rows; print(sum(1 for _ in rows()))"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import TaxonomyError, show
from engine.taxonomy.build.attribute_lists import SOURCES, Entry, Group, Section, read

# In the order in which a caption says them.
FILES = (
    "scene-style.txt", "scene-locations.txt", "scene-setting.txt", "scene-camera.txt", "scene-models.txt",
    "scene-video.txt", "scene-3d.txt",
)  # fmt: skip
# Works are free seventy years after their maker's death; artists who died later are off unless switched on.
LAST_FREE_DEATH = 1954
LATER_ARTISTS = "living-artists"
# Where the letter is not the sound: "an hour", "an 85 mm lens", "an iPhone", but "a one-second exposure".
_VOWEL = ("hour", "honest", "8", "11 ", "11-", "18 ", "18-", "fm", "lg", "om ", "mj", "htc", "red v", "x-ray")
_CONSONANT = ("one", "uni", "use", "utopia", "eu", "underage", "u-", "uv")


@dataclass(frozen=True, slots=True)
class SceneRow:
    """A line of `scene-attributes.tsv`."""

    kind: str
    value: str
    phrase: str
    tags: tuple[str, ...]
    excludes: tuple[str, ...]
    weight: int
    switch: str

    def cells(self) -> tuple[str, ...]:
        """The columns in the table's order."""
        return (
            self.kind, self.value, self.phrase, ",".join(self.tags), ",".join(self.excludes),
            str(self.weight), self.switch,
        )  # fmt: skip


def sections() -> list[Section]:
    """All kinds of scene attributes with their lists."""
    return [section for name in FILES for section in read(SOURCES / name)]


def rows() -> Iterator[SceneRow]:
    """Every scene attribute; raises `TaxonomyError` for an artist without a year of death."""
    for section in sections():
        for group in section.groups:
            for entry in group.entries:
                yield _row(section, group, entry)


def _row(section: Section, group: Group, entry: Entry) -> SceneRow:
    value, switch = entry.value, group.settings.get("switch", "")
    if section.settings.get("artists") == "yes":
        value, switch = _artist(entry.value, group.place)
    phrase = entry.said or group.settings["phrase"].replace("{a}", with_article(value)).replace("{}", value)
    return SceneRow(section.name, value, phrase, group.listed("tags"), group.listed("excludes"), entry.weight, switch)


def _artist(entry: str, place: str) -> tuple[str, str]:
    """`Claude Monet 1926` -> the name, and the switch of those who died after `LAST_FREE_DEATH` or live."""
    name, _, died = entry.rpartition(" ")
    if died != "living" and not died.isdigit():
        raise TaxonomyError(f"{place}: {show(entry)} does not end in a year of death or `living`. Add it.")
    return name, "" if died != "living" and int(died) <= LAST_FREE_DEATH else LATER_ARTISTS


def with_article(phrase: str) -> str:
    """`a` or `an` before a phrase, by its sound; digits and letters are read aloud ("an 85 mm lens", "an f-stop")."""
    low = phrase.lower()
    if low.startswith(_CONSONANT) and not low.startswith("unusual"):
        return f"a {phrase}"
    return f"an {phrase}" if low.startswith((*"aeio", *_VOWEL, "u")) else f"a {phrase}"
