"""What the operator's commands have in common: which bot they are about, how they say a time, how they end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from flask import current_app

from anzol.api.errors import ApiError, NetworkError
from anzol.queue import OpenError, Unavailable

from .failures import TOKEN_REJECTED

if TYPE_CHECKING:
    from .tenants import Tenant

COUNT = click.IntRange(1)
CHAT = click.IntRange(-(2**52), 2**52)
# A group's number begins with a minus, which would be taken for an option.
TAKES_GROUPS = {"ignore_unknown_options": True}
OF_BOT = click.option(
    "--bot", "number", type=int, help="Which bot, by the number that its token begins with."
)


def chosen(number: int | None) -> list[Tenant]:
    """Return the bot of that number, or all; exit with one line when there is none."""
    tenants: Mapping[int, Tenant] = current_app.extensions["anzol"].tenants
    if number is None:
        return list(tenants.values())
    if number not in tenants:
        known = ", ".join(map(str, tenants))
        raise click.ClickException(f"There is no bot {number} here, only {known}.")
    return [tenants[number]]


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Print what is wrong in one line and exit 1."""
    try:
        yield
    except ApiError as error:
        rejected = error.code in (401, 404)
        raise click.ClickException(TOKEN_REJECTED if rejected else str(error)) from None
    except (OpenError, Unavailable, NetworkError) as error:
        raise click.ClickException(str(error)) from None


def moment(epoch: float) -> str:
    """Return a time as an operator reads it, in UTC."""
    return datetime.fromtimestamp(epoch, UTC).isoformat(" ", "seconds")


def counted(number: int, noun: str) -> str:
    """Return a number of things: `1 rule`, `2,000 rules`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
