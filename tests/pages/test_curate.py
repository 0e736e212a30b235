"""The Curate page: filter bar and address, choosing, tags, sets, look-alikes, the gap, recipes and export.

Try it: `python -m pytest tests/pages/test_curate.py`.
"""

from __future__ import annotations

import io
import re
import zipfile

import orjson
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from engine.caption import caption
from engine.curation import Filter
from engine.graph import Attribute, Object, SceneGraph
from engine.png import Origin, write_png
from engine.questions import questions
from engine.scoring import Reply, score
from engine.store import Member
from engine.taxonomy import load
from models.worker import Worker
from pages.parts.curating.filterbar import in_words
from pages.parts.curating.thumbs import small
from tests.pages.conftest import ROOT, errors

WORDS = load("pocket")
EVIL = "<b>x</b> [link](javascript:alert(1)) http://evil.example"


def scene(noun: str, colour: str) -> SceneGraph:
    return SceneGraph((Object("a", noun), Object("b", "tree")), (Attribute("a", "colour", colour),))


def add(
    store, graph: SceneGraph, *, generator: str, seed: int, right: int, judges: tuple[str, ...] = ("pocket",)
) -> str:
    """A picture of the graph in the store, of whose questions the judges found `right` to be so."""
    text, asked = caption(graph, WORDS).text, questions(graph, WORDS)
    image = Image.new("RGB", (96, 96), "white")
    ImageDraw.Draw(image).rectangle((8 * seed, 10, 8 * seed + 30, 70), fill="navy")
    origin = Origin(graph=graph, caption=text, seed=seed, generator=generator, questions=asked)
    sha256, path = store.save_image(write_png(image, origin))
    known = {s.graph_hash: s.id for s in store.list_sessions()}
    session = known.get(graph.hash) or store.create_session(
        owner="me", name=text[:40], graph=orjson.dumps(graph.to_dict()).decode(), graph_hash=graph.hash, caption=text
    ).id  # fmt: skip
    picture = store.add_picture(
        sha256=sha256, path=path, width=96, height=96, generator=generator, caption=text, seed=seed, session=session,
        graph=orjson.dumps(graph.to_dict()).decode(),
    )  # fmt: skip
    turned = {"yes": "no", "no": "yes"}
    said = [q.answer if i < right or q.open else turned[q.answer] for i, q in enumerate(asked)]
    replies = [Reply(a, 0.9, *((0.9, 0.1) if a == "yes" else (0.1, 0.9))) for a in said]
    marks = score(asked, replies)
    for judge in judges:
        scores = orjson.dumps({"judge": marks.to_dict(), "oracle": None}).decode()
        store.add_judgement(picture.id, judge=judge, answers="[]", scores=scores, score=marks.gated)
    return picture.id


@pytest.fixture
def pictures(store) -> dict[str, list[str]]:
    """Three scenes, each with one good picture by a teacher and two by a student, the second one poor."""
    found: dict[str, list[str]] = {}
    for noun, colour in (("dog", "red"), ("cat", "blue"), ("owl", "red")):
        graph = scene(noun, colour)
        found[noun] = [
            add(store, graph, generator="painter", seed=1, right=99, judges=("pocket", "pocket-b")),
            add(store, graph, generator="pocket", seed=2, right=99),
            add(store, graph, generator="pocket", seed=4, right=1),
        ]
    return found


@pytest.fixture
def curate(app, pictures):
    app.run()
    app.switch_page("pages/curate.py").run()
    assert not errors(app)
    return app


def shown(at) -> str:
    """Everything the page says, without Markdown's escapes."""
    said = [*(m.value for m in at.markdown), *(c.value for c in at.caption), *(i.value for i in at.info)]
    return re.sub(r"[\\\u2060]", "", " ".join(said))


def turn_to(at, view: str, **more: str):
    at.query_params["show"] = view
    for name, value in more.items():
        at.query_params[name] = value
    return at.run()


def choose_by_hand(at, ids: list[str]):
    at.session_state["curate:picked"] = dict.fromkeys(ids)
    return at.run()


def test_thumbnails_are_small_webp_pictures_and_gone_files_none(tmp_path) -> None:
    file = tmp_path / "a.png"
    Image.new("RGB", (900, 600), "red").save(file)
    head, _, data = small(str(file), 1).partition(",")
    import base64

    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert head == "data:image/webp;base64" and max(image.size) == 256
    assert small(str(tmp_path / "none.png"), 1) == ""


def test_an_empty_home_says_what_to_do(app, store) -> None:
    app.run()
    for session in store.list_sessions():
        store.delete_session(session.id)
    app.switch_page("pages/curate.py").run()
    for view, says in (("pictures", "No pictures yet"), ("alike", "No pictures yet"), ("gap", "needs two generators"),
                       ("choose", "No pictures yet"), ("sets", "No sets yet")):  # fmt: skip
        turn_to(app, view)
        assert not errors(app) and says in shown(app), view


