"""The Stage: what the audience calls out, the show of a scene, the reel, the address to scan, and the page.

Try it: `python -m pytest tests/pages/test_stage.py`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import orjson
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st_
from streamlit import config

from engine.errors import GraphError, ParseError, ScenewrightError
from engine.graph import SceneGraph
from engine.parse import parse
from engine.png import read_png
from engine.sampler import Constraints, sample, scene_rng
from engine.scene import describe
from engine.taxonomy import load
from engine.taxonomy.kin import WIDE, Kin
from models.stage_reel import frames_of, reel_files
from pages.parts.staging.heard import _about, surprise
from pages.parts.staging.phone import ALONE, UNPLUGGED, code, local, own_address, phone
from pages.parts.staging.reel import said
from pages.parts.staging.show import growing, show_of
from pages.parts.verdict import NONE
from tests.pages.conftest import errors

WORDS = load("pocket")
SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "stage"


def heard(text: str, seed: int = 1):
    return surprise(text, WORDS, random.Random(seed))


def names(graph: SceneGraph) -> list[str]:
    return [item.name for item in graph.objects]


# --- what is called out


def test_heard_nothing_is_any_scene() -> None:
    assert heard("").graph.objects and heard("", 1).graph != heard("", 2).graph


def test_heard_words_are_all_in_the_scene() -> None:
    found = heard("red dog, robot, night!")
    assert {"dog", "robot"} <= set(names(found.graph)) and not found.unknown
    dog = next(item.id for item in found.graph.objects if item.name == "dog")
    assert "red" in [mark.value for mark in found.graph.attributes_of[dog]]
    assert dict(found.graph.scene_attributes)["setting"] == "night"
    WORDS.check(found.graph)


def test_heard_relations_and_numbers() -> None:
    found = heard("two cats over a boat and an owl under it please")
    assert names(found.graph).count("cat") >= 2
    assert any(link.phrase == "above" for link in found.graph.relations)


def test_heard_a_caption_is_that_scene() -> None:
    text = "A red dog is above a cat. The scene is at night."
    assert heard(text).graph == parse(text, WORDS)


def test_heard_only_scenery_or_a_colour() -> None:
    assert dict(heard("storm").graph.scene_attributes) == {"weather": "storm"}
    assert "purple" in [mark.value for mark in heard("purple").graph.attributes]


def test_heard_unknown_words_are_named_and_the_rest_is_drawn() -> None:
    found = heard("a unicorn and a dgo and a cat")
    assert found.unknown == ("unicorn", "dgo") and "cat" in names(found.graph)
    assert "“unicorn”" in found.notice


@pytest.mark.parametrize("text", ["unicorn", "!!!", "<script>alert(1)</script>", "the of and", "x" * 5000])
def test_heard_nothing_known_is_one_sentence(text) -> None:
    with pytest.raises(ParseError, match="None of these words"):
        heard(text)


@pytest.mark.parametrize(
    ("word", "near"),
    [("zebra", "horse"), ("parrot", "bird"), ("violin", "guitar"), ("shark", "fish"), ("banana", "apple"), ("king", "person")],
)  # fmt: skip
def test_heard_what_is_unknown_gets_the_nearest_by_meaning(word, near) -> None:
    found = heard(f"a red {word} and a dog")
    assert (
        found.unknown == (word,)
        and f"“{word}” is not known to the pocket world; nearest in meaning: “{near}”." in found.notice
    )
    dog = next(item.id for item in found.graph.objects if item.name == "dog")
    assert "red" not in [mark.value for mark in found.graph.attributes_of[dog]]


@pytest.mark.parametrize("word", ["volcano", "computer", "unicorn"])
def test_heard_what_is_like_nothing_here_says_who_would_know_it(word) -> None:
    with pytest.raises(
        ParseError, match=f"“{word}” is not known to the pocket world. A published model, .* would know it. Try “cat”"
    ):
        heard(word)


def test_heard_the_same_thing_under_another_name_is_drawn_and_said() -> None:
    found = heard("a sofa and two planes")
    assert names(found.graph).count("airplane") >= 2 and "couch" in names(found.graph) and not found.unknown
    assert "“sofa” is drawn as “couch”." in found.notice


FULL, KIN = load("full"), Kin(WORDS)
THINGS = sorted(
    {noun.name for noun in FULL.nouns if " " not in noun.name and noun.name.isalpha() and noun.name.islower()}
)
MISSPELT = st_.sampled_from([noun.name for noun in WORDS.nouns]).flatmap(
    lambda name: st_.permutations(name).map("".join) | st_.sampled_from("bcdgmstz").map(lambda letter: name + letter)
)


def ancestors(word: str) -> set[str]:
    return set(FULL.line_of(FULL.noun[FULL.singular.get(word, word) if word not in FULL.noun else word]))


@settings(max_examples=150, deadline=None)
@given(st_.sampled_from(THINGS) | MISSPELT)
def test_heard_a_hint_is_never_by_letters_alone(word) -> None:
    """Whatever is called nearest shares a hypernym of at most `WIDE` words; a word that nobody has is like nothing."""
    told = _about(word, WORDS)
    near = re.findall("“([^”]+)”", told.partition("nearest in meaning: ")[2])
    if near:
        for name in near:
            shared = ancestors(word) & ancestors(name)
            assert name in WORDS.noun and min(KIN._below[at] for at in shared) <= max(
                WIDE, KIN._below[FULL.noun[name].synset]
            )
    elif not KIN.known(word) and word not in FULL.kind_of_value:
        assert told == f"“{word}” is no word that this program knows."


@pytest.mark.parametrize(
    "text", ["seven dogs", "a dozen cats", "7 dogs", "99999999999999999999999 dogs", "ten thousand owls"]
)
def test_heard_too_many_are_said_to_be_too_many(text) -> None:
    with pytest.raises(GraphError, match="are too many: the pocket world draws at most 6 objects. Ask for fewer."):
        heard(text)


def test_heard_a_number_goes_with_its_own_thing() -> None:
    found = heard("seven zebras and a dog")
    assert found.unknown == ("zebras",) and "dog" in names(found.graph)
    assert names(heard("three dogs").graph).count("dog") >= 3


def test_heard_more_than_fits_says_so() -> None:
    with pytest.raises(ScenewrightError, match="6"):
        heard("dog cat owl horse cow duck frog boat")


CALLED = "red blue dog cats two above night zz small".split()
CALLS = st_.text(max_size=60) | st_.lists(st_.sampled_from(CALLED), max_size=7).map(" ".join)


@given(CALLS)
def test_heard_anything_is_a_scene_or_a_sentence(text) -> None:
    try:
        WORDS.check(heard(text).graph)
    except ScenewrightError as error:
        assert str(error).endswith((".", "?"))


# --- the show


@pytest.mark.parametrize("seed", range(12))
def test_a_show_grows_every_element_once_and_ends_before_what_joins_them(seed) -> None:
    graph = sample(Constraints(complexity=(3, 10)), WORDS, scene_rng(5, seed))
    line = describe(graph, WORDS, id="x")
    order = list(growing(graph, line))
    assert len(order) == len(set(order)) == graph.complexity + len(graph.scene_attributes)
    place = {element: i for i, element in enumerate(order)}
    show = show_of(graph, WORDS, NONE, key="x")
    ids = [*(n["id"] for n in show["nodes"]), *(c["id"] for n in show["nodes"] for c in n["chips"]),
           *(e["id"] for e in show["edges"]), *(s["id"] for s in show["scene"])]  # fmt: skip
    assert sorted(ids) == sorted(order)
    for node in show["nodes"]:
        assert all(place[chip["id"]] > place[node["id"]] for chip in node["chips"])
    assert "".join(piece["text"] for piece in show["pieces"]) == show["caption"]
    assert orjson.loads(orjson.dumps(show)) == show


def test_the_shipped_reel_opens_with_scenes_frames_and_answers(home) -> None:
    files = reel_files(home)
    assert len(files) >= 5 and files[0].parent == SHIPPED
    for file in files:
        image, origin = read_png(file.read_bytes())
        verdict = said(origin)
        show = show_of(origin.graph, WORDS, verdict, key=file.stem, caption=origin.caption)
        assert image.size == (768, 768) and len(frames_of(file)) >= 5
        assert show["caption"] == origin.caption and show["judged"]
        assert all(question["status"] for question in show["questions"])


def test_a_prepared_reel_comes_before_the_shipped_one(home) -> None:
    folder = home / "stage"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes((SHIPPED / "reel-02.png").read_bytes())
    assert [file.name for file in reel_files(home)] == ["a.png"]


def test_a_broken_reel_file_is_left_out(home, app) -> None:
    folder = home / "stage"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(b"no picture")
    (folder / "b.png").write_bytes((SHIPPED / "reel-01.png").read_bytes())
    app.run().switch_page("pages/stage.py").run()
    assert not errors(app)


# --- the address


def painted(address: str) -> np.ndarray:
    """The SVG of a data address as grey pixels: what segno writes is a path of rows, a module wide and high."""
    svg = unquote(address).partition(",")[2]
    side, path = int(re.findall(r"width='(\d+)'", svg)[0]) // 8, re.findall(r"stroke='#111' d='([^']+)'", svg)[0]
    grey, x, y = np.full((side, side), 255, np.uint8), 0.0, 0.0
    for command, one, _, two in re.findall(r"([Mmh])(-?[\d.]+)( (-?[\d.]+))?", path):
        if command == "h":
            grey[int(y), int(x) : int(x + float(one))] = 17
            x += float(one)
        else:
            x, y = (float(one), float(two)) if command == "M" else (x + float(one), y + float(two))
    return np.kron(grey, np.ones((4, 4), np.uint8))


@settings(max_examples=25, deadline=None)
@given(
    st_.from_regex(
        r"http://(192\.168\.1\.\d{1,2}|\[fe80::\d\]):\d{4}/(inspect_scene\?picture|\?session)=[\w%-]{1,40}",
        fullmatch=True,
    )
)
def test_a_reader_of_codes_reads_the_address(url) -> None:
    found = zxingcpp.read_barcodes(painted(code(url)))
    assert [(one.format, one.text) for one in found] == [(zxingcpp.BarcodeFormat.QRCode, url)]


@pytest.fixture
def bound() -> Iterator[Callable[[str], None]]:
    """Has the app bound to an address for the time of a test."""
    before = config.get_option("server.address")
    yield lambda address: config.set_option("server.address", address)
    config.set_option("server.address", before)


def test_there_is_a_code_only_where_others_can_reach_the_app(bound) -> None:
    for address in ("127.0.0.1", "localhost", "::1"):
        bound(address)
        assert phone("?session=", "a") == {"reason": ALONE}
    bound("0.0.0.0")
    here = own_address()
    there = phone("?session=", "a/b c")
    if here is None:
        assert there == {"reason": UNPLUGGED}
    else:
        assert there["url"] == f"http://{here}:{config.get_option('server.port')}/?session=a/b%20c"
        assert zxingcpp.read_barcodes(painted(there["src"]))[0].text == there["url"]


@pytest.mark.parametrize(
    ("name", "own"), [("127.0.0.1", True), ("[::1]", True), ("localhost", True), ("192.168.1.5", False)]
)
def test_which_names_mean_this_computer(name, own) -> None:
    assert local(name) is own


# --- the page


def test_the_page_shows_the_reel_and_takes_words(app, store) -> None:
    app.run().switch_page("pages/stage.py").run()
    assert not errors(app)
    before = store.count_sessions()
    app.session_state["stage-state"] = {"mode": "live", "notice": "", "turn": 0, "session": "no such", "job": "no such"}
    app.run()
    assert not errors(app) and store.count_sessions() == before


def test_a_surprise_is_kept_and_queued(app, store, monkeypatch, home) -> None:
    from pages.parts.staging import player

    monkeypatch.setenv("SCENEWRIGHT_HOME", str(home))
    player._surprise("red dog")
    job = store.jobs(active=True)[0]
    assert job.session and "dog" in store.get_session(job.session).caption
    payload = orjson.loads(job.payload)
    assert payload["generator"] == "pocket" and len(payload["seeds"]) == 1
    player.state().update(mode="reel")
