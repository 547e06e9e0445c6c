"""The thread that delivers: it waits for all webhooks' sockets and timers at once."""

from __future__ import annotations

import heapq
import itertools
import logging
import selectors
import socket
import threading
from collections.abc import Callable

from ..world.bots import Bot
from ..world.updates import Update
from ..world.world import World
from .connection import Connection
from .sender import Sender
from .targets import target_of

log = logging.getLogger(__name__)

PURGE_SECONDS = 60.0  # how often updates whose life is over are thrown away
SWEEP_SECONDS = 1.0  # how often timers of requests and idle connections are looked at


class Engine:
    """Delivers the updates of every bot with a webhook."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = world.clock
        self.selector = selectors.DefaultSelector()
        self.connections: dict[Connection, Sender] = {}
        self.idle_since: dict[Connection, float] = {}
        self._senders: dict[int, Sender] = {}
        self._timers: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._notified: set[int] = set()
        self._guard = threading.Lock()
        self._is_stopped = False
        self._purge_at = 0.0
        self._wake, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self.selector.register(self._woken, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._run, name="simulator-delivery", daemon=True)

    def start(self) -> None:
        """Start delivering."""
        self.world.on_update = self.notify
        for bot in self.world.bots.values():  # those of an earlier run
            self.notify(bot)
        self._thread.start()

    def stop(self) -> None:
        """Stop delivering and close every connection."""
        self._is_stopped = True
        self._wake.send(b"x")
        self._thread.join()
        for sender in self._senders.values():
            sender.close()
        self.selector.close()
        self._wake.close()
        self._woken.close()

    def notify(self, bot: Bot) -> None:
        """Say that a bot has a new update or another webhook; any thread may."""
        with self._guard:
            asleep = not self._notified
            self._notified.add(bot.id)
        if asleep:
            self._wake.send(b"x")

    def after(self, seconds: float, work: Callable[[], object]) -> None:
        """Do something in the engine's thread later."""
        heapq.heappush(self._timers, (self.clock.now() + seconds, next(self._order), work))

    def forget(self, bot: Bot, update: Update) -> None:
        """Remove a delivered or dropped update."""
        with self.world.lock:
            bot.updates.remove(update.id)
            self.world.save("update", bot.id, update.id)

    def remove_webhook(self, bot: Bot) -> None:
        """Take a webhook away that answered 410 for too long."""
        with self.world.lock:
            bot.webhook = None
            self.world.tell_bot(bot)
        self.notify(bot)

    def release(self, connection: Connection) -> None:
        """Close a connection."""
        if self.connections.pop(connection, None):
            self.idle_since.pop(connection, None)
            connection.close()

    def _run(self) -> None:
        self.after(SWEEP_SECONDS, self._sweep)
        while not self._is_stopped:
            try:
                self._turn()
            except Exception:
                log.exception("delivery")

    def _turn(self) -> None:
        wait = self._timers[0][0] - self.clock.now() if self._timers else SWEEP_SECONDS
        for key, _ in self.selector.select(self.clock.real(max(0.0, wait))):
            if key.data is None:
                self._rouse()
            elif key.data in self.connections:
                self._advance(key.data)
        now = self.clock.now()
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()

    def _advance(self, connection: Connection) -> None:
        sender = self.connections[connection]
        if connection in sender.tasks:
            sender.advance(connection)
        else:  # an idle connection that the server closed
            sender.drop(connection)

    def _rouse(self) -> None:
        try:
            self._woken.recv(4096)
        except BlockingIOError:
            return
        with self._guard:
            notified, self._notified = self._notified, set()
        for number in notified:
            self._serve(self.world.bots[number])

    def _serve(self, bot: Bot) -> None:
        hook = bot.webhook
        sender = self._senders.get(bot.id)
        if sender and sender.hook is not hook:
            self._senders.pop(bot.id).close()
            sender = None
        if hook is None:
            return
        if sender is None:
            sender = self._senders[bot.id] = Sender(self, bot, hook, target_of(hook))
        sender.pump()

    def _sweep(self) -> None:
        self.world.run_due()
        now = self.clock.now()
        for sender in list(self._senders.values()):
            sender.check_timers(now)
        if now >= self._purge_at:
            self._purge(now)
        self.after(max(SWEEP_SECONDS, 0.02 * self.clock.speed), self._sweep)

    def _purge(self, now: float) -> None:
        self._purge_at = now + PURGE_SECONDS
        with self.world.lock:
            for bot in self.world.bots.values():
                for update in bot.updates.expired(now):
                    self.forget(bot, update)
