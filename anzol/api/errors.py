"""What can go wrong between a handler and Telegram. No message here ever holds the token."""

from __future__ import annotations

from typing import Any

LONGEST_RETRY = 366 * 24 * 3600  # a year: a longer wait is a mistake in the unit


class TelegramError(Exception):
    """A Bot API call did not succeed; `method` is its name."""

    method: str


class ApiError(TelegramError):
    """Telegram answered and said no.

    `code` is its error code, `description` its text, `parameters` its hints
    (https://core.telegram.org/bots/api#responseparameters).
    """

    def __init__(
        self,
        method: str,
        code: int,
        description: str,
        parameters: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{method}: {code} {description}")
        self.method = method
        self.code = code
        self.description = description
        self.parameters = parameters or {}


class RetryAfter(ApiError):
    """Too many requests (429): try again in `retry_after` seconds."""

    @property
    def retry_after(self) -> int:
        """Return the seconds to wait; 1 where Telegram does not say."""
        return int(self.parameters.get("retry_after", 1))


class Unauthorized(ApiError):
    """The token is not, or no longer, one of this server's (401)."""


class Forbidden(ApiError):
    """The user blocked the bot, or the bot was removed from the chat (403), whose id is `chat_id`."""

    chat_id: int | str | None = None


class ChatMigrated(ApiError):
    """The group became a supergroup: its chat is `new_chat_id` from now on."""

    @property
    def new_chat_id(self) -> int:
        """Return the supergroup's id."""
        return int(self.parameters["migrate_to_chat_id"])


class NetworkError(TelegramError):
    """No answer came from Telegram.

    `sent` says whether the request may have reached it, so that repeating a send could send twice.
    """

    def __init__(self, method: str, reason: str, *, sent: bool) -> None:
        super().__init__(f"{method}: {reason}")
        self.method = method
        self.reason = reason
        self.sent = sent


class BadAnswer(NetworkError):
    """Something answered that is no Bot API server: a proxy, a login page, a gateway in front of Telegram.

    `status` is the HTTP status it came with. `sent` is false where the call was clearly not passed on.
    """

    def __init__(self, method: str, status: int, *, sent: bool) -> None:
        super().__init__(method, f"HTTP {status} without Telegram's JSON", sent=sent)
        self.status = status


class ProxyError(Exception):
    """The environment's proxy cannot be used; the message says what to type."""


class TextError(ValueError):
    """Telegram would refuse this text; the message is what it would say after "Bad Request: "."""


class Outage(NetworkError):
    """Telegram is unreachable, or refuses the token. The update waits until that ends, which counts as no attempt."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(method, f"Telegram is away: {reason}", sent=False)


class Retry(Exception):
    """Raise it in a handler to have the update run again: `raise Retry(after=30)`.

    Without `after` (seconds) the schedule is 1, 4, 15, 60 s. `HANDLER_ATTEMPTS` bounds the tries, unless
    `counted=False` says that this one was no failure. The chat's other updates wait meanwhile. Raises `ValueError` for
    an `after` that is not a number of seconds from 0 to a year.
    """

    def __init__(self, after: float | None = None, *, counted: bool = True) -> None:
        if after is not None and not (is_number(after) and 0 <= after <= LONGEST_RETRY):
            raise ValueError(
                f"Retry(after={after!r}) is not a valid wait: give seconds from 0 to {LONGEST_RETRY}."
            )
        super().__init__("the handler asked for another try")
        self.after = after
        self.counted = counted


class Drop(Exception):
    """Raise it in a handler, or in a `before` hook, to end the update quietly.

    What was put into the session is kept.
    """


class Next(Exception):
    """Raise it in a handler, or in a `before` hook, to pass the update on to the next handler that takes it."""


class HandlerError(Exception):
    """A handler cannot be registered; the message names its file, line and the remedy."""


def is_number(value: object) -> bool:
    """Return whether this is a finite number, and no boolean."""
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")
    )


def api_error(method: str, answer: dict[str, Any]) -> ApiError:
    """Build the error for Telegram's `{"ok": false, ...}` envelope."""
    code: int = answer["error_code"]
    parameters: dict[str, Any] = answer.get("parameters") or {}
    kind: type[ApiError] = ApiError
    if code == 429:
        kind = RetryAfter
    elif code == 403:
        kind = Forbidden
    elif code == 401:
        kind = Unauthorized
    elif "migrate_to_chat_id" in parameters:
        kind = ChatMigrated
    return kind(method, code, answer["description"], parameters)
