"""The operator's commands: `flask webhook …`. Flask finds app.py by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup

import registration
from bot import Bot
from config import Settings

webhook = AppGroup("webhook", help="Tell Telegram where this server is, or ask what it knows.")


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(webhook)


@webhook.command("info")
def webhook_info() -> None:
    """Show what Telegram knows of the webhook."""
    info = dict(_bot().get_webhook_info())
    if "last_error_date" in info:
        moment = datetime.fromtimestamp(info["last_error_date"], UTC)
        info["last_error_date"] = moment.isoformat(" ", "seconds")
    click.echo(json.dumps(info, indent=2))


@webhook.command("set")
@click.argument("url", required=False)
def webhook_set(url: str | None) -> None:
    """Register URL, or PUBLIC_URL with WEBHOOK_PATH."""
    settings: Settings = current_app.config["SETTINGS"]
    url = url or settings.webhook_url
    if not url:
        raise click.ClickException("Give the URL, or set PUBLIC_URL.")
    registration.register(
        _bot(),
        url,
        secret=settings.secret,
        max_connections=settings.webhook_max_connections,
        allowed_updates=current_app.extensions["router"].allowed_updates(),
        force=True,
    )
    click.echo(f"Telegram sends updates to {url}")


@webhook.command("delete")
def webhook_delete() -> None:
    """Stop deliveries; pending updates stay with Telegram."""
    _bot().delete_webhook()
    click.echo("Telegram sends no updates any more.")


def _bot() -> Bot:
    bot: Bot = current_app.extensions["bot"]
    return bot
