"""Rate: the door, guidelines, practice, one decision a key, undo; what each role sees; and every refusal in one sentence.

Try it: `python -m pytest tests/pages/test_rate.py`.
"""

from __future__ import annotations

import pytest

from engine.store.rating_values import NewItem, Settings
from engine.store.set_values import Member
from pages.parts.rating.asked import PREFER, RESERVED, questions
from tests.engine.rating_world import expire_all
from tests.pages.conftest import errors

GOLD = {"answers": {"plausibility": [4, 5], "real": "real"}, "why": "Dogs lie on rugs every day."}
ELEMENTS = [{"id": "o1", "text": "a dog"}, {"id": "o2", "text": "a tree"}]


def project_in(store, *, kind="scene", practice=0, items=3, elements=False, guideline=True):
    """A small open project."""
    settings = Settings(practice=practice, gold_every=0, elements=elements, min_seconds=0)
    made = store.create_project("Plausible?", owner="me", kind=kind, overlap=2, settings=settings)
    if guideline:
        store.add_guideline(made.id, "Read the scene.\n- Be quick.", author="me")
    drills = [NewItem({"text": f"Practice {i}."}, "practice", GOLD) for i in range(practice)]
    store.add_items(made.id, [*drills, *(content(kind, i) for i in range(items))])
    return made


def content(kind, i):
    if kind == "caption-pair":
        return NewItem({"a": {"text": f"program {i}"}, "b": {"text": f"human {i}"}})
    return NewItem({"text": f"There is a dog number {i}.", "elements": ELEMENTS, "hidden": {"source": "secret"}})


def opened(app, project, *, who=None):
    app.query_params["project"] = project.id
    if who:
        app.query_params["who"] = who
    return app.run()


def entered(app, project, name="Ada"):
    """Through the door and past the guidelines."""
    opened(app, project)
    app.text_input(key="door-name").set_value(name)
    app.button(key="FormSubmitter:door-Begin").click().run()
    app.button(key="start").click().run()
    assert not errors(app)
    return app


def texts(app) -> str:
    every = [*app.markdown, *app.caption, *app.success, *app.warning]
    return "\n".join(element.value for element in every).replace("\\", "").replace("\u2060", "")


def labels(app):
    return [button.label for button in app.button]


# --- asked ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["scene", "picture", *PREFER])
def test_asked_keys_are_never_taken_twice(kind) -> None:
    for question in questions(kind, {"elements": ELEMENTS}, elements=True):
        keys = [choice.key for choice in question.choices]
        assert len(set(keys)) == len(keys)
        assert not {*keys} & {*RESERVED, "C", "R"}


def test_asked_element_by_element_before_the_whole() -> None:
    asked = questions("scene", {"elements": ELEMENTS}, elements=True)
    assert [(q.name, q.element) for q in asked] == [
        ("elements", "o1"), ("elements", "o2"), ("plausibility", ""), ("real", ""),
    ]  # fmt: skip


# --- the door ---------------------------------------------------------------------------------------------------------


def test_a_link_asks_for_a_name_and_shows_only_rate(app, store) -> None:
    opened(app, project_in(store))
    assert not errors(app)
    assert app.text_input(key="door-name").value == ""
    assert not [button for button in app.button if button.key == "start"]


def test_an_empty_name_is_refused_in_one_sentence(app, store) -> None:
    opened(app, project_in(store))
    app.button(key="FormSubmitter:door-Begin").click().run()
    assert errors(app) == ["Type your name first, so that your ratings can be found again."]


