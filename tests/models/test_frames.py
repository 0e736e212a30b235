"""Videos before judges: which frames are shown, what several answers come to, and that a run keeps and judges its frames.

Run it: `pytest tests/models/test_frames.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import ModelError
from engine.graph import Attribute, Object, SceneGraph
from engine.png import read_frames, read_png
from engine.run import Run
from engine.scene import describe
from engine.scoring import Reply
from models import generators, judges
from models.batch import judge, render
from models.judges.frames import Film, Looking, answers, grid, merged, middles, usual
from models.pocket.moving import VIDEO

FILM = [Image.new("RGB", (8, 6), (i, 0, 0)) for i in range(16)]


def reds(pictures: Sequence[Image.Image]) -> list[int]:
    return [picture.getpixel((0, 0))[0] for picture in pictures]  # type: ignore[index]


@pytest.mark.parametrize(
    ("looking", "shown"),
    [(Looking(), [2, 6, 10, 14]), (Looking(0), list(range(16))), (Looking(1), [8]), (Looking(64), list(range(16)))],
)
def test_the_middle_frame_of_each_part_is_shown(looking: Looking, shown: list[int]) -> None:
    assert reds(looking.of(FILM)) == shown


def test_a_grid_holds_the_frames_row_by_row() -> None:
    (page,) = Looking(4, grid=True).of(FILM)
    assert page.size == (16, 12)
    assert [page.getpixel((x, y))[0] for y in (0, 6) for x in (0, 8)] == [2, 6, 10, 14]  # type: ignore[index]
    assert grid(middles(FILM, 5)).size == (24, 12)
    assert Looking(4, grid=True).of(FILM[:1]) == FILM[:1]


def test_numbers_that_cannot_be_shown_are_refused() -> None:
    for number in (-1, 65):
        with pytest.raises(ModelError, match="frames are not within"):
            Looking(number)


def test_of_a_turntable_every_view_is_shown_unless_told_otherwise() -> None:
    assert (usual("shap-e"), usual("pocket-video"), usual("nobody knows it")) == (Looking(0), Looking(4), Looking(4))


def test_several_answers_come_to_their_mean() -> None:
    yes, no = (
        Reply("yes", 0.9, 0.9, 0.1, (("yes", 0.9), ("no", 0.1))),
        Reply("no", 0.6, 0.4, 0.6, (("no", 0.6), ("yes", 0.4))),
    )
    both = merged([yes, no])
    assert (both.answer, both.confidence, both.p_yes, both.p_no) == pytest.approx(("yes", 0.65, 0.65, 0.35))
    words = merged([Reply("red", 0.5), Reply("blue", 0.4), Reply("blue", 0.4)])
    assert (words.answer, words.p_yes) == ("blue", None)
    assert words.confidence == pytest.approx(0.8 / 3)


class Reader:
    """A judge of colours, not of motion: yes where a picture's red is at least the number asked for."""

    name = "reader"

    def answer_many(
        self, images: Sequence[Image.Image], questions: Sequence[Sequence[str]], *, choices: object = None
    ) -> list[list[Reply]]:
        self.seen = len(images)
        return [
            [Reply("yes", 1.0, float(red >= int(text)), float(red < int(text))) for text in group]
            for red, group in zip(reds(images), questions, strict=True)
        ]


class Watcher(Reader):
    """The same, who also sees motion."""

    def watch(self, film: Film, questions: Sequence[str]) -> list[Reply | None]:
        return [Reply("no", 1.0, 0.0, 1.0) if text == "moving?" else None for text in questions]


@pytest.mark.parametrize("shape", [(48, 32), (32, 48), (33, 33)])
@pytest.mark.parametrize("count", [2, 5, 16])
def test_films_of_any_shape_and_length_are_watched(shape: tuple[int, int], count: int) -> None:
    film = [Image.effect_noise(shape, 90 + i).convert("RGB") for i in range(count)]
    asked = ["Is the dog rising?", "How is the scene filmed?", "Is there a dog?", "Which object is falling?",
             "Are there at least two red still dogs?", "Is the scene framed as a film still?", "Which way is the cat moving?"]  # fmt: skip
    said = judges.load("pocket").watch(film, asked)  # type: ignore[attr-defined]
    assert [reply is None for reply in said] == [False, False, True, False, False, True, False]
    assert all(0 <= reply.confidence <= 1 for reply in said if reply)


def test_films_and_stills_are_asked_together() -> None:
    reader = Reader()
    films: list[Film] = [FILM, FILM[5:6]]
    found = answers(reader, films, [["3", "20"], ["5"]], [[(), ()], [()]], Looking())  # type: ignore[arg-type]
    assert [[reply.p_yes for reply in row] for row in found] == [[0.75, 0.0], [1.0]]
    assert reader.seen == 5


def test_what_only_order_shows_is_asked_of_who_watches() -> None:
    found = answers(Watcher(), [FILM], [["3", "moving?", "20"]], [[(), (), ()]], Looking())  # type: ignore[arg-type]
    assert [reply.p_yes for reply in found[0]] == [0.75, 0.0, 0.0]


def test_a_run_keeps_frames_and_judges_them(tmp_path: Path) -> None:
    graph = SceneGraph((Object("a", "dog"),), (Attribute("a", "colour", "red"), Attribute("a", "motion", "rising")))
    line = describe(graph, VIDEO, id="s0", modality="video")
    run = Run.create(tmp_path / "run", generator="painter-video", taxonomy=VIDEO, seed=1)
    assert render(run, [line], generators.load("painter-video"), images=1, seed=1, size=64).drawn == 1
    (picture,) = run.pictures()
    data = run.read_image(picture)
    frames = read_frames(data)
    assert len(frames) == 16 and len({frame.tobytes() for frame in frames}) == 16
    assert frames[0].tobytes() == read_png(data)[0].tobytes()
    assert judge(run, judges.load("pocket"), looking=Looking(2)) == 1
    (said,) = run.judgements()
    assert said.oracle is not None and said.oracle.gated == 1.0
    asked = {question.id: question.text for question in line.questions}
    right = {asked[mark.question] for mark in said.scores.marks if mark.correct}
    assert {"Is there a dog?", "Is the dog red?", "Is the dog rising?"} <= right
