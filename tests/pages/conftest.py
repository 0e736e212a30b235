"""Pages in AppTest, each test with a home of its own, and a way to type into tables, which AppTest does not offer.

Try it: `python -m pytest tests/pages`.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from engine.store import Store, device_lock, open_store

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, whose device is taken by the test, so that the app starts no worker beside it."""
    home = tmp_path / "home"
    monkeypatch.setenv("SCENEWRIGHT_HOME", str(home))
    (home / "locks").mkdir(parents=True)
    with device_lock(home, "cpu"):
        yield home


@pytest.fixture
def store(home: Path) -> Store:
    return open_store(home)


@pytest.fixture
def app(home: Path) -> AppTest:
    return AppTest.from_file(ROOT / "app.py", default_timeout=60)


def type_into(at: AppTest, table: str, **change: Any) -> AppTest:
    """Report a change of a data editor as the browser would: `edited_rows`, `added_rows`, `deleted_rows`."""
    editor = next(element for element in at.data_editor if (element.key or "").startswith(f"{table}:"))
    whole = {"edited_rows": {}, "added_rows": [], "deleted_rows": [], **change}
    states = at._tree.get_widget_states

    def with_change(tree: object) -> WidgetStates:
        found = states()
        found.widgets.append(WidgetState(id=editor.proto.id, string_value=json.dumps(whole)))
        return found

    at._tree.get_widget_states = types.MethodType(with_change, at._tree)
    return at.run()


def errors(at: AppTest) -> list[str]:
    """The sentences in red, without the escapes of Markdown."""
    assert not at.exception, at.exception
    return [element.value.replace("\\", "").replace("\u2060", "") for element in at.error]
