"""A small, real sign-in provider (OpenID Connect) on loopback: discovery, authorize, token with RS256 and PKCE, JWKS, logout.

Try it: `python -m tests.oidc_provider 9999 '{"ada": {"email": "ada@example.org", "email_verified": true}}' http://127.0.0.1:8501/`.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "scenewright", "a client's secret"


class Provider(ThreadingHTTPServer):
    """Accounts by subject; an account with `forged` gets a token that somebody else signed."""

    def __init__(self, port: int, accounts: dict[str, dict[str, Any]], client: str) -> None:
        super().__init__(("127.0.0.1", port), Door)
        self.issuer = f"http://127.0.0.1:{port}"
        self.accounts, self.client = accounts, client
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.stranger = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict[str, str]] = {}

    def code(self, asked: dict[str, str], account: str) -> str:
        """A code that can be used once."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "account": account}
        return code

    def token(self, asked: dict[str, str]) -> str:
        """The signed ID token."""
        claims = dict(self.accounts[asked["account"]])
        key = self.stranger if claims.pop("forged", False) else self.key
        now = int(time.time())
        claims |= {"iss": self.issuer, "sub": asked["account"], "aud": CLIENT, "iat": now, "exp": now + 600}
        return jwt.encode({"alg": "RS256", "kid": "1"}, {**claims, "nonce": asked["nonce"]}, key)


class Door(BaseHTTPRequestHandler):
    """One request."""

    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        known = {
            "/.well-known/openid-configuration": self.discovery,
            "/jwks": lambda _: self.reply({"keys": [self.server.key.as_dict(private=False)]}),
            "/authorize": self.authorize,
            "/chosen": self.chosen,
            "/logout": lambda asked: self.redirect(asked["post_logout_redirect_uri"]),
        }
        known.get(parts.path, lambda _: self.send_error(404))(asked)

    def do_POST(self) -> None:
        given = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        asked = {name: values[0] for name, values in parse_qs(given).items()}
        known = self.server.codes.pop(asked.get("code", ""), None)
        if self.path != "/token" or known is None or not self.proven(asked, known):
            self.reply({"error": "invalid_grant"}, 400)
            return
        self.reply({"access_token": "x", "token_type": "Bearer", "id_token": self.server.token(known)})

    def proven(self, asked: dict[str, str], known: dict[str, str]) -> bool:
        """The client's secret, its address and the verifier of PKCE."""
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            self.headers.get("Authorization") == basic
            and asked.get("redirect_uri") == known["redirect_uri"]
            and challenge == known["code_challenge"]
        )

    def discovery(self, _: dict[str, str]) -> None:
        at = self.server.issuer
        self.reply(
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/jwks",
                "end_session_endpoint": f"{at}/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def authorize(self, asked: dict[str, str]) -> None:
        """The page on which one chooses an account, or refuses."""
        if asked.get("client_id") != CLIENT or not asked.get("redirect_uri", "").startswith(self.server.client):
            self.send_error(400)
            return
        links = [
            f'<p><a href="/chosen?{html.escape(urlencode({**asked, "account": name}))}">{html.escape(name)}</a>'
            for name in (*self.server.accounts, "nobody")
        ]
        self.page("".join(links))

    def chosen(self, asked: dict[str, str]) -> None:
        """Back to the program with a code, or with the refusal."""
        account = asked.pop("account")
        answer = {"error": "access_denied"} if account == "nobody" else {"code": self.server.code(asked, account)}
        self.redirect(f"{asked['redirect_uri']}?{urlencode({**answer, 'state': asked['state']})}")

    def reply(self, what: dict[str, Any], status: int = 200) -> None:
        self.send(json.dumps(what).encode(), "application/json", status)

    def page(self, text: str) -> None:
        self.send(f"<!doctype html><title>Accounts</title>{text}".encode(), "text/html; charset=utf-8")

    def send(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing, for tests have enough to say."""


if __name__ == "__main__":
    Provider(int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]).serve_forever()
