"""What comes out of the store about people and ratings: frozen values, times in UTC as text that sorts.

Contents and answers are plain mappings, as they were saved in JSON.
Try it: `python -c "from engine.store.rating_values import Item, Settings; print(Settings()); help(Item)"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["scene", "picture", "caption-pair", "picture-pair"]
ItemRole: TypeAlias = Literal["item", "practice", "gold", "attention"]
Said: TypeAlias = Literal["rated", "skipped", "flagged"]
Answers: TypeAlias = Mapping[str, Any]
Content: TypeAlias = Mapping[str, Any]

KINDS: tuple[Kind, ...] = ("scene", "picture", "caption-pair", "picture-pair")
PAIRS: tuple[Kind, ...] = ("caption-pair", "picture-pair")
ITEM_ROLES: tuple[ItemRole, ...] = ("item", "practice", "gold", "attention")
CHECKS: tuple[ItemRole, ...] = ("gold", "attention")
PRACTICE = "practice:"
"""Before the name of a picture that comes with the program, to practise on, in place of the id of one in the store."""
COUNTED = ("rated", "flagged")
"""What fills a place of the overlap; an item that somebody skipped goes to somebody else."""


@dataclass(frozen=True, slots=True)
class Person:
    """A named profile; `role` is viewer, annotator, curator or admin (`engine.roles`)."""

    name: str
    role: str
    created: str


@dataclass(frozen=True, slots=True)
class Settings:
    """How a project runs.

    blinded        nobody who rates sees what stands under `hidden` in an item, and the sides of a pair are drawn per
                   person and item (left and right come back as a and b).
    lease_seconds  how long an item stays with the person who opened it.
    gold_every     after how many items a gold item or attention check is slipped in; 0 for never.
    practice       practice items before the first real one.
    min_seconds    an answer that comes faster is kept and noted as fast.
    elements       whether yes / no / can't tell is asked for every element, too.
    block_after    failed checks after which a person gets no more items; 0 for never.
    """

    blinded: bool = True
    lease_seconds: int = 900
    gold_every: int = 10
    practice: int = 5
    min_seconds: float = 1.0
    elements: bool = False
    block_after: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """What is rated, how often and how; `status` is open or closed."""

    id: str
    name: str
    owner: str
    kind: Kind
    overlap: int
    settings: Settings
    status: str
    created: str


@dataclass(frozen=True, slots=True)
class Guideline:
    """One version of the guidelines; `examples` are worked ones: `{"content": ..., "answers": ..., "why": ...}`."""

    project: str
    version: int
    text: str
    examples: tuple[Mapping[str, Any], ...]
    author: str
    created: str


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to add. `content`, by kind of the project:

    scene         {"text", "graph"?, "elements"?: [{"id", "text"}], "hidden"?: {...}}
    picture       {"picture": id in the store or `practice:NAME`, "caption", "elements"?, "hidden"?}
    caption-pair  {"a": {"text", "hidden"?}, "b": {"text", "hidden"?}, "hidden"?}
    picture-pair  {"a": {"picture", "hidden"?}, "b": {"picture", "hidden"?}, "caption"}

    `gold`, for practice, gold and attention items: {"answers": {question: value or list of values that pass}, "why"};
    a pair's `preference` is said as a, b or tie there.
    """

    content: Content
    role: ItemRole = "item"
    gold: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item as its curator sees it, nothing hidden; `done` is how many people have answered."""

    id: str
    project: str
    place: int
    role: ItemRole
    content: Content
    gold: Mapping[str, Any] | None
    done: int
    created: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it was given to one person, to be answered with `token` by `until`.

    `content` holds what that person may see (no `hidden` where the project is blinded); of a pair, `content["left"]`
    and `content["right"]` are the two sides in this person's order. `practice` items get feedback; gold items and
    attention checks look like any other.
    """

    id: str
    project: str
    kind: Kind
    content: Content
    practice: bool
    token: str
    until: str


@dataclass(frozen=True, slots=True)
class Rating:
    """One answer, never changed; a later one `supersedes` it.

    `answers`, by kind: scene {"plausibility": 1-5, "real": "real" | "artefact" | "unsure"}, picture {"shows": 1-5},
    pairs {"preference": "a" | "b" | "tie", "left": "a" | "b"}; all may have {"elements": {id: "yes" | "no" |
    "unsure"}, "comment": text}. `status` is rated, skipped, flagged or undone; `origin` is app, import or adjudication.
    `shown` is when the item came on screen (None: not known), `created` when it was answered. `surplus` says that it
    came when others had filled the item's places: it is kept, counts for its person, and is left out of agreement.
    """

    id: str
    project: str
    item: str
    person: str
    guideline: int
    answers: Answers
    status: str
    origin: str
    supersedes: str | None
    shown: str | None
    created: str
    surplus: bool = False


class Brought(NamedTuple):
    """An answer made elsewhere, to be added to the item with this id."""

    item: str
    person: str
    answers: Answers
    surplus: bool = False


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a practice item says back: whether it was `right`, what was `expected`, and `why`."""

    right: bool
    expected: Answers
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an answer: the rating, feedback (practice items only), and a `notice` such as "that was fast"."""

    rating: Rating
    feedback: Feedback | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """An answer of one's own beside its item, for the history; content and `answers` are as on the person's screen."""

    item: Item
    rating: Rating
    answers: Answers


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: of me (`mine`, `mine_today`, practice done of how many), and of all (`team` of `needed` answers).

    More answers to an item than its overlap (late or imported ones) do not count for `team`.
    """

    mine: int = 0
    mine_today: int = 0
    skipped: int = 0
    practice_done: int = 0
    practice: int = 0
    team: int = 0
    team_today: int = 0
    needed: int = 0
    items: int = 0
    items_done: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person does on gold items and attention checks, and how many answers came too fast."""

    person: str
    answered: int = 0
    checks_right: int = 0
    checks_wrong: int = 0
    fast: int = 0
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An item on which people differ: `spread` from 0 (all agree) to 1; `verdict` is the adjudication, if any."""

    item: StoredItem
    ratings: tuple[Rating, ...]
    spread: float
    verdict: Rating | None = None


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag with its item; what was wrong stands in the rating's `comment`, if its person said so."""

    item: StoredItem
    rating: Rating

    @property
    def comment(self) -> str:
        """What is wrong, in one line; empty where nothing was said."""
        return str(self.rating.answers.get("comment", ""))


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything of a project in one piece, for agreement and export."""

    project: Project
    guidelines: tuple[Guideline, ...] = ()
    items: tuple[StoredItem, ...] = ()
    ratings: tuple[Rating, ...] = ()
    verdicts: tuple[Rating, ...] = ()
    standings: tuple[Standing, ...] = field(default=())
