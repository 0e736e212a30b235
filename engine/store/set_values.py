"""What sets are made of, as the store hands it out: frozen values, times in UTC as text that sorts.

Try it: `python -c "from engine.store.set_values import Member; print(Member('p1', 'chosen', 'p2'))"`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from engine.store.values import JsonText, Time

Role: TypeAlias = Literal["keep", "teacher", "student", "chosen", "rejected"]
ROLES: tuple[Role, ...] = get_args(Role)
Kind: TypeAlias = Literal["pictures", "distillation", "preference"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PAIRS: dict[Kind, tuple[Role, Role]] = {"distillation": ("teacher", "student"), "preference": ("chosen", "rejected")}
"""Kinds of sets whose members come in pairs, and the roles of the two."""


@dataclass(frozen=True, slots=True)
class Member:
    """A picture of a set by its id; in a pair, `partner` is the id of the other picture and `role` says which is which."""

    picture: str
    role: Role = "keep"
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class PictureSet:
    """A named set; `selection` tells how its members were chosen, `size` is how many pictures it has."""

    id: str
    name: str
    owner: str
    kind: Kind
    selection: JsonText
    created: Time
    updated: Time
    deleted: Time | None
    size: int


@dataclass(frozen=True, slots=True)
class View:
    """A filter somebody saved under a name; `filter` is what `engine.curation.filter.Filter.to_dict` wrote."""

    id: str
    name: str
    owner: str
    filter: JsonText
    created: Time
