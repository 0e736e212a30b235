"""Around Streamlit's sign-in routes: one comes back to the page where one began, and what went wrong is said there.

Streamlit always leads to the front page and says nothing. Try it: `python -m pytest tests/browser/test_signing_in.py`.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.parts.accounts import TROUBLE

BACK = "scenewright_back"
"""The cookie with the page where signing in began; ten minutes, never seen by a script."""
LONGEST_BACK = 2000
SIGNED = "_streamlit_user="


class Callback:
    """ASGI middleware, which touches nothing but `/auth/login` and `/oauth2callback`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "") if scope["type"] == "http" else ""
        changed = leaving if path.endswith("/auth/login") else coming if path.endswith("/oauth2callback") else None

        async def changing(message: Message) -> None:
            if changed is not None and message["type"] == "http.response.start":
                changed(Request(scope), message)
            await send(message)

        await self.app(scope, receive, changing)


def leaving(request: Request, message: Message) -> None:
    """Remember the page; where the provider does not answer, go back to it."""
    back = inside(request.headers.get("referer", ""), host=request.headers.get("host", ""), front="../")
    headers = MutableHeaders(raw=message["headers"])
    if message["status"] >= 400:
        message["status"] = 303
        headers["location"] = with_trouble(back, "unreachable")
    else:
        headers.append("set-cookie", f"{BACK}={quote(back, safe='')}; Path=/; HttpOnly; SameSite=lax; Max-Age=600")


def coming(request: Request, message: Message) -> None:
    """Back to the remembered page, with the reason where nobody is signed in by this."""
    headers = MutableHeaders(raw=message["headers"])
    if "location" not in headers or not {"state", "code", "error"} & set(request.query_params):
        return
    back = inside(unquote(request.cookies.get(BACK, "")), front=headers["location"])
    signed = any(one.startswith(SIGNED) and "max-age=0" not in one.lower() for one in headers.getlist("set-cookie"))
    headers["location"] = back if signed else with_trouble(back, "refused")
    headers.append("set-cookie", f"{BACK}=; Path=/; HttpOnly; SameSite=lax; Max-Age=0")


def inside(address: str, *, front: str, host: str = "") -> str:
    """Path and query of an address of this program; `front` for any other, so that nobody is led elsewhere."""
    if len(address) > LONGEST_BACK or not address.isascii() or not address.isprintable():
        return front
    try:
        parts = urlsplit(address)
    except ValueError:
        return front
    if parts.netloc != host or not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        return front
    return parts.path + (f"?{parts.query}" if parts.query else "")


def with_trouble(back: str, trouble: str) -> str:
    """The page, told in its address what went wrong."""
    path, _, query = back.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != TROUBLE]
    return f"{path}?{urlencode([*kept, (TROUBLE, trouble)])}"
