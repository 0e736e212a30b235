"""The same corpus on Ray Data: every shard is one row of a dataset, written by whichever machine takes it.

The folder must be one that all machines see; the bytes are those of any other way. Ray is an extra (requirements-ray.txt).
Try it: `python cli.py generate --count 100000 --taxonomy full --mode imaginative --out corpus --ray local`.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.corpus.build import Progress, assemble
from engine.corpus.order import Order
from engine.corpus.shards import write_shard
from engine.errors import ClusterError, show

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 5.0
LEFT_AT_HOME = [".git", ".venv", "runs", "assets/pocket", "assets/welcome", "assets/readme", "tests"]


def build_on_ray(order: Order, out: Path, *, address: str, progress: Progress | None = None) -> Path:
    """As `engine.corpus.build.build`, on the cluster at `address`; `local` starts one on this machine and ends it.

    Raises `ClusterError` if Ray is not installed, cannot be reached, or writes where this machine sees nothing.
    """
    out = out.resolve()
    _ray()
    _check_address(address)

    def write(missing: list[int], folder: Path, told: Any) -> None:
        with _cluster(address) as ray:
            plain, total = order.to_dict(), 0
            rows = ray.data.from_items([{"shard": n} for n in missing], override_num_blocks=len(missing))
            for row in rows.map(_Writer(plain, str(folder))).iter_rows():
                total += row["scenes"]
                told(total)

    return assemble(order, out, write, progress)


class _Writer:
    """Writes the shard of a row; what Ray sends to another machine is the order in plain values."""

    def __init__(self, order: dict[str, Any], folder: str) -> None:
        self.order, self.folder = order, folder

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        scenes: list[int] = []
        write_shard(Order.from_dict(self.order), int(row["shard"]), Path(self.folder), scenes.append)
        return {"shard": row["shard"], "scenes": sum(scenes)}


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    ray = _ray()
    try:
        ray.init(
            address=None if address == "local" else address,
            runtime_env={"working_dir": str(ROOT), "excludes": LEFT_AT_HOME},
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
        raise ClusterError(f"A shard could not be written on the cluster: {_cause(error)}. Run it again.") from error
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
