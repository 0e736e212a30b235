"""Endpoints, image APIs and chat judges against a real server on loopback, with the pocket world behind it.

Run it: `pytest tests/models/test_endpoint.py`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_chat import Server, serving

from cli import app
from engine.errors import FormatError, ModelError, PromptRefused
from models import generators, judges
from models.catalog import card
from models.catalog.elsewhere import PRICES
from models.endpoint import OPENAI, OPENAI_KEY, OTHER_KEY, Endpoint, Pace, key_name, named
from models.generators import Stopped
from models.generators.image_api import ImageAPI
from models.judges.chat import ChatJudge

DOG = "There is a red dog."


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.delenv(OPENAI_KEY, raising=False)
    running.asked.clear()
    running.keys.clear()
    running.busy_for = 0
    return running


def api(server: Server, model: str = "painter", **more: float) -> ImageAPI:
    return ImageAPI(model, Endpoint(server.address), name=f"openai:{model}", **more)


def judge(server: Server, model: str = "pocket") -> ChatJudge:
    return ChatJudge(model, Endpoint(server.address), name=f"openai:{model}")


# --- the endpoint -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("401", "wants another key (401). Set OPENAI_API_KEY."),
        ("404", "answered 404"),
        ("500", "failed (500)"),
        ("busy", "too busy"),
        ("elsewhere", "answered 302"),
        ("prose", "does not speak the protocol of OpenAI"),
        ("noise", "something that is no picture"),
        ("bomb", "something that is no picture"),
    ],
)
def test_each_failure_is_one_sentence_and_shows_no_key(
    model: str, says: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OPENAI_KEY, "secret-key")
    with pytest.raises(ModelError) as caught:
        api(server, model).draw([DOG], [1])
    assert says in str(caught.value) and "secret-key" not in str(caught.value)


def test_a_busy_server_is_asked_again(server: Server) -> None:
    server.busy_for = 2
    assert api(server).draw([DOG], [1])[0].seed == 1
    assert len(server.asked) == 3


def test_a_refused_caption_has_an_error_of_its_own_without_the_key(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OPENAI_KEY, "secret-key")
    with pytest.raises(PromptRefused) as caught:
        api(server, "filter").draw([DOG], [1])
    assert "rejected by [key]" in str(caught.value)


def test_who_may_see_which_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert key_name(OPENAI) == key_name("http://127.0.0.1:8000/v1") == key_name("http://localhost/v1") == OPENAI_KEY
    assert key_name("https://api.openai.com.evil.example/v1") == key_name("http://10.0.0.7:8000/v1") == OTHER_KEY
    monkeypatch.setenv("OPENAI_BASE_URL", "http://10.0.0.7:8000/v1")
    assert key_name("http://10.0.0.7:8000/v1") == OPENAI_KEY


def test_a_key_is_sent_and_a_netrc_is_not_read(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login anna password word\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    api(server).draw([DOG], [1])
    monkeypatch.setenv(OPENAI_KEY, "secret-key")
    api(server).draw([DOG], [1])
    assert server.keys == [None, "Bearer secret-key"]


def test_a_pace_spaces_requests() -> None:
    slept: list[float] = []
    pace = Pace(600, sleep=slept.append)
    for _ in range(4):
        pace.wait()
    assert slept[0] == 0 and slept == sorted(slept) and 0.2 < slept[3] <= 0.3
    assert Pace(None).wait() is None


def test_the_pace_comes_from_the_environment_and_is_checked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENEWRIGHT_PER_MINUTE", "300")
    one = api(server)
    start = time.monotonic()
    one.draw([DOG] * 4, [1, 2, 3, 4])
    assert time.monotonic() - start >= 0.55
    for wrong in ("0", "-3", "many"):
        monkeypatch.setenv("SCENEWRIGHT_PER_MINUTE", wrong)
        with pytest.raises(ModelError, match="SCENEWRIGHT_PER_MINUTE"):
            api(server)


@pytest.mark.parametrize("wrong", ["ftp://here", "here", "http://", ""])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(ModelError, match="is not the address of a server"):
        Endpoint(wrong)


def test_names_hold_model_and_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert named("openai:gpt-image-1") == ("gpt-image-1", OPENAI)
    assert named("openai:a/b@http://127.0.0.1:8/v1") == ("a/b", "http://127.0.0.1:8/v1")
    with pytest.raises(ModelError, match="names no model"):
        named("openai:")


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_pictures_come_in_order_with_cost_and_the_words_that_were_drawn(server: Server) -> None:
    one = api(server, price=0.04)
    drawn = one.draw([DOG, "There is a blue cat."], [5, 6], size=128)
    assert [d.seed for d in drawn] == [5, 6] and drawn[0].image.size == (128, 128)
    assert drawn[1].record["revised_prompt"] == "There is a blue cat.!" and drawn[0].record["cost_usd"] == 0.04
    assert one.spent == pytest.approx(0.08)
    by_hand = generators.load("painter").draw([DOG], [5], size=128)[0].image
    assert drawn[0].image.tobytes() == by_hand.convert("RGB").tobytes()
    assert judges.load("pocket").answer(drawn[1].image, ["Is there a cat?"])[0].answer == "yes"


def test_it_stops_between_two_pictures(server: Server) -> None:
    with pytest.raises(Stopped):
        api(server).draw([DOG] * 6, list(range(6)), on_step=lambda step, steps, previews: step < 2)


def test_openai_itself_is_sent_no_unknown_fields() -> None:
    """OpenAI refuses fields that it does not know; the order is looked at, nothing is sent."""
    order = ImageAPI("gpt-image-1", Endpoint(OPENAI), name="x")._order(DOG, 1, 512)
    assert order == {"model": "gpt-image-1", "prompt": DOG, "n": 1, "size": "1024x1024"}
    assert ImageAPI("dall-e-3", Endpoint(OPENAI), name="x")._order(DOG, 1, 512)["response_format"] == "b64_json"


# --- answers ----------------------------------------------------------------------------------------------------------


def test_spellings_are_added_up_and_the_answer_is_the_judges_own(server: Server) -> None:
    image = generators.load("painter").draw([DOG], [1], size=256)[0].image
    questions = ["Is there a dog?", "Is there a cat?", "Is the dog red?", "Is the dog blue?"]
    told = judge(server).answer(image, questions)
    own = judges.load("pocket").answer(image, questions)
    assert [r.answer for r in told] == [r.answer for r in own] == ["yes", "no", "yes", "no"]
    for ours, theirs in zip(told, own, strict=True):
        assert ours.p_yes == pytest.approx(theirs.p_yes, abs=1e-6) and ours.p_no == pytest.approx(theirs.p_no, abs=1e-6)
    assert told[0].top[0][0] == "Yes"


def test_open_questions_and_options(server: Server) -> None:
    image = generators.load("painter").draw([DOG], [1], size=256)[0].image
    free, chosen = judge(server).answer(image, ["What colour is the dog?"] * 2, choices=[(), ("blue", "red", "green")])
    assert free.answer == chosen.answer == "red" and free.p_yes is None
    letters = [ask["messages"][0]["content"][1]["text"] for ask in server.asked if "letter" in str(ask)]
    assert len(letters) == 3 and len({text.partition("A. ")[2].split()[0] for text in letters}) == 3


def test_several_pictures_keep_their_questions(server: Server) -> None:
    images = [d.image for d in generators.load("painter").draw([DOG, "There is a blue cat."], [1, 2], size=128)]
    told = judge(server).answer_many(images, [["Is there a dog?"], ["Is there a dog?", "Is there a cat?"]])
    assert [[r.answer for r in group] for group in told] == [["yes"], ["no", "yes"]]


@pytest.mark.parametrize(("model", "says"), [("hard", "no log-probabilities"), ("prose", "protocol of OpenAI")])
def test_a_server_that_shows_no_probabilities_cannot_judge(model: str, says: str, server: Server) -> None:
    image = generators.load("painter").draw([DOG], [1], size=64)[0].image
    with pytest.raises(ModelError, match=says):
        judge(server, model).answer(image, ["Is there a dog?"])


def test_nothing_of_the_key_is_left_in_a_picture(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OPENAI_KEY, "secret-key")
    drawn = api(server).draw([DOG], [1])[0]
    assert "secret-key" not in str(drawn.record) and "secret-key" not in str(vars(api(server).endpoint))
    assert os.environ[OPENAI_KEY] == "secret-key"


# --- cost -------------------------------------------------------------------------------------------------------------


def test_prices_come_from_the_environment_and_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRICES, " painter=0.25, other=1")
    assert card("openai:painter@http://127.0.0.1:1/v1", "generator").price == 0.25
    assert card("openai:third", "generator").price == 0.0
    for wrong in ("painter", "painter=much", "painter=-1", "painter=nan"):
        monkeypatch.setenv(PRICES, wrong)
        with pytest.raises(FormatError, match="Write MODEL=DOLLARS"):
            card("openai:painter", "generator")


def test_render_says_what_it_cost(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenes, name = tmp_path / "scenes.jsonl", f"openai:painter@{server.address}"
    run = CliRunner().invoke
    assert run(app, ["generate", "--count", "2", "--complexity", "2", "--out", str(scenes)]).exit_code == 0
    order = ["render", str(scenes), "--generator", name, "--images", "1", "--size", "256", "--out"]
    said = run(app, [*order, str(tmp_path / "a")])
    assert said.exit_code == 0 and "say a picture's price in SCENEWRIGHT_PRICES" in " ".join(said.stderr.split())
    monkeypatch.setenv(PRICES, "painter=0.25")
    said = run(app, [*order, str(tmp_path / "b")])
    assert "about 0.50 US dollars (2 at 0.25)" in " ".join(said.stderr.split())
