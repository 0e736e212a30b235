"""Named sets of pictures, tags and saved views; a set that was deleted is kept and can come back.

Try it: `python -c "from engine.store import open_store; print(open_store().sets())"`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert
from sqlmodel import Session as Transaction
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from engine.errors import StoreError, join_or, show
from engine.store.images import Images
from engine.store.set_values import KINDS, PAIRS, ROLES, Kind, Member, PictureSet, View
from engine.store.tables import PictureRow, SetMemberRow, SetRow, TagRow, ViewRow, frozen, now
from engine.store.values import JsonText, json_text

if TYPE_CHECKING:
    from engine.export.rows import ExportRow

LONGEST_NAME, LONGEST_TAG, LONGEST_SEARCH = 120, 40, 200
CHUNK = 500
"""Ids in one statement; databases have a limit."""


class Sets(Images):
    """What one does with sets, tags and views. A name that nobody knows raises `StoreError`, everywhere."""

    def save_set(
        self,
        name: str,
        members: Iterable[Member],
        *,
        owner: str,
        kind: Kind = "pictures",
        selection: JsonText = "{}",
        replace: bool = False,
    ) -> PictureSet:
        """A new set under a free name, or with `replace` the same set with other members; each picture once.

        Raises `StoreError` for a name that is taken, no members, a picture that is not there, or a pair of which one
        half is missing.
        """
        name, chosen = good_name(name, what="set"), list(members)
        json_text(selection, what="selection")
        check_members(chosen, kind)
        with self.writing() as transaction:
            row = _named(transaction, name)
            if row is not None and not replace:
                raise StoreError(f"There is a set {show(name)} already. Choose another name, or replace it.")
            row = row or SetRow(name=name, owner=owner)
            row.sqlmodel_update({"kind": kind, "selection": selection, "updated": now()})
            transaction.add(row)
            transaction.flush()
            _check_there(transaction, [member.picture for member in chosen])
            _put(transaction, row.id, chosen)
            return _value(transaction, row)

    def get_set(self, name: str) -> PictureSet:
        """The set of this name (or id), also a deleted one when it is asked for by id."""
        with self.reading() as transaction:
            return _value(transaction, found_set(transaction, name))

    def sets(
        self, *, search: str = "", owner: str | None = None, deleted: bool = False, limit: int = 100, offset: int = 0
    ) -> tuple[PictureSet, ...]:
        """Sets whose name holds every word of `search`, last changed first; `deleted` lists the bin."""
        gone = col(SetRow.deleted)
        query = select(SetRow).where(gone.is_not(None) if deleted else gone.is_(None))
        if owner is not None:
            query = query.where(SetRow.owner == owner)
        for word in search[:LONGEST_SEARCH].replace("\0", " ").split():
            query = query.where(col(SetRow.name).icontains(word, autoescape=True))
        query = query.order_by(col(SetRow.updated).desc(), col(SetRow.id)).limit(limit).offset(offset)
        with self.reading() as transaction:
            rows = transaction.exec(query).all()
            sizes = _sizes(transaction, [row.id for row in rows])
            return tuple(frozen(PictureSet, row, size=sizes.get(row.id, 0)) for row in rows)

    def members(self, name: str) -> tuple[Member, ...]:
        """The members of a set, in their order."""
        with self.reading() as transaction:
            return tuple(_members(transaction, found_set(transaction, name).id))

    def add_to_set(self, name: str, members: Iterable[Member]) -> PictureSet:
        """Add pictures at the end; one that is there already keeps its place and takes the new role.

        Raises `StoreError` as `save_set` does.
        """
        more = {member.picture: member for member in members}
        with self.writing() as transaction:
            row = found_set(transaction, name)
            there = {member.picture: member for member in _members(transaction, row.id)}
            return _changed(transaction, row, list({**there, **more}.values()))

    def remove_from_set(self, name: str, pictures: Collection[str]) -> PictureSet:
        """Take pictures out, and the other half of a pair with them; ids that are not in it are no matter."""
        gone = set(pictures)
        with self.writing() as transaction:
            row = found_set(transaction, name)
            left = [m for m in _members(transaction, row.id) if m.picture not in gone and m.partner not in gone]
            return _changed(transaction, row, left)

    def rename_set(self, name: str, to: str) -> PictureSet:
        """Give it another, free name of 1 to 120 characters; raises `StoreError` for one that is taken."""
        to = good_name(to, what="set")
        with self.writing() as transaction:
            row = found_set(transaction, name)
            _check_name_free(transaction, to, but=row.id)
            row.sqlmodel_update({"name": to, "updated": now()})
            return _value(transaction, row)

    def delete_set(self, name: str) -> PictureSet:
        """Out of the list, its name is free again; `restore_set` with its id brings it back."""
        with self.writing() as transaction:
            row = found_set(transaction, name)
            row.deleted = row.deleted or now()
            return _value(transaction, row)

    def restore_set(self, id: str) -> PictureSet:
        """Back into the list; raises `StoreError` when its name was taken meanwhile."""
        with self.writing() as transaction:
            row = found_set(transaction, id)
            _check_name_free(transaction, row.name, but=row.id)
            row.deleted = None
            return _value(transaction, row)

    def set_rows(self, name: str, *, judge: str | None = None) -> Iterator[ExportRow]:
        """The pictures of a set with the newest scores of `judge` (default: the newest of all), to train on or export.

        Raises `StoreError` for an unknown set, `FormatError` for a picture whose graph or scores cannot be read.
        """
        from engine.export.stored import rows_of_set  # the store itself knows nothing of graphs

        return rows_of_set(self, name, judge=judge)

    # -- tags

    def tag(self, pictures: Collection[str], tag: str, *, person: str) -> int:
        """Put a tag of 1 to 40 characters on pictures; how many did not have it.

        Raises `StoreError` for an empty or long tag, or a picture that is not there.
        """
        tag, wanted = good_name(tag, what="tag", longest=LONGEST_TAG), list(dict.fromkeys(pictures))
        with self.writing() as transaction:
            _check_there(transaction, wanted)
            had = {id for ids in chunks(wanted) for id in transaction.exec(_tagged(ids, tag))}
            fresh = [{"picture": id, "tag": tag, "person": person, "created": now()} for id in wanted if id not in had]
            if fresh:
                transaction.connection().execute(insert(TagRow), fresh)
            return len(fresh)

    def untag(self, pictures: Collection[str], tag: str) -> int:
        """Take a tag off; how many had it."""
        with self.writing() as transaction:
            gone = 0
            for ids in chunks(list(dict.fromkeys(pictures))):
                these = delete(TagRow).where(col(TagRow.tag) == tag, col(TagRow.picture).in_(ids))
                gone += transaction.connection().execute(these).rowcount
            return gone

    def tags(self) -> dict[str, int]:
        """Tag -> how many pictures have it, most used first."""
        count = func.count()
        query = select(TagRow.tag, count).group_by(TagRow.tag).order_by(count.desc(), TagRow.tag)
        with self.reading() as transaction:
            return dict(transaction.exec(query).all())

    # -- views

    def save_view(self, name: str, filter: JsonText, *, owner: str) -> View:
        """Keep a filter under a name; the same name of the same owner is replaced.

        Raises `StoreError` for an empty or long name, or a filter that is no JSON.
        """
        name = good_name(name, what="view")
        json_text(filter, what="filter")
        with self.writing() as transaction:
            same = select(ViewRow).where(ViewRow.name == name, ViewRow.owner == owner)
            row = transaction.exec(same).first() or ViewRow(name=name, owner=owner, filter=filter)
            row.filter = filter
            transaction.add(row)
            transaction.flush()
            return frozen(View, row)

    def views(self, *, owner: str | None = None) -> tuple[View, ...]:
        """Saved views by name, of one person or of all."""
        query = select(ViewRow).order_by(col(ViewRow.name), col(ViewRow.id))
        if owner is not None:
            query = query.where(ViewRow.owner == owner)
        with self.reading() as transaction:
            return tuple(frozen(View, row) for row in transaction.exec(query))

    def delete_view(self, id: str) -> None:
        """Forget a view; one that is not there is no matter."""
        with self.writing() as transaction:
            row = transaction.get(ViewRow, id)
            if row is not None:
                transaction.delete(row)


# Checks --------------------------------------------------------------------------------------------------------


def good_name(name: str, *, what: str, longest: int = LONGEST_NAME) -> str:
    """The name without stray spaces; an empty or long one raises `StoreError`."""
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in str(name)).split())
    if not name or len(name) > longest:
        raise StoreError(f"A {what} needs a name of 1 to {longest} characters, got {show(name)}. Type one.")
    return name


def check_members(members: Sequence[Member], kind: Kind) -> None:
    """Raises `StoreError` for members that make no set of this kind."""
    if kind not in KINDS:
        raise StoreError(f"{show(kind)} is no kind of set. Choose {join_or(KINDS)}.")
    if not members:
        raise StoreError("There is no picture in this set. Choose some first.")
    for id, times in Counter(member.picture for member in members).items():
        if times > 1:
            raise StoreError(f"The picture {show(id)} is in this set twice. Take it in once.")
    for member in members:
        if member.role not in ROLES:
            raise StoreError(f"{show(member.role)} is no role in a set. Choose {join_or(ROLES)}.")
    if kind in PAIRS:
        _check_pairs(members, kind)


def _check_pairs(members: Sequence[Member], kind: Kind) -> None:
    by_id = {member.picture: member for member in members}
    one, other = PAIRS[kind]
    for member in members:
        partner = by_id.get(member.partner or "")
        roles = {member.role, partner.role} if partner else set()
        if partner is None or partner.partner != member.picture or roles != {one, other}:
            raise StoreError(
                f"The picture {show(member.picture)} has no partner: a {kind} set holds pairs of {one} and {other}. "
                "Choose both, or make a set of pictures."
            )


def _check_there(transaction: Transaction, pictures: Sequence[str]) -> None:
    for ids in chunks(pictures):
        there = transaction.exec(select(PictureRow.id).where(col(PictureRow.id).in_(ids))).all()
        missing = set(ids) - set(there)
        if missing:
            raise StoreError(f"There is no picture {show(min(missing))} here. Choose pictures from the list.")


def _check_name_free(transaction: Transaction, name: str, *, but: str) -> None:
    row = _named(transaction, name)
    if row is not None and row.id != but:
        raise StoreError(f"There is a set {show(name)} already. Choose another name, or rename that one first.")


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids, as many at a time as one statement may hold."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


# Rows ----------------------------------------------------------------------------------------------------------


def found_set(transaction: Transaction, name: str) -> SetRow:
    """The row of the set with this name, else with this id; raises `StoreError` when there is none."""
    row = _named(transaction, name) or transaction.get(SetRow, name)
    if row is None:
        raise StoreError(f"There is no set {show(name)} here. Choose one from the list (`python cli.py sets list`).")
    return row


def _named(transaction: Transaction, name: str) -> SetRow | None:
    query = select(SetRow).where(SetRow.name == name, col(SetRow.deleted).is_(None))
    return transaction.exec(query).first()


def _members(transaction: Transaction, set: str) -> list[Member]:
    query = select(SetMemberRow.picture, SetMemberRow.role, SetMemberRow.partner)
    rows = transaction.exec(query.where(SetMemberRow.set == set).order_by(col(SetMemberRow.place)))
    return [Member(picture, role, partner) for picture, role, partner in rows]  # type: ignore[arg-type]


def _changed(transaction: Transaction, row: SetRow, members: list[Member]) -> PictureSet:
    check_members(members, row.kind)  # type: ignore[arg-type]
    _check_there(transaction, [member.picture for member in members])
    _put(transaction, row.id, members)
    row.updated = now()
    return _value(transaction, row)


def _put(transaction: Transaction, set: str, members: Sequence[Member]) -> None:
    connection = transaction.connection()
    connection.execute(delete(SetMemberRow).where(col(SetMemberRow.set) == set))
    rows = [
        {"set": set, "picture": m.picture, "place": place, "role": m.role, "partner": m.partner}
        for place, m in enumerate(members)
    ]
    connection.execute(insert(SetMemberRow), rows)


def _sizes(transaction: Transaction, sets: Sequence[str]) -> dict[str, int]:
    query = select(SetMemberRow.set, func.count()).where(col(SetMemberRow.set).in_(sets)).group_by(SetMemberRow.set)
    return dict(transaction.exec(query).all())


def _value(transaction: Transaction, row: SetRow) -> PictureSet:
    transaction.flush()
    return frozen(PictureSet, row, size=_sizes(transaction, [row.id]).get(row.id, 0))


def _tagged(ids: Sequence[str], tag: str) -> SelectOfScalar[str]:
    return select(TagRow.picture).where(col(TagRow.picture).in_(ids), TagRow.tag == tag)
