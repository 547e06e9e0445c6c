"""The body of `POST /push`: read, checked as a whole, or refused with one sentence."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anzol.api.contents import check_contents, check_length, parsed
from anzol.api.errors import TextError
from anzol.api.formatting import place_formatting
from anzol.api.methods import check, did_you_mean, find, schema
from anzol.api.text import FormattedText, Text, format_text, from_markdown

from .push import encoded
from .topics import ALLOWED, NAME

MOST_CHATS = 50_000  # of one request: so many long numbers fit into a body of 1 MiB
LONGEST = 366 * 86400.0  # seconds that a push may wait, and that it may be worth sending
SENDS = ("send", "copy", "forward")  # a key for pushing bans nobody and leaves no group
NEVER = (
    "sendChatAction",
    "sendMessageDraft",
    "sendRichMessageDraft",
)  # what nobody is there to see
CHAT = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")
REMOTE = re.compile(r"https?://\S+|[A-Za-z0-9_-]+")  # a file by its address, or by its file_id
LOCAL = re.compile(r"file:[^\s\"'>)]*", re.IGNORECASE)
MEDIA = ("media", "photo", "thumbnail", "cover")  # where an object has its files
RICH = ("html", "markdown")  # where a rich text has its own
LARGEST = 2**52  # a chat's number, as Telegram has it
RECIPIENTS = ("chat_id", "chat_ids", "topic")
CONTENTS = ("text", "html", "markdown", "method")
KNOWN = (
    *RECIPIENTS,
    *CONTENTS,
    "params",
    "buttons",
    "silent",
    "at",
    "delay",
    "ttl",
    "bot",
)


class BadBody(ValueError):
    """A body that is not a push; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to send and to whom: `chats`, or the subscribers of `topic`. `due` in epoch seconds, `ttl` in seconds."""

    method: str
    params: Mapping[str, Any]
    chats: tuple[int | str, ...] = ()
    topic: str = ""
    due: float | None = None
    ttl: float | None = None
    bot: str = ""


def read_json(body: bytes) -> dict[str, Any]:
    """Read a JSON object; raise BadBody."""
    try:
        found = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise BadBody("The body is nested too deeply.") from None
    except ValueError as error:
        raise BadBody(f"The body is not JSON: {error}."[:200]) from None
    if not isinstance(found, dict):
        raise BadBody("The body is JSON but not an object.")
    return found


def read_order(found: dict[str, Any], now: float) -> Order:
    """Return what a body asks for; raise BadBody."""
    for name in found:
        if name not in KNOWN:
            raise BadBody(f"There is no field {name!r}{did_you_mean(name, KNOWN)}"[:200])
    chats, topic = _recipients(found)
    method, params = _content(found)
    if _flag(found, "silent"):
        params["disable_notification"] = True
    if "buttons" in found:
        if "reply_markup" in params:
            raise BadBody("Give buttons or params' reply_markup, not both.")
        params["reply_markup"] = {"inline_keyboard": _rows(found["buttons"])}
    if "chat_id" not in schema()["methods"][method]["params"]:
        raise BadBody(f"{method} sends nothing to a chat.")
    try:
        params = place_formatting(method, params)
        check(method, {**params, "chat_id": 1})
        encoded(params, "params")
        _refuse_files(method, params)
        check_contents(method, params)
    except RecursionError:
        raise BadBody("params is nested too deeply.") from None
    except TextError as error:
        raise _bad_text(error) from None
    except (TypeError, ValueError) as error:
        raise _bad(error) from None
    due = _due(found, now)
    ttl = _seconds(found, "ttl", 1) if "ttl" in found else None
    bot = found.get("bot", "")
    if not isinstance(bot, str | int) or isinstance(bot, bool):
        raise BadBody("bot is a bot's number or its @name.")
    return Order(method, params, chats, topic, due, ttl, str(bot))


def _recipients(found: dict[str, Any]) -> tuple[tuple[int | str, ...], str]:
    _exactly_one(found, RECIPIENTS)
    if "topic" in found:
        topic = found["topic"]
        if not isinstance(topic, str) or not NAME.fullmatch(topic):
            raise BadBody(f"topic is {ALLOWED}.")
        return (), topic
    if "chat_id" in found:
        return (_chat(found["chat_id"]),), ""
    chats = found["chat_ids"]
    if not isinstance(chats, list) or not chats:
        raise BadBody("chat_ids is a list of at least one chat.")
    if len(chats) > MOST_CHATS:
        raise BadBody(
            f"chat_ids has {len(chats):,} chats; a request takes {MOST_CHATS:,}. Send several, or use a topic."
        )
    return tuple(dict.fromkeys(_chat(chat) for chat in chats)), ""


def _chat(value: Any) -> int | str:
    if type(value) is int and value and abs(value) < LARGEST:
        return value
    if isinstance(value, str) and CHAT.fullmatch(value):
        return value
    raise BadBody(f"{value!r:.60} is not a chat; give its number or @name.")


def _content(found: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    kind = _exactly_one(found, CONTENTS)
    params = found.get("params", {})
    if not isinstance(params, dict):
        raise BadBody("params is an object of the method's parameters.")
    if "chat_id" in params:
        raise BadBody("params has a chat_id; give it outside of params.")
    if kind == "method":
        return _method(found["method"]), dict(params)
    for name in ("text", "parse_mode", "entities"):
        if name in params:
            raise BadBody(f"{name} is given by {kind}; leave it out of params.")
    return "sendMessage", {**params, "text": _text(kind, found[kind])}


def _refuse_files(method: str, params: Mapping[str, Any]) -> None:
    """Raise BadBody for a file that is neither at an address nor at Telegram's."""
    kinds = schema()["methods"][method]["params"]
    given = [(name, params[name]) for name in params if "InputFile" in kinds.get(name, "")]
    for name, value in params.items():
        # An object may be given as its JSON, which Telegram reads as well.
        is_text = isinstance(value, str) and kinds.get(name, "").lstrip("!") != "String"
        given += _files_in(name, parsed(value) if is_text else value)
    for name, value in given:
        if not isinstance(value, str) or not REMOTE.fullmatch(value):
            raise BadBody(
                f"{name} is {value!r:.60}: give a file's address or its file_id; no file of this server is sent."
            )


