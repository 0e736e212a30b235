"""The Sessions page: list, search, open, rename, duplicate, delete and have it back.

Try it: `python -m pytest tests/pages/test_sessions.py`.
"""

from __future__ import annotations

import pytest

from tests.pages.conftest import errors

EVIL = "<b>bold</b> [link](javascript:alert(1)) ![x](http://evil.example/x.png) http://evil.example"


@pytest.fixture
def sessions(app, store):
    """The page with two sessions."""
    for name, caption in (("Morning", "There is a dog."), ("Evening", "There is a cat.")):
        store.create_session(owner="me", name=name, caption=caption, graph='{"objects": []}')
    return app.run().switch_page("pages/sessions.py").run()


def named(at) -> list[str]:
    return [m.value for m in at.markdown if m.value in ("**Morning**", "**Evening**", "**Noon**")]


def test_the_empty_list_says_what_to_do(app, store) -> None:
    app.query_params["who"] = "somebody new"
    app.run().switch_page("pages/sessions.py").run()
    app.text_input(key="search").set_value("nothing has this word").run()
    assert not errors(app)
    assert any("Search for another word" in c.value for c in app.caption)


def test_search_finds_by_name_and_caption(sessions) -> None:
    assert set(named(sessions)) == {"**Morning**", "**Evening**"}
    sessions.text_input(key="search").set_value("cat").run()
    assert named(sessions) == ["**Evening**"]
    assert not errors(sessions)


def test_delete_and_undo(sessions, store) -> None:
    id = next(s.id for s in store.list_sessions() if s.name == "Morning")
    sessions.button(key=f"delete:{id}").click().run()
    assert named(sessions) == ["**Evening**"]
    sessions.button(key="restore").click().run()
    assert len(named(sessions)) == 2 and not errors(sessions)


def test_duplicate(sessions, store) -> None:
    id = next(s.id for s in store.list_sessions() if s.name == "Morning")
    sessions.button(key=f"copy:{id}").click().run()
    assert not errors(sessions)
    assert "Morning (copy)" in {s.name for s in store.list_sessions()}


def test_rename_shows_any_name_as_text(sessions, store) -> None:
    id = next(s.id for s in store.list_sessions() if s.name == "Morning")
    sessions.text_input(key=f"rename-to:{id}:Morning").set_value(EVIL).run()
    assert not errors(sessions)
    assert store.get_session(id).name == EVIL
    shown = next(m.value for m in sessions.markdown if "bold" in m.value)
    assert not sessions.markdown[0].allow_html
    assert "\\<b\\>" in shown and "\\[link\\]\\(" in shown and "://" not in shown.replace("\\", "")


def test_an_empty_name_is_refused(sessions, store) -> None:
    id = next(s.id for s in store.list_sessions() if s.name == "Morning")
    sessions.text_input(key=f"rename-to:{id}:Morning").set_value("   ").run()
    assert "needs a name" in errors(sessions)[0]


def test_open_goes_to_compose(sessions, store) -> None:
    id = next(s.id for s in store.list_sessions() if s.name == "Morning")
    sessions.button(key=f"open:{id}").click().run()
    assert not errors(sessions)
    assert sessions.query_params["session"] in (id, [id])
