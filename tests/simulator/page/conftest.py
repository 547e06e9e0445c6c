from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from anzol.simulator import Running, start
from tests.browsers import new_page
from tests.simulator.page.bot import PollingBot, demo


@pytest.fixture
def running() -> Iterator[Running]:
    """A simulator whose page is opened."""
    running = start(port=0)
    yield running
    running.stop()


@pytest.fixture
def bot(running: Running) -> Iterator[PollingBot]:
    """A bot that answers there."""
    bot = PollingBot(running.url, demo)
    yield bot
    bot.stop()


@pytest.fixture
def open_page(browser: Any, running: Running) -> Iterator[Callable[..., Any]]:
    """Open the page as its own visitor; errors in its scripts fail the test."""
    errors: list[str] = []
    with ExitStack() as visitors:

        def open_page(**options: Any) -> Any:
            page = visitors.enter_context(new_page(browser, **options))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(running.page_url)
            page.wait_for_selector("#app[data-ready]")
            return page

        yield open_page
    assert errors == []
