"""What comes out of the store: frozen values, never a row that still hangs on the database.

Fields of type `JsonText` hold JSON as text, so the store knows nothing of graphs or questions; times are UTC in
ISO 8601, which sort as text. Try it: `python -c "from engine.store import Job; help(Job)"`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypedDict

from engine.errors import StoreError, show

JsonText: TypeAlias = str
Time: TypeAlias = str
Status: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]


def json_text(text: JsonText, *, what: str) -> JsonText:
    """The text as it is, if it is JSON; otherwise `StoreError`, naming `what` it should have been."""
    try:
        json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"The {what} {show(text)} is no JSON ({error}), so it was not saved.") from error
    return text


# Scenes that people work on ------------------------------------------------------------------------------------


class SceneFields(TypedDict, total=False):
    """What `create_session` and `save_session` take by name; a field left out keeps its value."""

    name: str
    graph: JsonText
    caption: str
    questions: JsonText
    constraints: JsonText
    settings: JsonText
    graph_hash: str
    seed: int
    taxonomy: str
    taxonomy_version: str
    program_version: str


@dataclass(frozen=True, slots=True)
class Session:
    """One scene a person works on; `constraints` say how it was sampled, `settings` how it is rendered and judged."""

    id: str
    name: str
    owner: str
    created: Time
    updated: Time
    deleted: Time | None
    graph: JsonText
    caption: str
    questions: JsonText
    constraints: JsonText
    settings: JsonText
    graph_hash: str
    seed: int | None
    taxonomy: str
    taxonomy_version: str
    program_version: str


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A line of the sessions list: `best` and `mean` over its pictures' newest scores, `cover` is the best path."""

    id: str
    name: str
    owner: str
    created: Time
    updated: Time
    deleted: Time | None
    caption: str
    graph_hash: str
    pictures: int
    best: float | None
    mean: float | None
    cover: str | None


@dataclass(frozen=True, slots=True)
class Revision:
    """What a session was before its edit `number` (from 1)."""

    session: str
    number: int
    graph: JsonText
    caption: str
    created: Time


# Pictures and what was seen in them ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judgement:
    """One look of one judge at one picture; `score` (0..1) stands for all `scores`, a higher `number` supersedes."""

    id: str
    picture: str
    number: int
    judge: str
    answers: JsonText
    scores: JsonText
    score: float | None
    created: Time


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered picture with all that is needed to make it again; `graph` is the one it was rendered from.

    `path` is relative to `home/images`, or to the folder `run` where that is given; `judgements` holds the newest
    one of each judge, newest first.
    """

    id: str
    session: str | None
    job: str | None
    run: str | None
    sha256: str
    path: str
    width: int
    height: int
    generator: str
    caption: str
    graph: JsonText
    seed: int
    settings: JsonText
    record: JsonText
    created: Time
    judgements: tuple[Judgement, ...] = ()

    @property
    def judgement(self) -> Judgement | None:
        """The newest judgement of all, or None before the first."""
        return self.judgements[0] if self.judgements else None


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder made by the command line; `path` is absolute, the folder is complete without the database."""

    id: str
    path: str
    name: str
    created: Time
    manifest: JsonText


# Work to do ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """Work in the queue; `progress` goes from 0 to 1, `token` is what the worker that claimed it must show.

    `role` is what the owner was when it was queued.
    """

    id: str
    kind: str
    session: str | None
    owner: str
    role: str
    status: Status
    payload: JsonText
    priority: int
    attempts: int
    progress: float
    step: int | None
    steps: int | None
    message: str
    preview: str | None
    error: str | None
    cancel_requested: bool
    token: str | None
    device: str | None
    worker: str | None
    created: Time
    updated: Time
    started: Time | None
    finished: Time | None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in ("queued", "running")
