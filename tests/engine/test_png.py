"""Pictures that carry their origin: whatever is written is read back, whatever is hostile is refused in a sentence.

Run it: `pytest tests/engine/test_png.py`.
"""

from __future__ import annotations

import io
import json
import random
import struct
import zlib
from dataclasses import replace
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.errors import FormatError
from engine.graph import Attribute, Object, Relation, SceneGraph
from engine.png import KEY, MAX_FILE, MAX_TEXT, SIGNATURE, Origin, read_png, write_png
from models.pocket.painter import paint
from tests.engine.judged_runs import SETTINGS, contents, judge, lines, oracle

LINE = lines(1)[0]
SCENE = contents(LINE, 0)
PICTURE = paint(SCENE, size=64)
SAID = {
    "judge": "pocket",
    "scores": judge(LINE, SCENE, random.Random(1)).to_dict(),
    "oracle": oracle(LINE, SCENE).to_dict(),
}
ORIGIN = Origin(
    graph=LINE.graph,
    caption=LINE.caption,
    seed=5,
    generator="pocket",
    settings=SETTINGS,
    record={"pocket": orjson.loads(orjson.dumps(SCENE.to_dict()))},
    questions=LINE.questions,
    judgements=(orjson.loads(orjson.dumps(SAID)),),
    taxonomy_version="pocket-1",
)
GOOD = write_png(PICTURE, ORIGIN)

# What somebody could type as a label: anything printable, scripts and other scripts included.
labels = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12).filter(str.isprintable)


