"""Logging: one line per event, colours on a terminal, JSON on request, and never a secret."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Collection
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TextIO

from anzol.api.errors import HandlerError

COLOURS = {"WARNING": "\033[33m", "ERROR": "\033[31m", "CRITICAL": "\033[31m"}
DIM, RESET = "\033[2m", "\033[0m"
HIDDEN = "[hidden]"
# Exceptions of these modules speak in Telegram's words and ours; the text of others may be a user's.
OURS = ("anzol.api.", "anzol.bot.", "anzol.queue.")
QUOTED = re.compile(r"(?<!\w)'[^']*'|\"[^\"]*\"")  # the apostrophe of "can't" begins no quotation

# What JSON has a notation of its own for; all else is shown as its text.
PLAIN = (int, float, type(None))
encode = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make one for each line
# What a formatter may ask for, and a `Line` does not tell.
UNKNOWN: dict[str, Any] = {
    **dict.fromkeys(("pathname", "filename", "module", "threadName", "processName"), ""),
    **dict.fromkeys(("funcName", "taskName"), ""),
    **dict.fromkeys(("lineno", "relativeCreated"), 0),
    **dict.fromkeys(("args", "exc_info", "exc_text", "stack_info")),
}

# The fields of this thread's lines: a run of an update sets them itself, as a block of `about` takes three functions.
ABOUT: ContextVar[dict[str, Any] | None] = ContextVar("about", default=None)


class about:  # in lower case: it is used as a function is
    """Add these fields to every line that this thread logs within the block: `with about(update=7): ...`."""

    __slots__ = ("_fields", "_token")

    def __init__(self, **fields: Any) -> None:
        self._fields = fields

    def __enter__(self) -> None:
        around = ABOUT.get()
        self._token = ABOUT.set({**around, **self._fields} if around else self._fields)

    def __exit__(self, *error: object) -> None:
        ABOUT.reset(self._token)


class Line(logging.LogRecord):
    """A line with fields of its own, made without a look at who calls, in which thread: there is one for each update."""

    def __init__(self, name: str, level: int, text: str, fields: dict[str, Any]) -> None:
        # Not LogRecord's own, which takes as long as all the rest of the line. A formatter looks into `__dict__`.
        self.__dict__.update(UNKNOWN)
        self.name, self.levelno, self.levelname = name, level, logging.getLevelName(level)
        self.msg, self.fields = text, fields
        self.created = now = time.time()
        self.msecs = now % 1 * 1000
        self.process, self.thread = os.getpid(), threading.get_ident()


class Lines(logging.StreamHandler[TextIO]):
    """Writes lines to a stream; standard error ends each by itself, and need not be asked to."""

    def flush(self) -> None:
        """Write what is buffered, where something is."""
        if not getattr(self.stream, "line_buffering", False):
            super().flush()


class TextFormatter(logging.Formatter):
    """`12:00:01 INFO anzol: text  update=7`, secrets replaced."""

    def __init__(
        self, secrets: tuple[str, ...], *, colour: bool = False, quotes: bool = False
    ) -> None:
        super().__init__()
        self._secrets = secrets
        self._colour = colour
        self._quotes = quotes

    def hide_also(self, secrets: Collection[str]) -> None:
        """Replace these secrets, too."""
        self._secrets = tuple({*self._secrets, *secrets})

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line of text, with its traceback below."""
        text = record.getMessage()
        if found := fields_of(record):
            # Together, since there is a line for each update: their line breaks are escaped, those of the text are kept.
            named = " ".join([f"{name}={value}" for name, value in found.items()])
            text = f"{text}  {printable(named)}"
        if record.exc_info:
            text += self._traceback(record)
        text = printable(hide(text, self._secrets), lines=True)
        stamp = local_time(int(record.created))
        if not self._colour:
            return f"{stamp} {record.levelname} {record.name}: {text}"
        start = COLOURS.get(record.levelname, "")
        return f"{DIM}{stamp}{RESET} {start}{text}{RESET if start else ''}"

    def _traceback(self, record: logging.LogRecord) -> str:
        if not record.exc_info:
            return ""
        error = record.exc_info[1]
        if error is None or self._quotes or "update" not in fields_of(record):
            return f"\n{self.formatException(record.exc_info)}"
        return f"\n{frames(error)}"


