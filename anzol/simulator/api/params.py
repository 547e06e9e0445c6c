"""Reading a call's parameters from wherever they travel: query string, form, multipart, JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import FileStorage


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    name: str
    content_type: str
    stream: IO[bytes]

    @property
    def size(self) -> int:
        """Return its length in bytes."""
        self.stream.seek(0, 2)
        size = self.stream.tell()
        self.stream.seek(0)
        return size


Files = dict[str, Upload]


def read_request(request: Request) -> tuple[dict[str, Any], Files]:
    """Return the parameters and the files of a request; the first of two equal names wins, query string first."""
    params: dict[str, Any] = dict(request.args.items()) if request.query_string else {}
    files: Files = {}
    if request.method == "POST":
        if request.mimetype == "application/json":
            for name, value in read_json(request.get_data()).items():
                params.setdefault(name, value)
        elif request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
            for name, value in request.form.items():
                params.setdefault(name, value)
            files = {name: upload(part) for name, part in request.files.items()}
    return params, files


def upload(part: FileStorage) -> Upload:
    """Return a multipart file as an Upload."""
    return Upload(part.filename or "file", part.mimetype or "application/octet-stream", part.stream)


def read_json(body: bytes) -> dict[str, Any]:
    """Return the fields of a JSON object, null as a text; of a broken one those before the fault."""
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except ValueError:
        value = read_broken(text)
    if not isinstance(value, dict):
        return {}
    return {name: "null" if field is None else field for name, field in value.items()}


def read_broken(text: str) -> dict[str, Any]:
    """Return the fields of an object that can be read before its first fault."""
    decoder, found, at = json.JSONDecoder(), {}, text.find("{") + 1
    try:
        while at:
            name, at = decoder.raw_decode(text, skip(text, at))
            at = skip(text, at)
            if text[at] != ":":
                break
            value, at = decoder.raw_decode(text, skip(text, at + 1))
            found[name] = value
            at = skip(text, at)
            if text[at] != ",":
                break
            at += 1
    except (ValueError, IndexError, TypeError):
        pass
    return found


def skip(text: str, at: int) -> int:
    """Return the position of the next character that is not white space."""
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at
