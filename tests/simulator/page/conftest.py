from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anzol.simulator import Running, start
from tests.simulator.page.bot import PollingBot, demo

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone for voice messages
]


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}: apt install chromium")
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


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
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(**options: Any) -> Any:
        context = browser.new_context(**options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(running.page_url)
        page.wait_for_selector("#app[data-ready]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