def address(at) -> dict:
    said = at.query_params["filter"]
    return orjson.loads(said[0] if isinstance(said, list) else said)


def test_search_writes_the_address_and_the_address_fills_the_bar(curate) -> None:
    curate.text_input(key="curate-text:0").set_value("dog").run()
    assert not errors(curate)
    assert address(curate) == {"text": "dog"}
    assert "3 pictures of 1 scene" in shown(curate)
    curate.query_params["filter"] = '{"words": ["owl"]}'
    curate.run()
    assert not errors(curate) and "3 pictures of 1 scene" in shown(curate) and "with owl" in shown(curate)


@pytest.mark.parametrize(
    "text", ["{", "[1]", '{"evil": "<script>"}', '{"score": "high"}', "x" * 5000, '{"in_set": "no such set"}']
)
def test_a_bad_filter_in_the_address_is_one_sentence(curate, text) -> None:
    curate.query_params["filter"] = text
    curate.run()
    assert not curate.exception
    assert len(curate.warning) + len(curate.error) == 1


def test_a_view_that_is_none_is_the_first(curate) -> None:
    turn_to(curate, "<b>none</b>")
    assert not errors(curate) and "9 pictures of 3 scenes" in shown(curate)


def test_chosen_pictures_are_tagged_and_the_tag_is_a_filter(curate, store, pictures) -> None:
    choose_by_hand(curate, pictures["dog"][:2])
    assert "2 chosen" in shown(curate)
    curate.text_input(key="tag-name").set_value("sharp").run()
    curate.button(key="tag-go").click().run()
    assert not errors(curate) and store.tags() == {"sharp": 2}
    curate.query_params["filter"] = '{"tags": ["sharp"]}'
    curate.run()
    assert "2 pictures of 1 scene" in shown(curate)


def test_chosen_all_kept_as_a_set_that_can_be_looked_into(curate, store) -> None:
    curate.query_params["filter"] = '{"words": ["red"]}'
    curate.run()
    curate.button(key="pick-all").click().run()
    assert "6 chosen" in shown(curate)
    curate.text_input(key="hand-name").set_value("reds").run()
    curate.button(key="hand-keep").click().run()
    assert not errors(curate) and store.get_set("reds").size == 6
    curate.query_params["filter"] = '{"in_set": "reds"}'
    curate.run()
    choose_by_hand(curate, [store.members("reds")[0].picture])
    curate.button(key="remove-go").click().run()
    assert not errors(curate) and store.get_set("reds").size == 5


def test_a_set_without_a_name_is_refused_in_one_sentence(curate, pictures) -> None:
    choose_by_hand(curate, pictures["dog"])
    curate.button(key="hand-keep").click().run()
    assert len(errors(curate)) == 1


def test_a_rule_shows_what_it_keeps_before_it_is_kept(curate, store) -> None:
    turn_to(curate, "choose")
    assert {m.label: m.value for m in curate.metric}["Kept"] == "3 of 9"
    curate.selectbox(key="rule").set_value("Threshold").run()
    assert {m.label: m.value for m in curate.metric}["Kept"] == "6 of 9"
    curate.text_input(key="rule-name").set_value("round 1").run()
    curate.button(key="rule-keep").click().run()
    assert not errors(curate) and store.get_set("round 1").size == 6


@pytest.mark.parametrize("rule", ["Double gate", "Top share", "Preference pairs", "Teacher and student"])
def test_every_rule_has_a_preview(curate, rule) -> None:
    turn_to(curate, "choose")
    curate.selectbox(key="rule").set_value(rule).run()
    assert not errors(curate) and curate.metric


def test_a_random_control_keeps_as_many(curate) -> None:
    turn_to(curate, "choose")
    curate.toggle(key="rule-random").set_value(True).run()
    assert not errors(curate)
    assert {m.label: m.value for m in curate.metric}["Kept"] == "3 of 9"


def test_the_gap_is_kept_as_pairs(curate, store) -> None:
    turn_to(curate, "gap")
    assert not errors(curate)
    assert float({m.label: m.value for m in curate.metric}["Mean gap"]) > 0.2
    curate.text_input(key="gap-name").set_value("distil").run()
    curate.button(key="gap-keep").click().run()
    assert not errors(curate)
    kept = store.get_set("distil")
    assert kept.kind == "distillation" and kept.size == 6


def test_look_alikes_are_found_and_chosen(curate, store, pictures) -> None:
    twin = add(store, scene("dog", "red"), generator="pocket", seed=2, right=1)
    turn_to(curate, "alike")
    assert not errors(curate) and "1 group**" in shown(curate)
    curate.button(key="alike-pick").click().run()
    assert not errors(curate) and curate.session_state["curate:picked"] == {twin: None}


def keep(at, store, ids: list[str], name: str):
    choose_by_hand(at, ids)
    at.text_input(key="hand-name").set_value(name).run()
    at.button(key="hand-keep").click().run()
    assert not errors(at)
    return store.get_set(name)


