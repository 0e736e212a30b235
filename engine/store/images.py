"""Image files in the home folder: pictures by the hash of their bytes, previews of running jobs by the job's id.

A file is complete before it has its name, so a kill or a full disk leaves no half picture. Try it:
`python -c "from engine.store import open_store; print(open_store().save_image(b'not really a picture'))"`.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from engine.errors import StoreError, show
from engine.store.connection import Database
from engine.store.failures import from_disk

SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
PREVIEW_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Images(Database):
    """What one does with image files; paths are relative to `home/images`, with forward slashes."""

    def save_image(self, data: bytes, *, suffix: str = ".png") -> tuple[str, str]:
        """Keep the bytes; returns their SHA-256 and the path (`ab/abcd….png`). The same bytes are kept once.

        Raises `DiskFull` or, where the home folder cannot be written, `StoreError`; nothing partial is left.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = f"{sha256[:2]}/{sha256}{good_suffix(suffix)}"
        if not self.image_path(path).exists():
            self._put(path, data)
        return sha256, path

    def save_preview(self, job: str, data: bytes, *, suffix: str = ".png") -> str:
        """The forming picture of a job, in place of the one before; returns its path, for `progress(preview=)`."""
        if not PREVIEW_NAME.fullmatch(job):
            raise StoreError(f"There is no job {show(job)}, so it has no preview.")
        path = f"previews/{job}{good_suffix(suffix)}"
        self._put(path, data)
        return path

    def drop_preview(self, path: str | None) -> None:
        """Forget a preview, when its job is over; one that is not there is no matter."""
        if path is not None:
            with suppress(OSError):
                self.image_path(path).unlink()

    def image_path(self, path: str, *, run: str | None = None) -> Path:
        """Where the file is: in `home/images`, or in the folder `run`; a path out of there raises `StoreError`."""
        base = Path(run).resolve() if run is not None else (self.home / "images").resolve()
        try:
            target = (base / path).resolve()
            target.exists()  # asks the file system, which knows what name is too long
        except (ValueError, OSError, RuntimeError) as error:  # a NUL, a long name, a circle of links
            raise StoreError(f"{show(path)} is no path of a picture. Open the picture from its list.") from error
        if not target.is_relative_to(base) or target == base:
            raise StoreError(f"{show(path)} leads out of the picture folder. Open the picture from its list.")
        return target

    def _put(self, path: str, data: bytes) -> None:
        target = self.image_path(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, data)
        except OSError as error:
            raise from_disk(error, home=self.home) from error


def good_suffix(suffix: str) -> str:
    if not SUFFIX.fullmatch(suffix):
        raise StoreError(f"{show(suffix)} is no ending of a picture file. Use one like “.png”.")
    return suffix


def write_whole(target: Path, data: bytes) -> None:
    """Write beside the target, force it to the disk, then give it its name; on failure nothing is left."""
    with NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".partial", delete=False) as partial:
        try:
            partial.write(data)
            partial.flush()
            os.fsync(partial.fileno())
            os.chmod(partial.fileno(), 0o644)  # temporary files are private, pictures are as open as the folder
            os.replace(partial.name, target)
        except BaseException:
            os.unlink(partial.name)
            raise
