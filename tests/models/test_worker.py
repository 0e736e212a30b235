"""The worker, with a real store and the shipped weights: jobs are done, cancelled, refused, and survive a kill -9.

Run it: `pytest tests/models/test_worker.py`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.caption import caption
from engine.errors import JobError, ScenewrightError
from engine.graph import Attribute, Object, SceneGraph
from engine.png import read_png
from engine.questions import questions
from engine.scoring import Scores
from engine.store import Job, Store, device_lock, open_store
from models import generators, judges
from models.tasks.render import Order, Render, sheet, signed
from models.worker import Worker, alive, ensure
from tests.pocket_graphs import POCKET, relation

ROOT = Path(__file__).parents[2]
GRAPH = SceneGraph(
    (Object("a", "dog"), Object("b", "cat")),
    (Attribute("a", "colour", "red"),),
    (relation("a", "b", "above"),),
    (("setting", "night"),),
)


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("store") / "new"
    open_store(home).close()
    return home


@pytest.fixture
def store(new_home: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(shutil.copytree(new_home, tmp_path / "home")) as store:
        yield store


def payload(**change: Any) -> dict[str, Any]:
    return {
        "caption": caption(GRAPH, POCKET).text,
        "graph": GRAPH.to_dict(),
        "questions": [question.to_dict() for question in questions(GRAPH, POCKET)],
        "generator": "pocket",
        "judge": "pocket",
        "seeds": [1, 2],
        "steps": 4,
        "guidance": 2.0,
        "size": 64,
    } | change


def enqueue(store: Store, **change: Any) -> str:
    return store.enqueue("render", json.dumps(payload(**change)), owner="ada")


def drain(store: Store, id: str) -> Job:
    Worker(store, "cpu").run(drain=True)
    return store.get_job(id)


def until(true: Callable[[], bool], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def child(home: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "models.worker", "--home", str(home), *more]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


# --- done -------------------------------------------------------------------------------------------------------------


def test_a_job_is_drawn_and_judged(store: Store) -> None:
    job = drain(store, enqueue(store))
    assert (job.status, job.message, job.progress) == ("done", "2 pictures drawn and judged.", 1.0)
    assert job.preview is None
    pictures = store.pictures(job=job.id)
    assert sorted(picture.seed for picture in pictures) == [1, 2]
    for picture in pictures:
        assert (picture.generator, picture.width, picture.height) == ("pocket", 64, 64)
        assert picture.judgement is not None and picture.judgement.judge == "pocket"
        scores = json.loads(picture.judgement.scores)
        told = Scores.from_dict(scores["judge"])
        assert picture.judgement.score == pytest.approx(told.gated)
        assert set(told.elements) == set(GRAPH.elements())
        assert {mark["reply"]["confidence"] for mark in scores["oracle"]["marks"]} == {1.0}


def test_the_pictures_carry_their_origin(store: Store) -> None:
    job = drain(store, enqueue(store, seeds=[7]))
    (picture,) = store.pictures(job=job.id)
    image, origin = read_png(store.image_path(picture.path).read_bytes())
    assert image.size == (64, 64)
    assert (origin.graph, origin.caption, origin.seed, origin.generator) == (GRAPH, picture.caption, 7, "pocket")
    assert origin.questions == questions(GRAPH, POCKET)
    assert origin.settings == {"steps": 4, "guidance": 2.0, "size": 64, "judge": "pocket"}
    again = generators.load("pocket").draw([origin.caption], [7], steps=4, guidance=2.0, size=64)[0]
    assert again.image.tobytes() == image.tobytes()
    assert again.record == origin.record == json.loads(picture.record)


def test_the_generator_sees_the_caption_and_not_the_graph(store: Store) -> None:
    other = SceneGraph((Object("x", "owl"),))
    ids = [enqueue(store, seeds=[3]), enqueue(store, seeds=[3], graph=other.to_dict(), questions=[])]
    Worker(store, "cpu").run(drain=True)
    found = [store.image_path(store.pictures(job=id)[0].path).read_bytes() for id in ids]
    first, second = (read_png(data)[0].tobytes() for data in found)
    assert first == second


def test_the_painter_draws_what_the_oracle_calls_right(store: Store) -> None:
    job = drain(store, enqueue(store, generator="painter", steps=None, guidance=None))
    for picture in store.pictures(job=job.id):
        assert picture.judgement is not None
        assert json.loads(picture.judgement.scores)["oracle"]["gated"] == 1.0


def test_jobs_are_done_in_their_order(store: Store) -> None:
    ids = [enqueue(store, generator="painter", seeds=[i]) for i in range(3)]
    Worker(store, "cpu").run(drain=True)
    finished = [store.get_job(id).finished for id in ids]
    assert all(finished) and finished == sorted(finished, key=str)


# --- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"caption": "There is a zebra."}, "“zebra” is a word that the pocket models never learned."),
        ({"generator": "dalle"}, "There is no generator “dalle”. Known ones: pocket, pocket-ar, painter,"),
        ({"judge": "gpt"}, "There is no judge “gpt”."),
        ({"generator": "painter", "caption": "A dog sits."}, "At character 7, “sits.”: “is” was expected."),
        ({"graph": {"objects": [{"id": "a"}]}}, "“name” has to be text"),
        ({"questions": [{"id": "a"}]}, "This is not a question of ours"),
        ({"seeds": "many"}, "The job says nothing usable for"),
        ({"seeds": None}, "The job says nothing usable for"),
        ({"seeds": []}, "The number of pictures 0 is not within 1 and 256."),
        ({"seeds": [-1]}, "The seed -1 is not within 0 and"),
        ({"steps": 1000}, "The number of steps 1000 is not within 1 and 200."),
        ({"steps": "x"}, "The job says nothing usable for"),
        ({"size": 99_999}, "The size 99999 is not within 32 and 2048."),
    ],
)
def test_a_bad_job_fails_with_a_sentence(store: Store, change: dict[str, Any], sentence: str) -> None:
    job = drain(store, enqueue(store, **change))
    assert job.status == "failed"
    assert job.error is not None and sentence in job.error
    assert store.pictures(job=job.id) == ()


@pytest.mark.parametrize("text", ["{}", "[]", "3", '{"caption": "x"}'])
def test_a_payload_that_says_nothing(store: Store, text: str) -> None:
    job = drain(store, store.enqueue("render", text, owner="ada"))
    assert job.status == "failed"
    assert job.error is not None and "Render again from the page." in job.error


def test_the_queue_goes_on_after_a_failure(store: Store) -> None:
    bad, good = enqueue(store, caption="There is a zebra."), enqueue(store, generator="painter")
    Worker(store, "cpu").run(drain=True)
    assert [store.get_job(id).status for id in (bad, good)] == ["failed", "done"]


def test_other_kinds_of_jobs_are_left_alone(store: Store) -> None:
    id = store.enqueue("train", "{}", owner="ada")
    assert drain(store, id).status == "queued"


def test_an_order_is_what_its_payload_says() -> None:
    order = Order.read(json.dumps(payload()))
    assert (order.graph, order.seeds, order.steps, order.size) == (GRAPH, (1, 2), 4, 64)
    assert order.questions == questions(GRAPH, POCKET)
    plain = {key: value for key, value in payload().items() if key not in ("steps", "guidance", "size")}
    assert (Order.read(json.dumps(plain)).steps, Order.read(json.dumps(plain)).size) == (None, 768)
    with pytest.raises(ScenewrightError):
        Order.read("no json")


# --- cancelled --------------------------------------------------------------------------------------------------------


def test_a_running_job_is_cancelled(store: Store) -> None:
    id = enqueue(store, steps=200, seeds=list(range(16)), size=256)
    worker = threading.Thread(target=Worker(store, "cpu").run, kwargs={"drain": True})
    worker.start()
    until(lambda: (store.get_job(id).step or 0) >= 3)
    assert store.get_job(id).preview is not None
    store.cancel(id, by="ada")
    worker.join(60)
    job = store.get_job(id)
    assert (job.status, job.message) == ("cancelled", "Cancelled.")
    assert job.step is not None and job.step < 200
    assert store.pictures(job=id) == ()


# --- killed -----------------------------------------------------------------------------------------------------------


def test_a_picture_that_was_saved_but_not_judged_is_judged(store: Store) -> None:
    id = enqueue(store, seeds=[1, 2])
    job = store.claim("cpu", "dead")
    assert job is not None
    task = Render(store, job)
    drawing = task.draw(generators.load("pocket"), [1])[0]
    sha256, path = store.save_image(signed(task.order, drawing, {}))
    store.add_picture(
        sha256=sha256, path=path, width=64, height=64, generator="pocket", caption=drawing.caption, graph="{}", seed=1,
        record=json.dumps(drawing.record), job=id,
    )  # fmt: skip
    assert drain(store, id).status == "done"
    pictures = {picture.seed: picture for picture in store.pictures(job=id)}
    assert sorted(pictures) == [1, 2]
    judgement = pictures[1].judgement
    assert judgement is not None
    replies = judges.load("pocket").answer(drawing.image, [question.text for question in task.order.questions])
    assert [row["answer"] for row in json.loads(judgement.answers)] == [reply.answer for reply in replies]


# --- one per device ---------------------------------------------------------------------------------------------------


def test_a_second_worker_leaves_the_work_to_the_first(store: Store) -> None:
    with device_lock(store.home, "cpu"), pytest.raises(JobError, match="already has a worker"):
        Worker(store, "cpu").run(drain=True)
    second = child(store.home, "--drain", "--device", "cpu")
    with device_lock(store.home, "other"):
        assert second.wait(60) == 0


def test_one_who_only_looks_does_not_send_a_worker_away(store: Store) -> None:
    lock = device_lock(store.home, "cpu")
    lock.__enter__()
    threading.Timer(0.3, lock.__exit__, (None, None, None)).start()
    Worker(store, "cpu").run(drain=True)


def test_one_child_is_started_and_it_ends_with_its_parent(store: Store) -> None:
    """The parent is a process of its own: it starts a worker twice, waits until it runs, and is killed."""
    code = (
        "import sys, time; from pathlib import Path; from models.worker import ensure, alive\n"
        "home = Path(sys.argv[1]); first = ensure(home); second = ensure(home)\n"
        "print(first.pid, second, alive(home), 'torch' in sys.modules, flush=True); time.sleep(300)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(store.home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid, *rest = parent.stdout.readline().split()
    assert rest == ["None", "True", "False"]
    id = enqueue(store, generator="painter", seeds=[1])
    until(lambda: store.get_job(id).status == "done")
    assert alive(store.home)
    assert ensure(store.home) is None
    parent.kill()
    parent.wait()
    until(lambda: not alive(store.home))
    until(lambda: not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes())
    assert (store.home / "worker.log").is_file()


def test_previews_are_tiled() -> None:
    for count, size in ((1, (256, 256)), (4, (1024, 256)), (5, (1024, 512))):
        with Image.open(BytesIO(sheet([Image.new("RGB", (64, 64))] * count))) as page:
            assert (page.size, page.format) == (size, "JPEG")


def test_the_worker_refuses_a_job_whose_owner_may_no_longer_draw(store: Store) -> None:
    store.person("root", role="admin")
    id = store.enqueue("render", json.dumps(payload(generator="painter", seeds=[1])), owner="ada", role="curator")
    store.set_role("ada", "viewer", by="root")
    job = drain(store, id)
    assert (job.status, job.error) == (
        "failed",
        "“ada” is “viewer” here, which is not enough to render. Ask “curator” or “admin”.",
    )
    assert store.pictures(job=id) == ()


def test_the_worker_refuses_a_row_that_was_written_past_the_queue(store: Store) -> None:
    from engine.store.tables import JobRow

    row = JobRow(kind="render", payload=json.dumps(payload(generator="painter", seeds=[1])), owner="eve", role="viewer")
    id = row.id
    with store.writing() as transaction:
        transaction.add(row)
    job = drain(store, id)
    assert job.status == "failed" and "not enough to render" in (job.error or "")
    assert store.pictures(job=id) == ()
