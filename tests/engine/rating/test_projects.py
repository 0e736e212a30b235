"""The ready-made projects: what is in them, that they can be rated at once, and what their ratings teach.

Run it: `pytest tests/engine/rating/test_projects.py`.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from engine.errors import FormatError
from engine.graph import Object, SceneGraph
from engine.rating import (
    agreements,
    described,
    from_captions,
    from_pictures,
    from_sessions,
    human_captions,
    learned,
    make_captions,
    make_scenes,
    picture_pairs,
    rated_graphs,
)
from engine.store import Picture, Store, open_store
from engine.store.rating_values import NewItem, Project, Settings
from engine.taxonomy import load
from tests.engine.rating_world import rate_next

HUMAN = ["A dog on a bed.", "Two women are walking along the beach at sunset with a child.", "A red bus."]
CATS = SceneGraph(objects=(Object("o1", "cat"), Object("o2", "cat")))


def add_picture(store: Store, session: str, generator: str, seed: int) -> Picture:
    sha256, path = store.save_image(f"{generator}{seed}".encode())
    named = {"sha256": sha256, "path": path, "generator": generator, "session": session}
    return store.add_picture(**named, width=8, height=8, caption="Two cats.", graph="{}", seed=seed)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Project]:
    home = tmp_path_factory.mktemp("projects") / "home"
    with open_store(home) as store:
        project = make_scenes(store, load("full"), owner="me", count=11, seed=1)
    return home, project


@pytest.fixture
def store(made: tuple[Path, Project], tmp_path: Path) -> Iterator[Store]:
    with open_store(shutil.copytree(made[0], tmp_path / "home")) as store:
        yield store


def test_scenes_of_ten_to_twenty_objects_of_every_size(made: tuple[Path, Project], store: Store) -> None:
    items = store.items(made[1].id, role="item")
    sizes = [len(SceneGraph.from_dict(item.content["graph"]).objects) for item in items]
    assert sorted(sizes) == list(range(10, 21))
    assert Counter(item.content["hidden"]["source"] for item in items) == {"plausible": 9, "imaginative": 2}
    for item in items:
        assert all(element["text"] in item.content["text"] for element in item.content["elements"])
        assert len({element["id"] for element in item.content["elements"]}) == len(item.content["elements"])


def test_it_can_be_rated_at_once_with_practice_checks_and_guidelines(made: tuple[Path, Project], store: Store) -> None:
    project = made[1].id
    roles = Counter(item.role for item in store.items(project))
    assert (roles["practice"], roles["gold"], roles["attention"]) == (5, 4, 1)
    guideline = store.guideline(project)
    assert guideline is not None and guideline.version == 1 and len(guideline.examples) == 3
    feedback = []
    while (item := store.claim_item(project, "Ada")) is not None:
        assert "hidden" not in item.content
        said = store.rate(item.id, "Ada", item.token, {"plausibility": 5, "real": "real"}).feedback
        feedback += [said] if said else []
    assert [one.right for one in feedback] == [True, False, False, False, True]
    assert len(store.ratings(project)) == 11
    assert store.standings(project)[0].checks_right + store.standings(project)[0].checks_wrong > 0


def test_the_gold_answers_are_answers(made: tuple[Path, Project], store: Store) -> None:
    captions = make_captions(store, load("pocket"), HUMAN, ours=["A cat."] * 3, owner="me")
    for project, allowed in (
        (made[1].id, {"plausibility": {1, 2, 3, 4, 5}, "real": {"real", "artefact", "unsure"}}),
        (captions.id, {"preference": {"a", "b", "tie"}}),
    ):
        for item in store.items(project):
            for question, wanted in (item.gold or {"answers": {}})["answers"].items():
                assert set(wanted if isinstance(wanted, list) else [wanted]) <= allowed[question]


def test_the_same_seed_makes_the_same_items(made: tuple[Path, Project], store: Store) -> None:
    again = make_scenes(store, load("full"), owner="me", name="Again", count=11, seed=1)
    first, second = (store.items(project, role="item") for project in (made[1].id, again.id))
    assert [one.content for one in first] == [one.content for one in second]


def test_ratings_teach_the_plausibility_layer(made: tuple[Path, Project], store: Store) -> None:
    project = made[1].id
    with pytest.raises(FormatError, match="no ratings of scenes"):
        learned(store, project, load("full"))
    for name in ("Ada", "Bob", "Cy"):
        while (item := store.claim_item(project, name)) is not None:
            content = store.item(item.id).content
            plain = content.get("hidden", {}).get("source") == "plausible"
            odd = (
                len(str(content["text"])) % 2
            )  # of the scene, since items come to each person in an order of their own
            value = (4 if plain else 1) + (1 - odd if name == "Cy" and plain is False else odd)
            store.rate(item.id, name, item.token, {"plausibility": value, "real": "real" if plain else "artefact"})
    pairs = rated_graphs(store, project)
    assert len(pairs) == 33 and {rating for _, rating in pairs} <= {1.0, 2.0, 4.0, 5.0}
    found = learned(store, project, load("full"))
    assert (found.scenes, found.people, found.ratings) == (11, 3, 33)
    assert "33 ratings of 11 scenes by 3 people" in str(found)
    high, low = (max(pairs, key=lambda pair: pair[1]), min(pairs, key=lambda pair: pair[1]))
    assert found.layer.predict(high[0])[0] > found.layer.predict(low[0])[0]
    said = agreements(store.ratings(project), "scene", resamples=50)
    assert said["real"].alpha == 1.0 and (said["plausibility"].alpha or 0) > 0.6 and len(described(said)) == 2


def test_a_verdict_stands_in_for_the_ratings_of_its_item(store: Store) -> None:
    project = store.create_project("P", owner="me", kind="scene", settings=Settings(practice=0, gold_every=0)).id
    (item,) = store.add_items(project, [NewItem({"text": "x", "graph": CATS.to_dict()})])
    rate_next(store, project, "Ada", 1)
    rate_next(store, project, "Bob", 5)
    store.adjudicate(item.id, "Cy", {"plausibility": 4})
    assert [rating for _, rating in rated_graphs(store, project)] == [4.0]


def test_captions_lie_beside_human_ones_of_like_length(store: Store) -> None:
    project = make_captions(store, load("pocket"), HUMAN, owner="me", seed=2)
    items = store.items(project.id, role="item")
    assert sorted(item.content["b"]["text"] for item in items) == sorted(HUMAN)
    lengths = sorted((len(item.content["b"]["text"]), len(item.content["a"]["text"])) for item in items)
    assert [ours for _, ours in lengths] == sorted(ours for _, ours in lengths)
    given = store.claim_item(project.id, "Ada")
    assert given is not None and "human" not in str(given.content)
    with pytest.raises(FormatError, match="no human-written"):
        make_captions(store, load("pocket"), [], owner="me")


def test_elements_are_units_of_their_own(store: Store) -> None:
    project = store.create_project("P", owner="me", kind="scene", settings=Settings(practice=0, elements=True)).id
    store.add_items(project, [NewItem({"text": "x"})])
    for name, last in (("Ada", "no"), ("Bob", "unsure")):
        item = store.claim_item(project, name)
        assert item is not None
        answers = {"plausibility": 3, "elements": {"o1": "yes", "o2": "no", "o3": last}}
        store.rate(item.id, name, item.token, answers)
    found = agreements(store.ratings(project), "scene", resamples=20)["elements"]
    assert (found.units, found.answers) == (3, 6) and found.alpha is not None and found.alpha < 1


# Files of human captions and other sources ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "\n".join(HUMAN).encode(),
        b"\n".join(orjson.dumps({"caption": text, "id": 1}) for text in HUMAN),
        b"\n".join(orjson.dumps({"text": text}) for text in HUMAN) + b"\n\n",
        b"\n".join(orjson.dumps(text) for text in HUMAN),
    ],
)
def test_human_captions_are_read_from_text_and_json_lines(data: bytes, tmp_path: Path) -> None:
    assert human_captions(data, load("pocket")) == HUMAN
    path = tmp_path / "human.jsonl"
    path.write_bytes(data)
    assert human_captions(path, load("pocket")) == HUMAN


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"\n\n", "is empty"),
        (b"\x89PNG\0\0", "not text"),
        ("größer".encode("latin-1"), "UTF-8"),
        (b'{"caption": "a dog"}\n{"picture": 3}', "Line 2"),
        (b'{"caption": "a dog"}\nno json', "Line 2"),
    ],
)
def test_files_without_captions_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        human_captions(data, load("pocket"), name="../../etc/passwd")


def test_pairs_of_captions_match_in_length_and_follow_the_seed() -> None:
    ours = [" ".join(["w"] * length) for length in (9, 3, 6, 12)]
    human = [" ".join(["h"] * length) for length in (6, 12, 3)]
    pairs = from_captions(ours, human, seed=3)
    assert pairs == from_captions(ours, human, seed=3) and len(pairs) == 3
    assert all(abs(len(one.content["a"]["text"]) - len(one.content["b"]["text"])) <= 6 for one in pairs)


def test_items_from_sessions_and_pictures(store: Store) -> None:
    words = load("pocket")
    graph = orjson.dumps(CATS.to_dict()).decode()
    session = store.create_session(owner="me", graph=graph, taxonomy="pocket")
    empty = store.create_session(owner="me")
    (item,) = from_sessions([session, empty], {"pocket": words})
    assert "cat" in item.content["text"] and item.content["graph"] == CATS.to_dict()
    pictures = [add_picture(store, session.id, generator, seed) for generator in ("one", "two") for seed in (1, 2)]
    assert len(from_pictures(pictures)) == 4 and len(picture_pairs(pictures)) == 3
    for kind, items in (("picture", from_pictures(pictures)), ("picture-pair", picture_pairs(pictures))):
        project = store.create_project(kind, owner="me", kind=kind, settings=Settings(practice=0)).id  # type: ignore[arg-type]
        store.add_items(project, items)
        given = store.claim_item(project, "Ada")
        assert given is not None and "generator" not in str(given.content)
