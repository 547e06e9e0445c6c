"""Liveness: a process is alive while it holds the lock on its own file; the kernel drops it at any death."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from pathlib import Path

from filelock import FileLock, Timeout


class FileOwner:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock = FileLock(folder / self.name, timeout=5, thread_local=False)
        self._lock.acquire()
        self._tidy()

    def is_dead(self, other: str) -> bool:
        path = self._folder / other
        if not path.exists():
            return True
        try:
            with FileLock(path, timeout=0):
                return True
        except (Timeout, OSError):
            return False

    def bury(self, other: str) -> None:
        # On Windows another process may be looking at it just now; then that one removes it.
        with contextlib.suppress(OSError):
            (self._folder / other).unlink()

    def _tidy(self) -> None:
        # The young ones may be about to be locked.
        old = time.time() - 60
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < old and self.is_dead(path.name):
                    self.bury(path.name)

    def release(self) -> None:
        self._lock.release()
        self.bury(self.name)
