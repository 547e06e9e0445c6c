from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anzol.queue import Inbox, open_inbox


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each engine: the contract is one."""
    databases = {"sqlite": f"sqlite:///{tmp_path}/inbox.db"}
    return databases[request.param]


@pytest.fixture
def opened(url: str) -> Iterator[Callable[..., Inbox]]:
    """Open inboxes on one database and stop them at the end."""
    inboxes: list[Inbox] = []

    def open_one(handle: Any, **options: Any) -> Inbox:
        options = {"drain": 5.0, "schedule": (0.01,)} | options
        inbox = open_inbox(url, handle, **options)
        inboxes.append(inbox)
        return inbox

    yield open_one
    for inbox in inboxes:
        inbox.stop()
