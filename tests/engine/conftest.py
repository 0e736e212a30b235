"""What the tests of the engine share: one judged run, to read; copy its folder to change it."""

from __future__ import annotations

import pytest

from engine.run import Run
from tests.engine.judged_runs import make_run


@pytest.fixture(scope="session")
def judged_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return make_run(tmp_path_factory.mktemp("runs") / "judged")
