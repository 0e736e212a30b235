"""Ray Serve on loopback: two replicas, the same bytes as at home, a replica killed in mid-batch, a full queue, a token.

Run it: `pytest tests/models/test_serving.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from engine.errors import ModelError, ModelMissing, WordsNotKnown
from engine.store import open_store
from models import generators, judges
from models.catalog import Card
from models.catalog.servers import offered, servers
from models.endpoint import OTHER_KEY
from models.generators import Stopped
from models.serving import Limits, Served, running
from models.serving.client import opened
from models.worker import Worker

ray = pytest.importorskip("ray", reason="needs requirements-ray.txt")
pytest.importorskip("ray.serve", reason="needs requirements-ray.txt")

TOKEN = "a-secret-of-this-test"
DOG, CAT = "There is a red dog.", "There is a blue cat."
SMALL = Limits(entries=24, questions=50, letters=300, bytes=1 << 20, size=512)


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    what = Served(
        generators=["pocket", "painter"], judges=["pocket"], port=free_port(), replicas=2, waiting=8, token=TOKEN,
        limits=SMALL,
    )  # fmt: skip
    with running(what) as here:
        yield here


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OTHER_KEY, TOKEN)


def card(address: str, model: str, job: str = "generator") -> Card:
    return Card(
        name=f"{address}#{model}",
        job=job,
        family="server",
        summary="",
        licence="",
        url=address,  # type: ignore[arg-type]
    )


def processes(replicas_of: str) -> list[int]:
    """Process ids of the replicas of a deployment, which Ray names in their command lines."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f":{replicas_of}" in file.read_bytes().replace(b"#", b":").decode(errors="replace"):
                found.append(int(file.parent.name))
    return found


def post(address: str, path: str, body: object, token: str = TOKEN) -> requests.Response:
    return requests.post(address + path, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=120)


def test_pictures_and_answers_are_those_of_this_machine(address: str) -> None:
    captions, seeds = [DOG, CAT] * 5, list(range(10))
    there = opened(card(address, "pocket")).draw(captions, seeds, size=128)  # type: ignore[union-attr]
    here = generators.load("pocket").draw(captions, seeds, size=128)
    assert [d.image.tobytes() for d in there] == [d.image.tobytes() for d in here]
    assert there[3].record == here[3].record and there[3].contents == here[3].contents
    images, asked = [d.image for d in here], [["Is there a dog?", "What colour is the cat?"]] * 10
    told = opened(card(address, "pocket", "judge")).answer_many(images, asked)  # type: ignore[union-attr]
    own = judges.load("pocket").answer_many(images, asked)
    assert [[r.answer for r in group] for group in told] == [[r.answer for r in group] for group in own]
    assert told[0][0].p_yes == pytest.approx(own[0][0].p_yes, abs=1e-5)


def test_a_bad_caption_spoils_no_other_and_keeps_its_error(address: str) -> None:
    generator = opened(card(address, "pocket"))
    with pytest.raises(WordsNotKnown, match="zebra"):
        generator.draw([DOG, "There is a zebra."], [1, 2], size=64)  # type: ignore[union-attr]
    rows = post(address, "/draw", {"generator": "pocket", "captions": [DOG, "There is a zebra."], "seeds": [1, 2]})
    assert "image" in rows.json()["drawings"][0] and rows.json()["drawings"][1]["kind"] == "WordsNotKnown"


def test_a_killed_replica_loses_no_picture(address: str) -> None:
    """A replica of `pocket` is killed with -9 while 48 pictures are being drawn; all arrive, the same as ever."""
    generator, captions = opened(card(address, "pocket")), [DOG, CAT] * 24
    found: list[object] = []
    work = threading.Thread(
        target=lambda: found.extend(generator.draw(captions, list(range(48)), steps=60, size=64))  # type: ignore[union-attr]
    )
    work.start()
    time.sleep(1.0)
    replicas = processes("generator-pocket")
    assert len(replicas) == 2
    os.kill(replicas[0], signal.SIGKILL)
    work.join(120)
    assert len(found) == 48
    here = generators.load("pocket").draw(captions[:4], list(range(4)), steps=60, size=64)
    assert [d.image.tobytes() for d in found[:4]] == [d.image.tobytes() for d in here]  # type: ignore[attr-defined]


