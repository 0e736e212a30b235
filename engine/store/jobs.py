"""The queue: jobs are rows, claimed by workers, so that a reload, another browser or a crash loses nothing.

queued -> running -> done, failed, cancelled or interrupted. Try it:
`python -c "from engine.store import open_store; print(open_store().jobs(active=True))"`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import update
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import JobError, show
from engine.roles import action_of, allowed, least
from engine.store.connection import found
from engine.store.images import Images
from engine.store.tables import JobRow, PersonRow, SessionRow, frozen, now
from engine.store.values import Job, JsonText, Status, json_text

ACTIVE = ("queued", "running")
MOST_ATTEMPTS = 2  # a job that took two workers with it is not given a third


class Jobs(Images):
    """What one does with jobs: people enqueue, cancel and retry; the worker of a device does the rest."""

    # For people --------------------------------------------------------------------------------------------

    def enqueue(
        self,
        kind: str,
        payload: JsonText = "{}",
        *,
        owner: str,
        role: str = "admin",
        session: str | None = None,
        priority: int = 0,
    ) -> str:
        """A job at the end of the queue, before those of lower priority; returns its id.

        `role` is what the owner is now: pages say it, the command line on one's own machine is the admin. The table
        of people can only lower it. Raises `StoreError` for a role that may not have such a job done.
        """
        text = json_text(payload, what="payload")
        with self.writing() as transaction:
            role = role_now(transaction, owner, role)
            allowed(role, action_of(kind), who=owner)
            row = JobRow(kind=kind, payload=text, owner=owner, role=role, session=session, priority=priority)
            if session is not None:
                found(transaction, SessionRow, session, what="session")
            transaction.add(row)
        return row.id

    def cancel(self, id: str, *, by: str, role: str | None = None) -> Job:
        """A queued job is cancelled at once, a running one is asked to stop; one that is over stays as it is.

        Only its owner and an admin may (`role` is what `by` is now): anybody else gets a `JobError`.
        """
        with self.writing() as transaction:
            row = owned(transaction, id, by=by, role=role, verb="cancel")
            if row.status == "queued":
                end(row, "cancelled", message="Cancelled before it began.")
            elif row.status == "running":
                row.sqlmodel_update({"cancel_requested": True, "updated": now()})
            return frozen(Job, row)

    def retry(self, id: str, *, by: str, role: str | None = None) -> Job:
        """Queue a job again that failed, was cancelled or was interrupted; only its owner and an admin may.

        Raises `StoreError` where the owner's role is no longer enough for such a job.
        """
        with self.writing() as transaction:
            row = owned(transaction, id, by=by, role=role, verb="retry")
            allow(transaction, row)
            if row.status in (*ACTIVE, "done"):
                raise JobError(f"Job {show(id)} is {row.status}. Only one that did not finish can be tried again.")
            requeue(row, attempts=0)
            return frozen(Job, row)

    def check_role(self, id: str) -> None:
        """Raise `StoreError` where the owner of a job may not have it done; the worker asks before it begins."""
        with self.reading() as transaction:
            allow(transaction, job_row(transaction, id))

    def get_job(self, id: str) -> Job:
        """The job as it stands; an unknown id raises `JobError`."""
        with self.reading() as transaction:
            return frozen(Job, job_row(transaction, id))

    def jobs(
        self, *, session: str | None = None, owner: str | None = None, active: bool | None = None, limit: int = 100
    ) -> tuple[Job, ...]:
        """Jobs, newest first; `active` keeps those that wait or run (True) or those that are over (False)."""
        query = select(JobRow).order_by(col(JobRow.created).desc(), JobRow.id).limit(limit)
        asked = {name: value for name, value in (("session", session), ("owner", owner)) if value is not None}
        if active is not None:
            state = col(JobRow.status)
            query = query.where(state.in_(ACTIVE) if active else state.not_in(ACTIVE))
        with self.reading() as transaction:
            return tuple(frozen(Job, row) for row in transaction.exec(query.filter_by(**asked)))

    # For workers -------------------------------------------------------------------------------------------

    def claim(self, device: str, worker: str, *, kinds: Collection[str] | None = None) -> Job | None:
        """Take the next job (of these kinds), or None; no job is ever given twice.

        The token of the job that is returned must be shown by `progress`, `finish`, `fail` and `stop`.
        """
        query = select(JobRow.id).where(JobRow.status == "queued")
        if kinds is not None:
            query = query.where(col(JobRow.kind).in_(kinds))
        query = query.order_by(col(JobRow.priority).desc(), JobRow.created, JobRow.id).limit(1)
        values = {
            "status": "running",
            "token": secrets.token_urlsafe(12),
            "device": device,
            "worker": worker,
            "attempts": JobRow.attempts + 1,
        }
        with self.writing() as transaction:
            change = update(JobRow).where(col(JobRow.id) == query.with_for_update(skip_locked=True).scalar_subquery())
            moment = now()
            row = transaction.scalars(
                change.values(**values, started=moment, updated=moment).returning(JobRow)
            ).one_or_none()
            return frozen(Job, row) if row is not None else None

    def progress(
        self,
        id: str,
        token: str,
        fraction: float,
        message: str | None = None,
        *,
        preview: str | None = None,
        step: int | None = None,
        steps: int | None = None,
    ) -> bool:
        """Say how far it is (0..1), leaving what is not given; returns whether the owner wants it to stop."""
        news = {"message": message, "preview": preview, "step": step, "steps": steps}
        said = {name: value for name, value in news.items() if value is not None}
        with self.writing() as transaction:
            row = claimed(transaction, id, token)
            row.sqlmodel_update({**said, "progress": min(max(fraction, 0.0), 1.0), "updated": now()})
            return row.cancel_requested

    def finish(self, id: str, token: str, message: str = "") -> Job:
        """All of it is done."""
        return self._end(id, token, "done", message=message, progress=1.0)

    def fail(self, id: str, token: str, error: str) -> Job:
        """It cannot be done; `error` is the sentence to show."""
        return self._end(id, token, "failed", error=error)

    def stop(self, id: str, token: str, message: str = "Cancelled.") -> Job:
        """It was stopped on the owner's wish; what it had done by then is kept."""
        return self._end(id, token, "cancelled", message=message)

    def _end(self, id: str, token: str, status: Status, **more: Any) -> Job:
        with self.writing() as transaction:
            row = claimed(transaction, id, token)
            preview = row.preview
            end(row, status, **more)
            job = frozen(Job, row)
        self.drop_preview(preview)
        return job

    def interrupt_orphans(self, device: str) -> tuple[Job, ...]:
        """Jobs that a dead worker left running on `device`: queued again, or interrupted after the second time.

        Only the holder of `device_lock(home, device)` may call it, before its first claim: nobody else can know
        that the worker is dead. Where machines share a database, a device's name must name its machine too.
        """
        query = select(JobRow).where(JobRow.status == "running", JobRow.device == device).with_for_update()
        with self.writing() as transaction:
            rows = transaction.exec(query).all()
            previews = [row.preview for row in rows]
            for row in rows:
                take_back(row)
            jobs = tuple(frozen(Job, row) for row in rows)
        for preview in previews:
            self.drop_preview(preview)
        return jobs


