"""The same corpus on Ray Data: every shard is one row of a dataset, written by whichever machine takes it.

The folder must be one that all machines see; the bytes are those of any other way. Ray is an extra (requirements-ray.txt).
Try it: `python cli.py generate --count 100000 --taxonomy full --mode imaginative --out corpus --ray local`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.cluster import check, joined
from engine.corpus.build import Progress, assemble
from engine.corpus.order import Order
from engine.corpus.shards import write_shard


def build_on_ray(order: Order, out: Path, *, address: str, progress: Progress | None = None) -> Path:
    """As `engine.corpus.build.build`, on the cluster at `address`; `local` starts one on this machine and ends it.

    Raises `ClusterError` if Ray is not installed, cannot be reached, or writes where this machine sees nothing.
    """
    out = out.resolve()
    check(address)

    def write(missing: list[int], folder: Path, told: Any) -> None:
        with joined(address, what="A shard could not be written", without=("assets/pocket",)) as ray:
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
