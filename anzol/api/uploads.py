"""Uploads: files found in a call's parameters, sent as multipart, never whole in memory."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from .jsontext import writer_of

FILE_TYPES = (Path, bytes, bytearray)
# Values that hold no file and no formatting, and can be sent as they are: all there is in most calls.
PLAIN = frozenset({str, int, float, bool})
CONTAINERS = frozenset({dict, list})  # which are no files themselves


def is_plain(params: dict[str, Any]) -> bool:
    """Return whether nothing in a call's parameters needs a closer look."""
    return PLAIN.issuperset(map(type, params.values()))


def is_file(value: Any) -> bool:
    """Return whether a value is a path, bytes, an open binary file, or `(name, any of these)`."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        return is_file(value[1])
    return isinstance(value, FILE_TYPES) or hasattr(value, "read")


def take_files(params: dict[str, Any], cleanup: ExitStack) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split parameters into JSON fields and files; a nested file becomes `attach://file0`.

    Parameters that are `None` are left out: Telegram reads a JSON null as the text "null". Copies that had to be made
    are closed by `cleanup`.
    """
    files: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for name, value in params.items():
        if value is None:
            continue
        if type(value) not in PLAIN and is_file(value):
            files[name] = _repeatable(value, cleanup)
        else:
            fields[name] = _attach(value, files, cleanup)
    return fields, files


def _attach(value: Any, files: dict[str, Any], cleanup: ExitStack) -> Any:
    # Keyboards come here with nearly every reply that is more than a text: what they consist of is asked by its type.
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind not in CONTAINERS and is_file(value):
        name = f"file{len(files)}"
        files[name] = _repeatable(value, cleanup)
        return f"attach://{name}"
    if isinstance(value, dict):
        return {
            key: item if type(item) in PLAIN else _attach(item, files, cleanup)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, (list, tuple)):
        return [_attach(item, files, cleanup) for item in value]
    return value


def _repeatable(value: Any, cleanup: ExitStack) -> Any:
    """Copy a stream that cannot go back (a response, a pipe) to disk: a call may have to be tried again."""
    if isinstance(value, tuple):
        return value[0], _repeatable(value[1], cleanup)
    if isinstance(value, io.TextIOBase):
        raise TypeError(f"{_name_of(value)} is open as text; open files for Telegram with 'rb'.")
    if not hasattr(value, "read") or value.seekable():
        return value
    copy = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115
    cleanup.callback(copy.close)
    shutil.copyfileobj(value, copy)
    copy.seek(0)
    return _name_of(value), copy


def size_of(value: Any) -> int | None:
    """Return the number of bytes that a file would send, `None` for a stream that does not know."""
    if isinstance(value, tuple):
        return size_of(value[1])
    if isinstance(value, bytes | bytearray):
        return len(value)
    if isinstance(value, Path):
        return value.stat().st_size
    return _remaining(value) if value.seekable() else None


def digest(params: dict[str, Any]) -> str:
    """Return a short hash of a call's parameters, the same after a restart; of files only the size counts.

    Raises `TypeError` for a value that cannot be sent.
    """
    return hashlib.blake2b(_sorted(params), digest_size=12).hexdigest()


def digest_now(params: dict[str, Any]) -> Callable[[], str]:
    """Return what gives a call's digest as it is now, whatever becomes of its parameters.

    Raises `TypeError` for a value that cannot be sent.
    """
    made = digest(params)
    return lambda: made


def _describe(value: Any) -> str:
    # Neither name nor address: a temporary file has others at the next try.
    if is_file(value):
        return f"file of {size_of(value)} bytes"
    raise TypeError(f"{type(value).__name__} cannot be sent: {value!r}")


_sorted = writer_of(json.JSONEncoder(sort_keys=True, default=_describe))


class Multipart:
    """A multipart/form-data body that is read in blocks and knows its length beforehand.

    Leaving the context closes what it opened and puts given streams back to where they were.
    """

    def __init__(self, fields: dict[str, Any], files: dict[str, Any]) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._parts: list[bytes | IO[bytes]] = []
        self._length = 0
        with ExitStack() as opened:
            for name, value in fields.items():
                text = value if isinstance(value, str) else json.dumps(value)
                self._add(_head(boundary, name) + text.encode() + b"\r\n")
            for name, value in files.items():
                filename, content = self._open(value, opened)
                self._add(_head(boundary, name, filename))
                self._add(content)
                self._add(b"\r\n")
            self._cleanup = opened.pop_all()
        self._add(f"--{boundary}--\r\n".encode())
        self._blocks = self._read_blocks()

    def __enter__(self) -> Multipart:
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """Return the next block, in a size of its own; b"" is the end."""
        return next(self._blocks, b"")

    def _open(self, value: Any, opened: ExitStack) -> tuple[str, bytes | IO[bytes]]:
        if isinstance(value, tuple):
            return value[0], self._open(value[1], opened)[1]
        if isinstance(value, bytes | bytearray):
            return "file", bytes(value)
        if isinstance(value, Path):
            return value.name, opened.enter_context(value.open("rb"))
        opened.callback(value.seek, value.tell())
        return _name_of(value), value

    def _add(self, part: bytes | IO[bytes]) -> None:
        self._parts.append(part)
        self._length += len(part) if isinstance(part, bytes) else _remaining(part)

    def _read_blocks(self, block: int = 64 * 1024) -> Iterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                while chunk := part.read(block):
                    yield chunk


def _head(boundary: str, name: str, filename: str | None = None) -> bytes:
    lines = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'
    if filename is None:
        return f"{lines}\r\n\r\n".encode()
    return (
        f'{lines}; filename="{_quoted(filename)}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    ).encode()


def _quoted(name: str) -> str:
    # As browsers do: these three would end the header or the quotes.
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _name_of(stream: Any) -> str:
    return os.path.basename(str(getattr(stream, "name", "file"))) or "file"


def _remaining(stream: IO[bytes]) -> int:
    here = stream.tell()
    end = stream.seek(0, os.SEEK_END)
    stream.seek(here)
    return end - here
