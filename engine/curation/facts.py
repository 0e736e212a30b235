"""Facts: what a filter asks of a picture's graph and its ratings, kept beside the picture so that SQL can answer.

Try it: `python -c "from engine.store import open_store; from engine.curation import refresh; print(refresh(open_store()))"`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.store import Store


def refresh(store: Store, *, on_step: Callable[[int, int], None] | None = None) -> int:
    """Note the facts of pictures that have none yet, and the newest ratings; how many pictures were new.

    `find` and the others do it themselves; call it before with `on_step` (done, of how many) to show progress.
    """
    raise NotImplementedError


def take_run(store: Store, path: Path, *, on_step: Callable[[int, int], None] | None = None) -> int:
    """List the pictures of a run folder and what its judges said, so that they can be filtered; how many were new.

    The files stay where they are. Raises `FormatError` for a folder that is no run.
    """
    raise NotImplementedError
