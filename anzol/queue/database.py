"""One process's two sessions on the database: the writer's, and one that all readers share; none open across a fork."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from collections.abc import Iterator
from typing import Protocol

from . import migration
from .base import Driver, OpenError, Unavailable
from .store import Store


class Database:
    """One process's sessions, opened when they are needed and reopened after an error closed them."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._writable: Store | None = None
        self._readable: Store | None = None
        self._reading = threading.Lock()

    def writable(self) -> Store:
        """Return the writer's store, for the writer's thread alone; create or migrate the tables where needed."""
        if self._writable is None:
            driver = self._driver
            driver.create()
            session = driver.writer()
            try:
                migration.prepare(driver, session)
            except BaseException:
                session.close()
                raise
            self._writable = Store(session, driver.skip_locked, driver.for_update)
        return self._writable

    @contextlib.contextmanager
    def reading(self) -> Iterator[Store]:
        """Lend the readers' store; raise Unavailable when the database refuses."""
        try:
            with self._reading:
                if self._readable is None:
                    self._readable = Store(self._driver.reader())
                yield self._readable
        except Exception as error:
            reason = self._driver.trouble(error)
            if reason is None:
                raise
            raise Unavailable(reason) from error

    def trouble(self, error: Exception) -> str | None:
        """Say in a few words why the database refused; None when it is not the database's trouble."""
        return str(error) if isinstance(error, OpenError) else self._driver.trouble(error)

    def close(self) -> None:
        """Close the sessions."""
        with self._reading:
            self._close()

    def pause(self) -> None:
        """Close the sessions and let readers wait until `resume`."""
        self._reading.acquire()
        self._close()

    def resume(self) -> None:
        """Let readers go on."""
        self._reading.release()

    def _close(self) -> None:
        for store in (self._writable, self._readable):
            if store is not None:
                with contextlib.suppress(Exception):
                    store.session.close()
        self._writable = self._readable = None


class Pausable(Protocol):
    """Something that has a database open."""

    def pause(self) -> None:
        """Close it; threads that need it wait."""

    def resume(self) -> None:
        """Open it again when it is needed."""


# An open SQLite file in both parent and child is how databases break.
_pausable: weakref.WeakSet[Pausable] = weakref.WeakSet()
_paused: list[Pausable] = []


def pause_at_forks(subject: Pausable) -> None:
    """Pause `subject` before each fork of this process, and resume it after, in parent and child."""
    _pausable.add(subject)


def _before() -> None:
    _paused.extend(_pausable)
    for subject in _paused:
        subject.pause()


def _after() -> None:
    while _paused:
        _paused.pop().resume()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
