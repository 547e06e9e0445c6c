"""`Anzol`: a Telegram bot in a Flask app, beside its other routes."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from flask import Blueprint, Flask, Response

from anzol.api.client import REFUSED, Bot, prober
from anzol.api.methods import did_you_mean, schema
from anzol.api.reach import REFUSED as TOKEN_REFUSED
from anzol.api.reach import WELL, Reach
from anzol.api.transport import Transport
from anzol.bot.attempts import SCHEDULE
from anzol.bot.loading import load_router
from anzol.bot.router import Router
from anzol.queue import Task, Unavailable, open_queue
from anzol.settings import Settings, SettingsError

from . import addresses, admin, cli
from .alarms import QUEUE, Alarm
from .health import Health, Registered
from .keys import Key, protect, read_named
from .metrics import Gauges, Metrics, Observed, Run
from .updates import Updates, task_of
from .webhook import Front, Result, Webhook, add_routes

log = logging.getLogger("anzol")

NAME = "anzol"  # of the extension's record, its blueprint and its endpoints


class Anzol:
    """A bot in a Flask app: `Anzol(app, router)`, or `anzol = Anzol(router=router)` and `anzol.init_app(app)`.

    It adds the webhook, /healthz, /readyz, /metrics, /admin and the `flask` commands, and runs the router's handlers
    inside the app's context. `app.extensions["anzol"]` is this object. Nothing starts, and no file or connection is
    opened, before the first update or `start()`.

    Without `settings` they are read from the environment and `.env`; without `router` it is the one that the setting
    HANDLERS names. Raises `SettingsError` and `HandlerError`.
    """

    router: Router
    bot: Bot

    def __init__(
        self,
        app: Flask | None = None,
        router: Router | None = None,
        settings: Settings | None = None,
    ) -> None:
        self._given = router
        self.settings = settings or Settings.from_env()
        self._app: Flask | None = None
        if app is not None:
            self.init_app(app)

    def __repr__(self) -> str:
        return f"<Anzol {self._app.name if self._app else 'without an app'}>"

    def init_app(self, app: Flask) -> None:
        """Put the bot into `app`. Raises `RuntimeError` for a second app: each needs an `Anzol` of its own."""
        if self._app is not None or NAME in app.extensions:
            raise RuntimeError(
                "One app has one Anzol: write Anzol(app, router) where you make the app."
            )
        settings = self.settings
        check_webhook_reply(settings.webhook_reply)
        self.router = self._given or load_router(settings.handlers)
        self.metrics = Metrics()
        self.on_run: list[Callable[[Run], None]] = [self.metrics.ran]
        token = settings.telegram_bot_token or "0:unset"
        transport = Transport(token, settings.telegram_api_url, pool_size=settings.workers)
        self.bot = Bot(
            token,
            transport=Observed(transport, self.metrics.called),
            probe=prober(token, settings.telegram_api_url),
        )
        alarm = Alarm(self.bot, settings.admin_chat)
        self.updates = Updates(
            self.router,
            self.bot,
            attempts=settings.handler_attempts,
            outage=settings.outage_hours * 3600.0,
            alarm=alarm,
            on_run=self._ran,
            context=app.app_context,
        )
        self.queue = open_queue(
            settings.database_url,
            self.updates.handle,
            bots=(self.bot.id,),
            workers=settings.workers,
            attempts=settings.handler_attempts,
            schedule=SCHEDULE,
            stuck=settings.handler_seconds,
            outage=settings.outage_hours * 3600.0,
            drain=settings.drain_seconds,
            on_dead=self.updates.on_dead,
            on_slow=lambda bot: self.bot.reach.doubt(),
        )
        self.queue.serve(QUEUE, alarm.crew())
        self._inline = threading.BoundedSemaphore(settings.webhook_max_connections)
        self.bot.reach.listen(self._hear)
        self.key = Key(settings.api_key, read_named(settings.api_keys))
        self.registered = Registered(self.bot.get_webhook_info)
        self._app = app
        app.extensions[NAME] = self
        self._add_routes(app)
        cli.init_app(app)
        if settings.trusted_proxies:
            addresses.BehindProxies(app, settings.trusted_proxies)

    def start(self) -> None:
        """Run what is stored, without waiting for the first update. Raises `OpenError`, which says what to change."""
        self.queue.start()

    def store(self, update: dict[str, Any], body: bytes) -> dict[str, Any] | None:
        """Store an update and return when it is committed. Raises `Unavailable` when it is not.

        With PROCESSING=inline, wait for its handler and return the call that its response carries, if any.
        """
        found = task_of(self.bot.id, update, body, self.router.lane_of)
        if self.settings.processing == "threads" or not self._inline.acquire(blocking=False):
            # Inline, as many requests wait as Telegram has connections: the other threads serve /healthz and the like.
            self.metrics.received(found.kind, repeated=not self.queue.put(found))
            return None
        try:
            with self.updates.responding(found.key, self.settings.webhook_reply) as reply:
                self.metrics.received(found.kind, repeated=not self.queue.put_and_wait(found))
                return reply.close()
        finally:
            self._inline.release()

    def store_all(self, updates: list[dict[str, Any]]) -> None:
        """Store an answer of getUpdates in one transaction, in its order. Raises `Unavailable`: then none is stored."""
        tasks = [
            task_of(self.bot.id, update, compact(update), self.router.lane_of) for update in updates
        ]
        for task, is_new in zip(tasks, self.queue.put_all(tasks), strict=True):
            self.metrics.received(task.kind, repeated=not is_new)

    def store_soon(
        self, update: dict[str, Any], body: bytes, done: Callable[[Result], None]
    ) -> None:
        """Store an update without waiting: `done` is called with what `store` would return or raise.

        That is on the queue's thread. Raises `Unavailable` when refused immediately; `done` is not called then.
        """
        found = task_of(self.bot.id, update, body, self.router.lane_of)
        if self.settings.processing != "threads":
            Inline(self, found, done).put()
            return

        def committed(result: bool | Exception) -> None:
            if isinstance(result, Exception):
                done(Unavailable(str(result)))
            else:
                done(None)  # before it is counted, since Telegram waits
                self.metrics.received(found.kind, repeated=not result)

        self.queue.put_soon(found, committed)

    def _ran(self, run: Run) -> None:
        for tell in self.on_run:
            tell(run)

    def _hear(self, reach: Reach) -> None:
        """Hold the bot's updates while Telegram is unreachable; log when that begins and when it ends."""
        if reach.state == WELL:
            self.queue.resume(self.bot.id)
            waiting = self.queue.counts()["open"]
            log.warning("Telegram is back: running the %d stored updates.", waiting)
            return
        self.queue.pause(self.bot.id, reach.reason)
        if reach.state == TOKEN_REFUSED:
            log.error(
                "Telegram refuses the token (%s): the bot is paused. Updates are stored and kept; "
                "set TELEGRAM_BOT_TOKEN and start again.",
                reach.reason,
            )
        else:
            log.warning("Telegram is away (%s): updates are stored and wait.", reach.reason)

    def _add_routes(self, app: Flask) -> None:
        """Add the routes as one blueprint, so that its hooks and error handlers apply to them alone."""
        settings, key = self.settings, self.key
        routes = Blueprint(NAME, __name__)
        routes.after_request(protect)
        routes.register_error_handler(500, excuse)
        self.webhook = Webhook(
            self,
            path=settings.webhook_path,
            secret=settings.secret,
            telegram_only=settings.telegram_ips_only,
            answered=self.metrics.answered,
        )
        add_routes(routes, self.webhook)
        health = Health(
            self.queue,
            self.registered,
            self.bot.reach,
            url=lambda: self.settings.webhook_url,
            bot_id=self.bot.id,
        )
        gauges = Gauges(self.queue, self.registered, self.bot.reach)
        routes.add_url_rule("/healthz", "healthz", health.alive)
        routes.add_url_rule(
            "/readyz", "readyz", lambda: health.ready(details=key.is_set and key.is_given())
        )
        routes.add_url_rule("/metrics", "metrics", key.required(lambda: self.metrics.page(gauges)))
        routes.register_blueprint(
            admin.pages(self.queue, self.registered, bot_id=self.bot.id, key=key)
        )
        app.register_blueprint(routes)
        Front(app, self.webhook)


