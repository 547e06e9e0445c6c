"""One process's sessions on the database: the writer's, and some that readers share; none open across a fork."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import weakref
from collections.abc import Iterator
from typing import Protocol

from . import migration
from .base import OpenError, Unavailable
from .driver import Displaced, Driver
from .store import Store


class Reader:
    """A session to read with, lent to one thread at a time; opened when it is first needed."""

    def __init__(self, driver: Driver) -> None:
        self.lock = threading.Lock()
        self._driver = driver
        self._store: Store | None = None
        self._is_stale = False

    def store(self) -> Store:
        """Return its store, on a new session where the last one cannot be used again."""
        if self._is_stale or (self._store and not self._store.session.is_usable()):
            self.close()
        if self._store is None:
            self._store = Store(self._driver.reader())
        return self._store

    def expire(self) -> None:
        """Close the session now, or when who has borrowed it gives it back."""
        self._is_stale = True
        if self.lock.acquire(blocking=False):
            self.give_back()

    def give_back(self) -> None:
        """Let others have it."""
        if self._is_stale:
            self.close()
        self.lock.release()

    def close(self) -> None:
        """Close the session."""
        self._is_stale = False
        if self._store is not None:
            with contextlib.suppress(Exception):
                self._store.session.close()
            self._store = None


class Database:
    """One process's sessions, opened when they are needed and reopened after an error closed them."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._writable: Store | None = None
        self._readers = [Reader(driver) for _ in range(driver.readers)]
        self._turn = itertools.cycle(self._readers)

    def writable(self) -> Store:
        """Return the writer's store, for the writer's thread alone; create or migrate the tables where needed."""
        if self._writable is not None and not self._writable.session.is_usable():
            self._close_writable()
        if self._writable is None:
            driver = self._driver
            driver.create()
            session = driver.writer()
            try:
                migration.prepare(driver, session)
            except BaseException:
                session.close()
                raise
            self._writable = driver.store(session)
        return self._writable

    @contextlib.contextmanager
    def reading(self) -> Iterator[Store]:
        """Lend a reader's store; raise Unavailable when the database refuses."""
        reader = self._borrow()
        try:
            yield reader.store()
        except Exception as error:
            reason = self._driver.trouble(error)
            if reason is None:
                raise
            raise Unavailable(reason) from error
        finally:
            reader.give_back()

    def _borrow(self) -> Reader:
        # Plain locks: a condition that some thread has entered at a fork is never left in the child.
        for reader in self._readers:
            if reader.lock.acquire(blocking=False):
                return reader
        reader = next(self._turn)
        reader.lock.acquire()
        return reader

    def trouble(self, error: Exception) -> str | None:
        """Say in a few words why the database refused; None when it is not the database's trouble."""
        if isinstance(error, Displaced | OpenError):
            return str(error)
        return self._driver.trouble(error)

    def close(self) -> None:
        """Close the sessions."""
        for reader in self._readers:
            reader.expire()
        self._close_writable()

    def pause(self) -> None:
        """Close the sessions and let readers wait until `resume`."""
        for reader in self._readers:
            reader.lock.acquire()
            reader.close()
        self._close_writable()

    def resume(self) -> None:
        """Let readers go on."""
        for reader in self._readers:
            reader.lock.release()

    def _close_writable(self) -> None:
        if self._writable is not None:
            if self._writable.known is not None:
                self._writable.known.doubt()  # whoever runs may have it at hand
            with contextlib.suppress(Exception):
                self._writable.session.close()
        self._writable = None


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