def _files_in(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what stands where an object has its files, at any depth, and what a rich text names by `file:`."""
    if isinstance(value, list):
        for item in value:
            yield from _files_in(place, item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in MEDIA and not isinstance(item, dict | list):
                yield f"{place}'s {name}", item
            elif name in RICH and isinstance(item, str) and (found := LOCAL.search(item)):
                yield f"{place}'s {name}", found[0]
            else:
                yield from _files_in(place, item)


def _method(name: Any) -> str:
    method = find(name) if isinstance(name, str) else None
    if method is None:
        known = [one for one in schema()["methods"] if one.startswith(SENDS)]
        raise BadBody(f"The Bot API has no method {name!r:.60}{did_you_mean(str(name), known)}")
    if not method.startswith(SENDS) or method in NEVER:
        raise BadBody(f"{method} cannot be pushed; send…, copy… and forward… methods can.")
    return method


def _text(kind: str, value: Any) -> FormattedText | str:
    """Return a text that Telegram will take as one message."""
    if not isinstance(value, str):
        raise BadBody(f"{kind} is a text.")
    try:
        value.encode()
        text: Text = value
        if kind == "markdown":
            text = from_markdown(value)
        elif kind == "html":
            text = format_text(value, "HTML", None)
        shown = text.text if isinstance(text, FormattedText) else format_text(value, "", None).text
        check_length(kind, shown)
    except TextError as error:
        raise _bad_text(error) from None
    except UnicodeEncodeError:
        raise BadBody(f"{kind} has half a character, a lone surrogate.") from None
    except ValueError as error:
        raise _bad(error) from None
    return text if isinstance(text, FormattedText) else value


def _rows(given: Any) -> list[list[Any]]:
    """Return the rows of buttons; what the buttons are is checked with the rest of the call."""
    rows = (
        [row if isinstance(row, list) else [row] for row in given]
        if isinstance(given, list)
        else []
    )
    if not rows or not all(rows):
        raise BadBody(
            'buttons is a list of buttons or of rows of them, each {"text": "Open", "url": "https://…"}.'
        )
    return rows


def _bad(error: Exception) -> BadBody:
    return BadBody(f"{str(error)[:300].rstrip('.')}.")


def _bad_text(error: TextError) -> BadBody:
    """Return Telegram's words on a text as a sentence."""
    told = str(error)
    return _bad(ValueError(told[:1].upper() + told[1:]))


def _due(found: dict[str, Any], now: float) -> float | None:
    if "at" in found and "delay" in found:
        raise BadBody("Give at or delay, not both.")
    if "delay" in found:
        return now + _seconds(found, "delay", 0)
    if "at" not in found:
        return None
    due = _moment(found["at"])
    if due <= now:
        raise BadBody("at is in the past; leave it out to send now.")
    if due > now + LONGEST:
        raise BadBody("at is more than a year from now.")
    return due


def _moment(value: Any) -> float:
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                told = moment.isoformat()
                raise BadBody(f"at has no time zone: write {told}Z or {told}+01:00.")
            return moment.timestamp()
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    except BadBody:
        raise
    except (ValueError, OverflowError):
        pass
    raise BadBody("at is a time such as 2026-12-24T18:00:00+01:00, or epoch seconds.")


def _seconds(found: dict[str, Any], name: str, least: int) -> float:
    value = found[name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not least <= value <= LONGEST:
        raise BadBody(f"{name} is seconds from {least} to {LONGEST:.0f}.")
    return float(value)


def _flag(found: dict[str, Any], name: str) -> bool:
    value = found.get(name, False)
    if not isinstance(value, bool):
        raise BadBody(f"{name} is true or false.")
    return value


def _exactly_one(found: dict[str, Any], names: tuple[str, ...]) -> str:
    given = [name for name in names if name in found]
    if len(given) != 1:
        told = f"both {given[0]} and {given[1]}" if given else "none"
        raise BadBody(f"Give exactly one of {', '.join(names)}; there is {told}.")
    return given[0]


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
