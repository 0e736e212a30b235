"""People: named local profiles, each with a role that pages and jobs ask about (`engine.roles`).

Try it: `python -c "from engine.store import open_store; print(open_store().person('Ada'))"`.
"""

from __future__ import annotations

from sqlmodel import Session as Transaction
from sqlmodel import col, select

from engine.errors import StoreError, join_or, show
from engine.roles import ROLES, may
from engine.store.connection import Database
from engine.store.rating_values import Person
from engine.store.tables import PersonRow, frozen

LONGEST = 80


class People(Database):
    """What one does with people."""

    def person(self, name: str, *, role: str = "curator") -> Person:
        """The profile of this name, made with `role` where it is new; raises `StoreError` for a name that is none."""
        name, role = good_person(name), good_role(role)
        with self.reading() as transaction:
            row = transaction.get(PersonRow, name)
            if row is not None:
                return frozen(Person, row)
        with self.writing() as transaction:
            return frozen(Person, _met(transaction, name, role))

    def set_role(self, name: str, role: str, *, by: str) -> Person:
        """Give somebody another role; `by` must be an admin, and the last admin stays one.

        While there is no admin yet, a curator may name the first. Raises `StoreError` for an unknown role, for who
        may not give roles, and for the last admin.
        """
        name, role, by = good_person(name), good_role(role), good_person(by)
        with self.writing() as transaction:
            admins = [row.name for row in transaction.exec(select(PersonRow).where(PersonRow.role == "admin"))]
            _refuse_usurper(_met(transaction, by, "viewer"), admins)
            if admins == [name] and role != "admin":
                raise StoreError(f"{show(name)} is the last admin. Make somebody else one first.")
            row = _met(transaction, name, role)
            row.role = role
            return frozen(Person, row)

    def appoint(self, name: str, role: str) -> Person:
        """The profile of this name with the role that the configuration gives, which asks no admin.

        Raises `StoreError` for a name that is none and for an unknown role.
        """
        name, role = good_person(name), good_role(role)
        with self.writing() as transaction:
            row = _met(transaction, name, role)
            row.role = role
            return frozen(Person, row)

    def people(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        with self.reading() as transaction:
            return tuple(
                frozen(Person, row) for row in transaction.exec(select(PersonRow).order_by(col(PersonRow.name)))
            )


def good_person(name: str) -> str:
    """The name without stray spaces; one that is empty or longer than 80 characters raises `StoreError`."""
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in str(name)).split())
    if not name or len(name) > LONGEST:
        raise StoreError(f"A person needs a name of 1 to {LONGEST} characters, got {show(name)}. Type one.")
    return name


def good_role(role: str) -> str:
    """The role as it is; raises `StoreError` for one that nobody can have."""
    if role not in ROLES:
        raise StoreError(f"{show(role)} is no role. Choose {join_or(ROLES)}.")
    return role


def _met(transaction: Transaction, name: str, role: str) -> PersonRow:
    row = transaction.get(PersonRow, name, with_for_update=True)
    if row is None:
        row = PersonRow(name=name, role=role)
        transaction.add(row)
        transaction.flush()
    return row


def _refuse_usurper(row: PersonRow, admins: list[str]) -> None:
    if may(row.role, "manage people") or (not admins and may(row.role, "manage projects")):
        return
    raise StoreError(
        f"{show(row.name)} is {row.role} and cannot give roles. Ask {admins[0] if admins else 'a curator'}."
    )
