"""Pictures, what judges saw in them, and the run folders of the command line.

Judgements are only ever added: a later one supersedes. Try it:
`python -c "from engine.store import open_store; print(open_store().runs())"`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func
from sqlmodel import Session as Transaction
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from engine.run import Run as RunFolder
from engine.store.connection import Database, found, held
from engine.store.tables import JobRow, JudgementRow, PictureRow, RunRow, SessionRow, frozen, new_id
from engine.store.values import JsonText, Judgement, Picture, Run, json_text

AT_ONCE = 200
"""Pictures of a run indexed in one transaction: other writers wait for no longer than that takes."""


class Pictures(Database):
    """What one does with pictures, judgements and runs."""

    def add_picture(
        self,
        *,
        sha256: str,
        path: str,
        width: int,
        height: int,
        generator: str,
        caption: str,
        graph: JsonText,
        seed: int,
        settings: JsonText = "{}",
        record: JsonText = "{}",
        session: str | None = None,
        job: str | None = None,
        run: str | None = None,
    ) -> Picture:
        """The row of a picture whose file is already there (`save_image`); `record` is what an oracle needs to see."""
        row = PictureRow(
            session=session,
            job=job,
            run=run,
            sha256=sha256,
            path=path,
            width=width,
            height=height,
            generator=generator,
            caption=caption,
            graph=json_text(graph, what="graph"),
            seed=seed,
            settings=json_text(settings, what="settings"),
            record=json_text(record, what="record"),
        )
        with self.writing() as transaction:
            if session is not None:
                found(transaction, SessionRow, session, what="session")
            if job is not None:
                found(transaction, JobRow, job, what="job")
            transaction.add(row)
            transaction.flush()
            return frozen(Picture, row)

    def add_judgement(
        self, picture: str, *, judge: str, answers: JsonText, scores: JsonText, score: float | None = None
    ) -> Judgement:
        """What `judge` saw; `score` (0..1) is the one number of `scores` that lists show and sort by."""
        said = {"answers": json_text(answers, what="answers"), "scores": json_text(scores, what="scores")}
        with self.writing() as transaction:
            held(transaction, PictureRow, picture, what="picture")
            last = select(func.max(JudgementRow.number)).where(JudgementRow.picture == picture)
            number = (transaction.exec(last).one() or 0) + 1
            row = JudgementRow(picture=picture, number=number, judge=judge, score=score, **said)
            transaction.add(row)
            transaction.flush()
            return frozen(Judgement, row)

    def get_picture(self, id: str) -> Picture:
        """One picture with the newest judgement of each judge; an unknown id raises `StoreError`."""
        with self.reading() as transaction:
            found(transaction, PictureRow, id, what="picture")
            return judged(transaction, select(PictureRow).where(PictureRow.id == id))[0]

    def pictures(
        self, session: str | None = None, *, job: str | None = None, run: str | None = None
    ) -> tuple[Picture, ...]:
        """The pictures of a session, a job or a run, in the order they were made, each with its judgements."""
        asked = {name: id for name, id in (("session", session), ("job", job), ("run", run)) if id is not None}
        if not asked:
            raise TypeError("pictures() needs a session, a job or a run.")
        query = select(PictureRow).filter_by(**asked).order_by(PictureRow.created, PictureRow.id)
        with self.reading() as transaction:
            return judged(transaction, query)

    def judgements(self, picture: str) -> tuple[Judgement, ...]:
        """All that was ever said about a picture, newest first."""
        with self.reading() as transaction:
            query = select(JudgementRow).where(JudgementRow.picture == picture)
            rows = transaction.exec(query.order_by(col(JudgementRow.number).desc()))
            return tuple(frozen(Judgement, row) for row in rows)

    def index_run(self, path: Path, *, name: str | None = None, manifest: JsonText = "{}") -> Run:
        """Tell the app of a run folder, or tell it anew: one row per folder; its name is the folder's unless given."""
        path = path.expanduser().resolve()
        json_text(manifest, what="manifest")
        with self.writing() as transaction:
            row = transaction.exec(select(RunRow).where(RunRow.path == str(path))).first()
            row = row or RunRow(path=str(path), name=path.name)
            row.sqlmodel_update({"name": name or row.name, "manifest": manifest})
            transaction.add(row)
            transaction.flush()
            return frozen(Run, row)

    def index_pictures(self, folder: Path | str) -> int:
        """Give every picture of a run folder, and what judges saw in it, its rows, so that lists and Inspect see them.

        Rows that are there stay, so it can be called again after more was drawn or judged; returns how many pictures
        are new. Raises `FormatError` for a folder that cannot be read.
        """
        run = RunFolder.open(folder)
        graphs = {scene.id: orjson.dumps(scene.graph.to_dict()).decode() for scene in run.scenes()}
        said = {judge: run.newest(judge) for judge in reversed(run.judges())}
        new = 0
        ahead = run.pictures()
        while part := list(islice(ahead, AT_ONCE)):
            rows = [picture_of(run.path, picture, graphs[picture.scene]) for picture in part if picture.scene in graphs]
            spoken = [
                judgement_of(run.path, by_picture[picture.id])
                for picture in part
                for by_picture in said.values()
                if picture.id in by_picture and picture.scene in graphs
            ]
            new += self._index(rows, spoken)
        return new

    def _index(self, pictures: Sequence[PictureRow], said: Sequence[JudgementRow]) -> int:
        """Add the rows that are missing; a judge that said something else by now has its new word added."""
        paths = [row.path for row in pictures]
        with self.writing() as transaction:
            rows = select(PictureRow.path, PictureRow.id).where(
                PictureRow.run == (pictures[0].run if pictures else None), col(PictureRow.path).in_(paths)
            )
            there = dict(transaction.exec(rows).all())
            kept = {
                row.id: there.get(row.path, row.id) for row in pictures
            }  # Inspect may have brought it under another id
            transaction.add_all(row for row in pictures if row.path not in there)
            transaction.flush()
            known: dict[tuple[str, str], str] = {}
            numbers: dict[str, int] = defaultdict(int)
            words = select(JudgementRow.picture, JudgementRow.judge, JudgementRow.number, JudgementRow.scores).where(
                col(JudgementRow.picture).in_(there.values())
            )
            for picture, judge, number, scores in transaction.exec(words.order_by(col(JudgementRow.number))):
                known[picture, judge], numbers[picture] = scores, number
            for word in said:
                word.picture = kept[word.picture]
                if known.get((word.picture, word.judge)) != word.scores:
                    numbers[word.picture] += 1
                    word.number = numbers[word.picture]
                    transaction.add(word)
        return len(paths) - len(there)

    def index_scene(
        self, folder: Path, pictures: Sequence[Any], graph: JsonText, said: Sequence[Any], *, keep: bool = True
    ) -> tuple[Picture, ...]:
        """Some pictures of a run folder, all of one `graph`, with what was said of them, as the store has them.

        Those without a row get one; without `keep` nothing is written, and they are only made to look like theirs.
        """
        rows = [picture_of(folder, picture, graph) for picture in pictures]
        words = [judgement_of(folder, one) for one in said]
        there = self._rows_of(folder, [row.path for row in rows])
        if keep and len(there) < len(rows):
            missing = [row for row in rows if row.path not in there]
            new = {row.id for row in missing}
            self._index(missing, [word for word in words if word.picture in new])
            there = self._rows_of(folder, [row.path for row in rows])
        return tuple(there.get(row.path) or _as_if(row, words) for row in rows)

    def _rows_of(self, folder: Path, paths: Sequence[str]) -> dict[str, Picture]:
        query = select(PictureRow).where(PictureRow.run == str(folder.resolve()), col(PictureRow.path).in_(paths))
        with self.reading() as transaction:
            return {picture.path: picture for picture in judged(transaction, query)}

    def picture_ids(self, folder: Path | str) -> dict[str, str]:
        """The path of each picture of a run that has a row, and the id of that row."""
        query = select(PictureRow.path, PictureRow.id).where(PictureRow.run == str(Path(folder).resolve()))
        with self.reading() as transaction:
            return dict(transaction.exec(query).all())

    def runs(self, *, limit: int = 100, offset: int = 0) -> tuple[Run, ...]:
        """The run folders that are known here, newest first; one that was moved away is still listed."""
        query = select(RunRow).order_by(col(RunRow.created).desc(), RunRow.id).limit(limit).offset(offset)
        with self.reading() as transaction:
            return tuple(frozen(Run, row) for row in transaction.exec(query))


