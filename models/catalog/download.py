"""The child that goes to the hub for `fetch`: one model, by the hub's own library; progress as JSON lines on stdout.

Try it: `HF_HUB_OFFLINE=0 python -m models.catalog.download dandelin/vilt-b32-finetuned-vqa refs/pr/9`.
"""

from __future__ import annotations

import errno
import glob
import json
import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any

from models.catalog import disk
from models.catalog.config import INDEX, read
from models.catalog.files import names_of_parts, wanted
from models.catalog.shards import SUFFIX

PATIENCE = 5.0
"""Seconds that the hub has for its first answer."""


def download(hub: str, revision: str, variant: str | None) -> None:
    """Fetch the files of a model that may be read here; raises what the hub's library raises, and `SystemExit`."""
    from huggingface_hub import HfApi, hf_hub_download, snapshot_download

    info = HfApi().model_info(hub, revision=revision, files_metadata=True, timeout=PATIENCE)
    sizes = {file.rfilename: int(file.size or 0) for file in info.siblings or []}
    parts = None
    if INDEX in sizes:
        parts = names_of_parts(read(Path(hf_hub_download(hub, INDEX, revision=info.sha, etag_timeout=PATIENCE))))
    files = wanted(sizes, parts, variant)
    if not any(name.endswith(SUFFIX) for name in files):
        raise SystemExit(
            f"{hub} has no .safetensors at {revision}, and pickles are not fetched. Choose another revision."
        )
    total = sum(sizes[name] for name in files)
    _check_room(total)
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(hub, str(info.sha), {name: sizes[name] for name in files}, over))
    watch.start()
    try:
        snapshot_download(hub, revision=revision, allow_patterns=[glob.escape(name) for name in files], max_workers=4)
    finally:
        over.set()
        watch.join()


def _watch(hub: str, commit: str, sizes: dict[str, int], over: threading.Event) -> None:
    """Tell three times a second how many bytes are here, by looking at the files."""
    home = disk.cache_folder() / f"models--{hub.replace('/', '--')}"
    began, last = time.time(), False
    while not last:
        last = over.wait(0.3)
        done = sum(size for name, size in sizes.items() if (home / "snapshots" / commit / name).exists())
        _tell(done=min(sum(sizes.values()), done + _arriving(home, began)), total=sum(sizes.values()))


def _arriving(home: Path, began: float) -> int:
    total = 0
    for file in (home / "blobs").glob("*.incomplete"):
        try:
            about = file.stat()
        except OSError:
            continue  # it has just arrived whole
        total += about.st_size if about.st_mtime >= began else 0
    return total


def _check_room(total: int) -> None:
    folder = disk.cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(folder).free) < total:
        raise OSError(errno.ENOSPC, f"{total / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free in {folder}")


def _tell(**news: Any) -> None:
    sys.stdout.write(json.dumps(news) + "\n")
    sys.stdout.flush()


def sentence(error: BaseException, hub: str, revision: str) -> str:
    """What went wrong and what to do, for people."""
    from huggingface_hub import constants, errors

    where = constants.ENDPOINT
    if isinstance(error, SystemExit):
        return str(error)
    if isinstance(error, errors.GatedRepoError):
        return (
            f"{hub} is gated: accept its licence at {where}/{hub}, then log in with `hf auth login` (or set HF_TOKEN) and "
            "fetch it again."
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return f"{hub} has no revision {revision} at {where}. Look at its page for those it has."
    if isinstance(error, errors.RepositoryNotFoundError):
        return f"{where} has no model {hub}, or it is private. Check the name, or log in with `hf auth login`."
    if isinstance(error, errors.HfHubHTTPError):
        return f"{where} answered {error.response.status_code} for {hub}. Check its name and HF_ENDPOINT, or try again later."
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"No room on the disk: {error.strerror}. Make room, or point HF_HUB_CACHE to another disk."
    return (
        f"{where} cannot be reached ({type(error).__name__}). Fetch {hub} where there is a network and copy its folder "
        f"into {disk.cache_folder()}, or set HF_ENDPOINT to a mirror."
    )


def main() -> None:
    hub, revision, variant = sys.argv[1:]
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", "15")
    try:
        download(hub, revision, variant or None)
    except (Exception, SystemExit) as error:  # noqa: BLE001 the parent shows it: no traceback reaches a person
        _tell(error=sentence(error, hub, revision))


if __name__ == "__main__":
    main()
