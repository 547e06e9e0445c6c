"""One call that may travel in the webhook's own response instead of in a request of its own."""

from __future__ import annotations

import threading
from typing import Any

# Telegram ignores these in a response, without a word.
REFUSED = ("get", "setwebhook", "deletewebhook", "close", "logout")


class WebhookReply:
    """The place for an update's last call in the response to it, for the methods that may take it.

    The call's result is unknown (it returns `True`) and its errors are lost: fit for answerCallbackQuery, not for a
    message that is edited later. Telegram reads the response when the handler has ended: a call that another one
    follows is taken out again and goes first.
    """

    def __init__(self, methods: tuple[str, ...]) -> None:
        self._methods = frozenset(method.lower() for method in methods)
        self._lock = threading.Lock()
        self._taken: dict[str, Any] | None = None
        self._closed = False

    def take(self, method: str, fields: dict[str, Any]) -> bool:
        """Put a call here; False when the place is taken, the response is gone, or the method is not for it."""
        name = method.lower()
        if name not in self._methods or name.startswith(REFUSED):
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
        """Say what goes into the response; what comes later is sent as usual."""
        with self._lock:
            self._closed = True
            return self._taken
