"""The server's part in a test: updates go from the simulated Telegram through lanes to the router, and calls back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from flask import Flask

from anzol.api.client import Bot
from anzol.api.errors import Retry
from anzol.api.memory import Memory
from anzol.bot.albums import gather
from anzol.bot.jobs import KIND
from anzol.bot.router import Router
from anzol.bot.run import run
from anzol.bot.schedules import Schedule
from anzol.bot.subscribing import Remembered
from anzol.settings import Settings
from anzol.simulator.world.bots import Bot as Account
from anzol.simulator.world.world import Options, World

from .clock import Clock
from .lanes import Delivery, Lanes
from .outlet import Outlet, Postbox
from .planned import Planned
from .sessions import Open, Sessions
from .transport import InProcess

TOKEN = "4242:testing"
# Seconds that a test waits, in real time, for what happens on other threads.
PATIENCE = 5.0


class Conflict(Exception):
    """Another chat has changed the same key of a session: the update runs again."""


class Attempt:
    """One run of an update, which may take others of its lane along."""

    def __init__(self, delivery: Delivery, lanes: Lanes) -> None:
        self.seq, self.kind = delivery.seq, delivery.kind
        self.body, self.received = delivery.body, delivery.received
        self.absorbed: set[int] = set()
        self._delivery = delivery
        self._lanes = lanes

    def following(self) -> list[Delivery]:
        """Return what waits behind it, oldest first."""
        return self._lanes.followers(self._delivery)

    def absorb(self, seqs: Iterable[int]) -> None:
        """Let others end with it."""
        self.absorbed.update(seqs)


class Runner:
    """One router and its bot in a Telegram of their own.

    `world` is the simulator's, `states` what sessions and conversations keep, `calls` what the bot asked for.
    """

    def __init__(self, router: Router, app: Flask | None, settings: Settings | None) -> None:
        self.router = router
        self.app = app or bare_app(settings or Settings())
        self._attempts: int = self.app.extensions["anzol"].settings.handler_attempts
        self.clock = Clock()
        self.world = World(Options(), self.clock)
        self.world.random.seed(0)  # the same numbers and dice in every run
        self.clock.on_move = self.world.run_due
        self.account = new_account(self.world)
        self.transport = InProcess(self.world, self.account)
        self.bot = Bot(
            TOKEN,
            transport=self.transport,
            sleep=self.clock.sleep,
            clock=self.clock.now,
            wall=self.clock.now,
        )
        self.subscribing = Remembered()
        self.bot.postbox = Postbox(self._outlet)
        self._sessions = Sessions()
        self.lanes = Lanes(self.clock, self._handle)
        self.planned = Planned(self.clock.now)
        for name, schedule in router.schedules().items():
            self._plan_next(name, schedule)
        self.world.on_update = lambda _: self._receive()
        self.world.wait = self._wait  # type: ignore[method-assign]

    @property
    def states(self) -> dict[str, dict[str, Any]]:
        """Return what sessions and conversations keep, by their names."""
        return self._sessions.values

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the method and the parameters of every call, also of those that failed."""
        return self.transport.calls

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Let somebody act in Telegram within the block; run the updates that follow from it afterwards."""
        wanted = self.router.allowed_updates()
        self.account.allowed_updates = wanted or ["none"]
        yield
        if not self.lanes.side_by_side:
            self.run()

    def event(self, topic: str, payload: dict[str, Any], type: str = "") -> None:
        """Have another program tell of an event, as by POST /events/<topic>; what the bot then sends is sent."""
        body = {"id": str(self.clock.now()), "topic": topic, "type": type, "payload": payload}
        outlet = self._outlet()
        outlet.put("event", f"event:{topic}:{body['id']}", f"event:{topic}", body)
        outlet.commit()
        self.run()

    def run(self) -> None:
        """Run what has arrived, and what is planned for now."""
        self.lanes.run()
        while (due := self.planned.next_due()) is not None and due <= self.clock.now():
            self.planned.run()
            self.lanes.run()

    def advance(self, seconds: float) -> None:
        """Let time pass: whatever falls due happens at its time."""
        end = self.clock.now() + seconds
        while True:
            times = (self.lanes.next_due(), self.world.next_due(), self.planned.next_due())
            due = [when for when in times if when is not None]
            if not due or min(due) > end:
                break
            self.clock.sleep_until(min(due))
            self.run()
        self.clock.sleep_until(end)

    def wait_until(self, condition: Callable[[], Any]) -> bool:
        """Wait, side by side, for what other threads bring; return whether it came. Otherwise look once."""
        if not self.lanes.side_by_side:
            return bool(condition())
        end = time.monotonic() + PATIENCE
        with self.world.lock:
            while not condition():
                if time.monotonic() > end:
                    return False
                self.world.feed.wait(0.05)  # the condition need not depend on anything in Telegram
        return True

    def popups(self, number: int) -> list[str]:
        """Return what a person's presses and payments were answered with."""
        with self.world.lock:
            asked = [
                query for query in self.world.queries.values() if query.get("user_id") == number
            ]
        answers = (query["answer"] for query in asked if "answer" in query)
        shown = (answer.get("text") or answer.get("error_message") for answer in answers)
        return [text for text in shown if text]

    def _receive(self) -> None:
        """Take what Telegram has for the bot, as its webhook would."""
        stored = self.account.updates.stored
        for number in list(stored):
            update = self.account.updates.remove(number)
            if update is not None:
                lane = self.router.selection.lane_of(json.loads(update.body))
                self.lanes.put(
                    Delivery(update.id, update.body, update.kind, lane, self.clock.now())
                )

    def _wait(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait in Telegram for an answer of the bot: its handlers run meanwhile."""
        if self.lanes.side_by_side:
            with self.world.lock:
                self.world.answered.wait_for(condition, PATIENCE)
        else:
            self.lanes.run(until=condition)

    def _handle(self, delivery: Delivery) -> None:
        attempt = Attempt(delivery, self.lanes)
        sessions = Open(self._sessions)
        calls = delivery.calls
        memory = Memory(
            lambda: list(calls),
            lambda sent: calls.append(sent()),
            is_repeated=delivery.tries > 0,
        )
        outlet = self._outlet()

        def revert() -> None:
            sessions.revert()
            outlet.revert()

        ctx = self.router.context(
            {"update_id": delivery.seq, **json.loads(delivery.body)},
            self.bot.remembering(memory, postbox=outlet),
            state=sessions.state,
            album=lambda: gather(attempt, 0.0, self.clock.now()),
            rollback=revert,
            peek=self._sessions.peek,
            subscribing=self.subscribing,
            outlet=outlet,
        )
        try:
            with self.app.app_context():
                run(self.router, ctx, last_try=delivery.attempt >= self._attempts)
            if not sessions.commit():
                raise Retry(after=0.0, counted=False) from Conflict(str(delivery))
        except Retry:
            raise
        except Exception:
            sessions.commit()  # what the error handlers of a failed run have left
            outlet.commit()
            raise
        finally:
            sessions.end()
        outlet.commit()
        self.lanes.remove(attempt.absorbed)
        if self.lanes.side_by_side:
            self.planned.run()

    def _outlet(self) -> Outlet:
        now, take = self.clock.now, self.lanes.put
        return Outlet(self.bot.forgetting(), self.planned, now, self.subscribing, take)

    def _plan_next(self, name: str, schedule: Schedule) -> None:
        due = schedule.after(self.clock.now())

        def put() -> None:
            self._plan_next(name, schedule)
            outlet = self._outlet()
            event = {"name": name, "args": {}, "due": due}
            outlet.put(KIND, f"every:{name}:{due}", f"every:{name}", event)
            outlet.commit()

        self.planned.add(due, "", put)


def new_account(world: World) -> Account:
    """Return the bot's account: @testing_bot, whose numbers begin at 1."""
    account = world.bot(TOKEN)
    account.user = {**account.user, "first_name": "Testing", "username": "testing_bot"}
    account.updates.next_id = 1
    return account


def bare_app(settings: Settings) -> Flask:
    """Return an app that has the settings and nothing else, for handlers that ask `current_app`."""
    app = Flask("anzol.testing")
    app.extensions["anzol"] = SimpleNamespace(settings=settings)
    return app
