"""The environment of every test: an own home, model hubs offline, quiet threads; some folders mark their tests.

Try it: `.venv/bin/python -m pytest -m "not browser"`.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

# Set before anything imports torch or a Hugging Face library: both read their environment once, at import.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["SCENEWRIGHT_HOME"] = tempfile.mkdtemp(prefix="scenewright-tests-")
os.environ["SCENEWRIGHT_DEVICES"] = "cpu"  # one worker, whatever the machine has; tests/gpu ask torch
os.environ.pop("DATABASE_URL", None)  # tests never write into a person's tables
atexit.register(shutil.rmtree, os.environ["SCENEWRIGHT_HOME"], ignore_errors=True)

import hypothesis  # noqa: E402
import pytest  # noqa: E402

# Same examples on every run and machine; a busy machine is slow, not wrong.
hypothesis.settings.register_profile("scenewright", deadline=None, derandomize=True)
hypothesis.settings.load_profile("scenewright")

TESTS = Path(__file__).parent
MARKED_FOLDERS = {"tiny", "gpu", "browser"}


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test in tests/tiny, tests/gpu and tests/browser with its folder's name."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in MARKED_FOLDERS:
            item.add_marker(folder)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what is marked gpu, saying why, where there is no CUDA; torch is imported only to find that out.

    SCENEWRIGHT_TEST_DEVICE=cpu rehearses those tests without one.
    """
    if item.get_closest_marker("gpu") and "SCENEWRIGHT_TEST_DEVICE" not in os.environ:
        import torch

        if not torch.cuda.is_available():
            pytest.skip("needs CUDA, and torch finds no device here")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`python cli.py ARGUMENTS` in this process: exit code, stdout, stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        import cli

        monkeypatch.setattr(sys, "argv", ["cli.py", *map(str, arguments)])
        capfd.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
        said = capfd.readouterr()
        return code, said.out, said.err

    return run
