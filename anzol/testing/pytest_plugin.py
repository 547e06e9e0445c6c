"""The fixture `telegram`, for `pytest_plugins = ["anzol.testing.pytest_plugin"]` in a conftest.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from anzol.bot.router import Router
from anzol.settings import Settings

from .client import Client, client


@pytest.fixture
def telegram() -> Iterator[Callable[..., Client]]:
    """Return `telegram(router)`, which makes test clients; a planned failure that never came fails the test."""
    made: list[Client] = []

    def make(
        router: Router, *, app: Flask | None = None, settings: Settings | None = None
    ) -> Client:
        made.append(client(router, app=app, settings=settings))
        return made[-1]

    yield make
    left = [fault for one in made for fault in one.world.faults.all()]
    assert not left, f"fail_next() was called, but no call failed: {left}"
