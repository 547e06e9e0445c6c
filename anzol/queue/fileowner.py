"""Processes that share a SQLite file, and how each of them knows which others live."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout


class FileOwner:
    """A process is alive while it holds the lock on its own file; the kernel drops it at any death."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock = FileLock(folder / self.name, timeout=5, thread_local=False)
        self._lock.acquire()
        self._tidy()

    def watch(self, wake: Callable[[], None]) -> None:
        """Do nothing: what others left is found by looking, once a second."""

    def is_dead(self, other: str) -> bool:
        """Return whether another process is gone."""
        return is_dead(self._folder / other)

    def bury(self, other: str) -> None:
        """Remove a dead process's file."""
        # On Windows another process may have it open for a look; then that one removes it.
        with contextlib.suppress(OSError):
            (self._folder / other).unlink()

    def _tidy(self) -> None:
        # Young files may be about to be locked.
        old = time.time() - 60
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < old and self.is_dead(path.name):
                    self.bury(path.name)

    def release(self) -> None:
        """Give up the lock, and remove the file."""
        self._lock.release()
        self.bury(self.name)


def is_dead(path: Path) -> bool:
    """Return whether nobody holds the lock on an owner's file."""
    if not path.exists():
        return True
    try:
        with FileLock(path, timeout=0):
            return True
    except (Timeout, OSError):
        return False
