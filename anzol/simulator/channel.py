"""The simulator's connections: a plain call is answered by waitress' own loop, anything else by a thread and Flask."""

from __future__ import annotations

import socket
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from .plain import START
from .server import Calls


class Task(WSGITask):
    """A request that can close its connection without an answer."""

    def get_environment(self) -> dict[str, Any]:
        """Add the way to cut the connection."""
        environ: dict[str, Any] = super().get_environment()
        environ["simulator.cut"] = self._cut
        return environ

    def _cut(self) -> None:
        if self.channel.socket:
            self.channel.socket.shutdown(socket.SHUT_RDWR)


class Channel(HTTPChannel):
    """A connection whose plain calls are carried out where they arrive, without waking a thread."""

    task_class = Task
    server: Any
    requests: list[Any]
    requests_lock: Any

    _begun = b""  # of a plain call whose body is still on its way

    def received(self, data: bytes) -> bool:
        """Take what has arrived: as a plain call if it is exactly one, else as waitress does."""
        if self._begun:
            data, self._begun = self._begun + data, b""
        if data.startswith(START) and self._is_idle() and self._take(data):
            return True
        return bool(super().received(data))

    def _is_idle(self) -> bool:
        """Return whether these bytes begin a request, and nothing is to be sent before its answer."""
        with self.requests_lock:
            if self.requests or self.request is not None:
                return False
            return not (self.will_close or self.close_when_flushed or self.total_outbufs_len)

    def _take(self, data: bytes) -> bool:
        calls: Calls = self.server.calls
        end = data.find(b"\r\n\r\n") + 4
        head = calls.head(data[:end]) if end > 4 else None
        if head is None or len(data) > end + head.length or not calls.is_prompt(head):
            return False
        if len(data) < end + head.length:
            self._begun = data
        else:
            self.write_soon(calls.respond(head, data[end:]))
            # Each answer gets a buffer of its own, as waitress does it: one that had to hold much would only grow.
            self.current_outbuf_count = self.adj.outbuf_high_watermark
        return True
