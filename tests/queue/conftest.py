from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from anzol.queue import Queue, open_queue
from tests.queue import postgres


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a PostgreSQL server, one for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    return postgres.shared(base.parent if base.name.startswith("popen-") else base)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest) -> Iterator[Callable[[Path], str]]:
    """Make an empty database of each engine, for which there is a folder: the contract is one."""
    with ExitStack() as schemas:

        def make(folder: Path) -> str:
            if request.param == "sqlite":
                return f"sqlite:///{folder}/queue.db"
            server = request.getfixturevalue("postgresql")
            return schemas.enter_context(postgres.schema(server))

        yield make


@pytest.fixture
def url(database: Callable[[Path], str], tmp_path: Path) -> str:
    return database(tmp_path)


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