def test_guidelines_come_first_then_items(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    assert store.person("Ada").role == "annotator"
    assert "There is a dog number 0." in texts(app) and "secret" not in texts(app)
    assert {"Impossible", "Everyday", "Skip", "Flag", "Undo", "Guidelines"} <= set(labels(app))


def test_an_unknown_and_a_closed_project_say_so(app, store) -> None:
    app.query_params["project"] = "nowhere"
    app.run()
    assert not errors(app) and "leads to no project" in texts(app)
    made = project_in(store)
    store.change_project(made.id, open=False)
    opened(app, made)
    assert not errors(app) and "is closed" in texts(app)


# --- rating -----------------------------------------------------------------------------------------------------------


def test_two_keys_keep_a_rating_at_once(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    app.button(key="plausibility:4").click().run()
    assert store.ratings(made.id) == ()
    app.button(key="real:Y").click().run()
    (kept,) = store.ratings(made.id)
    assert (dict(kept.answers), kept.person, kept.guideline) == ({"plausibility": 4, "real": "real"}, "Ada", 1)
    assert "There is a dog number 1." in texts(app)


def test_undo_takes_back_a_decision_then_an_answer(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    app.button(key="plausibility:4").click().run()
    app.button(key="undo").click().run()
    app.button(key="plausibility:2").click().run()
    app.button(key="real:N").click().run()
    assert store.ratings(made.id)[0].answers["plausibility"] == 2
    app.button(key="undo").click().run()
    assert store.ratings(made.id) == () and "There is a dog number 0." in texts(app)


def test_skip_and_flag_go_on(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    app.button(key="skip").click().run()
    flagged(app, "")
    assert not errors(app) and "There is a dog number 2." in texts(app)
    assert [one.status for one in store.ratings(made.id, everything=True)] == ["skipped", "flagged"]


def flagged(app, comment):
    """The item on screen, flagged with a comment."""
    app.button(key="flag").click().run()
    line = next(box for box in app.text_input if box.key.startswith("flag-comment:"))
    line.set_value(comment)
    next(b for b in app.button if b.label == "Flag it").click().run()


def test_a_flag_takes_a_comment_that_its_curator_reads(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    flagged(app, "Cut *off*\nin the middle")
    assert not errors(app) and "There is a dog number 1." in texts(app)
    assert store.flags(made.id)[0].comment == "Cut *off* in the middle"
    desk = type(app).from_file(app._script_path, default_timeout=60)
    desk_of(desk, made, "Adjudicate")
    assert not errors(desk) and "Cut *off* in the middle" in texts(desk) and "Ada" in texts(desk)


def test_a_flag_that_was_not_meant_goes_back_to_rating(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    app.button(key="flag").click().run()
    assert "plausibility:4" not in {b.key for b in app.button}
    app.button(key="flag-back").click().run()
    app.button(key="plausibility:4").click().run()
    assert not errors(app) and store.flags(made.id) == ()


def rated(app, *values):
    for value in values:
        app.button(key=f"plausibility:{value}").click().run()
        app.button(key="real:Y").click().run()


def test_earlier_and_later_walk_through_ones_own_answers(app, store) -> None:
    made = project_in(store, items=4)
    entered(app, made)
    rated(app, 1, 2)
    app.button(key="earlier").click().run()
    assert "There is a dog number 1." in texts(app) and "You said: 2 Very unlikely, could be real" in texts(app)
    app.button(key="earlier").click().run()
    assert "There is a dog number 0." in texts(app)
    assert next(b for b in app.button if b.key == "plausibility:1").proto.type == "primary"
    app.button(key="earlier").click().run()
    assert "no earlier answer" in app.toast[0].value and "There is a dog number 0." in texts(app)
    for number in (1, 2):
        app.button(key="later-one").click().run()
        assert f"There is a dog number {number}." in texts(app)
    assert "later-one" not in {b.key for b in app.button} and len(store.log(made.id)) == 2


def test_a_change_on_the_way_back_is_one_more_row(app, store) -> None:
    made = project_in(store, items=4)
    entered(app, made)
    rated(app, 1, 2)
    app.button(key="earlier").click().run()
    app.button(key="earlier").click().run()
    rated(app, 5)
    assert not errors(app) and "There is a dog number 1." in texts(app)  # one step forward
    assert [row.status for row in store.log(made.id)] == ["rated"] * 3
    assert sorted(one.answers["plausibility"] for one in store.ratings(made.id)) == [2, 5]


def test_the_history_leads_to_an_earlier_answer(app, store) -> None:
    made = project_in(store, items=4)
    entered(app, made)
    rated(app, 1, 2)
    app.button(key="history").click().run()
    first = store.items(made.id)[0].id
    app.button(key=f"change:{first}").click().run()
    assert not errors(app) and "2 steps back" in texts(app) and "There is a dog number 0." in texts(app)


def test_a_late_answer_is_kept_and_said_to_be_surplus(app, store) -> None:
    made = project_in(store, items=3)
    store.change_project(made.id, overlap=1)
    entered(app, made)
    app.button(key="plausibility:4").click().run()
    expire_all(store)
    other = store.claim_item(made.id, "Bob")
    store.rate(other.id, "Bob", other.token, {"plausibility": 1})
    app.run()  # a rerun loads what comes next
    app.button(key="real:Y").click().run()
    assert not errors(app) and "as surplus" in app.toast[0].value
    assert [(one.person, one.surplus) for one in store.ratings(made.id)] == [("Ada", True), ("Bob", False)]


def test_practice_says_what_was_expected(app, store) -> None:
    made = project_in(store, practice=2)
    entered(app, made)
    for value, real in (("1", "N"), ("5", "Y")):
        app.button(key=f"plausibility:{value}").click().run()
        app.button(key=f"real:{real}").click().run()
        assert not errors(app) and "Dogs lie on rugs every day." in texts(app)
        app.button(key="go-on").click().run()
    assert "There is a dog number 0." in texts(app)


def test_the_end_says_thank_you(app, store) -> None:
    made = project_in(store, items=1)
    entered(app, made)
    app.button(key="plausibility:4").click().run()
    app.button(key="real:U").click().run()
    assert not errors(app) and "You have rated everything; thank you." in texts(app)


def test_element_by_element(app, store) -> None:
    made = project_in(store, elements=True)
    entered(app, made)
    for key in ("elements:Y", "elements:N", "plausibility:3", "real:U"):
        app.button(key=key).click().run()
    assert not errors(app)
    (kept,) = store.ratings(made.id)
    assert kept.answers["elements"] == {"o1": "yes", "o2": "no"}


def test_a_pair_keeps_which_side_was_left(app, store) -> None:
    made = project_in(store, kind="caption-pair")
    entered(app, made)
    app.button(key="preference:A").click().run()
    (kept,) = store.ratings(made.id)
    assert kept.answers["preference"] == kept.answers["left"]


def test_a_reload_resumes(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    app.button(key="plausibility:4").click().run()
    app.button(key="real:Y").click().run()
    fresh = type(app).from_file(app._script_path, default_timeout=60)
    opened(fresh, made, who="Ada")
    assert not errors(fresh) and "There is a dog number 1." in texts(fresh)


def test_a_project_closed_meanwhile_is_one_sentence(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    store.change_project(made.id, open=False)
    app.button(key="plausibility:4").click().run()
    assert not errors(app) and "is closed" in texts(app)


def test_a_lost_lease_gives_way_to_another_item(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    store.give_back(made.id, "Ada")
    for key in ("plausibility:4", "real:Y"):
        app.button(key=key).click().run()
    assert "not open for you any more" in errors(app)[0]
    assert "There is a dog number 0." in texts(app)


# --- the desk ---------------------------------------------------------------------------------------------------------


def desk_of(app, project=None, section=None):
    app.run()
    app.switch_page("pages/rate.py")
    if project is not None:
        app.query_params["desk"] = project.id
    app.run()
    return app.segmented_control(key="section").set_value(section).run() if section else app


def scenes(store, *, people=("Ada", "Bob"), count=4):
    """A project of rated scenes with graphs, from the pocket world."""
    from engine.rating import from_scenes
    from engine.sampler import Constraints, sample, scene_rng
    from engine.scene import describe
    from engine.taxonomy import load

    words = load("pocket")
    graphs = [sample(Constraints(), words, scene_rng(3, place)) for place in range(count)]
    made = project_in(store, items=0)
    added = store.add_items(made.id, from_scenes(describe(g, words, id=str(i)) for i, g in enumerate(graphs)))
    for turn, name in enumerate(people):
        answers = [
            (item.id, name, {"plausibility": 1 + (i + turn) % 5, "real": "real"}) for i, item in enumerate(added)
        ]
        store.import_ratings(made.id, answers)
    return made


def test_the_empty_desk_says_what_to_do(app, store) -> None:
    desk_of(app)
    assert not errors(app) and "Nothing is being rated yet." in texts(app)
    for way, key in (("Drawn scenes", "ready-scenes"), ("Captions", "ready-captions"), ("A file", "of-file-make")):
        app.segmented_control(key="found-from").set_value(way).run()
        assert not errors(app) and key in {button.key for button in app.button}


def test_a_project_is_founded_from_a_set(app, store) -> None:
    pictures = [pictured(store, colour) for colour in ("red", "blue")]
    store.save_set("best of two", [Member(one.id) for one in pictures], owner="me")
    desk_of(app)
    app.segmented_control(key="found-from").set_value("A set").run()
    app.selectbox(key="of-set-sort").select("Pairs of pictures")
    app.button(key="of-set-make").click().run()
    assert not errors(app)
    (made,) = store.projects()
    assert (made.name, made.kind) == ("best of two", "picture-pair")
    assert len(store.items(made.id, role="item")) == 1


def test_what_a_set_does_not_hold_is_refused_in_one_sentence(app, store) -> None:
    store.save_set("one", [Member(pictured(store, "red").id)], owner="me")
    desk_of(app)
    app.segmented_control(key="found-from").set_value("A set").run()
    app.selectbox(key="of-set-sort").select("Pairs of pictures")
    app.button(key="of-set-make").click().run()
    assert "gives no picture-pair" in errors(app)[0] and store.projects() == ()


def test_the_desk_lists_projects_and_opens_one(app, store) -> None:
    made = project_in(store)
    desk_of(app)
    app.button(key=f"desk:{made.id}").click().run()
    assert not errors(app)
    assert any(f"/rate?project={made.id}" in code.value for code in app.code)


def test_agreement_shows_alpha_with_its_interval(app, store) -> None:
    made = scenes(store)
    desk_of(app, made)
    assert not errors(app)
    alphas = [metric for metric in app.metric if metric.label.startswith("Alpha")]
    assert alphas and " to " in alphas[0].delta


def test_a_curator_settles_a_disagreement_with_one_key(app, store) -> None:
    made = scenes(store)
    desk_of(app, made)
    assert "settle:3" not in {button.key for button in app.button}
    desk_of(app, made, "Adjudicate")
    app.button(key="settle:3").click().run()
    assert not errors(app)
    (verdict,) = store.verdicts(made.id)
    assert verdict.answers["plausibility"] == 3 and verdict.person == "me"
    assert len(store.ratings(made.id)) == 8


def test_a_new_guideline_version_is_read_before_the_next_item(app, store) -> None:
    made = project_in(store)
    desk_of(app, made, "Guidelines")
    app.text_area(key=f"guideline:{made.id}:1").set_value("Read twice.")
    button = next(b for b in app.button if b.label == "Save as version 2")
    button.click().run()
    assert not errors(app)
    assert store.guideline(made.id).version == 2 and store.guideline(made.id).author == "me"


def test_the_dial_rests_on_ratings_on_request(app, store) -> None:
    made = scenes(store)
    desk_of(app, made)
    assert "on no ratings" in texts(app)
    app.button(key="refit").click().run()
    assert not errors(app) and "8 ratings by 2 people" in texts(app)
    app.button(key="unfit").click().run()
    assert not errors(app) and "on no ratings" in texts(app)


def test_compose_says_which_ratings_its_dial_rests_on(app, store) -> None:
    made = scenes(store)
    desk_of(app, made)
    app.button(key="refit").click().run()
    app.query_params.clear()
    app.switch_page("pages/compose.py").run()
    assert not errors(app) and "8 ratings by 2 people" in texts(app)


def test_a_closed_project_is_closed_by_a_button(app, store) -> None:
    made = project_in(store)
    desk_of(app, made, "Settings")
    app.button(key="close").click().run()
    assert not errors(app) and store.project(made.id).status == "closed"


def test_rating_as_oneself_keeps_the_curators_name(app, store) -> None:
    made = project_in(store)
    desk_of(app, made)
    app.button(key="rate-it").click().run()
    app.button(key="start").click().run()
    for key in ("plausibility:4", "real:Y"):
        app.button(key=key).click().run()
    assert not errors(app) and store.ratings(made.id)[0].person == "me"


def test_an_unknown_project_on_the_desk_is_one_sentence(app, store) -> None:
    app.run()
    app.switch_page("pages/rate.py")
    app.query_params["desk"] = "<b>nowhere</b>"
    app.run()
    assert len(errors(app)) == 1 and "There is no rating project" in errors(app)[0]


# --- roles ------------------------------------------------------------------------------------------------------------


def test_an_annotators_role_leads_to_the_lobby(app, store) -> None:
    made = project_in(store)
    store.person("Ada", role="annotator")
    app.query_params["who"] = "Ada"
    app.run()
    assert not errors(app)
    assert f"enter:{made.id}" in {button.key for button in app.button}


def test_a_viewers_role_may_not_rate(app, store) -> None:
    made = project_in(store)
    store.person("Eve", role="viewer")
    app.query_params["who"] = "Eve"
    app.run().switch_page("pages/rate.py")
    opened(app, made)
    assert not errors(app) and "You look on here." in texts(app)


def test_a_role_that_changed_is_asked_again_before_a_write(app, store) -> None:
    made = project_in(store)
    entered(app, made)
    store.person("me", role="admin")
    store.set_role("Ada", "viewer", by="me")
    app.button(key="plausibility:4").click().run()
    assert not app.exception and store.ratings(made.id) == ()


def test_a_name_with_markup_is_shown_as_text(app, store) -> None:
    made = project_in(store)
    entered(app, made, name="<b>x</b> [y](javascript:alert(1))")
    assert not any(element.allow_html for element in app.markdown)


def test_a_viewers_role_may_look_at_sessions_but_change_none(app, store) -> None:
    store.person("Eve", role="viewer")
    id = store.create_session(owner="Eve", name="Morning", graph='{"objects": []}').id
    app.query_params["who"] = "Eve"
    app.run().switch_page("pages/sessions.py").run()
    app.button(key=f"delete:{id}").click().run()
    assert "not enough to edit" in errors(app)[0] and store.get_session(id).deleted is None


def pictured(store, colour):
    """A picture of one colour in the store."""
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    sha256, path = store.save_image(file.getvalue())
    size = {"width": 64, "height": 64}
    return store.add_picture(sha256=sha256, path=path, generator="secret", caption="A dog.", graph="{}", seed=1, **size)


@pytest.mark.parametrize("kind", ["picture", "picture-pair"])
def test_an_item_of_pictures_hides_who_made_them(app, store, kind) -> None:
    from engine.rating import from_pictures, picture_pairs

    pictures = [pictured(store, colour) for colour in ("red", "blue", "green")]
    made = project_in(store, kind=kind, items=0)
    store.add_items(made.id, from_pictures(pictures) if kind == "picture" else picture_pairs(pictures))
    entered(app, made)
    assert "A dog." in texts(app) and "secret" not in texts(app)
    assert "gone" not in texts(app)
    app.button(key="shows:4" if kind == "picture" else "preference:B").click().run()
    assert not errors(app) and len(store.ratings(made.id)) == 1


@pytest.mark.parametrize("kind", ["picture", "picture-pair"])
def test_practice_with_pictures_shows_them_and_says_what_was_expected(app, store, kind) -> None:
    from engine.rating import found_project, from_pictures, picture_pairs

    pictures = [pictured(store, colour) for colour in ("red", "blue")]
    items = from_pictures(pictures) if kind == "picture" else picture_pairs(pictures)
    entered(app, found_project(store, "P", kind, items, owner="me"))
    assert "gone" not in texts(app)
    app.button(key="shows:1" if kind == "picture" else "preference:T").click().run()
    assert not errors(app) and "We would say" in app.warning[0].value


@pytest.mark.parametrize("name", ["practice:../../../app", "practice:nowhere", "practice:"])
def test_no_other_file_is_shown_for_a_practice_picture(app, store, name) -> None:
    made = project_in(store, kind="picture", items=0)
    store.add_items(made.id, [NewItem({"picture": name, "caption": "A dog."})])
    entered(app, made)
    assert not errors(app) and "file of this picture is gone" in texts(app)


def test_import_adds_ratings_and_refuses_a_bad_row_in_one_sentence(app, store) -> None:
    made = project_in(store)
    desk_of(app, made, "In and out")
    good = b"text,person,plausibility\nA cat sleeps.,Eva,4\n"
    app.file_uploader(key=f"import:{made.id}:0").set_value([("r.csv", good, "text/csv")]).run()
    assert not errors(app) and store.ratings(made.id)[0].person == "Eva"
    bad = b"text,person,plausibility\nA cat sleeps.,Eva,9\n"
    app.file_uploader(key=f"import:{made.id}:1").set_value([("r.csv", bad, "text/csv")]).run()
    assert "Row 1" in errors(app)[0] and len(store.ratings(made.id)) == 1
