"""How a scene is said, what that takes of a text encoder, what stands in the way of a picture, and how plausible it is.

Try it: `python -m pytest tests/pages/test_saying.py`.
"""

from __future__ import annotations

import pytest

from engine.caption import LENGTHS, Style, caption
from engine.parse import parse
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import SceneLine, describe
from engine.taxonomy import load
from engine.tokens import budget
from pages.parts.obstacles import obstacle, unknown
from pages.parts.plausible import view
from pages.parts.saying import outside
from pages.parts.style import another, saved_style, with_style, written_in

POCKET, FULL = load("pocket"), load("full")
CAPTION = "A large red dog is above a cat. The scene is at night."


def line(graph, taxonomy=FULL, **more) -> SceneLine:
    return describe(graph, taxonomy, id="", ask=False, **more)


@pytest.mark.parametrize("settings", [{}, {"length": 7}, {"length": "loud", "phrasing": 2}, {"length": None}])
def test_style_that_nobody_knows_is_the_house_style(settings) -> None:
    assert saved_style(settings) == Style()


def test_style_is_kept_beside_other_settings() -> None:
    settings = with_style({"generator": "painter"}, Style("rich", 3))
    assert settings["generator"] == "painter" and saved_style(settings) == Style("rich", 3)
    assert saved_style({"length": "terse", "phrasing": "x"}) == Style("terse", 0)


@pytest.mark.parametrize("length", LENGTHS)
def test_another_phrasing_has_other_words_and_they_come_round(length: str) -> None:
    graph = parse(CAPTION, POCKET)
    style, seen = Style(length), []
    for _ in range(12):
        seen.append(caption(graph, POCKET, style).text)
        found = another(graph, POCKET, style)
        assert found is not None and found.length == length
        style = found
        assert caption(graph, POCKET, style).text != seen[-1]
    assert len(set(seen)) > 2 and seen[0] in seen[1:]


def test_a_style_is_recognised_by_its_text() -> None:
    graph = sample(Constraints(complexity=(7, 7), mode="imaginative"), FULL, scene_rng(3, 0))
    for style in (Style("rich", 2), Style("terse", 1), Style("plain", 5)):
        text = caption(graph, FULL, style).text
        found = written_in(graph, FULL, f"  {text}\n")
        assert found is not None and caption(graph, FULL, found).text == text
    assert written_in(graph, FULL, "Something else.") is None


def test_what_falls_outside_is_named() -> None:
    graph = sample(Constraints(complexity=(28, 28), objects=(6, 12), mode="imaginative"), FULL, scene_rng(1, 0))
    said = line(graph)
    fits = budget(said.caption, said.spans, "clip")
    assert not fits.fits and fits.outside
    assert "more" in outside(said, fits) and any(item.name in outside(said, fits) for item in graph.objects)


def test_obstacle_names_the_word_and_who_knows_it() -> None:
    graph = sample(Constraints(complexity=(6, 6), mode="imaginative"), FULL, scene_rng(3, 0))
    for generator in ("pocket", "painter"):
        text = obstacle(line(graph), generator, 112)
        assert f"“{unknown(graph, POCKET)[0]}”" in text and "Stable Diffusion" in text and text.count(". ") == 1
    assert obstacle(line(graph), "a-published-one", 77) == ""


def test_obstacle_none_for_a_pocket_scene() -> None:
    graph = parse(CAPTION, POCKET)
    assert unknown(graph, POCKET) == []
    assert obstacle(line(graph, POCKET), "pocket", 112) == obstacle(line(graph, POCKET), "painter", 0) == ""


def test_obstacle_of_another_medium_and_of_a_long_caption() -> None:
    graph = parse(CAPTION, POCKET)
    assert "3D models" in obstacle(line(graph, POCKET, modality="3d"), "pocket", 112)
    assert "videos" in obstacle(line(graph, POCKET, modality="video"), "painter", 0)
    assert "reads 5" in obstacle(line(graph, POCKET), "pocket", 5)


def test_obstacle_of_a_scene_that_moves() -> None:
    """A still generator sends on to the one of videos, which draws both still and moving scenes of its words."""
    words = load("pocket-video")
    moving = line(parse("There is a red rising dog. The scene is filmed zooming in.", words), words, modality="video")
    assert "Choose pocket-video" in obstacle(moving, "pocket", 112)
    for generator in ("pocket-video", "painter-video"):
        assert obstacle(moving, generator, 0) == obstacle(line(parse(CAPTION, POCKET), POCKET), generator, 0) == ""
    graph = sample(Constraints(complexity=(6, 6), mode="imaginative"), FULL, scene_rng(3, 0))
    assert "never learned" in obstacle(line(graph, modality="video"), "pocket-video", 128)


def test_plausible_says_why_not() -> None:
    pytest.importorskip("engine.plausibility")
    odd = view(parse("A boot is eating a sofa.", FULL), FULL)
    usual = view(parse("A dog is on a sofa.", FULL), FULL)
    assert odd is not None and usual is not None and odd.score < usual.score
    assert odd.word != "Plausible" and odd.reasons
    assert view(parse(CAPTION, POCKET), POCKET) is None