def test_sets_are_renamed_deleted_and_had_back(curate, store, pictures) -> None:
    one = keep(curate, store, pictures["cat"], "cats")
    turn_to(curate, "sets")
    curate.text_input(key=f"set-name:{one.id}:cats").set_value(EVIL).run()
    assert not errors(curate) and store.get_set(one.id).name == EVIL
    assert "<b>x</b>" in shown(curate) and not any(m.allow_html for m in curate.markdown)
    curate.button(key=f"set-delete:{one.id}").click().run()
    assert not store.sets() and "Its pictures are still here" in shown(curate)
    curate.button(key="set-restore").click().run()
    assert not errors(curate) and store.sets()[0].size == 3


def test_answers_are_kept_until_something_changes(curate, store, pictures) -> None:
    """What is shown after a change is what a fresh look finds, whatever was kept before."""
    turn_to(curate, "gap")
    first = [metric.value for metric in curate.metric]
    curate.run()
    assert not errors(curate) and [metric.value for metric in curate.metric] == first
    add(store, scene("dog", "green"), generator="painter", seed=1, right=99)
    add(store, scene("dog", "green"), generator="pocket", seed=2, right=1)
    curate.run()
    assert not errors(curate) and [metric.value for metric in curate.metric] != first
    store.tag([pictures["dog"][0]], "fine", person="me")
    turn_to(curate, "pictures")
    assert any("fine" in str(one.options) for one in curate.multiselect)


def work_off(store) -> None:
    """Do what is queued, as the worker would; the device of this home is the test's, so another one's name is taken."""
    Worker(store, "elsewhere").run(drain=True)


def test_a_set_is_exported_read_back_and_taken_as_a_zip(curate, store, home, pictures) -> None:
    one = keep(curate, store, [id for ids in pictures.values() for id in ids], "all of them")
    turn_to(curate, "sets")
    curate.button(key=f"export-go:{one.id}").click().run()
    assert not errors(curate) and not curate.success
    assert curate.button(key=f"export-go:{one.id}").disabled and not curate.button(key=f"export-stop:{one.id}").disabled
    work_off(store)
    curate.run()
    assert not errors(curate)
    assert "read back without a fault" in re.sub(r"\\", "", curate.success[0].value)
    assert "--train_data_dir" in curate.code[0].value or str(home) in curate.code[0].value
    from pages.parts.curating.exporting import folder_of, zipped

    folder = folder_of(one, "imagefolder")
    assert folder.is_dir() and folder.parent == home / "exports"
    names = zipfile.ZipFile(io.BytesIO(zipped(folder))).namelist()
    assert sum(name.endswith(".png") for name in names) == 9 and any(name.endswith("manifest.json") for name in names)
    assert zipped(folder) == zipped(folder)


def test_an_export_is_cancelled_and_tried_again_from_the_page(curate, store, pictures) -> None:
    one = keep(curate, store, pictures["dog"], "dogs")
    turn_to(curate, "sets")
    curate.button(key=f"export-go:{one.id}").click().run()
    curate.button(key=f"export-stop:{one.id}").click().run()
    assert not errors(curate) and "nothing was written" in curate.info[0].value
    curate.button(key=f"export-retry:{one.id}").click().run()
    work_off(store)
    assert not errors(curate.run()) and curate.success


def test_what_is_asked_is_said_in_words() -> None:
    asked = Filter(text="dog", words=("red",), score=(0.5, 1.0), judge="pocket", judged=True, in_set="reds")
    assert in_words(asked) == [
        "“dog” in the caption",
        "with red",
        "score by pocket 0.50–1.00",
        "judged",
        "in the set reds",
    ]
    assert not in_words(Filter())


def test_views_are_kept_opened_and_forgotten(curate, store) -> None:
    curate.query_params["filter"] = '{"words": ["owl"]}'
    curate.run()
    curate.text_input(key="view-name").set_value("owls").run()
    curate.button(key="view-save").click().run()
    view = store.views()[0]
    curate.query_params["filter"] = ""
    curate.run()
    curate.button(key=f"view:{view.id}").click().run()
    assert not errors(curate) and "with owl" in shown(curate)
    curate.button(key=f"view-gone:{view.id}").click().run()
    assert not store.views()


@pytest.mark.parametrize("role", ["viewer", "annotator"])
def test_who_only_looks_on_deletes_no_set(home, store, pictures, role) -> None:
    store.save_set("mine", [Member(pictures["dog"][0])], owner="me")
    at = AppTest.from_file(ROOT / "pages" / "curate.py", default_timeout=60)
    store.person("ann", role=role)
    at.query_params["who"] = "ann"
    at.query_params["show"] = "sets"
    at.run()
    next(button for button in at.button if (button.key or "").startswith("set-delete:")).click()
    at.run()
    assert [one.name for one in store.sets()] == ["mine"]
    assert any("not enough to curate" in text for text in errors(at))