@st.composite
def odd_graphs(draw: st.DrawFn) -> SceneGraph:
    """Graphs of any words, as no taxonomy knows them."""
    ids = draw(st.lists(labels, min_size=1, max_size=5, unique=True))
    objects = tuple(Object(id, draw(labels), draw(st.none() | labels)) for id in ids)
    marks = draw(st.lists(st.builds(Attribute, st.sampled_from(ids), labels, labels), max_size=4))
    marks = list({(mark.object, mark.value): mark for mark in marks}.values())
    links = [Relation(a, b, "spatial", draw(labels)) for a, b in pairwise(ids)]
    scene = draw(st.dictionaries(labels, labels, max_size=3))
    return SceneGraph(objects, tuple(marks), tuple(links), tuple(scene.items()))


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | labels,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(labels, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(
    graph=odd_graphs(),
    caption=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    more=st.dictionaries(labels, plain, max_size=3),
)
def test_whatever_is_written_is_read_back(graph: SceneGraph, caption: str, more: dict[str, Any]) -> None:
    origin = Origin(graph, caption, seed=2**40, generator="<b>g</b>", settings=more, record=more)
    image = Image.new("RGB", (9, 7), "teal")
    picture, read = read_png(write_png(image, origin))
    assert read == origin
    assert picture.tobytes() == image.tobytes()


def test_all_of_a_judged_picture_comes_back() -> None:
    picture, read = read_png(GOOD)
    assert read == ORIGIN
    assert (picture.mode, picture.size, picture.tobytes()) == ("RGB", (64, 64), PICTURE.tobytes())


def test_the_same_input_gives_the_same_bytes() -> None:
    assert write_png(*read_png(GOOD)) == GOOD
    turned = replace(ORIGIN, settings=dict(reversed(SETTINGS.items())))
    assert write_png(PICTURE, turned) == GOOD


def test_metadata_of_the_image_is_not_carried_along() -> None:
    marked = PICTURE.copy()
    marked.info = {"dpi": (300, 300), "icc_profile": b"secret", "Author": "me"}
    assert write_png(marked, ORIGIN) == GOOD


def test_holes_stay_holes() -> None:
    image = Image.new("RGBA", (4, 4), (1, 2, 3, 0))
    picture, _ = read_png(write_png(image, ORIGIN))
    assert (picture.mode, picture.getpixel((0, 0))) == ("RGBA", (1, 2, 3, 0))


def test_other_programs_read_the_line_of_parameters() -> None:
    with Image.open(io.BytesIO(GOOD)) as image:
        text = image.text  # type: ignore[attr-defined]
    caption, last = text["parameters"].split("\n")
    assert caption == LINE.caption
    assert last.startswith("Steps: 20, CFG scale: 2.0, Seed: 5, Size: 64x64, Model: pocket, Version: Scenewright ")
    assert json.loads(text[KEY])["scene_graph"] == LINE.graph.to_dict()


def test_settings_that_would_confuse_the_line_are_quoted() -> None:
    odd = replace(ORIGIN, settings={"lora": "a, b: c\nd", "steps": None})
    with Image.open(io.BytesIO(write_png(PICTURE, odd))) as image:
        assert '\nSeed: 5, Lora: "a, b: c\\nd", Model: pocket' in image.text["parameters"]  # type: ignore[attr-defined]


def test_a_scene_with_too_many_words_leaves_out_what_can_be_made_again() -> None:
    many = tuple(replace(LINE.questions[0], id=f"q{i}") for i in range(4900))
    _, read = read_png(write_png(PICTURE, replace(ORIGIN, questions=many)))
    assert (read.graph, read.questions, read.judgements) == (LINE.graph, (), ())


@pytest.mark.parametrize(
    "change",
    [{"caption": "\ud800"}, {"settings": {"a": object()}}, {"record": {"a": "x" * MAX_TEXT}}, {"seed": 2**70}],
    ids=["half a character", "no JSON", "too long", "seed"],
)
def test_what_cannot_be_written_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        write_png(PICTURE, replace(ORIGIN, **change))


# --- hostile files ----------------------------------------------------------------------------------------------------


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def carrying(text: bytes, *, packed: bool = True, header: bytes = GOOD[16:29]) -> bytes:
    """A PNG whose chunk of ours holds `text`."""
    head = KEY.encode() + b"\0" + bytes([packed, 0]) + b"\0\0"
    pixels = zlib.compress(b"\0" * (64 * 64 * 3 + 64))
    ours = chunk(b"iTXt", head + (zlib.compress(text) if packed else text))
    return SIGNATURE + chunk(b"IHDR", header) + ours + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def document(**change: Any) -> bytes:
    """Our JSON with some of it changed."""
    start = GOOD.index(KEY.encode() + b"\0")
    good = orjson.loads(zlib.decompressobj().decompress(GOOD[start + len(KEY) + 5 :]))
    return orjson.dumps({**good, **change})


def refused(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        read_png(data)
    return str(caught.value)


def test_the_document_itself_is_fine() -> None:
    assert read_png(carrying(document()))[1] == read_png(carrying(document(), packed=False))[1] == ORIGIN


def without_scene() -> bytes:
    file = io.BytesIO()
    PICTURE.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a PNG"),
        (b"\xff\xd8\xff\xe0 a photo", "not a PNG"),
        (b"<script>alert(1)</script>", "not a PNG"),
        (without_scene(), "carries no scene"),
        (GOOD[:-20], "ends in the middle"),
        (GOOD[:600] + bytes([GOOD[600] ^ 1]) + GOOD[601:], "damaged"),
        (SIGNATURE + chunk(b"IEND", b""), "begin with its size"),
        (SIGNATURE + chunk(b"tEXt", b"a\0b") * 20_001, "more than 20000 parts"),
        (GOOD + b"\0" * MAX_FILE, "Use a smaller one"),
        (carrying(document(), header=struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)), "60000 x 60000 pixels"),
        (carrying(document(), header=struct.pack(">IIBBBBB", 0, 9, 8, 2, 0, 0, 0)), "0 x 9 pixels"),
        (carrying(document(), header=struct.pack(">IIBBBBB", 99, 99, 8, 2, 0, 0, 0)), "pixels of this picture"),
        (carrying(document(), header=struct.pack(">IIBBBBB", 64, 64, 7, 9, 9, 9, 9)), "pixels of this picture"),
        (carrying(b"0" * 50_000_000), "larger than"),
        (carrying(document())[:60] + b"", "ends in the middle"),
        (carrying(b"not JSON"), "not JSON"),
        (carrying(b"\xff\xfe"), "not JSON"),
        (carrying(b"[1]"), "not a JSON object"),
        (carrying(b"[" * 40 + b"]" * 40), "nested deeper"),
        (carrying(b'{"a":' * 900 + b"1" + b"}" * 900), "nested deeper"),
        (carrying(b"[" * 100_000), "not JSON"),
        (carrying(document(schema=2)), "Update the program"),
        (carrying(document(scene_graph=[])), "scene graph"),
        (carrying(document(scene_graph={"objects": [{"id": "a", "name": 5}]})), "has to be text"),
        (carrying(document(scene_graph={"objects": [{"id": "a", "name": "cat"}] * 2})), "contradicts itself"),
        (carrying(document(caption=None)), "“caption”"),
        (carrying(document(seed="5")), "“seed”"),
        (carrying(document(seed=True)), "“seed”"),
        (carrying(document(seed=1.5)), "“seed”"),
        (carrying(document(generator=["pocket"])), "“generator”"),
        (carrying(document(settings=[1])), "“settings”"),
        (carrying(document(record="x")), "“record”"),
        (carrying(document(taxonomy=1)), "“taxonomy”"),
        (carrying(document(questions={})), "“questions”"),
        (carrying(document(questions=[{}] * 5_001)), "5001 questions"),
        (carrying(document(questions=["x"])), "not a question of ours"),
        (carrying(document(questions=[{"program": {"op": ["exists"]}}])), "“op”"),
        (carrying(document(questions=[LINE.questions[0].to_dict() | {"choices": 7}])), "not a question of ours"),
        (
            carrying(document(questions=[LINE.questions[0].to_dict() | {"program": {"op": "rm"}}])),
            "not a question program",
        ),
        (carrying(document(judgements=[{"judge": 1}])), "not a judgement of ours"),
        (carrying(document(judgements=[SAID | {"scores": None}])), "Scores have to be"),
        (carrying(document(judgements=[SAID | {"scores": SAID["scores"] | {"mean": "1"}}])), "mean has to be a number"),
        (carrying(document(judgements=[SAID | {"oracle": SAID["scores"] | {"gated": 7}}])), "gated has to be a number"),
        (
            carrying(document(judgements=[SAID | {"scores": SAID["scores"] | {"marks": [{"reply": "x"}]}}])),
            "not scores",
        ),
    ],
)
def test_hostile_files_are_refused_in_a_sentence(data: bytes, says: str) -> None:
    sentence = refused(data)
    assert says in sentence
    assert sentence.isprintable()
    assert len(sentence) < 400