def compact(update: dict[str, Any]) -> bytes:
    """Return an update's JSON as Telegram would send it."""
    return json.dumps(update, separators=(",", ":")).encode()


class Inline:
    """An update whose answer waits for its handler, and may carry a call."""

    def __init__(self, anzol: Anzol, task: Task, done: Callable[[Result], None]) -> None:
        self._anzol, self._task, self._done = anzol, task, done
        self._place = ExitStack()

    def put(self) -> None:
        """Store it. Raises `Unavailable`."""
        methods = self._anzol.settings.webhook_reply
        place = self._anzol.updates.responding(self._task.key, methods)
        self._reply = self._place.enter_context(place)
        try:
            self._anzol.queue.put_soon(self._task, self._committed, self._finished)
        except BaseException:
            self._place.close()
            raise

    def _committed(self, result: bool | Exception) -> None:
        if isinstance(result, Exception):
            self._end(Unavailable(str(result)))
            return
        self._anzol.metrics.received(self._task.kind, repeated=not result)
        if not result:
            self._finished()

    def _finished(self) -> None:
        self._end(self._reply.close())

    def _end(self, result: Result) -> None:
        self._place.close()
        self._done(result)


def check_webhook_reply(methods: tuple[str, ...]) -> None:
    """Raise `SettingsError` with a line for each method of `WEBHOOK_REPLY` that cannot travel in a response."""
    wrong, names = [], {name.lower(): name for name in schema()["methods"]}
    for name in methods:
        known = names.get(name.lower())
        if known is None:
            wrong.append(f"the Bot API has no method {name!r}{did_you_mean(name, names.values())}")
        elif known.lower().startswith(REFUSED):
            wrong.append(f"Telegram does not take {known} in a response; leave it out.")
    if wrong:
        raise SettingsError([f"WEBHOOK_REPLY: {line}" for line in wrong])


def excuse(error: Exception) -> Response:
    """Answer 500 for a defect in one of our routes; Flask has logged it."""
    return Response("The server failed; its log says how.\n", 500, mimetype="text/plain")
