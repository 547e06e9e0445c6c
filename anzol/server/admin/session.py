"""Who is signed in: a signed cookie, and a token in each form that only our own page can know."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets

from flask import Response, request
from itsdangerous import BadSignature, TimestampSigner

from ..keys import Key

COOKIE = "anzol_admin"
SECONDS = 12 * 3600
FIELD = "form_token"


class Sessions:
    """Cookies that end after twelve hours, or when API_KEY changes."""

    def __init__(self, key: Key) -> None:
        self._signer = TimestampSigner(key.derive("admin cookie"), digest_method=hashlib.sha256)
        self._form_key = key.derive("admin form")

    def open(self, response: Response) -> None:
        """Sign the browser in."""
        response.set_cookie(
            COOKIE,
            self._signer.sign(secrets.token_urlsafe(16)).decode(),
            max_age=SECONDS,
            path="/admin",
            secure=not is_this_machine(request.host),
            httponly=True,
            samesite="Strict",
        )

    def close(self, response: Response) -> None:
        """Sign it out."""
        response.delete_cookie(COOKIE, path="/admin")

    def current(self) -> str | None:
        """Return the session that this request belongs to."""
        try:
            return self._signer.unsign(request.cookies.get(COOKIE, ""), max_age=SECONDS).decode()
        except BadSignature:
            return None

    def form_token(self, session: str) -> str:
        """Return the token that this session's forms carry: another site can make a browser post, but not with it."""
        return hmac.new(self._form_key, session.encode(), hashlib.sha256).hexdigest()

    def is_our_form(self, session: str) -> bool:
        """Return whether the posted form came from our page."""
        given = request.form.get(FIELD, "").encode("utf-8", "replace")
        return hmac.compare_digest(given, self.form_token(session).encode())


def is_this_machine(host: str) -> bool:
    """Return whether a Host header names this machine, where plain http is safe."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    name = name.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
