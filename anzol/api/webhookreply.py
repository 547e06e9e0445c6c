"""A call of the Bot API that travels in the response to the webhook's request."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

# Telegram ignores these in a response to its webhook request, without a word.
REFUSED = ("get", "setwebhook", "deletewebhook", "close", "logout")
PLACES = 64  # settings of WEBHOOK_REPLY that are kept; each bot has one


class WebhookReply:
    """The place for an update's last call in the response to it, for the methods that may take it.

    The call's result is unknown (it returns `True`) and its errors are lost: fit for answerCallbackQuery, not for a
    message that is edited later. Telegram reads the response when the handler has ended: a call that another one
    follows is taken out again and goes first.
    """

    def __init__(self, methods: tuple[str, ...]) -> None:
        self._methods = _fit(methods)
        self._lock = threading.Lock()
        self._taken: dict[str, Any] | None = None
        self._closed = False

    def take(self, method: str, fields: dict[str, Any]) -> bool:
        """Put a call here. Return False when the place is taken, the response is gone, or the method is not for it."""
        if method.lower() not in self._methods:
            return False
        with self._lock:
            if self._closed or self._taken is not None:
                return False
            self._taken = {"method": method, **fields}
            return True

    def release(self) -> dict[str, Any] | None:
        """Take the call out again, because another one follows it; `None` when there is none."""
        with self._lock:
            if self._closed:
                return None
            taken, self._taken = self._taken, None
            return taken

    def close(self) -> dict[str, Any] | None:
        """Return the call for the response; later calls are sent as usual."""
        with self._lock:
            self._closed = True
            return self._taken


@lru_cache(PLACES)
def _fit(methods: tuple[str, ...]) -> frozenset[str]:
    """Return those that can travel in a response, in lower case; for all updates of a bot they are the same."""
    names = (method.lower() for method in methods)
    return frozenset(name for name in names if not name.startswith(REFUSED))
