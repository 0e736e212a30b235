"""Sessions, pictures, judgements, runs and image files, on a real SQLite file and from real threads.

Run it: `pytest tests/engine/test_store.py`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
import runpy
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine.store
from engine.errors import StoreError
from engine.store import Picture, Session, Store, default_home, open_store
from engine.store.tables import SessionRow

PIXELS = b"\x89PNG not really"


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as it is made; each test gets a copy, which is quicker than making it."""
    home = tmp_path_factory.mktemp("store") / "new"
    open_store(home).close()
    return home


@pytest.fixture
def store(new_home: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(shutil.copytree(new_home, tmp_path / "home")) as store:
        yield store


def add_picture(store: Store, session: str | None = None, *, data: bytes = PIXELS, run: str | None = None) -> Picture:
    sha256, path = store.save_image(data)
    return store.add_picture(
        session=session,
        run=run,
        sha256=sha256,
        path=path,
        width=64,
        height=48,
        generator="pocket",
        caption="A dog.",
        graph="{}",
        seed=7,
    )


def judge(store: Store, picture: Picture, score: float | None, *, by: str = "pocket") -> None:
    store.add_judgement(picture.id, judge=by, answers="[]", scores=json.dumps({"mean": score}), score=score)


# Opening -------------------------------------------------------------------------------------------------------


def test_home_is_made_and_found_again(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "hömë 100%s"
    with open_store(home) as store:
        made = store.create_session(owner="ada", name="Kept")
    assert {entry.name for entry in home.iterdir() if entry.is_dir()} == {"images", "runs", "locks", "backups"}
    with open_store(home) as store:
        assert store.get_session(made.id) == made


def test_home_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENEWRIGHT_HOME", str(tmp_path / "here"))
    assert default_home() == tmp_path / "here"
    monkeypatch.setenv("SCENEWRIGHT_HOME", "")
    assert default_home().name == "scenewright"


def test_database_url_moves_the_tables_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/elsewhere.db")
    with open_store(tmp_path / "home") as store:
        store.create_session(owner="ada")
    assert (tmp_path / "elsewhere.db").exists()
    assert not (tmp_path / "home" / "scenewright.db").exists()


@pytest.mark.parametrize("url", ["nonsense", "mysql://ada:secret@host/x", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_is_of_no_use_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreError, match=r"DATABASE_URL.*postgresql://") as caught:
        open_store(tmp_path, url=url)
    assert "secret" not in str(caught.value)


def test_a_home_with_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("I was here first.")
    for home in (tmp_path, tmp_path / "backups"):
        with pytest.raises(StoreError, match="SCENEWRIGHT_HOME"):
            open_store(home)


def test_everything_the_face_promises_is_there() -> None:
    assert list(engine.store.__all__) == sorted(engine.store.__all__)
    assert all(hasattr(engine.store, name) for name in engine.store.__all__)


def test_values_have_the_columns_of_their_tables() -> None:
    assert {field.name for field in dataclasses.fields(Session)} == set(SessionRow.model_fields)


def test_the_tables_can_be_imported_again() -> None:
    assert runpy.run_path(inspect.getfile(SessionRow))["SessionRow"] is not SessionRow


# Sessions ------------------------------------------------------------------------------------------------------


def test_a_session_is_what_was_saved(store: Store) -> None:
    made = store.create_session(owner="ada", name="  Two \n dogs ", graph='{"schema": 1}', caption="犬 🐕", seed=2**62)
    assert (made.name, made.caption, made.seed, made.deleted) == ("Two dogs", "犬 🐕", 2**62, None)
    assert store.get_session(made.id) == made
    saved = store.save_session(made.id, settings='{"steps": 20}')
    assert (saved.settings, saved.graph, saved.caption) == ('{"steps": 20}', made.graph, made.caption)
    assert saved.updated > made.updated


def test_values_are_frozen(store: Store) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        store.create_session(owner="ada").name = "Other"  # type: ignore[misc]


def test_every_edit_keeps_what_was_before(store: Store) -> None:
    made = store.create_session(owner="ada", graph='{"n": 0}', caption="none")
    for n in (1, 2, 3):
        store.save_session(made.id, graph=json.dumps({"n": n}), caption=f"{n}")
    store.save_session(made.id, name="Other", settings="{}")  # no edit of the scene
    store.save_session(made.id, caption="3")  # no change
    kept = store.revisions(made.id)
    assert [(r.number, r.graph, r.caption) for r in kept] == [
        (3, '{"n": 2}', "2"),
        (2, '{"n": 1}', "1"),
        (1, '{"n": 0}', "none"),
    ]


def test_an_edit_of_an_old_state_is_refused(store: Store) -> None:
    opened = store.create_session(owner="ada", caption="first")
    store.save_session(opened.id, caption="theirs", expected_updated=opened.updated)
    with pytest.raises(StoreError, match="another window"):
        store.save_session(opened.id, caption="mine", expected_updated=opened.updated)
    assert store.get_session(opened.id).caption == "theirs"


@pytest.mark.parametrize("field", ["graph", "questions", "constraints", "settings"])
def test_what_is_no_json_is_refused(store: Store, field: str) -> None:
    made = store.create_session(owner="ada")
    for text in ("", "{", "[" * 100_000):
        with pytest.raises(StoreError, match=f"The {field} .* is no JSON"):
            store.save_session(made.id, **{field: text})  # type: ignore[arg-type]
    assert store.get_session(made.id) == made


def test_names_are_checked(store: Store) -> None:
    made = store.create_session(owner="ada")
    assert made.name == "Untitled scene"
    assert store.rename_session(made.id, "x" * 120).name == "x" * 120
    for name in ("", " \n\t", "x" * 121):
        with pytest.raises(StoreError, match="name"):
            store.rename_session(made.id, name)


def test_what_no_database_can_hold_gets_a_sentence(store: Store) -> None:
    with pytest.raises(StoreError, match="too large"):
        store.create_session(owner="ada", seed=2**63)
    with pytest.raises(StoreError, match="half a character"):
        store.create_session(owner="ada", caption="\ud83d")
    with pytest.raises(TypeError, match="colour"):
        store.create_session(owner="ada", colour="red")  # type: ignore[call-arg]
    assert store.count_sessions() == 0


def test_unknown_ids_get_a_sentence(store: Store) -> None:
    asks = (store.get_session, store.save_session, store.delete_session, store.duplicate_session, store.revisions)
    for ask in (*asks, store.get_picture):
        with pytest.raises(StoreError, match=r"There is no .* “'; DROP TABLE session; --” here"):
            ask("'; DROP TABLE session; --")


def test_deleted_is_not_lost(store: Store) -> None:
    made = store.create_session(owner="ada", name="Gone")
    add_picture(store, made.id)
    assert store.delete_session(made.id).deleted is not None
    assert store.list_sessions() == () and store.count_sessions() == 0
    assert [line.name for line in store.list_sessions(deleted=True)] == ["Gone"]
    assert store.save_session(made.id, caption="still saved").deleted is not None
    assert store.restore_session(made.id).deleted is None
    assert [(line.name, line.pictures) for line in store.list_sessions()] == [("Gone", 1)]


def test_a_duplicate_has_everything_and_goes_its_own_way(store: Store) -> None:
    made = store.create_session(
        owner="ada", name="n" * 120, graph='{"n": 1}', caption="A dog.", settings='{"steps": 9}'
    )
    judge(store, add_picture(store, made.id), 0.5)
    copy = store.duplicate_session(made.id, owner="bob")
    assert (copy.owner, copy.graph, copy.settings, len(copy.name)) == ("bob", made.graph, made.settings, 120)
    (old,), (new,) = store.pictures(made.id), store.pictures(copy.id)
    assert (new.path, new.seed) == (old.path, old.seed) and new.id != old.id
    assert new.judgement is not None and new.judgement.score == 0.5
    store.save_session(copy.id, caption="A cat.")
    judge(store, new, 0.9)
    assert store.get_session(made.id).caption == "A dog."
    assert [judgement.score for judgement in store.judgements(old.id)] == [0.5]


# Lists ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_pictures_and_scores(store: Store) -> None:
    empty = store.create_session(owner="ada", name="empty")
    full = store.create_session(owner="ada", name="full")
    first, second, _unseen = (add_picture(store, full.id, data=bytes([n])) for n in range(3))
    judge(store, first, 0.9)
    judge(store, first, 0.2)  # supersedes
    judge(store, second, 0.6)
    line, other = store.list_sessions()
    assert (line.id, line.pictures, line.best, line.cover) == (full.id, 3, 0.6, second.path)
    assert line.mean == pytest.approx(0.4)
    assert (other.id, other.pictures, other.best, other.mean, other.cover) == (empty.id, 0, None, None, None)


def test_last_changed_comes_first_page_by_page(store: Store) -> None:
    made = [store.create_session(owner="ada" if n % 2 else "bob", name=f"s{n}") for n in range(5)]
    store.rename_session(made[0].id, "s0 again")
    assert [line.name for line in store.list_sessions(limit=2)] == ["s0 again", "s4"]
    assert [line.name for line in store.list_sessions(limit=2, offset=2)] == ["s3", "s2"]
    assert [line.name for line in store.list_sessions(owner="ada")] == ["s3", "s1"]
    assert store.count_sessions(owner="bob") == 3


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("100%", {"100% sure"}),
        ("_", {"snake_case"}),
        ("'; DROP TABLE session; --", set()),
        ("\\", {"back\\slash"}),
        ("ÄPFEL grün", {"Äpfel"}),
        ("grüne Äpf", {"Äpfel"}),
        ("", {"100% sure", "snake_case", "back\\slash", "Äpfel"}),
        ("x " * 5000, set()),
    ],
)
def test_search_takes_every_character_for_itself(store: Store, search: str, expected: set[str]) -> None:
    for name in ("100% sure", "snake_case", "back\\slash"):
        store.create_session(owner="ada", name=name)
    store.create_session(owner="ada", name="Äpfel", caption="Grüne Äpfel auf einem Tisch.")
    assert {line.name for line in store.list_sessions(search=search)} == expected
    assert store.count_sessions(search=search) == len(expected)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(caption=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_caption_is_kept_and_found(store: Store, caption: str) -> None:
    made = store.create_session(owner="ada", caption=caption)
    assert store.get_session(made.id).caption == caption.replace("\0", "")
    for word in made.caption.split():
        assert made.id in {line.id for line in store.list_sessions(search=word, limit=1000)}


# Pictures and runs ---------------------------------------------------------------------------------------------


def test_a_picture_carries_the_newest_judgement_of_each_judge(store: Store) -> None:
    picture = add_picture(store, store.create_session(owner="ada").id)
    assert picture.judgement is None
    for by, score in (("pocket", 0.5), ("person:ada", 0.7), ("pocket", 0.9)):
        judge(store, picture, score, by=by)
    seen = store.get_picture(picture.id)
    assert [(j.judge, j.score) for j in seen.judgements] == [("pocket", 0.9), ("person:ada", 0.7)]
    assert [j.number for j in store.judgements(picture.id)] == [3, 2, 1]


def test_pictures_of_a_run_need_no_session(store: Store, tmp_path: Path) -> None:
    run = store.index_run(tmp_path / "a", manifest='{"images": 1}')
    add_picture(store, run=run.path)
    assert [picture.session for picture in store.pictures(run=run.path)] == [None]
    with pytest.raises(StoreError, match="no session “lost”"):
        add_picture(store, "lost")
    with pytest.raises(TypeError):
        store.pictures()


def test_a_run_is_one_row_however_often_it_is_told(store: Store, tmp_path: Path) -> None:
    first = store.index_run(tmp_path / "a")
    again = store.index_run(tmp_path / "b" / ".." / "a", name="Best", manifest='{"seed": 1}')
    assert (again.id, again.name, again.manifest) == (first.id, "Best", '{"seed": 1}')
    assert store.runs() == (again,)


# Image files ---------------------------------------------------------------------------------------------------


def test_the_same_bytes_are_one_file(store: Store) -> None:
    sha256, path = store.save_image(PIXELS)
    assert (sha256, path) == store.save_image(PIXELS)
    assert sha256 == hashlib.sha256(PIXELS).hexdigest()
    assert [file for file in (store.home / "images").rglob("*") if file.is_file()] == [store.image_path(path)]
    assert store.image_path(path).read_bytes() == PIXELS


@pytest.mark.parametrize(
    "path", ["../scenewright.db", "/etc/passwd", "ab/../../scenewright.db", "", ".", "a\0b", "x" * 5000, "out/file"]
)
def test_a_path_out_of_the_folder_is_refused(store: Store, tmp_path: Path, path: str) -> None:
    (store.home / "images" / "out").symlink_to(tmp_path)
    with pytest.raises(StoreError, match="picture"):
        store.image_path(path)
    with pytest.raises(StoreError, match="picture"):
        store.image_path(path, run=str(store.home / "images"))


@pytest.mark.parametrize("suffix", ["", "png", "./../x", ".PNG/x", ".p\0g"])
def test_an_odd_ending_is_refused(store: Store, suffix: str) -> None:
    with pytest.raises(StoreError, match="ending"):
        store.save_image(PIXELS, suffix=suffix)


def test_a_preview_takes_the_place_of_the_one_before(store: Store) -> None:
    path = store.save_preview("job1", b"blurred")
    assert path == store.save_preview("job1", b"sharper")
    assert store.image_path(path).read_bytes() == b"sharper"
    store.drop_preview(path)
    store.drop_preview(path)
    assert not store.image_path(path).exists()
    with pytest.raises(StoreError, match="no job"):
        store.save_preview("../job", b"")


# Many at once --------------------------------------------------------------------------------------------------


def test_six_threads_lose_no_update(store: Store) -> None:
    made = store.create_session(owner="ada", seed=0)

    def count() -> None:
        for _ in range(50):
            with store.writing() as transaction:
                row = transaction.get_one(SessionRow, made.id)
                row.seed = (row.seed or 0) + 1

    in_threads(count, 6)
    assert store.get_session(made.id).seed == 300


def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    made = store.create_session(owner="ada", caption="before")
    with store.writing() as transaction:
        transaction.get_one(SessionRow, made.id).caption = "after"
        transaction.flush()
        seen: list[str] = []
        in_threads(lambda: seen.append(store.get_session(made.id).caption), 3)
    assert seen == ["before"] * 3
    assert store.get_session(made.id).caption == "after"


def test_reading_cannot_write_and_a_failed_write_leaves_no_trace(store: Store) -> None:
    with pytest.raises(StoreError, match="readonly"), store.reading() as transaction:
        transaction.add(SessionRow(name="x", owner="ada"))
        transaction.flush()
    with pytest.raises(KeyError), store.writing() as transaction:
        transaction.add(SessionRow(name="x", owner="ada"))
        transaction.flush()
        raise KeyError("in the middle")
    assert store.count_sessions() == 0


def test_thirty_browser_sessions_at_once(store: Store) -> None:
    def work() -> None:
        made = store.create_session(owner="ada")
        store.save_session(made.id, caption="A dog.", expected_updated=made.updated)
        assert made.id in {line.id for line in store.list_sessions()}
        judge(store, add_picture(store, made.id), 0.5)

    in_threads(work, 30)
    assert [(line.caption, line.best) for line in store.list_sessions()] == [("A dog.", 0.5)] * 30


def test_many_open_a_new_home_at_once(tmp_path: Path) -> None:
    in_threads(lambda: open_store(tmp_path / "home").close(), 6)
    with open_store(tmp_path / "home") as store:
        assert store.count_sessions() == 0


def in_threads(work: Callable[[], object], number: int) -> None:
    """Run `work` in so many threads at once; the first error of any of them is raised here."""
    with ThreadPoolExecutor(number) as pool:
        for done in [pool.submit(work) for _ in range(number)]:
            done.result()
