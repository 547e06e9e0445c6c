from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anzol.queue import Queue, open_queue


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each engine: the contract is one."""
    databases = {"sqlite": f"sqlite:///{tmp_path}/queue.db"}
    return databases[request.param]


@pytest.fixture
def opened(url: str) -> Iterator[Callable[..., Queue]]:
    """Open queues on one database and stop them at the end."""
    queues: list[Queue] = []

    def open_one(handle: Any, **options: Any) -> Queue:
        options = {"drain": 5.0, "schedule": (0.01,)} | options
        queue = open_queue(url, handle, **options)
        queues.append(queue)
        return queue

    yield open_one
    for queue in queues:
        queue.stop()
