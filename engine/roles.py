"""Who may do what: four roles, each of which may all that the one before it may.

Try it: `python -c "from engine.roles import may; print(may('annotator', 'rate'), may('annotator', 'edit'))"`.
"""

from __future__ import annotations

from engine.errors import StoreError, join_or, show

ROLES = ("viewer", "annotator", "curator", "admin")

ACTIONS = {
    "look": "viewer",
    "rate": "annotator",
    "correct": "annotator",
    "edit": "curator",
    "render": "curator",
    "manage projects": "curator",
    "adjudicate": "curator",
    "curate": "curator",
    "export": "curator",
    "train": "curator",
    "manage models": "admin",
    "manage people": "admin",
    "run other jobs": "admin",
}
"""The least role that may do it."""
JOBS = {
    "render": "render",
    "judge": "render",
    "grid": "render",
    "again": "render",
    "evaluate": "render",
    "export": "export",
    "train": "train",
    "examine": "render",
    "load": "manage models",
    "unload": "manage models",
    "fetch": "manage models",
    "probe": "manage models",
}
"""What one must be allowed to do to have a job of this kind done."""


def may(role: str, action: str) -> bool:
    """Whether this role may do this; nobody may do what is not in the table, and an unknown role may nothing."""
    return role in ROLES and action in ACTIONS and ROLES.index(role) >= ROLES.index(ACTIONS[action])


def action_of(kind: str) -> str:
    """The action that a job of this kind is; a kind that is not in the table is for the admin."""
    return JOBS.get(kind, "run other jobs")


def least(first: str, second: str) -> str:
    """The one of two roles that may less; an unknown role may nothing, so it is the lesser."""
    return min(first, second, key=lambda role: ROLES.index(role) if role in ROLES else -1)


def allowed(role: str, action: str, *, who: str) -> None:
    """Raise `StoreError` where `who`, being `role`, may not do `action`; the sentence says who can help."""
    if not may(role, action):
        enough = [name for name in ROLES if may(name, action)]
        help = f"Ask {join_or(enough)}." if enough else "Nobody can."
        raise StoreError(f"{show(who)} is {show(role)} here, which is not enough to {action}. {help}")
