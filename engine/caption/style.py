"""Style: how long a caption is and which of several phrasings it has; a phrasing is a row of a table.

Phrasing 0 is the house phrasing. Try it: `python -c "from engine.caption import *; print(Style('rich', 3))"`.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import ConstraintError, show

LENGTHS = ("terse", "plain", "rich")
"""Fragments for models with a small budget of tokens; sentences; fuller sentences that flow."""


@dataclass(frozen=True, slots=True)
class Style:
    """`length` is one of `LENGTHS`; any whole number is a `phrasing`, beyond the last one they begin again.

    Raises `ConstraintError` for a length that nobody knows.
    """

    length: str = "plain"
    phrasing: int = 0

    def __post_init__(self) -> None:
        if self.length not in LENGTHS:
            raise ConstraintError(
                f"{show(self.length)} is not a length of captions. Choose one of {', '.join(LENGTHS)}."
            )


@dataclass(frozen=True, slots=True)
class Manner:
    """One phrasing. Nothing in it depends on words, so that a caption is a pattern into which words are put."""

    leads: tuple[str, ...] = ("plain",)
    """How statements begin, in turn: `plain` "a dog is above ...", `there` "there is a dog above ...",
    `that` "there is a dog that is above ...", `see` with the words of `seeing`, `front` "above a cat is a dog"."""
    opening: str = ""
    """Words before the first statement."""
    seeing: str = "we see"
    scene: str = "last"
    """Where the scene attributes are: `last` or `first` in a sentence of their own, `in` before the first statement."""
    scene_words: str = "the scene is"
    listing: bool = False
    """All objects are listed before anything is said of them."""
    chain: bool = False
    """What stands last in a sentence may take a relative clause."""
    join: str = ""
    """Two short statements become one sentence around these words."""
    also: bool = False
    """A further statement about the same thing says `also`."""
    exist: str = "there is"
    """How things without relations are introduced: `there is`, `we see`, `the image shows`, `in the scene is`."""
    front: int = 3
    """So many attributes stand before a noun; more of them get a sentence of their own."""
    links: int = 3
    """So many relations fit into one sentence."""
    careful: bool = False
    """Words collide: attributes get sentences of their own, and every relation does."""
    kinds: bool = False
    """Scene attributes are said with their kinds."""
    quotes: str = ""
    """What stands in quotation marks: nothing, `nouns` or `all`."""


HOUSE = Manner()
"""The manner that the models of small worlds were trained on; there it does not split sentences."""
PLAIN = (
    HOUSE,
    Manner(leads=("there", "plain")),
    Manner(scene="first", chain=True),
    Manner(scene="in", also=True, leads=("plain", "front"), exist="in the scene is"),
    Manner(leads=("front", "plain"), scene_words="all of this is"),
    Manner(leads=("see", "plain"), seeing="we see", exist="we see", also=True),
    Manner(listing=True, links=2, also=True),
    Manner(leads=("that", "plain", "front"), chain=True, scene_words="here the scene is"),
)
RICH = (
    Manner(opening="in this scene, ", chain=True, join=", while ", also=True, scene_words="all of this is", front=2),
    Manner(leads=("see", "plain", "front"), seeing="here we see", exist="we see", chain=True, join=", and ", also=True),
    Manner(leads=("plain", "front"), scene="in", chain=True, join=", while ", exist="in the scene is", front=2),
    Manner(leads=("there", "plain"), scene="first", chain=True, join=", and ", also=True),
    Manner(listing=True, join=", while ", also=True, scene_words="all of this is", front=2),
    Manner(
        leads=("see", "front"), seeing="the image shows", exist="the image shows", join=", and ", also=True, front=2
    ),
    Manner(leads=("that", "plain"), chain=True, join=", while ", scene_words="here the scene is", also=True),
    Manner(leads=("front", "there", "plain"), scene="first", chain=True, join=", while ", exist="in the scene is"),
)
TERSE = (
    Manner(links=2, front=9),
    Manner(links=2, front=9, scene="first"),
    Manner(links=1, front=9),
    Manner(links=2, front=9, listing=True),
    Manner(links=1, front=9, scene="first", listing=True),
)
_MANNERS = {"terse": TERSE, "plain": PLAIN, "rich": RICH}
CAREFUL = (
    Manner(careful=True, links=1),
    Manner(careful=True, links=1, kinds=True),
    Manner(careful=True, links=1, kinds=True, quotes="nouns"),
    Manner(careful=True, links=1, kinds=True, quotes="all"),
)
"""What is tried, in turn, where words collide: no reading but the right one is left."""


def manner(style: Style) -> Manner:
    """The row of the table that a style means."""
    rows = _MANNERS[style.length]
    return rows[style.phrasing % len(rows)]
