"""Videos and turntables before a judge who looks at pictures: some frames asked one by one, or several in one grid.

As in the paper: of a video the middle frame of each quarter, as one grid of 2 x 2 or with the mean of the answers; of a
3D object the mean over all views. Try it: `python cli.py judge runs/a --judge pocket --frames 4`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PIL import Image

from engine.errors import ModelError
from engine.scoring import Reply
from models.judges.asking import TOP, Choices, Judge

Film = Sequence[Image.Image]
"""The frames of one video or turntable, in order; one picture alone is a still."""
MOST = 64


@runtime_checkable
class Watching(Protocol):
    """A judge who also tells what only the order of frames can show."""

    def watch(self, film: Film, questions: Sequence[str]) -> list[Reply | None]:
        """A reply to each question about motion, None for every other question."""
        ...


@dataclass(frozen=True, slots=True)
class Looking:
    """How a film is shown: `frames` of it (0: all, as for turntables), one by one or in one `grid`.

    Raises `ModelError` for a number that is not 0..MOST.
    """

    frames: int = 4
    grid: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.frames <= MOST:
            raise ModelError(f"{self.frames} frames are not within 0 and {MOST}. Choose another number.")

    def of(self, film: Film) -> list[Image.Image]:
        """The pictures that the judge gets: the middle frame of each part, or one grid of them."""
        chosen = middles(film, self.frames or len(film))
        return [grid(chosen)] if self.grid and len(chosen) > 1 else chosen


def usual(generator: str) -> Looking:
    """How the films of that generator are shown where nobody says: all views of a turntable, four frames of a video."""
    from models.catalog import CARDS
    from models.generators import card_of

    known = next((card for card in CARDS if (card.job, card.name) == ("generator", generator)), None)
    try:
        return Looking(0 if (known or card_of(generator)).modality == "3d" else 4)
    except ModelError:  # a run of another machine, where there are other models
        return Looking()


def middles(film: Film, count: int) -> list[Image.Image]:
    """The middle frame of each of `count` equal parts; all frames where there are fewer."""
    if count >= len(film):
        return list(film)
    return [film[int((i + 0.5) * len(film) / count)] for i in range(count)]


def grid(pictures: Film) -> Image.Image:
    """Pictures of one size as one, row by row, as square as can be."""
    columns = math.ceil(math.sqrt(len(pictures)))
    width, height = pictures[0].size
    page = Image.new("RGB", (columns * width, -(-len(pictures) // columns) * height))
    for i, picture in enumerate(pictures):
        page.paste(picture, (i % columns * width, i // columns * height))
    return page


def answers(
    judge: Judge, films: Sequence[Film], questions: Sequence[Sequence[str]], choices: Sequence[Sequence[Choices]],
    looking: Looking,
) -> list[list[Reply]]:  # fmt: skip
    """The judge's replies about films, in the shape of `Judge.answer_many`; a film of one picture is asked as it is.

    Of several frames a reply is the mean: of P(yes) and P(no), and for other answers of how likely each is. What a
    `Watching` judge tells by the order of frames is taken from there and not asked again.
    """
    found = [_watched(judge, film, group) for film, group in zip(films, questions, strict=True)]
    left = [[i for i, reply in enumerate(row) if reply is None] for row in found]
    shown = [looking.of(film) for film in films]
    owners = [k for k, pictures in enumerate(shown) for _ in pictures]
    said = judge.answer_many(
        [picture for pictures in shown for picture in pictures],
        [[questions[k][i] for i in left[k]] for k in owners],
        choices=[[choices[k][i] for i in left[k]] for k in owners],
    )
    frames = iter(said)
    for k, pictures in enumerate(shown):
        heard = [next(frames) for _ in pictures]
        for place, i in enumerate(left[k]):
            found[k][i] = merged([replies[place] for replies in heard])
    return [[reply for reply in row if reply is not None] for row in found]


def _watched(judge: Judge, film: Film, questions: Sequence[str]) -> list[Reply | None]:
    if len(film) > 1 and isinstance(judge, Watching):
        return judge.watch(film, questions)
    return [None] * len(questions)


def merged(replies: Sequence[Reply]) -> Reply:
    """The mean of what was said about several frames."""
    if len(replies) == 1:
        return replies[0]
    chances: dict[str, float] = defaultdict(float)
    for reply in replies:
        for word, chance in reply.top or ((reply.answer, reply.confidence),):
            chances[word] += chance / len(replies)
    top = tuple(sorted(chances.items(), key=lambda pair: -pair[1])[:TOP])
    return Reply(*top[0], _mean([r.p_yes for r in replies]), _mean([r.p_no for r in replies]), top)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
