"""Calls that go to the simulated Telegram of the same process."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from anzol.api.envelope import read_answer
from anzol.api.errors import NetworkError
from anzol.api.methods import find
from anzol.simulator.api.calls import Lost, execute
from anzol.simulator.api.params import Upload
from anzol.simulator.world.bots import Bot as Account
from anzol.simulator.world.world import World

from .conformance import check_call

BLOCK = 64 * 1024


class InProcess:
    """Takes the place of `anzol.api.transport.Transport`: `calls` is what the bot has asked for, in order."""

    round_trip = 0.0

    def __init__(self, world: World, account: Account) -> None:
        self.world = world
        self.account = account
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        """Make a call. Raises TypeError, which fails the test, for what does not conform to the Bot API's table."""
        self.calls.append((method, {**fields, **files}))
        if find(method) is not None:
            check_call(method, fields, files)
        params = json.loads(json.dumps(fields))  # a copy, as if it had arrived over the network
        uploads = {name: upload_of(value) for name, value in files.items()}
        try:
            status, body = execute(self.world, self.account, method, params, uploads, via="test")
        except Lost:
            raise NetworkError(method, "read timeout", sent=True) from None
        return read_answer(method, status, body)

    def download(self, file_path: str) -> Iterator[bytes]:
        """Yield the content of the file that getFile called `file_path`."""
        found = self.world.files.at(file_path)
        if found is None:
            raise NetworkError("getFile", f"there is no file {file_path}", sent=True)
        with found.open("rb") as file:
            while block := file.read(BLOCK):
                yield block


def upload_of(value: Any, name: str = "file") -> Upload:
    """Return a file of a call as it arrives: a path, bytes, an open file, or `(name, any of these)`."""
    if isinstance(value, tuple):
        return upload_of(value[1], value[0])
    if isinstance(value, Path):
        content, name = value.read_bytes(), value.name if name == "file" else name
    elif isinstance(value, bytes | bytearray):
        content = bytes(value)
    else:
        content, name = rest_of(value), name if name != "file" else name_of(value)
    return Upload(name, "application/octet-stream", io.BytesIO(content))


def rest_of(stream: IO[bytes]) -> bytes:
    """Return what a stream still has, and put it back to where it was: the call may be tried again."""
    place = stream.tell()
    content = stream.read()
    stream.seek(place)
    return content


def name_of(stream: Any) -> str:
    """Return the file's name of a stream that has one."""
    return Path(str(getattr(stream, "name", "file"))).name or "file"