def run_picture_id(folder: Path | str, picture: str) -> str:
    """The id that the row of a run's picture has, the same wherever it is asked for."""
    return "r" + hashlib.sha256(f"{Path(folder).resolve()}/{picture}".encode()).hexdigest()[:15]


def picture_of(folder: Path, picture: Any, graph: JsonText) -> PictureRow:
    """The row of a picture that lies in a run folder."""
    folder = folder.resolve()
    return PictureRow(
        id=run_picture_id(folder, picture.id),
        run=str(folder),
        sha256=picture.sha256,
        path=picture.file,
        width=picture.width,
        height=picture.height,
        generator=picture.generator,
        caption=picture.caption,
        graph=graph,
        seed=picture.seed,
        settings=orjson.dumps({**picture.settings, "scene": picture.scene}).decode(),
        record=orjson.dumps(dict(picture.record)).decode(),
    )


def judgement_of(folder: Path, said: Any) -> JudgementRow:
    """The row of what a judge saw in a run's picture, in the form that rendering in the app writes."""
    oracle = said.oracle.to_dict() if said.oracle else None
    answers = [{"question": mark.question, "answer": mark.reply.answer} for mark in said.scores.marks]
    return JudgementRow(
        picture=run_picture_id(folder, said.picture),
        number=0,
        judge=said.judge,
        answers=orjson.dumps(answers).decode(),
        scores=orjson.dumps({"judge": said.scores.to_dict(), "oracle": oracle}).decode(),
        score=said.scores.gated,
    )