# A job's ways --------------------------------------------------------------------------------------------------


def job_row(transaction: Transaction, id: str, *, lock: bool = False) -> JobRow:
    row = transaction.get(JobRow, id, with_for_update=lock)
    if row is None:
        raise JobError(f"There is no job {show(id)} here. Look in the list of jobs.")
    return row


def role_now(transaction: Transaction, name: str, role: str) -> str:
    """The role that somebody has: `role`, or the lower one that the table of people has for the name."""
    row = transaction.get(PersonRow, name)
    return role if row is None else least(role, row.role)


def allow(transaction: Transaction, row: JobRow) -> None:
    """Raise `StoreError` where the owner's role, then or now, is not enough for the job."""
    allowed(role_now(transaction, row.owner, row.role), action_of(row.kind), who=row.owner)


def owned(transaction: Transaction, id: str, *, by: str, role: str | None, verb: str) -> JobRow:
    """The job, for its owner or an admin; a name without a role is nobody's admin. A given role can only be lowered."""
    row = job_row(transaction, id, lock=True)
    person = transaction.get(PersonRow, by)
    known = role if person is None else person.role if role is None else least(role, person.role)
    if row.owner != by and known != "admin":
        raise JobError(
            f"Job {show(id)} belongs to {show(row.owner)}, so {show(by)} cannot {verb} it. Ask its owner or an admin."
        )
    return row


def claimed(transaction: Transaction, id: str, token: str) -> JobRow:
    row = job_row(transaction, id, lock=True)
    if row.status != "running" or row.token != token:
        raise JobError(f"Job {show(id)} is {row.status} and no longer yours. Drop it and claim the next one.")
    return row


def end(row: JobRow, status: Status, **more: Any) -> None:
    moment = now()
    row.sqlmodel_update(
        {"status": status, "token": None, "preview": None, "finished": moment, "updated": moment, **more}
    )


def requeue(row: JobRow, *, attempts: int) -> None:
    fresh = {"status": "queued", "attempts": attempts, "progress": 0.0, "step": None, "steps": None, "message": ""}
    nobody = {"token": None, "device": None, "worker": None, "started": None, "finished": None}
    row.sqlmodel_update(
        {**fresh, **nobody, "preview": None, "error": None, "cancel_requested": False, "updated": now()}
    )


def take_back(row: JobRow) -> None:
    """What becomes of a job whose worker is dead."""
    if row.cancel_requested:
        end(row, "cancelled", message="Cancelled.")
    elif row.attempts < MOST_ATTEMPTS:
        requeue(row, attempts=row.attempts)
    else:
        end(
            row,
            "interrupted",
            error=f"The worker stopped {row.attempts} times during this job. Retry it, or look at its log.",
        )
