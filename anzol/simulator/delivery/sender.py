"""One bot's webhook deliveries: which update goes next, over which connection, again when.

Only the loop's thread runs this.
"""

from __future__ import annotations

from collections import deque

from ..world.bots import Bot, Webhook
from ..world.updates import Update
from ..world.world import World
from .connection import Connection, DeliveryError, Target
from .lanes import Lane, Task, next_wait, note_attempt
from .loop import Loop
from .ramp import IDLE_PAUSE, Ramp
from .replies import answer_method
from .response import Response

REQUEST_SECONDS = 60  # measured on Telegram: a request is cut after 60.0 s
GONE_SECONDS = 23 * 3600  # as its source has it: 410 for 23 hours takes the webhook away
LOAD_AT_ONCE = 500  # updates looked at under the world's lock, a few milliseconds


class Sender:
    """The window of loaded queues and the connections of one webhook."""

    def __init__(self, loop: Loop, world: World, bot: Bot, hook: Webhook, target: Target) -> None:
        self.loop = loop
        self.world = world
        self.bot = bot
        self.hook = hook
        self.target = target
        self.lanes: dict[str, Lane] = {}
        self.ready: deque[Lane] = deque()
        self.tasks: dict[Connection, Task] = {}
        self.idle: list[Connection] = []
        self.cursor = 0
        self.ramp = Ramp()
        self.opened = 0
        self.is_closed = False
        self.will_pump_at = 0.0

    def pump(self) -> None:
        """Load what the window holds and send what connections allow."""
        self._load()
        while self.ready:
            connection = self._connection()
            if connection is None:
                return
            self._send(connection, self.ready.popleft())

    def _load(self) -> None:
        updates = self.bot.updates
        window = 2 * self.hook.max_connections
        with self.world.lock:
            if self.cursor == 0:
                self.cursor = next(iter(updates.stored), updates.next_id)
            last = min(updates.next_id, self.cursor + LOAD_AT_ONCE)
            while self.cursor < last and len(self.lanes) < window:
                update = updates.stored.get(self.cursor)
                self.cursor += 1
                if update:
                    self._take(update)
            more = self.cursor < updates.next_id and len(self.lanes) < window
        if more:
            self.loop.call(self.bot.id)

    def _take(self, update: Update) -> None:
        if update.expires <= self.world.clock.now():
            self._forget(update)
            return
        lane = self.lanes.get(update.queue)
        if lane is None:
            lane = self.lanes[update.queue] = Lane(update.queue)
            self.ready.append(lane)
        lane.updates.append(update)

    def _connection(self) -> Connection | None:
        if self.idle:
            return self.idle.pop()
        if len(self.tasks) >= self.hook.max_connections:
            return None
        wait = self.ramp.pause(self.world.clock.now(), len(self.tasks))
        if wait > 0:
            self._pump_after(wait)
            return None
        self.opened += 1
        try:
            connection = Connection(self.target, self.loop.selector, self.opened)
        except OSError:
            self._blame("Can't connect to the webhook")
            self._pump_after(IDLE_PAUSE)
            return None
        self.loop.connections[connection] = self
        return connection

    def _pump_after(self, seconds: float) -> None:
        now = self.world.clock.now()
        if self.will_pump_at <= now:
            self.will_pump_at = now + seconds
            self.loop.after(seconds, self._pump_again)

    def _pump_again(self) -> None:
        if not self.is_closed:
            self.pump()

    def _send(self, connection: Connection, lane: Lane) -> None:
        now = self.world.clock.now()
        self.tasks[connection] = Task(lane, connection.number, now, now + REQUEST_SECONDS)
        lane.updates[0].attempts += 1
        try:
            connection.send(self.target.request(lane.updates[0].body))
        except DeliveryError as error:
            self.failed(connection, error)

    def advance(self, connection: Connection) -> None:
        """Go on with a connection whose socket is ready."""
        try:
            response = connection.advance()
        except DeliveryError as error:
            return self.failed(connection, error)
        return self.answered(connection, response) if response else None

    def check_timers(self, now: float) -> None:
        """Give up requests that take too long and connections that idle too long."""
        for connection, task in list(self.tasks.items()):
            if task.deadline <= now:
                self.failed(connection, DeliveryError(connection.timeout_text))
        for connection in self.idle[:]:
            if self.loop.idle_since.get(connection, now) + REQUEST_SECONDS <= now:
                self.drop(connection)

    def answered(self, connection: Connection, response: Response) -> None:
        """Take an answer: 200 to 299 is success, anything else a failure."""
        task = self.tasks.pop(connection)
        self._keep(connection, response.keep_alive)
        lane, update = task.lane, task.update
        self._watch_gone(response.status)
        if 200 <= response.status <= 299:
            self.ramp.last_success = self.world.clock.now()
            self._log(task, response, "delivered")
            self._forget(update)
            answer_method(self.world, self.bot, response)
            self._leave(lane)
        else:
            error = f"Wrong response from the webhook: {response.status} {response.reason}"
            self._retry(task, error, True, response)
        if not self.is_closed:
            self.pump()

    def failed(self, connection: Connection, error: DeliveryError) -> None:
        """Take a delivery that got no answer."""
        task = self.tasks.pop(connection, None)
        self.drop(connection)
        if task:
            self._retry(task, str(error), error.shown)
            self.pump()

    def _keep(self, connection: Connection, keep_alive: bool) -> None:
        if not keep_alive:
            return self.drop(connection)
        self.loop.idle_since[connection] = self.world.clock.now()
        self.idle.append(connection)
        return None

    def _leave(self, lane: Lane) -> None:
        lane.updates.popleft()
        if lane.updates:
            self.ready.append(lane)
        else:
            del self.lanes[lane.name]

    def _retry(self, task: Task, error: str, shown: bool, response: Response | None = None) -> None:
        lane, update, now = task.lane, task.update, self.world.clock.now()
        if shown:
            self._blame(error)
        wait = (response.retry_after if response else 0) or next_wait(update)
        if now + wait > update.expires:
            self._log(task, response, "dropped", error)
            self._forget(update)
            return self._leave(lane)
        self._log(task, response, "failed", error, wait)
        return self.loop.after(wait, lambda: self._again(lane))

    def _blame(self, error: str) -> None:
        with self.world:
            self.hook.last_error_date = self.world.clock.date()
            self.hook.last_error_message = error

    def _forget(self, update: Update) -> None:
        with self.world.lock:
            self.bot.updates.remove(update.id)

    def _again(self, lane: Lane) -> None:
        if not self.is_closed:
            self.ready.append(lane)
            self.pump()

    def _watch_gone(self, status: int) -> None:
        """Remove the webhook when every answer was 410 for 23 hours."""
        now = self.world.clock.now()
        if status != 410:
            self.hook.gone_since = 0.0
        elif not self.hook.gone_since:
            self.hook.gone_since = now
        elif now - self.hook.gone_since > GONE_SECONDS:
            with self.world:
                self.bot.webhook = None
            self.loop.call(self.bot.id)

    def _log(
        self,
        task: Task,
        response: Response | None,
        state: str,
        error: str | None = None,
        retry_in: float | None = None,
    ) -> None:
        outcome = {"state": state, "error": error, "retry_in": retry_in}
        note_attempt(self.world, self.bot, self.hook.url, task, response, outcome)

    def drop(self, connection: Connection) -> None:
        """Close one connection."""
        if connection in self.idle:
            self.idle.remove(connection)
        self.loop.release(connection)

    def close(self) -> None:
        """Abort everything; what was in flight stays stored and is sent again by the next webhook."""
        self.is_closed = True
        for connection in [*self.tasks, *self.idle]:
            self.loop.release(connection)
        self.tasks.clear()
        self.idle.clear()
