"""Downloads: streamed, bounded, and never outside the folder that was given."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from .client import API_URL, Bot
from .methods import schema

# Telegram's cloud gives no larger ones to bots; a local Bot API server does.
LARGEST = 20 * 1024 * 1024
BLOCK = 64 * 1024


class TooLarge(Exception):
    """A file is larger than `max_size` allows."""


class FileElsewhere(OSError):
    """A Bot API server with `--local` returned a path that is not on this disk."""


def file_in(message: Any) -> dict[str, Any]:
    """Return the file of a message (of a picture the largest size). Raises `TypeError` when it has none."""
    for name, spec in schema()["types"]["Message"].items():
        found = message.get(name) if name != "new_chat_photo" else None
        if spec == "[PhotoSize]" and found:
            largest: dict[str, Any] = found[-1]
            return largest
        if isinstance(found, dict) and "file_id" in found:
            return found
    raise TypeError("The message has no file; route it with @router.on('message:document').")


def largest(bot: Bot) -> int | None:
    """Return the default of `max_size`: the cloud's limit, or `None` for a Bot API server of one's own, which has none."""
    return LARGEST if getattr(bot.transport, "api_url", API_URL) == API_URL else None


def open_download(bot: Bot, file: dict[str, Any], max_size: int | None = LARGEST) -> IO[bytes]:
    """Download a file into a temporary one, in memory while it is small; read it from the start, then close it."""
    target = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115  # the caller closes it
    try:
        _copy(bot, file, target, max_size)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def save_download(bot: Bot, file: dict[str, Any], to: Path, max_size: int | None = LARGEST) -> Path:
    """Download a file to a path, or into a folder under its own name; it appears there when it is complete.

    In a folder nothing is replaced: a file of that name may be another user's. The second one is `name-1.txt`.
    """
    folder = to.is_dir()
    handle, part = tempfile.mkstemp(prefix=".download-", dir=to if folder else to.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            _copy(bot, file, target, max_size)
        path = _take_free_name(to / _safe_name(file)) if folder else to
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
    return path


def _take_free_name(path: Path) -> Path:
    """Make an empty file where there was none, so that nobody else takes the name; return its path."""
    free, number = path, 0
    while True:
        try:
            os.close(os.open(free, os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            number += 1
            free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        else:
            return free


def _copy(bot: Bot, file: dict[str, Any], target: Any, max_size: int | None) -> None:
    _check_size(file.get("file_size") or 0, max_size)
    found = bot.get_file(file["file_id"])
    size = 0
    for block in _blocks(bot, found.file_path or ""):
        size += len(block)
        _check_size(size, max_size)
        target.write(block)


def _blocks(bot: Bot, path: str) -> Iterator[bytes]:
    if not os.path.isabs(path):
        yield from bot.transport.download(path)
        return
    # A Bot API server that runs with --local keeps the file on its own disk, which should be this one.
    try:
        source = open(path, "rb")  # noqa: SIM115  # closed below; what reading raises goes on as it is
    except OSError as error:
        raise FileElsewhere(
            f"The Bot API server says that the file is at {path}, which cannot be read here ({error.strerror}). "
            "With --local it hands out paths on its own disk: run the bot on the same machine, mount that folder "
            "at the same path, or run the server without --local."
        ) from None
    with source:
        while block := source.read(BLOCK):
            yield block


def _check_size(size: int, max_size: int | None) -> None:
    if max_size is not None and size > max_size:
        raise TooLarge(f"The file has more than max_size={max_size} bytes.")


def _safe_name(file: dict[str, Any]) -> str:
    """Return the sender's name for the file without any folder, or one made from its id."""
    given = PurePosixPath(str(file.get("file_name") or "").replace("\\", "/")).name
    name = re.sub(r'[\x00-\x1f<>:"|?*]', "_", given).strip(". ")
    return name[-100:] or str(file.get("file_unique_id") or "file")
