"""Builds a corpus: shards by all cores, resumed after a kill, exactly as many scenes as asked, in one file or a folder.

Scene i depends on (seed, i) alone, so the bytes are the same for one worker or many, in one go or after ten kills.
Try it: `python cli.py generate --count 100000 --taxonomy full --mode imaginative --out corpus.jsonl`.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from engine.corpus.order import Order
from engine.corpus.shards import SHARD, shard_path, shards, write_shard
from engine.disk import write_whole, writing
from engine.errors import FormatError, StoreError, show

MANIFEST = "order.json"
FEW = 3 * SHARD
"""So many scenes are written by one process sooner than by several that have to start first."""
Progress = Callable[[int, int], None]
Write = Callable[[list[int], Path, Callable[[int], None]], None]


def build(order: Order, out: Path, *, workers: int | None = None, progress: Progress | None = None) -> Path:
    """Write the corpus: into the folder `out`, or into one file where `out` ends like one (.jsonl, .parquet, .json).

    What an earlier, killed call with the same order left is taken up. Raises `FormatError` if another order lies
    there, `DiskFull` where there is no room (what is written stays, the next call goes on).
    """

    def write(missing: list[int], folder: Path, told: Callable[[int], None]) -> None:
        _write(order, folder, missing, workers, told)

    return assemble(order, out, write, progress)


def assemble(order: Order, out: Path, write: Write, progress: Progress | None = None) -> Path:
    """As `build`, the missing shards written by `write(missing, folder, told)`.

    Raises `StoreError` if `write` left shards out.
    """
    single = out.suffix in (".jsonl", ".parquet", ".json")
    folder = out.with_name(out.name + ".parts") if single else out
    order.lines  # noqa: B018  (says now what is impossible)
    _begin(order, folder)
    told = progress or (lambda done, total: None)
    missing = _missing(order, folder)
    have = order.count - sum(min(order.count, (n + 1) * SHARD) - n * SHARD for n in missing)
    told(have, order.count)
    if missing:
        write(missing, folder, lambda more: told(have + more, order.count))
    if left := _missing(order, folder):
        raise StoreError(
            f"{len(left)} of {len(shards(order.count))} shards are not in {folder}. Use a folder that every machine sees."
        )
    if single:
        _join(order, folder, out)
    return out


def _missing(order: Order, folder: Path) -> list[int]:
    return [n for n in shards(order.count) if not shard_path(folder, n, order.format).is_file()]


def _begin(order: Order, folder: Path) -> None:
    """Take the folder for this order, or see that it is the one that was begun there."""
    wanted = orjson.dumps(order.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    manifest = folder / MANIFEST
    with writing(manifest):
        folder.mkdir(parents=True, exist_ok=True)
    if not manifest.is_file():
        if any(folder.iterdir()):
            raise FormatError(f"The folder {show(folder)} is not empty and holds no corpus. Choose another --out.")
        write_whole(manifest, wanted)
    elif manifest.read_bytes() != wanted:
        raise FormatError(
            f"{show(folder)} holds a corpus made with other settings, words or another version ({MANIFEST} says which). "
            "Choose another --out, or remove it."
        )
    for left in folder.glob(".part-*"):  # by a process that was killed
        with suppress(OSError):
            left.unlink()


def _write(order: Order, folder: Path, missing: list[int], workers: int | None, told: Callable[[int], None]) -> None:
    workers = min(workers or _cores(), len(missing))
    if workers < 2 or order.count <= FEW:
        total = 0

        def tick(more: int) -> None:
            nonlocal total
            total += more
            told(total)

        for number in missing:
            write_shard(order, number, folder, tick)
        return
    _write_in_parallel(order, folder, missing, workers, told)


def _write_in_parallel(
    order: Order, folder: Path, missing: list[int], workers: int, told: Callable[[int], None]
) -> None:
    context = multiprocessing.get_context("spawn")
    written = context.Value("q", 0)
    start = (order.to_dict(), str(folder), written)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_take_order, initargs=start) as pool:
        waiting: set[Future[None]] = {pool.submit(_write_one, number) for number in missing}
        try:
            while waiting:
                finished, waiting = wait(waiting, timeout=0.25, return_when=FIRST_COMPLETED)
                told(written.value)
                for future in finished:
                    future.result()
        except BaseException as error:
            pool.shutdown(wait=True, cancel_futures=True)
            if type(error).__name__ == "BrokenProcessPool":
                raise StoreError(
                    "A worker was killed, perhaps for want of memory. Run the same command again: it goes on from here."
                ) from error
            raise


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_task: dict[str, Any] = {}


def _take_order(order: dict[str, Any], folder: str, written: Any) -> None:
    """What a worker process learns once."""
    _task.update(order=Order.from_dict(order), folder=Path(folder), written=written)
    _task["order"].lines  # noqa: B018  (everything long-lived is there before it is frozen)
    gc.freeze()


def _write_one(number: int) -> None:
    written = _task["written"]

    def tick(more: int) -> None:
        with written.get_lock():
            written.value += more

    write_shard(_task["order"], number, _task["folder"], tick)


# --- one file of all shards -------------------------------------------------------------------------------------------


def _join(order: Order, folder: Path, out: Path) -> None:
    """Put the shards into one file, whole or not at all, and remove them."""
    parts = [shard_path(folder, number, order.format) for number in shards(order.count)]
    part = out.with_name(f".{out.name}.{os.getpid()}")
    join = {"jsonl": _join_lines, "parquet": _join_parquet, "paper": _join_paper}[order.format]
    with writing(out):
        try:
            join(parts, part)
            os.replace(part, out)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
    shutil.rmtree(folder, ignore_errors=True)


def _join_lines(parts: list[Path], out: Path) -> None:
    if len(parts) == 1:
        os.replace(parts[0], out)
        return
    with out.open("wb") as file:
        for path in parts:
            with path.open("rb") as shard:
                shutil.copyfileobj(shard, file, 1 << 22)


def _join_paper(parts: list[Path], out: Path) -> None:
    with out.open("wb") as file:
        for i, line in enumerate(_members(parts)):
            file.write((b"{\n" if i == 0 else b",\n") + line)
        file.write(b"\n}\n")


def _members(parts: list[Path]) -> Iterator[bytes]:
    for path in parts:
        with path.open("rb") as shard:
            for line in shard:
                yield line.rstrip(b"\n")


def _join_parquet(parts: list[Path], out: Path) -> None:
    import pyarrow.parquet as pq

    if len(parts) == 1:
        os.replace(parts[0], out)
        return
    with pq.ParquetWriter(out, pq.read_schema(parts[0]), compression="zstd", compression_level=1) as writer:
        for path in parts:
            with pq.ParquetFile(path) as file:
                for group in range(file.num_row_groups):
                    writer.write_table(file.read_row_group(group))
