from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from anzol.simulator.running import Running, start

from .outbox_world import Post


@pytest.fixture
def telegram() -> Iterator[Running]:
    """A Telegram that enforces its limits."""
    running = start(port=0, flood=True)
    yield running
    running.stop()


@pytest.fixture
def post(telegram: Running, tmp_path: Path) -> Iterator[Post]:
    found = Post(telegram, f"sqlite:///{tmp_path}/push.db")
    found.queue.start()
    yield found
    found.stop()
