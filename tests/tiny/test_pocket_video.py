"""Pocket videos: what moves is painted, drawn, kept as told, and refused in sentences; the trainer at toy size.

Run it: `pytest tests/tiny/test_pocket_video.py`.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import ImageChops

from engine.caption import LENGTHS, Style, caption
from engine.errors import FormatError, GraphError, ModelDamaged, WordsNotKnown
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.parse import parse
from engine.questions import questions
from engine.sampler import Constraints, sample
from models import generators
from models.catalog import WEIGHTS
from models.generators import Stopped
from models.generators.pocket_video import PocketVideoGenerator, VideoPainter
from models.pocket.clip_layout import arrange_clip
from models.pocket.clip_painter import paint_clip, paint_frame
from models.pocket.clip_slots import CLIP_WIDTH, clip_weights, decode_clip, encode_clip
from models.pocket.clip_web import clips
from models.pocket.clip_words import clip_tokens, clip_vocabulary
from models.pocket.moving import CAMERAS, MOTIONS, TIMES, VIDEO, WAY, MovingItem, MovingScene, view
from models.pocket.oracle import replies, visible
from models.pocket.painter import paint
from models.pocket.pipeline import BATCH
from models.pocket.scene import PocketScene
from models.pocket.slots import ROWS
from models.pocket.text import LENGTH
from models.pocket.train_generator import flow_loss
from models.pocket.train_video import Settings, VideoGenerator, train
from models.pocket.words import vocabulary

DOG, CATS = (
    "There is a red rising dog.",
    "A small falling cat is above a large blue cat. The scene is filmed zooming in.",
)


def drawn_graph(seed: int) -> SceneGraph:
    wanted = Constraints(
        complexity=None, objects=(1, 4), attributes=(0, 5), relations=(0, 2), scene_attributes=(0, 3), mode="imaginative",
        modality="video",
    )  # fmt: skip
    return sample(wanted, VIDEO, random.Random(seed))


# --- painted ----------------------------------------------------------------------------------------------------------


def test_a_painted_video_shows_exactly_its_graph() -> None:
    rng = random.Random(3)
    for seed in range(40):
        graph = drawn_graph(seed)
        try:
            scene = arrange_clip(graph, rng)
        except GraphError:
            continue
        asked = questions(graph, VIDEO)
        wrong = [q.text for q, reply in zip(asked, replies(asked, scene), strict=True) if reply.answer != q.answer]
        assert not wrong, graph
        assert MovingScene.from_dict(scene.to_dict()) == PocketScene.from_dict(scene.to_dict()) == scene


@pytest.mark.parametrize("word", MOTIONS)
def test_a_thing_goes_where_its_word_says(word: str) -> None:
    x, y = MOTIONS[word]
    item = MovingItem("dog", "red", "medium", 32, 32, WAY * x, WAY * y)
    assert item.motion == word
    frames = paint_clip(MovingScene((item,)))
    empty = paint(PocketScene())
    boxes = [ImageChops.difference(frame, empty).getbbox() for frame in (frames[0], frames[-1])]
    first, last = (((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in boxes if b)
    assert (last[0] - first[0], last[1] - first[1]) == pytest.approx((WAY * x, WAY * y), abs=1)


def test_a_drift_is_neither_motion_nor_rest_and_slants_count_by_their_longer_side() -> None:
    item = MovingItem("dog", "red", "medium", 32, 32, 0, 0)
    told = {(0, 3): "still", (4, 0): "", (-6, 2): "left-moving", (7, 9): "falling", (5, -16): "rising"}
    assert {way: replace(item, dx=way[0], dy=way[1]).motion for way in told} == told


def test_without_motion_and_camera_a_frame_is_the_painters_picture() -> None:
    still = PocketScene((MovingItem("owl", "white", "small", 40, 20),), "night", "rain", "film")
    scene = MovingScene(still.items, "night", "rain", "film")  # type: ignore[arg-type]
    for size in (64, 256):
        assert {frame.tobytes() for frame in paint_clip(scene, size=size)} == {paint(still, size=size).tobytes()}


@pytest.mark.parametrize("camera", CAMERAS)
def test_a_camera_moves_the_picture_and_not_the_frame_around_it(camera: str) -> None:
    scene = MovingScene((MovingItem("tree", "green", "large", 32, 32),), "desert", None, "postcard", camera=camera)
    first, last = (paint_frame(scene, time) for time in (TIMES[0], TIMES[-1]))
    assert first.tobytes() != last.tobytes()
    assert first.crop((0, 0, 2, 64)).tobytes() == last.crop((0, 0, 2, 64)).tobytes()
    wide = [view(camera, time)[2] - view(camera, time)[0] for time in (TIMES[0], TIMES[-1])]
    assert (wide[0] > wide[1]) == (camera == "zoom in") and (wide[0] < wide[1]) == (camera == "zoom out")


def test_who_is_out_of_view_half_of_the_time_is_absent() -> None:
    there = MovingItem("dog", "red", "medium", 12, 32, 0, 0)
    leaving = MovingItem("cat", "blue", "medium", -4, 32, -40, 0)
    assert visible(MovingScene((there, leaving))) == (there,)


def test_foreign_contents_are_refused() -> None:
    good = MovingScene((MovingItem("dog", "red", "medium", 12, 32, 0, 0),)).to_dict()
    for change in ({"camera": "drone"}, {"items": [{**good["items"][0], "dx": 1.5}]}, {"items": [{"name": "dog"}]}):
        with pytest.raises(FormatError, match="not the contents of a pocket video"):
            PocketScene.from_dict({**good, **change})


def test_relations_hold_all_the_time() -> None:
    graph = SceneGraph(
        (Object("a", "dog"), Object("b", "cat")),
        (Attribute("a", "motion", "right-moving"), Attribute("b", "motion", "left-moving")),
        (Relation("a", "b", "spatial", "to the left of"),),
    )
    scene = arrange_clip(graph, random.Random(1))
    assert all(b[0] - a[0] >= 4 for a, b in (scene.at(time) for time in TIMES))


# --- words and slots --------------------------------------------------------------------------------------------------


def test_every_word_of_a_video_is_known_and_old_words_keep_their_places() -> None:
    assert clip_vocabulary()[: len(vocabulary())] == vocabulary()
    for seed in range(60):
        graph = drawn_graph(seed)
        for length in LENGTHS:
            text = caption(graph, VIDEO, Style(length, seed % 8)).text
            assert clip_tokens(text, LENGTH)
            assert parse(text, VIDEO).hash == graph.hash
        for question in questions(graph, VIDEO):
            assert clip_tokens(question.text, LENGTH)


def test_slots_hold_a_moving_scene() -> None:
    found = [clip.scene for clip in clips(60)]
    assert [decode_clip(encode_clip(scene)) for scene in found] == found
    assert {item.motion for scene in found for item in scene.items} == set(MOTIONS)
    assert {scene.camera for scene in found} == {None, *CAMERAS}
    assert encode_clip(found[0]).shape == (ROWS, CLIP_WIDTH)


# --- trained ----------------------------------------------------------------------------------------------------------

TOY = {"width": 32, "layers": 2, "text_width": 32, "text_layers": 1}


def test_it_learns() -> None:
    torch.manual_seed(1)
    net = VideoGenerator(**TOY)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2)
    found = list(clips(24))
    slots = torch.stack([encode_clip(clip.scene) for clip in found])
    words = torch.tensor([clip_tokens(clip.caption, LENGTH) for clip in found])
    losses = []
    for step in range(25):
        loss = flow_loss(net, slots, words, torch.Generator().manual_seed(step % 2), 0.1, clip_weights(slots))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_it_begins_from_the_picture_generator() -> None:
    net, shipped = VideoGenerator.from_pictures(WEIGHTS / "generator"), generators.load("pocket").pipeline
    slots, words = torch.randn(2, ROWS, CLIP_WIDTH), torch.tensor([clip_tokens("There is a red dog.", 8)] * 2)
    times = torch.tensor([0.2, 0.7])
    with torch.no_grad():
        ours = net.eval()(slots, times, words)
        text = shipped.text_encoder(input_ids=words, attention_mask=words != 0).last_hidden_state
        old = shipped.transformer.config.channels
        theirs = shipped.transformer(slots[..., :old], times * 1000, text, words != 0).sample
    assert torch.allclose(ours[..., :old], theirs, atol=1e-5)
    assert ours[..., old:].abs().max() == 0


def test_training_goes_on_where_it_stopped(tmp_path: Path) -> None:
    settings = Settings(steps=3, batch=2, pairs=40)
    whole = train(settings, tmp_path / "whole", **TOY).state_dict()
    train(settings, tmp_path / "broken", minutes=0, **TOY)
    broken = train(settings, tmp_path / "broken", **TOY).state_dict()
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


# --- drawn ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generator() -> PocketVideoGenerator:
    found = generators.load("pocket-video")
    assert isinstance(found, PocketVideoGenerator)
    return found


def bytes_of(generator: PocketVideoGenerator, captions: list[str], seeds: list[int]) -> list[list[bytes]]:
    return [[f.tobytes() for f in one.frames] for one in generator.draw(captions, seeds, steps=4, size=64)]


def test_a_video_is_drawn_from_caption_and_seed_alone(generator: PocketVideoGenerator) -> None:
    dog, cats, *_ = bytes_of(generator, [DOG, CATS, *[DOG] * BATCH], list(range(BATCH + 2)))
    assert bytes_of(generator, [CATS], [1]) == [cats]
    assert bytes_of(generator, [CATS, DOG], [1, 0]) == [cats, dog]
    assert len(dog) == 16
    (drawing,) = generator.draw([CATS], [1], steps=4)
    assert drawing.image.size == (256, 256) and drawing.image.tobytes() == drawing.frames[0].tobytes()
    assert isinstance(drawing.contents, MovingScene)


def test_it_has_learnt_what_moves(generator: PocketVideoGenerator) -> None:
    """Two captions of one thing each, sixteen seeds: the motion and the camera as told far beyond chance."""
    told = [("There is a red rising dog.", "rising", None), ("There is a left-moving car. The scene is filmed panning right.",
            "left-moving", "pan right")]  # fmt: skip
    for text, motion, camera in told:
        scenes = [one.contents for one in generator.draw([text] * BATCH, list(range(BATCH)), size=64)]
        moving = [scene for scene in scenes if isinstance(scene, MovingScene) and scene.items]
        assert sum(scene.items[0].motion == motion for scene in moving) >= 12
        assert sum(scene.camera == camera for scene in moving) >= 12


def test_it_tells_its_steps_and_stops(generator: PocketVideoGenerator) -> None:
    heard: list[tuple[int, int]] = []
    with pytest.raises(Stopped):
        generator.draw(
            [DOG], [1], steps=5, on_step=lambda step, steps, looks: heard.append((step, steps)) or len(looks()) == 0
        )
    assert heard == [(1, 5)]


def test_unknown_words_and_damaged_weights_are_said(generator: PocketVideoGenerator, tmp_path: Path) -> None:
    with pytest.raises(WordsNotKnown, match="velociraptor"):
        generator.draw(["There is a rising velociraptor."], [1])
    folder = tmp_path / "video"
    shutil.copytree(WEIGHTS / "video", folder)
    with (folder / "transformer" / "diffusion_pytorch_model.safetensors").open("ab") as file:
        file.write(b"more")
    with pytest.raises(ModelDamaged, match="not what was shipped"):
        PocketVideoGenerator(str(folder))
    shutil.copytree(WEIGHTS / "generator", tmp_path / "pictures")
    with pytest.raises(ModelDamaged, match="another grammar"):
        PocketVideoGenerator(str(tmp_path / "pictures"))


def test_the_painter_of_videos_paints_what_it_is_told() -> None:
    (drawing,) = VideoPainter().draw([CATS], [1], size=64)
    graph = parse(CATS, VIDEO)
    asked = questions(graph, VIDEO)
    assert drawing.contents is not None
    assert [reply.answer for reply in replies(asked, drawing.contents)] == [question.answer for question in asked]
