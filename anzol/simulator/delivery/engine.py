"""The thread that delivers the updates of every bot with a webhook."""

from __future__ import annotations

import logging
import threading

from ..world.bots import Bot
from ..world.world import World
from .loop import Loop
from .sender import Sender
from .targets import target_of

log = logging.getLogger(__name__)

# Expired updates are also skipped when their turn comes; this frees their memory.
PURGE_SECONDS = 60.0
SWEEP_SECONDS = 1.0  # timeouts are a minute long: a second more or less does not matter


class Engine:
    """Delivers the updates of every bot with a webhook."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.loop = Loop(world.clock)
        self._senders: dict[int, Sender] = {}
        self._is_stopped = False
        self._purge_at = 0.0
        self._thread = threading.Thread(target=self._run, name="simulator-delivery", daemon=True)

    def start(self) -> None:
        """Start delivering."""
        self.world.on_update = lambda bot: self.loop.call(bot.id)
        self.world.on_alarm = self.loop.call
        for number in self.world.bots:  # those of an earlier run
            self.loop.call(number)
        self._thread.start()

    def stop(self) -> None:
        """Stop delivering and close every connection."""
        self._is_stopped = True
        self.loop.call()
        self._thread.join()
        for sender in self._senders.values():
            sender.close()
        self.loop.close()

    def _run(self) -> None:
        self.loop.after(SWEEP_SECONDS, self._sweep)
        while not self._is_stopped:
            try:
                for number in self.loop.turn(self.world.next_due()):
                    if number in self.world.bots:
                        self._serve(self.world.bots[number])
                self.world.run_due()
            except Exception:
                log.exception("delivery")

    def _serve(self, bot: Bot) -> None:
        hook = bot.webhook
        sender = self._senders.get(bot.id)
        if sender and sender.hook is not hook:
            self._senders.pop(bot.id).close()
            sender = None
        if hook is None:
            return
        if sender is None:
            target = target_of(hook)
            sender = self._senders[bot.id] = Sender(self.loop, self.world, bot, hook, target)
        sender.pump()

    def _sweep(self) -> None:
        now = self.world.clock.now()
        for sender in list(self._senders.values()):
            sender.check_timers(now)
        if now >= self._purge_at:
            self._purge(now)
        # With a fast clock a second of it may be a millisecond: at most 50 sweeps in a real one.
        self.loop.after(max(SWEEP_SECONDS, 0.02 * self.world.clock.speed), self._sweep)

    def _purge(self, now: float) -> None:
        self._purge_at = now + PURGE_SECONDS
        with self.world:
            for bot in self.world.bots.values():
                for update in bot.updates.expired(now):
                    bot.updates.remove(update.id)
