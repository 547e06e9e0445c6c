"""A push: one call of the Bot API that the server makes by itself, as it is stored until then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from anzol.api import methods
from anzol.api.formatting import place_formatting
from anzol.api.limits import BULK
from anzol.api.methods import did_you_mean, schema
from anzol.api.uploads import is_file

# Which goes first. Replies to updates go before all of them.
PROMPT, NORMAL = 0, 1
FILE = "anzol:file"  # marks the path of a file that is read when it is sent
LONGEST_LIFE = 366 * 86400.0


@dataclass(frozen=True)
class Push:
    """One call to make: `Push("sendMessage", {"chat_id": 5, "text": html("<b>Hi</b>")})`.

    `due` is when, in epoch seconds, None for as soon as possible; `ttl` for how many seconds from then it is worth sending.
    `priority`: PROMPT, NORMAL or BULK. A `key` is taken once. Files are file_ids, URLs or `Path`s, which are read when it
    is sent. `otherwise` is made instead when Telegram says that the message is not of this call's kind. Raise ValueError
    or TypeError for what cannot be stored.
    """

    method: str
    params: Mapping[str, Any] = field(default_factory=dict)
    due: float | None = None
    ttl: float | None = None
    priority: int = PROMPT
    key: str = ""
    otherwise: Push | None = None

    def __post_init__(self) -> None:
        known = methods.find(self.method)
        if known is None:
            raise ValueError(
                f"The Bot API has no method {self.method!r}"
                f"{did_you_mean(self.method, schema()['methods'])}"
            )
        if known.startswith("get"):
            raise ValueError(f"{known} is a question; nobody would read its answer.")
        if self.priority not in (PROMPT, NORMAL, BULK):
            raise ValueError(f"priority has value {self.priority!r}. Use {PROMPT} to {BULK}.")
        for name, most in (("due", float("inf")), ("ttl", LONGEST_LIFE)):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and 0 <= value <= most):
                raise ValueError(f"{name} has value {value!r}. Use seconds from 0.")
        object.__setattr__(self, "method", known)
        object.__setattr__(self, "params", place_formatting(known, dict(self.params)))

    @property
    def chat(self) -> int | str | None:
        """Return the chat that it goes to, None for a call that names none."""
        chat = self.params.get("chat_id")
        return chat if isinstance(chat, int | str) else None

    @property
    def lane(self) -> str:
        """Return the lane of its chat, in which pushes go one after the other."""
        return lane_of(self.method, self.chat)

    def encode(self) -> dict[str, Any]:
        """Return its method and parameters as JSON values; raise TypeError for content that cannot be stored."""
        params = {
            name: encoded(value, name) for name, value in self.params.items() if value is not None
        }
        other = {} if self.otherwise is None else {"otherwise": self.otherwise.encode()}
        return {"method": self.method, "params": params, **other}


def lane_of(method: str, chat: int | str | None) -> str:
    """Return the lane of a chat, or of a method that names none."""
    return f"method:{method}" if chat is None else f"chat:{chat}"[:200]


def encoded(value: Any, where: str) -> Any:
    """Return a parameter as JSON; raise TypeError or ValueError for a file that cannot wait."""
    if isinstance(value, Path):
        if not value.is_file():
            raise ValueError(f"{where}: there is no file {value}.")
        return {FILE: str(value.absolute())}
    if is_file(value):
        raise TypeError(
            f"{where} is {type(value).__name__}: what is sent later is stored, so give a Path, a URL or a file_id."
        )
    if isinstance(value, dict):
        if (
            FILE in value
        ):  # it would be read as the path of a file of ours, and who sends it may be a stranger
            raise ValueError(f"{where} has a key {FILE!r}, which is not for others.")
        return {key: encoded(item, f"{where}[{key!r}]") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(item, f"{where}[{at}]") for at, item in enumerate(value)]
    json.dumps(value)  # raises TypeError
    return value


def decoded(value: Any) -> Any:
    """Return a parameter as it was given."""
    if isinstance(value, dict):
        if value.keys() == {FILE}:
            return Path(value[FILE])
        return {key: decoded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decoded(item) for item in value]
    return value
