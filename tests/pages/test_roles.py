"""A viewer who clicks what the page disabled, or calls the page's own functions, gets no job and one sentence.

Run it: `pytest tests/pages/test_roles.py`.
"""

from __future__ import annotations

import pytest

from tests.pages.conftest import errors

SCENE = '{"objects": [{"id": "a", "name": "dog"}]}'


@pytest.fixture
def viewer(app, store):
    """The app with a viewer's own session open, as if made before the role was taken away."""
    store.person("me", role="admin")
    store.person("Eve", role="viewer")
    id = store.create_session(owner="Eve", name="Hers", graph=SCENE, caption="There is a dog.").id
    app.query_params["who"], app.query_params["session"] = "Eve", id
    return app.run()


def test_a_viewer_who_forges_a_click_queues_nothing(viewer, store) -> None:
    assert not errors(viewer)
    viewer.button(key="render").click().run()
    assert "not enough to render" in errors(viewer)[0]
    assert store.jobs() == ()


def test_a_viewer_who_gets_past_the_page_is_refused_by_the_queue(viewer, store, monkeypatch) -> None:
    """The page's own check is taken away, so only the queue is left."""
    monkeypatch.setattr("pages.parts.jobs.require", lambda action: None)
    viewer.button(key="render").click().run()
    assert "not enough to render" in errors(viewer)[0]
    assert store.jobs() == ()
