"""Ratings in and out: what is exported comes back as it was, formulas are harmless, bad files are one sentence.

Run it: `pytest tests/engine/rating/test_interchange.py`.
"""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FormatError, ScenewrightError
from engine.graph import Object, SceneGraph
from engine.rating import export_project, import_ratings, packed, rated_graphs, read_rows
from engine.rating.export import harmless
from engine.store import Store, open_store
from engine.store.rating_values import NewItem, Settings
from tests.engine.rating_world import make_project, rate_next

EVIL = '=HYPERLINK("http://x","y"), \'quoted\'\n+second line <script>alert(1)</script>'
DOG = SceneGraph(objects=(Object("o1", "dog"),))


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("exchange") / "new"
    open_store(home).close()
    return home


@pytest.fixture
def store(new_home: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(shutil.copytree(new_home, tmp_path / "home")) as store:
        yield store


def filled(store: Store) -> str:
    """A project of two scenes with evil texts, rated by two people with one undone answer and a verdict."""
    settings = Settings(practice=0, gold_every=0)
    project = store.create_project(EVIL, owner="me", kind="scene", overlap=2, settings=settings).id
    store.add_guideline(project, EVIL, examples=[{"content": {"text": EVIL}}], author="me")
    items = store.add_items(project, [NewItem({"text": EVIL, "graph": DOG.to_dict()}), NewItem({"text": "plain"})])
    for name, values in (("=Ada", (1, 2)), ("Bob", (5, 2))):
        for value in values:
            item = store.claim_item(project, name)
            assert item is not None
            answers = {"plausibility": value, "real": "real", "comment": EVIL, "elements": {"o1": "no"}}
            store.rate(item.id, name, item.token, answers)
    store.undo(project, "Bob")
    rate_next(store, project, "Bob", 3)
    store.adjudicate(items[0].id, "Cy", {"plausibility": 3})
    return project


def test_an_export_holds_everything_and_comes_back(store: Store, tmp_path: Path) -> None:
    project, out = filled(store), tmp_path / "out"
    names = export_project(store, project, out)
    assert set(names) >= {"protocol.md", "ratings.csv", "ratings.jsonl", "log.jsonl", "items.jsonl", "guidelines/1.md"}
    assert len((out / "log.jsonl").read_bytes().splitlines()) == 7
    assert orjson.loads((out / "agreement.json").read_bytes())["plausibility"]["units"] == 2
    before = store.ratings(project)
    for name in ("ratings.csv", "ratings.jsonl"):
        done = import_ratings(store, project, out / name)
        assert (done.rows, done.kept, done.new_items, done.empty) == (5, 0, 0, 1)
    assert store.ratings(project) == before


def test_an_export_moves_to_another_store(store: Store, tmp_path: Path) -> None:
    project = filled(store)
    export_project(store, project, tmp_path / "out")
    other = store.create_project("Copy", owner="me", kind="scene").id
    done = import_ratings(store, other, tmp_path / "out" / "ratings.csv")
    assert (done.kept, done.new_items) == (4, 2)
    moved, there = store.ratings(other), store.ratings(project)
    assert [(one.person, one.answers) for one in moved] == [(one.person, one.answers) for one in there]
    assert [item.content["text"] for item in store.items(other)] == [
        item.content["text"] for item in store.items(project)
    ]


def test_half_a_character_in_an_answer_does_not_stop_an_export(store: Store) -> None:
    project = make_project(store, items=1, settings=Settings(practice=0))
    item = store.claim_item(project, "Ada")
    assert item is not None
    store.rate(item.id, "Ada", item.token, {"plausibility": 3, "comment": "\ud800", "elements": {"\ud800": "no"}})
    assert packed(store, project) and store.ratings(project)[0].answers["comment"] == "?"


def test_no_cell_of_the_tables_begins_a_formula(store: Store, tmp_path: Path) -> None:
    export_project(store, filled(store), tmp_path / "out")
    for name in ("ratings.csv", "checks.csv"):
        cells = [cell for row in csv.reader(io.StringIO((tmp_path / "out" / name).read_text())) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert "'=Ada" in cells
    assert harmless("-1") == "'-1" and harmless(-1) == -1 and harmless("a=1") == "a=1"


def test_pseudonyms_leave_no_name_behind(store: Store, tmp_path: Path) -> None:
    project = make_project(store, items=1, settings=Settings(practice=0))
    rate_next(store, project, "Zaphod", 3)
    export_project(store, project, tmp_path / "out", pseudonyms=True)
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file() and b"Zaphod" in path.read_bytes()]
    assert b"P1" in (tmp_path / "out" / "ratings.csv").read_bytes()


def test_a_zip_holds_the_same_and_the_same_project_gives_the_same_bytes(store: Store, tmp_path: Path) -> None:
    project = filled(store)
    names = export_project(store, project, tmp_path / "out.zip")
    data = (tmp_path / "out.zip").read_bytes()
    assert data == packed(store, project)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert tuple(archive.namelist()) == names and archive.testzip() is None
        said = archive.read("protocol.md").decode()
    for part in ("by 2 people", "2 people gave 4 ratings", "1 item was adjudicated", "alpha (ordinal)", "version 1"):
        assert part in said
    assert "=Ada" not in said and "\n+second" not in said.splitlines()[0]


def test_a_folder_that_is_full_is_left_alone(store: Store, tmp_path: Path) -> None:
    project = make_project(store, items=1)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FormatError, match="there already"):
        export_project(store, project, tmp_path)
    (tmp_path / "empty").mkdir()
    assert export_project(store, project, tmp_path / "empty")  # a project without answers has a protocol, too


