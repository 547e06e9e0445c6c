"""What the Bot API answers when it refuses: a code, Telegram's own words, sometimes parameters."""

from __future__ import annotations

from typing import Any

PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    504: "Gateway Timeout",
}


class Refused(Exception):
    """A call refused with `ok: false`."""

    def __init__(self, code: int, text: str = "", **parameters: Any) -> None:
        prefix = PREFIXES.get(code, "Error")
        super().__init__(f"{prefix}: {text}" if text else prefix)
        self.code = code
        self.parameters = parameters

    @property
    def envelope(self) -> dict[str, Any]:
        """Return the answer's JSON object."""
        answer = {"ok": False, "error_code": self.code, "description": str(self)}
        return {**answer, "parameters": self.parameters} if self.parameters else answer


def bad(text: str, **parameters: Any) -> Refused:
    """Return a 400 with Telegram's wording."""
    return Refused(400, text, **parameters)


def forbidden(text: str) -> Refused:
    """Return a 403 with Telegram's wording."""
    return Refused(403, text)


def too_many(seconds: int) -> Refused:
    """Return a 429 that asks to wait."""
    return Refused(429, f"retry after {seconds}", retry_after=seconds)
