"""What operators and their programs watch: /healthz, /readyz, /metrics, and what Telegram says of the webhook."""

from __future__ import annotations

from flask import Flask, Response

from .health import Health
from .keys import Key
from .metrics import Gauges, Metrics
from .registered import Registered

__all__ = ["Metrics", "Registered", "init_app"]


def init_app(app: Flask, metrics: Metrics, key: Key) -> None:
    """Serve the pages of an app whose bot and inbox are in its extensions."""
    bot, inbox = app.extensions["bot"], app.extensions["inbox"]
    registered = Registered(bot.get_webhook_info)
    health = Health(
        inbox, registered, url=lambda: app.config["SETTINGS"].webhook_url, bot_id=bot.id
    )
    gauges = Gauges(inbox, registered)

    @key.required
    def show_metrics() -> Response:
        return metrics.page(gauges)

    def show_ready() -> Response:
        return health.ready(details=key.is_set and key.is_given())

    app.add_url_rule("/healthz", "healthz", health.alive)
    app.add_url_rule("/readyz", "readyz", show_ready)
    app.add_url_rule("/metrics", "metrics", show_metrics)
    app.extensions["registered"] = registered
