"""The Backends page: devices, the table of each job, a model's card, judges' certificates, servers, jobs and roles.

Run it: `pytest tests/pages/test_backends.py`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.certificate import certify, keep
from engine.store import Store
from models import standing
from models.catalog.servers import Server, add, servers
from models.standing import tell, timed
from pages.parts.backends.machines import title
from tests.pages.conftest import ROOT, errors

EVIL = "<script>alert(1)</script>[x](javascript:alert(1))"


@pytest.fixture
def page(home: Path) -> AppTest:
    """The page with a worker's word on the CPU."""
    with timed("generator", "pocket", 4, size=256):
        pass
    tell(home, "cpu")
    return AppTest.from_file(ROOT / "app.py", default_timeout=60).run().switch_page("pages/backends.py").run()


def view(page: AppTest, name: str) -> AppTest:
    page.segmented_control(key="backends-view").set_value(name)
    return page.run()


def pick(page: AppTest, row: int, job: str) -> AppTest:
    """Choose a row of a table, as a click in the browser does."""
    page.session_state[f"models-{job}"] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return page.run()


def test_each_device_says_what_it_has_and_no_gpu_says_what_that_means(page: AppTest) -> None:
    assert not errors(page)
    texts = [*(m.value for m in page.markdown), *(c.value for c in page.caption)]
    assert any("**CPU**" in text for text in texts)
    assert any("No GPU can be used here" in info.value for info in page.info)
    assert [title(name) for name in ("cpu", "cpu#2", "cuda:1", "mps")] == ["CPU", "CPU, worker 2", "GPU 1", "Apple GPU"]


def test_the_tables_have_every_model_with_what_was_measured(page: AppTest) -> None:
    table = page.dataframe[0].value
    first = table[table["Model"] == "pocket"].iloc[0]
    assert first["State"] == "here" and first["Fits"] == "yes" and first["s / picture"] >= 0
    assert {"sdxl", "flux-dev", "wan", "shap-e"} <= set(table["Model"])
    assert "gated" in table[table["Model"] == "flux-dev"].iloc[0]["Licence"]
    judges = view(page, "judge").dataframe[0].value
    assert judges[judges["Model"] == "pocket"].iloc[0]["Examined"] == "passed"
    assert judges[judges["Model"] == "vilt"].iloc[0]["Examined"] == "never examined"
    assert len(view(page, "metric").dataframe[0].value) >= 5 and not errors(page)


def test_a_failed_judge_is_doubted_in_the_table_and_with_every_test_on_its_card(home: Path, page: AppTest) -> None:
    kinds = {"existence": {"accuracy": 0.5, "n": 9, "yes_rate": 0.9, "ece": 0.4, "p_yes_blank": 0.9}}
    rungs = [{"distance": i, "judge": 0.5, "oracle": 1 - i / 5, "n": 9} for i in range(3)]
    report: dict[str, Any] = {"judge": "pocket", "kinds": kinds, "ladder": {"judge": {"order": 0.0}, "rungs": rungs}}
    keep(certify(report, command="look"), home)
    judges = view(page, "judge").dataframe[0].value
    row = int(judges.index[judges["Model"] == "pocket"][0])
    assert judges.iloc[row]["Examined"] == "failed 5"
    pick(page, row, "judge")
    assert any("failed 5 of 5 tests" in warning.value for warning in page.warning)


def test_the_admin_has_a_job_done_and_a_viewer_is_told_who_can(page: AppTest, store: Store) -> None:
    row = list(page.dataframe[0].value["Model"]).index("pocket-ar")
    pick(page, row, "generator")
    page.button(key="load").click().run()
    (job,) = store.jobs()
    assert (job.kind, json.loads(job.payload)) == ("load", {"job": "generator", "name": "pocket-ar"})
    assert not errors(page)
    store.person("vera", role="viewer")
    other = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    other.query_params["who"] = "vera"
    other.run().switch_page("pages/backends.py").run()
    pick(other, row, "generator")
    assert other.button(key="load").disabled and "admin" in other.button(key="load").help


def test_servers_are_added_by_a_job_and_forgotten(page: AppTest, home: Path, store: Store) -> None:
    view(page, "server")
    page.button(key="server-add").click().run()
    assert "Type the address of a server first" in errors(page)[0]
    page.text_input(key="server-address").set_value(EVIL)
    page.button(key="server-add").click().run()
    assert "is no address of a server" in errors(page)[0] and not store.jobs()
    page.text_input(key="server-address").set_value("http://127.0.0.1:1/v1/")
    page.button(key="server-add").click().run()
    (job,) = store.jobs()
    assert (job.kind, json.loads(job.payload)) == ("probe", {"url": "http://127.0.0.1:1/v1"})
    add(home, Server("http://gpu:8600/v1", ("flux",), (EVIL,), "2026-01-01T00:00:00+00:00"))
    page.run()
    assert not any("<script>" in element.value for element in (*page.caption, *page.markdown))
    assert "http://gpu:8600/v1#flux" in set(view(page, "generator").dataframe[0].value["Model"])
    view(page, "server").button(key="server-forget-0").click().run()
    assert servers(home) == () and not errors(page)


def test_a_damaged_list_of_servers_is_one_sentence(page: AppTest, home: Path) -> None:
    (home / "servers.json").write_text("{}")
    assert "is no list of servers" in errors(view(page, "server"))[0]


def test_an_unreadable_word_of_a_worker_is_passed_over(page: AppTest, home: Path) -> None:
    (home / standing.FOLDER / "cpu.json").write_text("}")
    page.run()
    assert not errors(page) and any("has not said anything yet" in caption.value for caption in page.caption)
