"""Who a signed-in account is, and what `[roles]` in the secrets makes of it; a slip of the pen gives nobody a role.

Try it: `python -m pytest tests/pages/test_people.py`.
"""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import StoreError
from engine.store.people import LONGEST
from engine.store.people import good_person as kept
from pages.parts.accounts import account, named_roles
from pages.parts.callback import inside, with_trouble
from pages.parts.people import own

VERIFIED = {"email": "Ada@Example.org", "email_verified": True, "sub": "1", "name": "Bob"}


def test_a_verified_address_is_the_name_and_a_display_name_is_not() -> None:
    assert account(VERIFIED) == "ada@example.org"


@pytest.mark.parametrize("verified", [False, None, "false", 0, "yes"])
def test_an_address_that_is_not_verified_is_no_proof(verified: object) -> None:
    assert account({**VERIFIED, "email_verified": verified}) == "account 1"


def test_without_a_word_about_it_an_address_is_not_verified() -> None:
    assert account({"email": "ada@example.org", "sub": "7"}) == "account 7"
    assert account({**VERIFIED, "email_verified": "true"}) == "ada@example.org"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a" * 90 + "1@x.org", "a" * 90 + "2@x.org"),
        ("stra\u00dfe@x.org", "strasse@x.org"),
        ("ada\u200b@x.org", "ada@x.org"),
        ("ada\n@x.org", "ada @x.org"),
        ("ada  x@x.org", "ada x@x.org"),
    ],
)
def test_two_accounts_are_never_one_and_keep_their_name_in_the_store(one: str, other: str) -> None:
    names = [account({**VERIFIED, "email": email}) for email in (one, other)]
    assert names[0] != names[1]
    for name in names:
        assert kept(name) == name and len(name) <= LONGEST


def test_the_higher_of_two_roles_counts() -> None:
    lists = {"viewer": ["ada@example.org"], "admin": ["Ada@Example.org"], "curator": ["bob@example.org"]}
    assert named_roles(lists) == {"ada@example.org": "admin", "bob@example.org": "curator"}


@pytest.mark.parametrize(
    ("lists", "sentence"),
    [
        ({"admins": ["a@b"]}, "lists named “viewer”, “annotator”"),
        ("admin", "lists named"),
        ({"admin": "a@b"}, "“admin” under [roles] in the secrets is no list"),
        ({"curator": [1]}, "“curator” under [roles] in the secrets is no list"),
    ],
)
def test_a_slip_of_the_pen_is_said(lists: Any, sentence: str) -> None:
    with pytest.raises(StoreError) as caught:
        named_roles(lists)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/rate?project=a%20b", "/rate?project=a%20b"),
        ("//evil.example/x", "/front"),
        ("/\\evil.example", "/front"),
        ("http://evil.example/x", "/front"),
        ("http://[", "/front"),
        ("/a\r\nset-cookie: x", "/front"),
        ("/\u05d0", "/front"),
        ("/" + "a" * 3000, "/front"),
        ("rate", "/front"),
        ("", "/front"),
    ],
)
def test_one_comes_back_to_a_page_of_this_program_only(address: str, leads: str) -> None:
    assert inside(address, front="/front") == leads


def test_what_went_wrong_stands_once_in_the_address() -> None:
    assert with_trouble("/rate?project=a&sign-in=x", "refused") == "/rate?project=a&sign-in=refused"


@pytest.mark.parametrize(
    ("address", "mine"),
    [
        ("::ffff:127.0.0.1", True),  # what a server that listens on all interfaces (plain `streamlit run`) calls it
        ("127.0.0.2", True),
        ("::1", True),
        ("::ffff:192.168.1.5", False),
        ("192.168.1.5", False),
        ("testclient", False),
    ],
)
def test_this_machine_is_known_in_every_spelling(address: str, mine: bool) -> None:
    assert own(address) is mine