# Made elsewhere ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"text,person,rating\nA dog flies.,Ada,2\nA dog.,Ada,5.0\n",
        "\ufefftext,person,plausibility\r\nA dog flies.,Ada,2\r\nA dog.,Ada,5\r\n".encode(),
        b'[{"text": "A dog flies.", "person": "Ada", "plausibility": 2}, {"text": "A dog.", "person": "Ada", "rating": 5.0}]',
        b'{"ratings": [{"text": "A dog flies.", "person": "Ada", "answers": {"plausibility": 2}},'
        b'{"caption": "A dog.", "person": "Ada", "rating": "5"}]}',
        b'{"text": "A dog flies.", "person": "Ada", "rating": 2}\n\n{"text": "A dog.", "person": "Ada", "rating": 5}\n',
    ],
)
def test_ratings_made_elsewhere_become_items_and_answers(store: Store, data: bytes) -> None:
    project = store.create_project("P", owner="me", kind="scene").id
    done = import_ratings(store, project, data)
    assert (done.rows, done.kept, done.new_items) == (2, 2, 2)
    assert [(one.person, one.answers, one.origin) for one in store.ratings(project)] == [
        ("Ada", {"plausibility": 2}, "import"),
        ("Ada", {"plausibility": 5}, "import"),
    ]
    assert import_ratings(store, project, data).kept == 0


def test_imported_scenes_with_graphs_teach_plausibility(store: Store) -> None:
    project = store.create_project("P", owner="me", kind="scene").id
    graph = orjson.dumps(DOG.to_dict()).decode()
    table = io.StringIO()
    writer = csv.DictWriter(table, ["text", "scene_graph", "rating"])
    writer.writeheader()
    writer.writerow({"text": "A dog.", "scene_graph": graph, "rating": 4})
    import_ratings(store, project, table.getvalue().encode())
    assert rated_graphs(store, project) == [(DOG, 4.0)]


def test_pairs_and_pictures_come_in_too(store: Store) -> None:
    pairs = store.create_project("P", owner="me", kind="caption-pair").id
    assert import_ratings(store, pairs, b"a,b,preference\nOne.,Two.,b\nOne.,Two.,b\n").new_items == 1
    assert [one.answers for one in store.ratings(pairs)] == [{"preference": "b"}]
    pictures = store.create_project("Q", owner="me", kind="picture").id
    assert import_ratings(store, pictures, b"picture,caption,shows\nabc,A dog.,4\n").kept == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no ratings"),
        (b"text,rating\n", "no ratings"),
        (b"text,rating\nA dog.,9\n", "Row 1 .*no answer.*Nothing was imported"),
        (b"text,rating\nA dog.,3\nA cat.,high\n", "Row 2"),
        (b"text,rating\nA, dog,3\n", "more cells than columns"),
        (b"rating\n3\n", "no “text”"),
        (b"text\nA dog.\n", "missing"),
        (b"text,rating,scene_graph\nA dog.,3,{\n", "no JSON"),
        (b'text,rating,scene_graph\nA dog.,3,"{""objects"": 3}"\n', "Row 1"),
        (b"text,rating,person\nA dog.,3," + b"x" * 99 + b"\n", "1 to 80"),
        (b"[1, 2]", "no object"),
        (b'{"ratings": 3}', "no list"),
        (b'{"text": "a"', "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff\xfea\0", "UTF-8"),
        (b'text,rating\n"A dog.,3\n', "no CSV"),
        (b"text,rating\n" + b"x" * 200_000 + b",3\n", "CSV|200,000|field"),
    ],
)
def test_bad_files_are_one_sentence_and_change_nothing(store: Store, data: bytes, message: str) -> None:
    project = make_project(store, items=1)
    with pytest.raises(ScenewrightError, match=message):
        import_ratings(store, project, data, name="bad.csv")
    assert len(store.items(project)) == 1 and store.log(project) == ()


def test_a_preference_by_side_or_a_missing_file_is_refused(store: Store, tmp_path: Path) -> None:
    pairs = store.create_project("P", owner="me", kind="caption-pair").id
    with pytest.raises(FormatError, match="a, b or tie"):
        import_ratings(store, pairs, b"a,b,preference\nOne.,Two.,left\n")
    with pytest.raises(FormatError, match="cannot be read"):
        read_rows(tmp_path / "none.csv")
    with pytest.raises(FormatError, match="cannot be read"):
        read_rows(tmp_path)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_anything_is_rows_or_one_sentence(data: bytes) -> None:
    try:
        assert all(isinstance(row, dict) for row in read_rows(data))
    except ScenewrightError as error:
        assert "\n" not in str(error)
