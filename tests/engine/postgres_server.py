"""A real PostgreSQL server for a test: made in a temporary folder, on the loopback, gone afterwards.

As root, which `initdb` refuses, it runs as the user `postgres`, whom Debian's package makes.
Use it: `with server(folder) as url: open_store(home, url=url)`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
QUIET = (
    "fsync=off",
    "synchronous_commit=off",
    "shared_buffers=32MB",
    "max_connections=120",
    "listen_addresses=127.0.0.1",
)


def binaries() -> Path | None:
    """The folder of the newest server that is installed, None where there is none."""
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    if versions:
        return versions[0].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server with an empty database."""
    bin, folder = binaries(), Path(tempfile.mkdtemp(prefix="scenewright-pg-"))
    assert bin is not None
    data, port = folder / "data", free_port()
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        run(bin / "initdb", "-D", data, "-U", "tester", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = " ".join(f"-c {option}" for option in (*QUIET, f"port={port}", f"unix_socket_directories={folder}"))
        run(bin / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "-t", "30", "start")
        yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            run(bin / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def run(*command: object) -> None:
    """Run a program of the server as a user that it accepts; its own words are in the error where it fails."""
    words: Sequence[str] = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    # pg_ctl's server keeps the output open for as long as it lives, so it goes to a file, not to a pipe.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            words, stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd="/", timeout=60, check=False
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
