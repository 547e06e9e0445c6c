"""The key that opens the operator's routes, and the headers that every answer carries."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, abort, request

from .addresses import Guesses

# Nothing of ours needs more; the operator's page says itself what it needs.
POLICY = "default-src 'none'; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

# Every answer's, in the order in which they are sent.
SECURITY = [*HEADERS.items(), ("Content-Security-Policy", POLICY)]

View = TypeVar("View", bound=Callable[..., Any])


def protect(response: Response) -> Response:
    """Add the security headers that an answer does not set itself."""
    for name, value in SECURITY:
        response.headers.setdefault(name, value)
    return response


class Key:
    """API_KEY: without one the routes that ask for it are not there."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._guesses = Guesses()

    def __repr__(self) -> str:
        return f"<Key {'set' if self._key else 'unset'}>"

    def is_given(self) -> bool:
        """Return whether this request carries `Authorization: Bearer` with the key. A wrong one is counted."""
        header = request.headers.get("Authorization", "")
        scheme, _, given = header.partition(" ")
        return bool(header) and self.is_right(given.strip() if scheme.lower() == "bearer" else "")

    def matches(self, given: bytes) -> bool:
        """Return whether this is the key, compared in constant time; a wrong one is not counted."""
        return bool(self._key) and hmac.compare_digest(given, self._key)

    def is_right(self, given: str) -> bool:
        """Return whether this is the key, compared in constant time.

        Aborts with 429 for a wrong one from an address that guessed too often; the right one always passes.
        """
        # Headers come as Latin-1, forms as UTF-8: a key outside ASCII is right in either.
        tries = (given.encode("utf-8", "replace"), given.encode("latin-1", "replace"))
        matches = [self.matches(one) for one in tries]  # always both: constant time
        if any(matches):
            return True
        wait = self._guesses.wrong(request.remote_addr)
        if wait:
            answer = Response("Too many wrong keys.\n", 429, mimetype="text/plain")
            answer.headers["Retry-After"] = str(wait)
            abort(answer)
        return False

    def required(self, view: View) -> View:
        """Decorate a view: 404 without a key configured, 401 without the right one given."""

        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not self._key:
                abort(404)
            if not self.is_given():
                return Response(
                    "Send the header Authorization: Bearer and the API_KEY.\n",
                    401,
                    {"WWW-Authenticate": "Bearer"},
                    mimetype="text/plain",
                )
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    def derive(self, purpose: str) -> bytes:
        """Return a key derived for one purpose, which changes with API_KEY."""
        return hmac.digest(self._key, purpose.encode(), "sha256")

    @property
    def is_set(self) -> bool:
        """Return whether there is a key."""
        return bool(self._key)
