"""A cluster: Ray joined at an address, or started on this machine, for as long as a block runs.

Ray is an extra (requirements-ray.txt). Try it: `python cli.py render scenes.jsonl --generator pocket --out runs/a --ray local`.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import ClusterError, show

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 5.0
LEFT_AT_HOME = (".git", ".venv", "runs", "assets/welcome", "assets/readme", "tests")
"""What other machines need not be sent."""


def check(address: str) -> None:
    """Raises `ClusterError` at once where Ray is not installed or nobody answers at `address`."""
    _ray()
    _check_address(address)


@contextmanager
def joined(address: str, *, what: str, without: Sequence[str] = ()) -> Iterator[Any]:
    """Ray's module, joined to the cluster at `address`; `local` starts one on this machine and ends it.

    Other machines get this program but for the folders `without`. A failure there raises `ClusterError`, which says
    `what` could not be done.
    """
    check(address)
    ray = _ray()
    try:
        ray.init(
            address=None if address == "local" else address,
            runtime_env={"working_dir": str(ROOT), "excludes": [*LEFT_AT_HOME, *without]},
            log_to_driver=False,
            logging_level="ERROR",
            include_dashboard=False,
        )
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise ClusterError(
            f"No Ray cluster answers at {show(address)} ({type(error).__name__}). Give its address, or `--ray local`."
        ) from error
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        yield ray
    except ray.exceptions.RayError as error:
        raise ClusterError(f"{what} on the cluster: {_cause(error)}. Run it again.") from error
    finally:
        ray.shutdown()


def _ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ClusterError("Ray is not installed here. Run `pip install -r requirements-ray.txt`.") from error
    return ray


def _check_address(address: str) -> None:
    """Ray itself waits for minutes where nobody answers; a connection is tried first."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdigit():
        return  # `local`, `auto`
    try:
        socket.create_connection((host, int(port)), timeout=SECONDS).close()
    except OSError as error:
        raise ClusterError(
            f"No Ray cluster answers at {show(address)} ({error}). Give its address, or `--ray local`."
        ) from error


def _cause(error: Exception) -> str:
    return show(str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__, limit=200)
