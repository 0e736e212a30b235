"""The tables; nothing outside the store sees a row, and only a migration changes a table.

A test compares this file with what `engine/migrations` builds.
Try it: `python -c "from engine.store.tables import metadata; print(*metadata.tables, sep='\\n')"`.
"""

from __future__ import annotations

import secrets
import string
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from sqlalchemy import BigInteger, Index, MetaData, UniqueConstraint, false
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

Value = TypeVar("Value")

# Every constraint has a name, since a later migration can only change what it can name.
NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """Base of all tables, with a registry of its own: a module that Streamlit imports again defines no table twice."""


def new_id() -> str:
    """A short random id that is safe in addresses, file names and, starting with a letter, on the command line."""
    return secrets.choice(string.ascii_letters) + secrets.token_urlsafe(8)


def now() -> str:
    """This moment in UTC, as text that sorts."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def frozen(kind: type[Value], row: Table, **more: Any) -> Value:
    """The row as the frozen value `kind`; `more` gives the fields that are no columns."""
    names = {field.name for field in fields(kind)} & type(row).model_fields.keys()  # type: ignore[arg-type]
    columns = {name: getattr(row, name) for name in names}
    return kind(**columns, **more)


class SessionRow(Table, table=True):
    __tablename__: ClassVar[str] = "session"

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str
    owner: str = Field(index=True)
    created: str = Field(default_factory=now)
    updated: str = Field(default_factory=now, index=True)
    deleted: str | None = None
    graph: str = "{}"
    caption: str = ""
    questions: str = "[]"
    constraints: str = "{}"
    settings: str = "{}"
    graph_hash: str = Field(default="", index=True)
    seed: int | None = Field(default=None, sa_type=BigInteger)
    taxonomy: str = ""
    taxonomy_version: str = ""
    program_version: str = ""


class RevisionRow(Table, table=True):
    __tablename__: ClassVar[str] = "session_revision"

    session: str = Field(primary_key=True, foreign_key="session.id")
    number: int = Field(primary_key=True)
    graph: str
    caption: str
    created: str = Field(default_factory=now)


class JobRow(Table, table=True):
    __tablename__: ClassVar[str] = "job"
    __table_args__ = (Index(None, "status", "priority", "created"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: str
    session: str | None = Field(default=None, foreign_key="session.id", index=True)
    owner: str
    role: str = Field(default="admin", sa_column_kwargs={"server_default": "admin"})
    status: str = "queued"
    payload: str = "{}"
    priority: int = 0
    attempts: int = 0
    progress: float = 0.0
    step: int | None = None
    steps: int | None = None
    message: str = ""
    preview: str | None = None
    error: str | None = None
    cancel_requested: bool = False
    token: str | None = None
    device: str | None = None
    worker: str | None = None
    created: str = Field(default_factory=now)
    updated: str = Field(default_factory=now)
    started: str | None = None
    finished: str | None = None


class PictureRow(Table, table=True):
    __tablename__: ClassVar[str] = "picture"

    id: str = Field(default_factory=new_id, primary_key=True)
    session: str | None = Field(default=None, foreign_key="session.id", index=True)
    job: str | None = Field(default=None, foreign_key="job.id", index=True)
    run: str | None = Field(default=None, index=True)
    sha256: str = Field(index=True)
    path: str
    width: int
    height: int
    generator: str
    caption: str
    graph: str
    seed: int = Field(sa_type=BigInteger)
    settings: str = "{}"
    record: str = "{}"
    created: str = Field(default_factory=now)


class JudgementRow(Table, table=True):
    __tablename__: ClassVar[str] = "judgement"
    # The index holds all that a filter over many pictures reads, since the answers beside it are large.
    __table_args__ = (UniqueConstraint("picture", "number"), Index(None, "picture", "number", "judge", "score"))

    id: str = Field(default_factory=new_id, primary_key=True)
    picture: str = Field(foreign_key="picture.id")
    number: int
    judge: str
    answers: str
    scores: str
    score: float | None = None
    created: str = Field(default_factory=now)


class RunRow(Table, table=True):
    __tablename__: ClassVar[str] = "run"

    id: str = Field(default_factory=new_id, primary_key=True)
    path: str = Field(unique=True)
    name: str
    created: str = Field(default_factory=now)
    manifest: str = "{}"


class CorrectionRow(Table, table=True):
    __tablename__: ClassVar[str] = "correction"

    id: str = Field(default_factory=new_id, primary_key=True)
    picture: str = Field(foreign_key="picture.id", index=True)
    judge: str
    question: str
    answer: str | None = None
    person: str
    created: str = Field(default_factory=now)


# People and what they rate -------------------------------------------------------------------------------------


class PersonRow(Table, table=True):
    __tablename__: ClassVar[str] = "person"

    name: str = Field(primary_key=True)
    role: str = "curator"
    created: str = Field(default_factory=now)


class RatingProjectRow(Table, table=True):
    __tablename__: ClassVar[str] = "rating_project"

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str
    owner: str
    kind: str
    overlap: int = 3
    settings: str = "{}"
    status: str = "open"
    created: str = Field(default_factory=now)


class GuidelineRow(Table, table=True):
    __tablename__: ClassVar[str] = "rating_guideline"

    project: str = Field(primary_key=True, foreign_key="rating_project.id")
    version: int = Field(primary_key=True)
    text: str
    examples: str = "[]"
    author: str
    created: str = Field(default_factory=now)


class RatingItemRow(Table, table=True):
    __tablename__: ClassVar[str] = "rating_item"
    __table_args__ = (UniqueConstraint("project", "place"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    project: str = Field(foreign_key="rating_project.id")
    place: int
    role: str = "item"
    content: str
    gold: str | None = None
    done: int = 0
    created: str = Field(default_factory=now)


class LeaseRow(Table, table=True):
    __tablename__: ClassVar[str] = "rating_lease"

    item: str = Field(primary_key=True, foreign_key="rating_item.id")
    person: str = Field(primary_key=True)
    project: str = Field(foreign_key="rating_project.id", index=True)
    rank: int = 0
    until: str
    token: str


class RatingRow(Table, table=True):
    __tablename__: ClassVar[str] = "rating"
    __table_args__ = (Index(None, "item", "person"), Index(None, "project", "person"))

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(default_factory=new_id, unique=True)
    project: str = Field(foreign_key="rating_project.id")
    item: str = Field(foreign_key="rating_item.id")
    person: str
    guideline: int
    answers: str
    status: str = "rated"
    origin: str = "app"
    supersedes: str | None = Field(default=None, unique=True)
    token: str | None = Field(default=None, unique=True)
    shown: str | None = None
    created: str = Field(default_factory=now)
    surplus: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


# What was chosen -----------------------------------------------------------------------------------------------


class SetRow(Table, table=True):
    __tablename__: ClassVar[str] = "picture_set"

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str = Field(index=True)
    owner: str
    kind: str = "pictures"
    selection: str = "{}"
    created: str = Field(default_factory=now)
    updated: str = Field(default_factory=now)
    deleted: str | None = None


class SetMemberRow(Table, table=True):
    __tablename__: ClassVar[str] = "picture_set_member"

    set: str = Field(primary_key=True, foreign_key="picture_set.id")
    picture: str = Field(primary_key=True, foreign_key="picture.id")
    place: int
    role: str = "keep"
    partner: str | None = None


class TagRow(Table, table=True):
    __tablename__: ClassVar[str] = "picture_tag"

    picture: str = Field(primary_key=True, foreign_key="picture.id")
    tag: str = Field(primary_key=True, index=True)
    person: str
    created: str = Field(default_factory=now)


class ViewRow(Table, table=True):
    __tablename__: ClassVar[str] = "saved_view"

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str
    owner: str
    filter: str
    created: str = Field(default_factory=now)


class FactsRow(Table, table=True):
    """What filters ask of a picture, in a short row of its own; made from the picture, whose row is long."""

    __tablename__: ClassVar[str] = "picture_facts"

    picture: str = Field(primary_key=True, foreign_key="picture.id")
    graph_hash: str = Field(index=True)
    complexity: int
    objects: int
    generator: str
    session: str | None = None
    run: str | None = None
    created: str
    rating: float | None = Field(default=None, index=True)
    fingerprint: str | None = None


class TermRow(Table, table=True):
    """A word or kind of the graphs that have this hash: `word:dog`, `kind:colour`."""

    __tablename__: ClassVar[str] = "scene_term"

    term: str = Field(primary_key=True)
    graph_hash: str = Field(primary_key=True, index=True)


metadata = Table.metadata