def test_a_full_queue_sends_callers_away_and_they_come_again(address: str) -> None:
    body = {"generator": "pocket", "captions": [DOG] * 24, "seeds": list(range(24)), "steps": 40, "size": 64}
    with ThreadPoolExecutor(12) as pool:
        codes = [answer.status_code for answer in pool.map(lambda _: post(address, "/draw", body), range(12))]
    assert set(codes) == {200, 503} or set(codes) == {503}
    drawn = opened(card(address, "painter")).draw([DOG] * 4, [1, 2, 3, 4], size=64)  # type: ignore[union-attr]
    assert len(drawn) == 4


def test_the_door_asks_for_the_token(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("", "wrong", TOKEN + "x"):
        assert post(address, "/draw", {}, wrong).status_code == 401
    monkeypatch.delenv(OTHER_KEY)
    with pytest.raises(ModelError, match=OTHER_KEY):
        opened(card(address, "pocket"))


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/draw", [], "not a JSON object"),
        ("/draw", {"generator": "pocket"}, "needs a list “captions”"),
        ("/draw", {"generator": "zebra", "captions": [], "seeds": []}, "no generator “zebra”"),
        ("/draw", {"generator": "pocket", "captions": [DOG] * 25, "seeds": [1] * 25}, "at most 24"),
        ("/draw", {"generator": "pocket", "captions": ["x" * 301], "seeds": [1]}, "at most 300 letters"),
        ("/draw", {"generator": "pocket", "captions": [DOG], "seeds": [-1]}, "seed"),
        ("/draw", {"generator": "pocket", "captions": [DOG], "seeds": [1], "size": 513}, "size"),
        ("/draw", {"generator": "pocket", "captions": [DOG], "seeds": []}, "1 captions and 0 seeds"),
        ("/draw", {"pad": "x" * (1 << 20)}, "more than 1 MB"),
        ("/answer", {"judge": "pocket", "images": [""], "questions": []}, "differ in number"),
        ("/answer", {"judge": "pocket", "images": [7], "questions": [["Is there a dog?"]]}, "PNG in base64"),
    ],
)
def test_each_wrong_request_gets_its_sentence(path: str, body: object, says: str, address: str) -> None:
    answer = post(address, path, body)
    assert answer.status_code == 400 and says in answer.json()["error"]["message"]


def test_a_picture_that_is_none_is_told(address: str) -> None:
    row = post(address, "/answer", {"judge": "pocket", "images": ["abcd"], "questions": [["Is there a dog?"]]}).json()
    assert row["replies"][0]["kind"] == "FormatError"


def test_which_models_are_there(address: str) -> None:
    for name, says in (("zebra", "has no generator “zebra”. It has: pocket, painter"), ("", "It has: pocket, painter")):
        with pytest.raises(ModelMissing, match=says):
            opened(card(address, name))
    assert opened(card(address, "", "judge")).model == "pocket"


def test_it_stops_between_parts(address: str) -> None:
    with pytest.raises(Stopped):
        opened(card(address, "painter")).draw([DOG] * 12, list(range(12)), size=64, on_step=lambda *_: False)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (Served(), "Nothing to serve"),
        (Served(generators=["pocket"], host="0.0.0.0"), "SCENEWRIGHT_SERVE_TOKEN"),
        (Served(generators=["zebra"]), "zebra"),
    ],
)
def test_what_cannot_be_served_is_said_at_once(what: Served, says: str) -> None:
    with pytest.raises(ModelError, match=says), running(what):
        pass


def test_a_server_is_asked_by_a_job_and_kept_by_its_address(address: str, tmp_path: Path) -> None:
    with open_store(tmp_path / "home") as store:
        id = store.enqueue("probe", json.dumps({"url": address + "/"}), owner="ada")
        Worker(store, "cpu").run(drain=True)
        assert store.get_job(id).message == f"{address} answers: pocket, painter, pocket."
        (server,) = servers(store.home)
        assert (server.url, server.generators, server.judges) == (address, ("pocket", "painter"), ("pocket",))
        assert f"{address}#painter" in [card.name for card in offered(store.home, "generator")]
