"""A process among those that share a PostgreSQL database: a row that it renews, and a lock that dies with it.

Whoever takes a process for dead deletes its row first, and each transaction that writes holds that row: from then on
the process can write nothing, asleep or cut off as it may have been.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import psycopg

from .base import OpenError, Session

log = logging.getLogger(__name__)

PULSE = 0.5  # seconds between two signs of life
LEASE = (
    10  # seconds without one after which a process counts as dead, though its connection is open
)
GRACE = (
    5.0  # seconds after a reconnection in which others may reconnect before they are taken for dead
)
AGAIN = 0.05, 1.0  # seconds before the first and before later tries to reconnect
NOTICE = 0.05  # seconds between two notifications that are acted on

# A lock of a session: the server drops it as soon as the connection ends.
LOCK = "pg_try_advisory_lock('owner'::regclass::oid::int, id)"
IS_DEAD = f"""(seen < clock_timestamp() - interval '{LEASE} s' or is_locked and not exists (
  select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())
    and classid = 'owner'::regclass::oid and objid = owner.id::oid))"""
JOIN = "insert into owner (name, seen) values (%s, clock_timestamp())"
RENEW = "update owner set seen = clock_timestamp() where name = %s returning is_locked"
UNLOCKED = "update owner set is_locked = false where name = %s"
SECURE = f"update owner set is_locked = {LOCK} where name = %s returning is_locked"
LIVING = f"select name from owner where not {IS_DEAD}"
LIVES = f"select 1 from owner where name = ? and not {IS_DEAD}"
DISMISS = f"delete from owner where name = ? and {IS_DEAD}"
LEAVE = "delete from owner where name = %s"
CHANNEL = "'anzol_' || 'owner'::regclass::oid"
LISTEN = f"select 'listen ' || {CHANNEL}"


def is_dead(name: str, session: Session) -> bool:
    """Return whether the process of that name is gone."""
    return session.execute(LIVES, (name,)).fetchone() is None


class Membership:
    """An owner; see `Owner`. A thread of its own renews the row, listens, and reconnects."""

    def __init__(
        self, name: str, connect: Callable[[], psycopg.Connection[Any]], is_direct: bool
    ) -> None:
        self.name, self._connect, self._is_direct = name, connect, is_direct
        self._wake: Callable[[], None] = lambda: None
        self._living: set[str] | None = None
        self._trusted = 0.0  # when others' signs of life begin to mean something
        self._ending = threading.Event()
        self._bell, self._rope = socket.socketpair()  # ends the wait for notifications
        self._db = connect()
        try:
            self._db.execute(JOIN, (name,))
            self._attend(self._db)
        except BaseException:
            self._db.close()
            raise
        self._thread = threading.Thread(target=self._loop, name="queue-membership", daemon=True)
        _members.add(self)

    def watch(self, wake: Callable[[], None]) -> None:
        """Start the thread: `wake` is called when others leave something, or one of them is gone."""
        self._wake = wake
        self._thread.start()

    def is_dead(self, other: str) -> bool:
        """Return whether another process counts as dead, as far as was seen lately."""
        living = self._living
        return living is not None and other not in living and time.monotonic() > self._trusted

    def bury(self, other: str) -> None:
        """Do nothing: its row went with its lanes."""

    def release(self) -> None:
        """Leave, and end the thread."""
        self._ending.set()
        self._rope.send(b"!")
        if self._thread.ident is not None:
            self._thread.join(2 * PULSE)
        with contextlib.suppress(psycopg.Error):
            self._db.execute(LEAVE, (self.name,))
        self._db.close()
        self._bell.close()
        self._rope.close()

    def abandon(self) -> None:
        """Close the connection's file in a forked child, so that it does not keep the parent alive."""
        with contextlib.suppress(Exception):
            os.close(self._db.fileno())

    def _attend(self, db: psycopg.Connection[Any]) -> None:
        db.execute(UNLOCKED, (self.name,))
        if self._is_direct:
            db.execute("set synchronous_commit = off")
            (listen,) = db.execute(LISTEN).fetchone() or ("",)
            db.execute(listen)

    def _loop(self) -> None:
        pause, again = 0.0, AGAIN[0]
        while not self._ending.wait(pause):
            try:
                if self._db.closed:
                    self._db = self._connect()
                    self._attend(self._db)
                    self._trusted, self._living = time.monotonic() + GRACE, None
                if not self._renew():
                    self._wake()  # the next transaction finds out
                    return
                self._listen()
                pause, again = 0.0, AGAIN[0]
            except Exception as error:
                if not isinstance(error, OpenError | psycopg.Error):
                    log.exception("The watch over other processes failed; it goes on.")
                self._db.close()
                pause, again = again, AGAIN[1]

    def _renew(self) -> bool:
        """Give a sign of life and look at the others'; return False when they have buried this process."""
        with self._db.pipeline():
            renewed, living = self._db.execute(RENEW, (self.name,)), self._db.execute(LIVING)
        row = renewed.fetchone()
        if row is None:
            return False
        if not row[0] and self._is_direct:
            self._db.execute(SECURE, (self.name,))
        before, self._living = self._living, {name for (name,) in living.fetchall()}
        if before is None or before - self._living:
            self._wake()
        return True

    def _listen(self) -> None:
        """Wait for notifications until the next sign of life is due."""
        until = time.monotonic() + PULSE
        while not self._ending.is_set():
            # Also without waiting: some may have come along with another answer.
            if any(said.payload != self.name for said in self._db.notifies(timeout=0)):
                self._wake()
                self._ending.wait(NOTICE)
            rest = until - time.monotonic()
            heard: list[Any] = [self._db.fileno(), self._bell]
            if rest <= 0 or not select.select(heard, [], [], rest)[0]:
                return


_members: weakref.WeakSet[Membership] = weakref.WeakSet()


def _abandon_all() -> None:
    for member in _members:
        member.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
