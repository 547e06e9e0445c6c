"""`--reload`: the server in a child that starts again when code changes; port, simulator and tunnel stay here."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from itertools import chain
from pathlib import Path
from types import FrameType

from anzol.settings import Settings

from . import banner
from .children import handed_down, spawn

LOOK_EVERY = 0.3  # seconds
WATCHED = ("*.py", ".env")
IGNORED = {".venv", "venv", ".git", "__pycache__", "node_modules", "tests"}


class Reloader:
    """Run the server as a child and replace it when a file changes.

    The parent holds the listening socket: what Telegram sends meanwhile waits in it for the next child.
    """

    def __init__(
        self, listener: socket.socket, *, polling: bool = False, tunnel: bool = False
    ) -> None:
        self._listener = listener
        self._ended = threading.Event()
        self._arguments = ["--quotes", *(["--polling"] if polling else [])]
        self._arguments += ["--tunnel"] if tunnel else []
        self._environ: dict[str, str] = {}

    def move(self, public_url: str) -> None:
        """Give children started from now on another public address: the tunnel's has changed."""
        self._environ["PUBLIC_URL"] = public_url

    def run(self, settings: Settings) -> int:
        """Serve until Ctrl-C or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        self._grace = settings.drain_seconds + 3
        self._environ = {
            **handed_down(settings),
            # Two edits within a second and of one length: compiled files cannot tell them apart.
            "PYTHONDONTWRITEBYTECODE": "1",
            **self._environ,
        }
        # Before the start: what is edited meanwhile, the child may have read as it was.
        seen = snapshot()
        child = self._start()
        try:
            while not self._ended.wait(LOOK_EVERY):
                now = snapshot()
                if now == seen:
                    continue
                changed = sorted(str(path) for path, _ in now ^ seen)[0]
                seen = now
                banner.note(f"{changed} changed: starting again")
                self._stop(child)
                child = self._start()
        finally:
            self._stop(child)
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._ended.set()

    def _start(self) -> subprocess.Popen[bytes]:
        return spawn(self._listener, self._arguments, self._environ)

    def _stop(self, child: subprocess.Popen[bytes]) -> None:
        child.terminate()
        try:
            child.wait(self._grace)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def snapshot() -> frozenset[tuple[Path, int]]:
    """Return every watched file of this folder and of app.py's, with its modification time."""
    roots = {Path.cwd(), Path(sys.argv[0]).resolve().parent}
    found = set()
    for folder, folders, _ in chain.from_iterable(os.walk(root) for root in roots):
        folders[:] = [name for name in folders if name not in IGNORED]
        for pattern in WATCHED:
            for path in Path(folder).glob(pattern):
                try:
                    found.add((path, path.stat().st_mtime_ns))
                except OSError:  # deleted since it was listed: the next snapshot notices
                    continue
    return frozenset(found)
