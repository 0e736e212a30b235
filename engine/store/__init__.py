"""The store: sessions, pictures, judgements, runs and jobs in SQLite, image files beside it; nothing saved is lost.

What comes out is frozen; what goes wrong is one sentence (`engine.errors`). Try it:
`python -c "from engine.store import open_store; s = open_store(); print(s.create_session(owner='me').id, s.home)"`.
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_dir

from engine.store.corrections import Correction, Corrections
from engine.store.jobs import Jobs
from engine.store.locks import device_lock
from engine.store.people import People
from engine.store.pictures import Pictures
from engine.store.ratings import Ratings
from engine.store.sessions import Sessions
from engine.store.set_values import Member, PictureSet, View
from engine.store.sets import Sets
from engine.store.values import (
    Job,
    JsonText,
    Judgement,
    Picture,
    Revision,
    Run,
    SceneFields,
    Session,
    SessionSummary,
    Status,
)

__all__ = [
    "Correction",
    "Job",
    "JsonText",
    "Judgement",
    "Member",
    "Picture",
    "PictureSet",
    "Revision",
    "Run",
    "SceneFields",
    "Session",
    "SessionSummary",
    "Status",
    "Store",
    "View",
    "default_home",
    "device_lock",
    "open_store",
]


class Store(Sessions, Pictures, Corrections, Jobs, Sets, People, Ratings):
    """All of it behind one door; safe to share between threads, one per process."""


def default_home() -> Path:
    """`SCENEWRIGHT_HOME`, or the platform's folder for a user's data."""
    return Path(os.environ.get("SCENEWRIGHT_HOME") or user_data_dir("scenewright"))


def open_store(home: Path | None = None, *, url: str | None = None, timeout: float = 5.0) -> Store:
    """Open the store in `home` (default: `default_home()`), made or brought up to date where needed.

    `url` (default: `DATABASE_URL`) moves the tables to another database; `timeout` is how many seconds to wait for
    another writer. Raises `StoreError`, or its kinds `StoreLocked`, `StoreNewer` and `DiskFull`.
    """
    return Store(home or default_home(), url=url or os.environ.get("DATABASE_URL"), timeout=timeout)
