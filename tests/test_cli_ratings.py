"""The commands about ratings: a project made, listed, filled from a file, measured, exported and learned from.

Run it: `pytest tests/test_cli_ratings.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from engine.graph import Object, SceneGraph
from engine.scene import describe
from engine.taxonomy import load
from tests.engine.curated import fill

Call = Callable[..., tuple[int, str, str]]
CATS = SceneGraph(objects=(Object("o1", "cat"), Object("o2", "cat")))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCENEWRIGHT_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def project(call: Call, home: Path) -> str:
    (home / "human.txt").write_text("A dog on a bed.\nA red bus.\n")
    code, out, err = call("ratings", "create", "captions", "--human", home / "human.txt", "--taxonomy", "pocket")
    assert code == 0 and "is ready" in err
    return out.strip()


def test_a_project_is_made_listed_filled_measured_and_exported(call: Call, home: Path, project: str) -> None:
    listed = orjson.loads(call("ratings", "list", "--json")[1])
    assert [(one["id"], one["kind"], one["progress"]["items"]) for one in listed] == [(project, "caption-pair", 2)]
    rows = [
        f"{a},{b},{person},{side}" for a, b, side in (("x", "y", "a"), ("p", "q", "b")) for person in ("Ada", "Bob")
    ]
    (home / "more.csv").write_text("\n".join(["a,b,person,preference", *rows]))
    assert "4 of 4 rows kept, 2 new items" in call("ratings", "import", project, home / "more.csv")[2]
    found = orjson.loads(call("ratings", "agreement", project, "--json")[1])
    assert found["preference"]["alpha"] == 1.0
    assert "alpha (nominal) 1.00" in call("ratings", "agreement", "Program captions beside human ones")[1]
    assert call("ratings", "export", project, "--out", home / "out.zip")[0] == 0
    assert (home / "out.zip").read_bytes()[:2] == b"PK"
    assert "4 of 12 ratings" in call("ratings", "list")[1]


def test_a_set_is_rated_as_pictures_pairs_and_scenes(call: Call) -> None:
    from engine.store import open_store
    from engine.store.set_values import Member

    with open_store() as store:
        pictures = fill(store, count=2, images=1, judges=())
        store.save_set("best", [Member(one.id) for one in pictures], owner="me")
    kinds = {}
    for sort in ("pictures", "pairs", "scenes"):
        assert call("ratings", "create", sort, "--set", "best", "--elements")[0] == 0
    for one in orjson.loads(call("ratings", "list", "--json")[1]):
        kinds[one["kind"]] = (one["name"], one["progress"]["items"], one["settings"]["elements"])
    assert kinds == {"picture": ("best", 4, True), "picture-pair": ("best", 2, True), "scene": ("best", 2, True)}


def test_plausibility_is_learned_from_the_store(call: Call, home: Path) -> None:
    from engine.store import open_store

    with open_store() as store:
        id = store.create_project("Cats", owner="me", kind="scene").id
    row = {"text": "Two cats.", "scene_graph": CATS.to_dict(), "rating": 4, "person": "Ada"}
    (home / "ratings.jsonl").write_bytes(orjson.dumps(row) + b"\n")
    assert call("ratings", "import", id, home / "ratings.jsonl")[0] == 0
    line = describe(CATS, load("pocket"), id="x").to_dict()
    (home / "scenes.jsonl").write_bytes(orjson.dumps(line) + b"\n")
    code, out, err = call("plausibility", home / "scenes.jsonl", "--ratings", "store:Cats")
    assert code == 0 and "fitted to 1 ratings" in out and "1 rating of 1 scene by 1 person" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("create", "poems"), "no sort of project"),
        (("create", "pictures"), "--set"),
        (("create", "pairs", "--set", "nowhere"), "no set"),
        (("create", "captions", "--human", "x", "--set", "y"), "--set goes with"),
        (("create", "captions"), "--human FILE"),
        (("create", "scenes", "--human", "x"), "--human FILE"),
        (("create", "captions", "--human", "nowhere.txt"), "no file"),
        (("agreement", "nowhere"), "no rating project"),
        (("import", "nowhere", "x.csv"), "no rating project"),
        (("export", "nowhere", "--out", "x"), "no rating project"),
    ],
)
def test_bad_input_is_one_sentence(call: Call, arguments: tuple[str, ...], message: str) -> None:
    code, _, err = call("ratings", *arguments)
    assert code == 2 and message in err and "Traceback" not in err


def test_an_empty_list_says_what_to_do(call: Call) -> None:
    assert "ratings create scenes" in call("ratings", "list")[2]
