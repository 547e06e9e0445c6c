"""The key that opens the operator's routes, and the headers that every answer carries."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

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


class Named(NamedTuple):
    """A key of API_KEYS, whose it is, and what it opens."""

    name: str
    scopes: frozenset[str]
    key: bytes


def read_named(texts: Iterable[str]) -> list[Named]:
    """Return the keys that API_KEYS holds: `name:scopes:key`, the scopes with + between."""
    parts = (text.split(":", 2) for text in texts)
    return [Named(name, frozenset(scopes.split("+")), key.encode()) for name, scopes, key in parts]


class Key:
    """API_KEY: without one the routes that ask for it are not there."""

    def __init__(self, key: str, named: Iterable[Named] = ()) -> None:
        self._key, self._named = key.encode(), list(named)
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

    def is_known(self, given: bytes) -> bool:
        """Return whether this is the key, or one of the named ones; a wrong one is not counted."""
        matches = [hmac.compare_digest(given, named.key) for named in self._named]
        return self.matches(given) or any(matches)

    def holder(self, *scopes: str) -> str | None:
        """Return whose key this request carries, if it opens one of the scopes: "" is API_KEY's holder, None nobody.

        Aborts with 429 for a wrong key from an address that guessed too often.
        """
        given = request.headers.get("Authorization", "")
        scheme, _, key = given.partition(" ")
        tried = key.strip().encode("latin-1", "replace") if scheme.lower() == "bearer" else b""
        found = [named for named in self._named if hmac.compare_digest(tried, named.key)]
        if found:
            return found[0].name if not found[0].scopes.isdisjoint(scopes) else None
        return "" if self.is_given() else None

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
    def is_any(self) -> bool:
        """Return whether there is this key, or a named one."""
        return self.is_set or bool(self._named)

    @property
    def is_set(self) -> bool:
        """Return whether there is a key."""
        return bool(self._key)
