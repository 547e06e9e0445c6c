from __future__ import annotations

from collections.abc import Iterator

import pytest

from anzol.simulator.running import Running, start
from tests.queue.conftest import database, postgresql, url

from .outbox_world import Post

__all__ = ["database", "post", "postgresql", "telegram", "url"]


@pytest.fixture
def telegram() -> Iterator[Running]:
    """A Telegram that enforces its limits."""
    running = start(port=0, flood=True)
    yield running
    running.stop()


@pytest.fixture
def post(telegram: Running, url: str) -> Iterator[Post]:
    found = Post(telegram, url)
    found.queue.start()
    yield found
    found.stop()