class JsonFormatter(TextFormatter):
    """One JSON object per line: time, level, logger, message, and the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one JSON object."""
        entry = {
            "time": round(record.created, 3),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() + self._traceback(record),
            **fields_of(record),
        }
        shown = {
            name: value if type(value) is str or isinstance(value, PLAIN) else str(value)
            for name, value in entry.items()
        }
        # Nearly always one look at all texts together tells that there is nothing to hide, and nothing to escape.
        texts = " ".join([value for value in shown.values() if isinstance(value, str)])
        if not texts.isprintable() or hide(texts, self._secrets) != texts:
            # Before JSON escapes anything: a secret with a quote in it would no longer be found.
            shown = {name: self._safe(value) for name, value in shown.items()}
        return encode(shown)

    def _safe(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return printable(hide(value, self._secrets), lines=True)


@lru_cache(1)  # a busy server logs many lines in a second
def local_time(second: int) -> str:
    """Return the local time of an epoch second."""
    return time.strftime("%H:%M:%S", time.localtime(second))


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return a line's fields: those of the update being handled, and its own."""
    return {**(ABOUT.get() or {}), **getattr(record, "fields", {})}


def describe(error: BaseException) -> str:
    """Return an exception's type, with its text only where that is Telegram's or ours, and nothing that it quotes."""
    kind = type(error)
    # A HandlerError shows what a handler made, a button's label perhaps, and that may be a user's words.
    if isinstance(error, HandlerError) or not kind.__module__.startswith(OURS):
        return kind.__name__
    return f"{kind.__name__}: {QUOTED.sub('…', str(error))}"


def frames(error: BaseException) -> str:
    """Return the traceback of an exception and of those that led to it, each named by `describe`."""
    parts: list[str] = []
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        parts.append("".join(traceback.format_tb(found.__traceback__)) + describe(found))
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return "\nwhich led to\n".join(reversed(parts))


def printable(text: str, *, lines: bool = False) -> str:
    """Return `text` with control characters escaped, so that it can neither steer a terminal nor forge a line.
    `lines` keeps line breaks."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or (lines and char in "\n\t") else escape(char) for char in text
    )


def escape(char: str) -> str:
    """Return a character as an escape sequence."""
    return char.encode("unicode_escape").decode()


def hide(text: str, secrets: tuple[str, ...]) -> str:
    """Return a text with every secret in it replaced."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    return text


def hide_also(secrets: Collection[str]) -> None:
    """Hide these as well, which are known since the start of a bot that came later."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, TextFormatter):
            handler.formatter.hide_also(secrets)


def setup(
    level: str,
    form: str,
    secrets: tuple[str, ...],
    stream: TextIO | None = None,
    *,
    quotes: bool = False,
) -> None:
    """Send all logging to `stream` (standard error), in one form, without the secrets.

    `quotes` keeps the texts of exceptions, which may hold what a user wrote: for the author's own machine, and DEBUG.
    """
    stream = stream or sys.stderr
    handler = Lines(stream)
    quotes = quotes or level == "DEBUG"
    handler.setFormatter(
        JsonFormatter(secrets, quotes=quotes)
        if form == "json"
        else TextFormatter(secrets, colour=stream.isatty(), quotes=quotes)
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The address of each API call holds the token; urllib3 logs it at DEBUG.
    logging.getLogger("urllib3").setLevel("INFO")
    logging.getLogger("filelock").setLevel("INFO")
    # "Task queue depth" is not a problem: the requests wait for a commit that they share.
    logging.getLogger("waitress.queue").setLevel("ERROR")
    logging.getLogger("waitress").setLevel(max(logging.getLogger().level, logging.WARNING))
