"""One process's two sessions on the database: the writer's, and one that all readers share."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from .base import Driver, OpenError, Unavailable
from .store import Store


class Database:
    """Sessions are opened when they are needed, and again after trouble closed them."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._writable: Store | None = None
        self._readable: Store | None = None
        self._reading = threading.Lock()

    def writable(self) -> Store:
        """Return the writer's store, for the writer's thread alone; create the tables if they are missing."""
        if self._writable is None:
            driver = self._driver
            driver.create()
            session = driver.writer()
            store = Store(session, driver.skip_locked)
            with session.transaction():
                store.create(driver.tables(session), driver.serial, driver.blob, driver.place)
            self._writable = store
        return self._writable

    @contextlib.contextmanager
    def reading(self) -> Iterator[Store]:
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
        return str(error) if isinstance(error, OpenError) else self._driver.trouble(error)

    def close(self) -> None:
        with self._reading:
            self._close()

    def pause(self) -> None:
        """Close the sessions and let readers wait until `resume`."""
        self._reading.acquire()
        self._close()

    def resume(self) -> None:
        self._reading.release()

    def _close(self) -> None:
        for store in (self._writable, self._readable):
            if store is not None:
                with contextlib.suppress(Exception):
                    store.session.close()
        self._writable = self._readable = None
