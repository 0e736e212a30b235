"""Scenes per CPU second, whole process: the authors' words at complexity 4 to 8, and a million scenes to Parquet.

Needs the authors' metadata folder for the first table: `python -m bench.corpus --metadata FOLDER` (or the environment
variable SCENEWRIGHT_PAPER_METADATA); `--scenes 30000` for a quick look, `--million 0` to leave the second table out.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RELEASE = {4: 105, 5: 93, 6: 77, 7: 73, 8: 64}
"""Captions per CPU second of the authors' release, without questions (two shared cores, templates cached)."""
ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: str) -> tuple[float, float, float]:
    """A command of ours to its end: (CPU seconds of it and its workers, seconds, largest resident MB of one process)."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "cli.py", "generate", "--mode", "imaginative", *arguments]
    subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, time.monotonic() - start, after.ru_maxrss / 1024


def against_the_release(metadata: str, scenes: int, folder: Path) -> None:
    """The same words, equally many scenes of each complexity, JSON Lines written by one command."""
    release = len(RELEASE) / sum(1 / rate for rate in RELEASE.values())
    print(f"{scenes:,} scenes, complexity 4 to 8 in equal parts, 1-3 scene attributes, JSON Lines, words of {metadata}")
    print(f"{'the release, captions only':<28} {release:>8,.0f} scenes per CPU second (five rates, {RELEASE})")
    for what, extra in (("captions", ["--no-questions"]), ("captions and all questions", [])):
        out = folder / "scenes.jsonl"
        used, seconds, memory = run(
            "--taxonomy", metadata, "--count", str(scenes), "--complexity", "4-8", "--strata", "complexity",
            "--scene-attributes", "1-3", "--out", str(out), *extra,
        )  # fmt: skip
        rate, size = scenes / used, out.stat().st_size / 1e9
        print(
            f"{what:<28} {rate:>8,.0f} scenes per CPU second, {rate / release:.0f} times; "
            f"{used:.0f} CPU s, {seconds:.0f} s, {memory:.0f} MB, {size:.2f} GB"
        )
        out.unlink()


def a_million(scenes: int, folder: Path) -> None:
    """Full taxonomy, complexity 4-8, 0-3 scene attributes, captions and questions, Parquet shards."""
    used, seconds, memory = run(
        "--taxonomy", "full", "--count", str(scenes), "--complexity", "4-8", "--scene-attributes", "0-3",
        "--format", "parquet", "--out", str(folder / "million"),
    )  # fmt: skip
    size = sum(file.stat().st_size for file in (folder / "million").iterdir()) / 1e9
    print(
        f"{scenes:,} scenes to Parquet with captions and questions: {used:.0f} CPU s, {seconds:.0f} s on "
        f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} MB resident at most in one process, {size:.2f} GB on disk"
    )


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--metadata", default=os.environ.get("SCENEWRIGHT_PAPER_METADATA", ""))
    parser.add_argument("--scenes", type=int, default=300_000)
    parser.add_argument("--million", type=int, default=1_000_000)
    choice = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="scenewright-bench-"))
    try:
        if choice.metadata:
            against_the_release(choice.metadata, choice.scenes, folder)
        else:
            print("Without --metadata FOLDER there is nothing to compare with the release.")
        if choice.million:
            a_million(choice.million, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