def test_text_bombs_of_others_never_reach_the_decoder() -> None:
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"0" * 30_000_000))
    place = len(SIGNATURE) + 25
    assert read_png(GOOD[:place] + bomb + chunk(b"iCCP", b"junk") + GOOD[place:])[1] == ORIGIN


def test_script_in_labels_is_text() -> None:
    graph = SceneGraph((Object("a", "<script>alert(1)</script>"),))
    _, read = read_png(write_png(PICTURE, Origin(graph, "<img onerror=x>", 1, "g")))
    assert read.graph.objects[0].name == "<script>alert(1)</script>"


@settings(max_examples=80)
@given(st.binary(max_size=200))
def test_noise_is_refused(data: bytes) -> None:
    refused(data)
    refused(SIGNATURE + data)


@settings(max_examples=80)
@given(place=st.integers(0, len(GOOD) - 1), noise=st.binary(min_size=1, max_size=8))
def test_a_changed_byte_never_goes_further_than_a_refusal(place: int, noise: bytes) -> None:
    changed = GOOD[:place] + noise + GOOD[place + len(noise) :]
    try:
        read_png(changed)
    except FormatError:
        return
    assert changed == GOOD or place >= len(GOOD) - 12


@settings(max_examples=80)
@given(value=plain, name=st.sampled_from(sorted(orjson.loads(document()))))
def test_any_value_in_any_place_is_read_or_refused(value: object, name: str) -> None:
    try:
        read_png(carrying(document(**{name: value})))
    except FormatError as error:
        assert str(error)
