"""`Anzol`: a Telegram bot, or several, in a Flask app, beside its other routes."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, Response

from anzol.api.client import Bot, number_of
from anzol.api.methods import did_you_mean, schema
from anzol.api.webhookreply import REFUSED
from anzol.bot.attempts import SCHEDULE
from anzol.bot.loading import load_router
from anzol.bot.router import Router
from anzol.push import ticks
from anzol.push.outbox import Outbox
from anzol.push.rules import Rules
from anzol.push.sender import Sender, crews
from anzol.queue import Again, Crew, Task, Work, open_queue
from anzol.settings import SIMULATED_BOT, Settings, SettingsError

from . import addresses, admin, cli, jobs, logs
from .alarms import QUEUE
from .family import Family
from .gauges import Gauges
from .health import Health
from .intake import Intake, secrets_of
from .keys import Key, protect, read_named
from .metrics import Metrics
from .rules import load_rules, warn_of_ignored
from .tenants import Tenant
from .webhook import Front, Webhook, add_routes

log = logging.getLogger("anzol")

NAME = "anzol"  # of the extension's record, its blueprint and its endpoints
GONE_SECONDS = 1.0  # before another look at an update whose bot has just been removed


class Anzol:
    """A bot in a Flask app: `Anzol(app, router)`, or `anzol = Anzol(router=router)` and `anzol.init_app(app)`.

    It adds the webhook, /healthz, /readyz, /metrics, /admin and the `flask` commands, and runs the router's handlers
    inside the app's context. `app.extensions["anzol"]` is this object. Nothing starts, and no file or connection is
    opened, before the first update or `start()`.

    Without `settings` they are read from the environment and `.env`; without `router` it is the one that the setting
    HANDLERS names. With several tokens there is a tenant for each bot; `bot`, `router` and `store` are those of the
    first. Raises `SettingsError` and `HandlerError`.
    """

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
        # Before anything is made, so that a mistake in one of them leaves nothing behind.
        found = [
            (each, self._given or load_router(each.handlers), rules_of(number, each))
            for number, each in enumerate(settings.bots())
        ]
        self.metrics = Metrics()
        self.queue = open_queue(
            settings.database_url,
            self._handle,
            bots=(),
            workers=settings.workers,
            attempts=settings.handler_attempts,
            schedule=SCHEDULE,
            stuck=settings.handler_seconds,
            outage=settings.outage_hours * 3600.0,
            drain=settings.drain_seconds,
            on_dead=self._on_dead,
            on_slow=self._doubt,
            on_stuck=lambda bot: self.metrics.of(bot).stuck(),
        )
        # One worker, so that a hanging Telegram holds up no other task.
        alarms = Crew(self._send_alarm, workers=1, urgent=0, on_dead=self._give_up_alarm)
        self._serve(QUEUE, alarms)
        outage = settings.outage_hours * 3600.0
        for name, crew in crews(self._sender_of, self._outbox_of, outage).items():
            self._serve(name, crew)
        self._serve(ticks.QUEUE, ticks.crew(self._ticks_of))
        self.queue.when_started(lambda: self._plan(self.tenants.values()))
        self._inline = threading.BoundedSemaphore(settings.webhook_max_connections)
        self._app = app
        self.webhook = Webhook(
            {},
            path=settings.webhook_path,
            telegram_only=settings.telegram_ips_only,
            answered=self.metrics.answered,
        )
        self.tenants: Mapping[int, Tenant] = {}
        self.family: Family | None = None
        self._use(self._tenant(number, *each) for number, each in enumerate(found))
        self.key = Key(settings.api_key, read_named(settings.api_keys))
        app.extensions[NAME] = self
        self._add_routes(app)
        cli.init_app(app)
        jobs.init_app(app)
        if settings.trusted_proxies:
            addresses.BehindProxies(app, settings.trusted_proxies)

    @property
    def first(self) -> Tenant:
        """Return the first bot of the settings, for most servers the only one."""
        return next(iter(self.tenants.values()))

    @property
    def bot(self) -> Bot:
        """Return the first bot's client, to send from a view."""
        return self.first.bot

    @property
    def outbox(self) -> Outbox:
        """Return what the first bot sends by itself."""
        return self.first.outbox

    @property
    def router(self) -> Router:
        """Return the first bot's handlers."""
        return self.first.router

    def join(self, family: Family) -> None:
        """Be one of several processes, before the start; the first does what one does for all."""
        self.family = family
        self.queue.tidies(family.is_first)

    def pids(self) -> list[int]:
        """Return the numbers of the server's processes, this one's first."""
        known = [] if self.family is None else [each["pid"] for each in self.family.statuses()]
        return [os.getpid(), *(pid for pid in known if pid != os.getpid())]

    def session(
        self, *, chat: int | None = None, user: int | None = None
    ) -> AbstractContextManager[MutableMapping[str, Any]]:
        """Open the session of a chat or of a user of the first bot in a view: `with anzol.session(user=7) as session`.

        What the block has changed is stored at its end. Raises `SessionChanged` when a handler has changed the same key
        meanwhile: nothing is stored then, and the view may try again.
        """
        if (chat is None) == (user is None):
            raise TypeError(
                "A session is a chat's or a user's: session(chat=…) or session(user=…)."
            )
        name = f"chat:{chat}" if user is None else f"user:{user}"
        return self.queue.session(self.first.id, name)

    def start(self) -> None:
        """Run what is stored, without waiting for the first update. Raises `OpenError`, which says what to change."""
        self.queue.start()

    def store(self, update: dict[str, Any], body: bytes) -> dict[str, Any] | None:
        """Store an update of the first bot, as `Tenant.store` does."""
        return self.first.store(update, body)

    def follow(self, settings: Settings) -> tuple[list[Tenant], list[Tenant]]:
        """Have the bots of these settings from now on; return those that came, and those that went.

        A bot with a new token or other handlers goes and comes. What is stored for one that went waits until it is
        back. Raises `HandlerError` and `SettingsError`, and then changes nothing.
        """
        wanted = settings.bots()
        have = {
            (each.settings.telegram_bot_token, each.settings.handlers): each
            for each in self.tenants.values()
        }
        names = [(each.telegram_bot_token, each.handlers) for each in wanted]
        new = {
            name: (number, each, self._given or load_router(name[1]), rules_of(number, each))
            for number, (name, each) in enumerate(zip(names, wanted, strict=True))
            if name not in have
        }
        logs.hide_also(settings.secrets())
        came, stay = [], []
        for name in names:
            tenant = have.pop(name, None)
            if tenant is None:
                came.append(tenant := self._tenant(*new[name]))
            stay.append(tenant)
        self._use(stay)
        if self.queue.is_running:
            self._plan(came)
        for gone in have.values():
            gone.close()
        return came, list(have.values())

    def _tenant(self, number: int, settings: Settings, router: Router, rules: Rules) -> Tenant:
        token = token_of(number, settings)
        assert self._app is not None
        return Tenant(
            token,
            router,
            settings,
            queue=self.queue,
            meter=self.metrics.of(number_of(token)),
            inline=self._inline,
            context=self._app.app_context,
            rules=rules,
        )

    def _use(self, tenants: Iterable[Tenant]) -> None:
        found = {tenant.id: tenant for tenant in tenants}
        for tenant in found.values():
            # Where there is one bot, no line of the log needs to say which.
            tenant.updates.fields = {"bot": tenant.id} if len(found) > 1 else {}
        self.tenants = found
        warn_of_ignored(self.settings, found)
        self.queue.run_for(found)
        self.webhook.admit({each.settings.secret: each for each in found.values()})

    def _serve(self, name: str, crew: Crew) -> None:
        """Serve a queue beside the updates'; what is logged about its tasks names the bot, where there are several."""

        def handle(work: Work) -> None:
            with self._about(work.bot):
                crew.handle(work)

        def give_up(work: Work, error: BaseException) -> Iterable[Task]:
            with self._about(work.bot):
                return crew.on_dead(work, error)

        self.queue.serve(name, replace(crew, handle=handle, on_dead=give_up))

    def _about(self, bot: int) -> AbstractContextManager[object]:
        return logs.about(**({"bot": bot} if len(self.tenants) > 1 else {}))

    def _handle(self, work: Work) -> None:
        self._tenant_of(work).updates.handle(work)

    def _on_dead(self, work: Work, error: BaseException) -> Iterable[Task]:
        tenant = self.tenants.get(work.bot)
        return () if tenant is None else tenant.updates.on_dead(work, error)

    def _send_alarm(self, work: Work) -> None:
        self._tenant_of(work).alarm.send(work)

    def _give_up_alarm(self, work: Work, error: BaseException) -> Iterable[Task]:
        tenant = self.tenants.get(work.bot)
        return () if tenant is None else tenant.alarm.give_up(work, error)

    def _plan(self, tenants: Iterable[Tenant]) -> None:
        for tenant in tenants:
            tenant.plan()

    def _ticks_of(self, bot: int) -> ticks.Ticks | None:
        tenant = self.tenants.get(bot)
        return None if tenant is None else tenant.ticks

    def _sender_of(self, bot: int) -> Sender | None:
        tenant = self.tenants.get(bot)
        return None if tenant is None else tenant.sender

    def _outbox_of(self, bot: int) -> Outbox | None:
        tenant = self.tenants.get(bot)
        return None if tenant is None else tenant.outbox

    def _tenant_of(self, work: Work) -> Tenant:
        try:
            return self.tenants[work.row.bot]
        except KeyError:  # removed since the lane was claimed: it waits until the bot is back
            raise Again(GONE_SECONDS, counted=False) from None

    def _doubt(self, bot: int) -> None:
        tenant = self.tenants.get(bot)
        if tenant is not None:
            tenant.bot.reach.doubt()

    def _add_routes(self, app: Flask) -> None:
        """Add the routes as one blueprint, so that its hooks and error handlers apply to them alone."""
        key = self.key
        routes = Blueprint(NAME, __name__)
        routes.after_request(protect)
        routes.register_error_handler(500, excuse)
        add_routes(routes, self.webhook)
        self.intake = Intake(
            lambda: self.tenants.values(), key, secrets_of(self.settings.event_secrets)
        )
        self.intake.add_routes(routes)
        health = Health(
            self.queue,
            lambda: self.tenants.values(),
            url=lambda: self.settings.webhook_url,
            family=lambda: self.family,
        )
        gauges = Gauges(self.queue, lambda: self.tenants.values(), self.pids)
        routes.add_url_rule("/healthz", "healthz", health.alive)
        routes.add_url_rule(
            "/readyz", "readyz", lambda: health.ready(details=key.is_set and key.is_given())
        )
        routes.add_url_rule("/metrics", "metrics", key.required(lambda: self.metrics.page(gauges)))
        routes.register_blueprint(admin.pages(self.queue, lambda: self.tenants.values(), key=key))
        app.register_blueprint(routes)
        Front(app, self.webhook)


def token_of(number: int, settings: Settings) -> str:
    """Return a bot's token, or that of the simulator's bot of this place among them."""
    return settings.telegram_bot_token or f"{SIMULATED_BOT + number}:unset"


def rules_of(number: int, settings: Settings) -> Rules:
    """Return the rules of the bot in this place of the settings. Raises `SettingsError`."""
    return load_rules(settings, number_of(token_of(number, settings)), is_first=number == 0)


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
