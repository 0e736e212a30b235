"""Who is here and what they may do: a named local profile by default, `st.login` where `[auth]` secrets are configured.

On this machine there is no password and “me” is the admin; who comes over the network looks on, or rates by a link.
Try it: `python -m pytest tests/pages/test_rate.py -k "role or name"`.
"""

from __future__ import annotations

from ipaddress import ip_address

import streamlit as st

from engine import roles
from engine.errors import StoreError, show
from engine.roles import ROLES, may
from pages.parts.accounts import account, configured, sign_in, signing_in
from pages.parts.notices import say, told
from pages.parts.opening import store
from pages.parts.words import plain

NOBODY = "me"
AS_ME = "rates as me"
"""In the visit of a curator who rates without another name."""
LONGEST_NAME = 40
PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")
MEANINGS = {
    "viewer": "looks on",
    "annotator": "rates, and sees only Rate",
    "curator": "composes, renders, sets up ratings",
    "admin": "all of it, and who may do what",
}


# --- who --------------------------------------------------------------------------------------------------------------


def who() -> str:
    """The name of the person here: who signed in, or a local profile, kept for the visit and in the address."""
    if signing_in():
        return account(st.user.to_dict()) if st.user.is_logged_in else NOBODY
    if "who" not in st.session_state:
        st.session_state.who = good_person(st.query_params.get("who", NOBODY))
    name = str(st.session_state.who)
    if name != NOBODY and st.query_params.get("who") != name:
        st.query_params["who"] = name
    return name


def good_person(name: str) -> str:
    """The name in one printable line; an empty one is “me”."""
    kept = "".join(letter for letter in " ".join(name.split()) if letter.isprintable())
    return kept[:LONGEST_NAME].strip() or NOBODY


def far_away() -> bool:
    """Whether the browser is on another machine than the program; then a name alone proves nothing.

    Behind a proxy on this machine everybody seems to be here; the headers that a proxy adds say otherwise.
    """
    address = st.context.ip_address
    return (isinstance(address, str) and not own(address)) or any(name in st.context.headers for name in PROXY)


def own(address: str) -> bool:
    """Whether an address is this machine's own, also as a server on all interfaces writes it (`::ffff:127.0.0.1`)."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


# --- what they may do -------------------------------------------------------------------------------------------------


def role() -> str:
    """Viewer, annotator, curator or admin: as the table of people says, and before that as on arrival (`_arriving`)."""
    if signing_in():
        return _signed_in(who()) if st.user.is_logged_in else "viewer"
    known = known_role(who())
    if far_away():
        return "annotator" if known == "annotator" else "viewer"
    return known or _arriving()


def known_role(name: str) -> str | None:
    """The role that the table of people has for this name; None for a name that is not in it."""
    return next((person.role for person in store().people() if person.name == name), None)


def _arriving() -> str:
    """Somebody new on this machine: by a link to rate, an annotator; “me” is the admin, other names are curators."""
    if st.query_params.get("project") and not st.session_state.get(AS_ME):
        return "annotator"
    return store().person(who(), role="admin" if who() == NOBODY else "curator").role


def _signed_in(name: str) -> str:
    """By `[roles]` in the secrets where it stands, else by the table of people; the table is told, for jobs ask it."""
    given, known = configured(), known_role(name)
    if given is None:
        return known or _first()
    role = given.get(name) or ("annotator" if known == "annotator" else "viewer")
    if role != (known or "viewer"):
        store().appoint(name, role)
    return role


def _first() -> str:
    """Who signs in on the machine itself before there is an admin becomes it; all others look on until told otherwise."""
    admins = [person for person in store().people() if person.role == "admin"]
    return "viewer" if far_away() or admins else store().person(who(), role="admin").role


def by_link() -> bool:
    """Whether somebody came by a link to rate and has not given a name yet."""
    return bool(st.query_params.get("project")) and who() == NOBODY and not st.session_state.get(AS_ME)


def only_rates() -> bool:
    """Whether the person here sees only Rate."""
    return by_link() or role() == "annotator"


def allowed(action: str) -> bool:
    """Whether the person here may do that (`engine.roles.may`)."""
    return may(role(), action)


def require(action: str) -> None:
    """Before something is written: `StoreError`, in one sentence, for who may not do that."""
    roles.allowed(role(), action, who=who())


def join(name: str) -> str:
    """Come in by a link under a name, as an annotator unless the name has a role; returns the name as it is kept.

    Raises `StoreError` for an empty name, and for one that over the network would be somebody else's.
    """
    kept = good_person(name)
    if kept == NOBODY:
        raise StoreError("Type your name first, so that your ratings can be found again.")
    known = known_role(kept)
    if far_away() and not signing_in() and known not in (None, "annotator"):
        raise StoreError(f"The name {show(kept)} belongs to somebody who runs this. Choose another name.")
    store().person(kept, role="annotator")
    st.session_state.who = kept
    return kept


# --- on the page ------------------------------------------------------------------------------------------------------


def person() -> None:
    """Who is here, and how to be somebody else: no password, nothing leaves this machine."""
    out = signing_in() and not st.user.is_logged_in
    with st.popover(
        "Not signed in" if out else plain(who()), icon=":material/person:", type="tertiary", key="who-is-here"
    ):
        if signing_in():
            _account()
        else:
            st.text_input("Your name", who(), key="person", max_chars=LONGEST_NAME, on_change=_change)
            st.caption("Scenes are kept under this name, on this machine. There is no password.")
        here = role()
        st.caption(f"You are here as **{here}**: {MEANINGS[here]}.")
        if may(here, "manage people"):
            _others()


def _change() -> None:
    st.session_state.who = good_person(st.session_state.get("person", ""))
    st.session_state.pop("session", None)
    st.query_params.clear()
    if st.session_state.who != NOBODY:
        st.query_params["who"] = st.session_state.who


def _account() -> None:
    if st.user.is_logged_in:
        st.caption(plain(f"Signed in as {st.user.get('name') or who()}."))
        st.button("Sign out", icon=":material/logout:", key="sign-out", on_click=st.logout)
    else:
        st.caption("You look on. Sign in to compose, rate or curate.")
        st.button("Sign in", icon=":material/login:", key="sign-in", on_click=sign_in)


def _others() -> None:
    """For the admin: everybody's role, to be changed here unless the secrets say it."""
    if signing_in() and configured() is not None:
        st.caption("Who may do what stands under [roles] in the secrets of this program.")
        return
    for other in store().people():
        if other.name == who():
            continue
        key = f"role:{other.name}"
        st.selectbox(
            plain(other.name), ROLES, ROLES.index(other.role), key=key, on_change=_assign, args=(other.name, key)
        )


@told
def _assign(name: str, key: str) -> None:
    require("manage people")
    store().set_role(name, str(st.session_state[key]), by=who())
    say(f"{name} is now {st.session_state[key]}.", kind="info")