def _as_if(row: PictureRow, words: Sequence[JudgementRow]) -> Picture:
    """A picture as it would be read if it had a row; the last of the words is the newest."""
    mine = [word for word in words if word.picture == row.id]
    for number, word in enumerate(mine, start=1):
        word.number = number
    return frozen(Picture, row, judgements=tuple(frozen(Judgement, word) for word in reversed(mine)))


def judged(transaction: Transaction, query: SelectOfScalar[PictureRow]) -> tuple[Picture, ...]:
    """The pictures of `query`, each with the newest judgement of every judge."""
    rows = transaction.exec(query).all()
    wanted = query.with_only_columns(col(PictureRow.id)).order_by(None)
    newest = (
        select(func.max(JudgementRow.number).label("number"), JudgementRow.picture)
        .where(col(JudgementRow.picture).in_(wanted))
        .group_by(col(JudgementRow.picture), col(JudgementRow.judge))
        .subquery()
    )
    same = (newest.c.picture == JudgementRow.picture) & (newest.c.number == JudgementRow.number)
    judgements = defaultdict(list)
    for row in transaction.exec(select(JudgementRow).join(newest, same).order_by(col(JudgementRow.number).desc())):
        judgements[row.picture].append(frozen(Judgement, row))
    return tuple(frozen(Picture, row, judgements=tuple(judgements[row.id])) for row in rows)


def copy_pictures(transaction: Transaction, source: str, target: str) -> None:
    """Give the session `target` the pictures of `source`: new rows, the same files, no claim on the old jobs."""
    for row in transaction.exec(select(PictureRow).where(PictureRow.session == source)).all():
        copy = PictureRow(**{**row.model_dump(), "id": new_id(), "session": target, "job": None})
        transaction.add(copy)
        transaction.flush()
        for judgement in transaction.exec(select(JudgementRow).where(JudgementRow.picture == row.id)).all():
            transaction.add(JudgementRow(**{**judgement.model_dump(), "id": new_id(), "picture": copy.id}))
