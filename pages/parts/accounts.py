"""Accounts: the name that `st.login` (OpenID Connect) proves, and the roles that `[roles]` in the secrets gives to names.

Try it: `python -m pytest tests/pages/test_people.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAuthError
from streamlit.runtime.secrets import secrets_singleton

from engine.errors import StoreError, join_or, show
from engine.roles import ROLES
from engine.store.people import LONGEST
from pages.parts.notices import say, told

TROUBLE = "sign-in"
"""The name in the address under which `pages.parts.callback` says how signing in went wrong."""
TROUBLES = {
    "refused": "You are not signed in: the answer was not the one to a sign-in begun in this browser, or the provider "
    "said no. Press Sign in to try again.",
    "unreachable": "The sign-in provider does not answer. Try again in a minute, or tell whoever runs this program.",
}


def signing_in() -> bool:
    """Whether people sign in with an account (OpenID Connect): `[auth]` stands in `.streamlit/secrets.toml`."""
    return secrets_singleton.load_if_toml_exists() and "auth" in secrets_singleton


def account(claims: Mapping[str, Any]) -> str:
    """The name that a signed-in person has here: the e-mail address, or the provider's number of the account.

    A display name is no proof, for people choose it, and neither is an address that the provider does not call
    verified. What is too long keeps an ending of its own, so that no two accounts are ever one.
    """
    email = str(claims.get("email") or "").lower()
    proven = "@" in email and str(claims.get("email_verified")).lower() == "true"
    name = email if proven else f"account {claims.get('sub')}"
    if len(name) <= LONGEST and name.isprintable() and name == " ".join(name.split()):
        return name
    return f"{_start(name)} {sha256(name.encode()).hexdigest()[:12]}"


def _start(name: str) -> str:
    return "".join(letter for letter in " ".join(name.split()) if letter.isprintable())[:24].strip()


def configured() -> dict[str, str] | None:
    """Name -> role as `[roles]` in the secrets says; whoever stands under two has the higher one. None without it.

    Raises `StoreError` for what cannot be read, so that a slip of the pen gives nobody more than was meant.
    """
    lists = secrets_singleton.get("roles") if signing_in() else None
    return None if lists is None else named_roles(lists)


def named_roles(lists: Any) -> dict[str, str]:
    """`{"curator": ["Ada@example.org"]}` as name -> role; raises `StoreError` for anything else."""
    if not isinstance(lists, Mapping) or set(lists) - set(ROLES):
        raise StoreError(f"[roles] in the secrets has to hold lists named {join_or(ROLES)}, and nothing else. Mend it.")
    for role, names in lists.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise StoreError(
                f'{show(role)} under [roles] in the secrets is no list. Write {role} = ["ada@example.org"].'
            )
    return {name.lower(): role for role in ROLES for name in lists.get(role, ())}


# --- on the page ------------------------------------------------------------------------------------------------------


@told
def sign_in() -> None:
    """Off to the provider; secrets that are not complete are said in one sentence."""
    try:
        st.login()
    except StreamlitAuthError as error:
        raise StoreError(f"Nobody can sign in yet: {error}") from error


def tell_trouble() -> None:
    """What went wrong with signing in, once, for whoever comes back from there."""
    trouble = st.query_params.pop(TROUBLE, None) if signing_in() else None
    if trouble in TROUBLES:
        say(TROUBLES[trouble])
