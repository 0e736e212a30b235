"""Named sets of pictures, tags and saved views; a set that was deleted is kept and can come back.

Try it: `python -c "from engine.store import open_store; print(open_store().sets())"`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from engine.store.connection import Database
from engine.store.set_values import Kind, Member, PictureSet, View
from engine.store.values import JsonText

if TYPE_CHECKING:
    from engine.export.rows import ExportRow


class Sets(Database):
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
        raise NotImplementedError

    def get_set(self, name: str) -> PictureSet:
        """The set of this name (or id), also a deleted one when it is asked for by id."""
        raise NotImplementedError

    def sets(
        self, *, search: str = "", owner: str | None = None, deleted: bool = False, limit: int = 100, offset: int = 0
    ) -> tuple[PictureSet, ...]:
        """Sets whose name holds every word of `search`, last changed first; `deleted` lists the bin."""
        raise NotImplementedError

    def members(self, name: str) -> tuple[Member, ...]:
        """The members of a set, in their order."""
        raise NotImplementedError

    def add_to_set(self, name: str, members: Iterable[Member]) -> PictureSet:
        """Add pictures at the end; one that is there already keeps its place and takes the new role."""
        raise NotImplementedError

    def remove_from_set(self, name: str, pictures: Collection[str]) -> PictureSet:
        """Take pictures out, and the other half of a pair with them; ids that are not in it are no matter."""
        raise NotImplementedError

    def rename_set(self, name: str, to: str) -> PictureSet:
        """Give it another, free name of 1 to 120 characters."""
        raise NotImplementedError

    def delete_set(self, name: str) -> PictureSet:
        """Out of the list, its name is free again; `restore_set` with its id brings it back."""
        raise NotImplementedError

    def restore_set(self, id: str) -> PictureSet:
        """Back into the list; raises `StoreError` when its name was taken meanwhile."""
        raise NotImplementedError

    def set_rows(self, name: str, *, judge: str | None = None) -> Iterator[ExportRow]:
        """The pictures of a set with the newest scores of `judge` (default: the newest of all), to train on or export."""
        raise NotImplementedError

    # Tags

    def tag(self, pictures: Collection[str], tag: str, *, person: str) -> int:
        """Put a tag of 1 to 40 characters on pictures; how many did not have it."""
        raise NotImplementedError

    def untag(self, pictures: Collection[str], tag: str) -> int:
        """Take a tag off; how many had it."""
        raise NotImplementedError

    def tags(self) -> dict[str, int]:
        """Tag -> how many pictures have it, most used first."""
        raise NotImplementedError

    # Views

    def save_view(self, name: str, filter: JsonText, *, owner: str) -> View:
        """Keep a filter under a name; the same name of the same owner is replaced."""
        raise NotImplementedError

    def views(self, *, owner: str | None = None) -> tuple[View, ...]:
        """Saved views by name."""
        raise NotImplementedError

    def delete_view(self, id: str) -> None:
        """Forget a view; one that is not there is no matter."""
        raise NotImplementedError
