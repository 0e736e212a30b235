"""Captioned painter pictures, true to the word, and for each caption a twin with one word swapped.

What `pocket-clip` learns from and is measured on. Try it: `python -m models.pocket.captioned 5`.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from engine.caption import LENGTHS, Style, caption
from engine.errors import GraphError
from engine.sampler import Constraints, sample
from models.pocket.layout import arrange
from models.pocket.scene import COLOURS, SIZES, TAXONOMY, PocketScene
from models.pocket.words import WORD

OPPOSITES = (("left", "right"), ("above", "below"))
OBJECTS = (1, 1, 2, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Captioned:
    """A scene, what is truly said of it, and the same with one word that is not true (None where no word could be)."""

    scene: PocketScene
    caption: str
    swapped: str | None


def captioned(count: int, *, seed: int) -> Iterator[Captioned]:
    """The first `count` of a run; number i depends on (seed, i) alone."""
    for i in range(count):
        yield _one(random.Random(f"captioned/{seed}/{i}"))


def _one(rng: random.Random) -> Captioned:
    while True:
        objects = rng.choice(OBJECTS)
        constraints = Constraints(
            complexity=None, objects=(objects, objects), attributes=(objects // 2, objects + 2),
            relations=(0, objects - 1), scene_attributes=(0, 2), mode="imaginative",
        )  # fmt: skip
        graph = sample(constraints, TAXONOMY, rng)
        style = Style() if rng.random() < 0.5 else Style(rng.choice(LENGTHS), rng.randrange(8))
        text = caption(graph, TAXONOMY, style).text
        try:
            return Captioned(arrange(graph, rng), text, swap(text, rng))
        except GraphError:
            continue


def swap(text: str, rng: random.Random) -> str | None:
    """The caption with one word exchanged for another of its kind wherever it stands: a name, colour, size or side.

    The new word is not in the caption, and articles follow it, so that nothing but the picture tells the two apart.
    """
    there = [word.lower() for word in WORD.findall(text)]
    choices = {word: [new for new in _others().get(word, ()) if not {new, *_forms(new)} & {*there}] for word in there}
    changeable = sorted(word for word, others in choices.items() if others)
    if not changeable:
        return None
    old = rng.choice(changeable)
    new = rng.choice(choices[old])
    return _replaced(text, dict(zip(_forms(old), _forms(new), strict=True)))


def _replaced(text: str, change: dict[str, str]) -> str:
    said: list[str] = []
    for part in re.split(r"(\W+)", text):
        word = change.get(part.lower())
        if word is not None and len(said) > 1 and said[-2].lower() in ("a", "an"):
            said[-2] = said[-2][0] + ("n" if word[0] in "aeiou" else "")
        said.append(part if word is None else word.capitalize() if part[0].isupper() else word)
    return "".join(said)


def _forms(word: str) -> tuple[str, ...]:
    """Singular and plural of a name, any other word alone."""
    return next(((n.name, n.plural) for n in TAXONOMY.nouns if word in (n.name, n.plural)), (word,))


@cache
def _others() -> dict[str, tuple[str, ...]]:
    """For each word that can be swapped, the words that can take its place."""
    nouns = TAXONOMY.nouns
    kinds = (tuple(n.name for n in nouns), tuple(n.plural for n in nouns), COLOURS, tuple(SIZES), *OPPOSITES)
    return {word: tuple(other for other in kind if other != word) for kind in kinds for word in kind}


if __name__ == "__main__":
    for one in captioned(int(sys.argv[1]) if len(sys.argv) > 1 else 5, seed=1):
        print(one.caption, "|", one.swapped)
