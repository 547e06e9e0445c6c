"""Logging: one line per event, colours on a terminal, JSON on request, and never a secret."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import TextIO

COLOURS = {"WARNING": "\033[33m", "ERROR": "\033[31m", "CRITICAL": "\033[31m"}
DIM, RESET = "\033[2m", "\033[0m"
HIDDEN = "[hidden]"


class TextFormatter(logging.Formatter):
    """`12:00:01 INFO gancho: text`, secrets replaced."""

    def __init__(self, secrets: tuple[str, ...], *, colour: bool) -> None:
        super().__init__()
        self._secrets = secrets
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        text = hide(self._text(record), self._secrets)
        stamp = time.strftime("%H:%M:%S", time.localtime(record.created))
        if not self._colour:
            return f"{stamp} {record.levelname} {record.name}: {text}"
        start = COLOURS.get(record.levelname, "")
        return f"{DIM}{stamp}{RESET} {start}{text}{RESET if start else ''}"

    def _text(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


class JsonFormatter(TextFormatter):
    """One JSON object per line: time, level, logger, message."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__(secrets, colour=False)

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": round(record.created, 3),
            "level": record.levelname,
            "logger": record.name,
            "message": hide(self._text(record), self._secrets),
        }
        return json.dumps(entry, ensure_ascii=False)


def hide(text: str, secrets: tuple[str, ...]) -> str:
    """Replace every secret in a text."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    return text


def setup(level: str, form: str, secrets: tuple[str, ...], stream: TextIO | None = None) -> None:
    """Send all logging to `stream` (standard error), in one form, without the secrets."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    colour = stream.isatty()
    handler.setFormatter(
        JsonFormatter(secrets) if form == "json" else TextFormatter(secrets, colour=colour)
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The address of each API call holds the token; urllib3 logs it at DEBUG.
    logging.getLogger("urllib3").setLevel("INFO")
    logging.getLogger("filelock").setLevel("INFO")
    logging.getLogger("waitress").setLevel(max(logging.getLogger().level, logging.WARNING))
