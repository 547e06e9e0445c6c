"""Following `.env` while the server runs: bots added there are started, bots removed are stopped."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

from anzol.api.errors import HandlerError
from anzol.settings import Settings, SettingsError

from .extension import Anzol
from .tenants import Tenant

log = logging.getLogger("anzol")

FILE = Path(".env")
LOOK_EVERY = 1.0  # seconds


class Follower:
    """A thread that reads the settings again when `.env` has changed; `came` is called with each bot that is new.

    Only the bots are followed: another setting takes a restart. A mistake in the file is logged in one line, and
    everything stays as it was.
    """

    def __init__(
        self,
        anzol: Anzol,
        config: type[Settings],
        came: Callable[[Tenant], object] = lambda tenant: None,
    ) -> None:
        self._anzol, self._config, self._came = anzol, config, came
        self._seen = stamp()
        self._pid = 0
        self._ended = threading.Event()

    def start(self) -> None:
        """Start the thread, once in each process."""
        if self._pid == os.getpid():
            return
        self._pid = os.getpid()
        threading.Thread(target=self._run, name="bots", daemon=True).start()

    def stop(self) -> None:
        """Stop the thread."""
        self._ended.set()

    def look(self) -> None:
        """Read the settings again if the file has changed."""
        now = stamp()
        if now == self._seen:
            return
        self._seen = now
        try:
            settings = self._config.from_env()
            if not settings.telegram_bot_token:
                raise SettingsError(["TELEGRAM_BOT_TOKEN is empty: the bots stay."])
            came, gone = self._anzol.follow(settings)
        except (SettingsError, HandlerError) as error:
            log.error(".env has changed, but cannot be used: %s", error)
            return
        for tenant in gone:
            log.warning("Bot %d is no longer in .env: what is stored for it waits.", tenant.id)
        for tenant in came:
            log.warning("Bot %d was added, with %s.", tenant.id, tenant.settings.handlers)
            self._came(tenant)

    def _run(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            try:
                self.look()
            except Exception:
                log.exception("The bots could not be read from .env.")


def stamp() -> tuple[int, int]:
    """Return what changes when the file does."""
    try:
        found = FILE.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_ino
