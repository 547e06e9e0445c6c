"""What all tests share: settings that touch nothing of this machine, the app and its client."""

from __future__ import annotations

import io
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from anzol import settings as config
from anzol import simulator
from anzol.api.limits import PER_BOT
from anzol.server import logs
from anzol.settings import Settings
from tests import processes
from tests.servers import create_app

pytest_plugins = [
    "anzol.simulator.pytest_plugin",
    "anzol.testing.pytest_plugin",
    "tests.economy",
    "tests.redaction",
]

# No test is timed, nor how long an example takes to be made up: a busy machine proves nothing.
settings.register_profile("anzol", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("anzol")

TOKEN = "123456:TEST-token_that-must-never-show-up"


def pytest_configure(config: pytest.Config) -> None:
    """Let children be interrupted, though a shell starts what runs in its background without that."""
    option = config.option
    if option.markexpr.startswith("slow") and getattr(option, "dist", "no") != "no":
        # A test of minutes keeps none waiting behind it, and those that come first go to different workers.
        option.dist, option.maxschedchunk = "load", 1
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """Run twice as many tests at a time as there are cores: half of their time they wait for threads and sockets."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is slow
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Call slow what needs a PostgreSQL, and begin with what takes minutes: the last worker should not end with it alone."""
    for item in items:
        if "postgresql" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
    limits = {item: item.get_closest_marker("timeout") for item in items}
    items.sort(key=lambda item: -limits[item].args[0] if limits[item] else 0)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that starts a server of its own says that it is slow."""
    processes.allowed = item.get_closest_marker("slow") is not None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests have measured."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{value:>8}  {name}")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine, nor its proxies, reaches a test."""
    for name in (*config.Settings.names(), "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what waits for other processes wait a moment: nobody sent before, and what is asked about is here.

    `tests/push/test_sender.py` has the second that a sender lets pass, `tests/queue` what one process sees of another.
    """
    monkeypatch.setattr("anzol.push.sender.PER_BOT", PER_BOT._replace(seconds=0.0))
    monkeypatch.setattr("anzol.queue.dispatch.SWEEP", 0.05)
    monkeypatch.setattr("anzol.server.progress.LOOK", 0.02)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        telegram_bot_token=TOKEN,
        telegram_api_url="http://127.0.0.1:9",  # nobody answers there
        handlers=processes.HANDLERS,
        database_url=f"sqlite:///{tmp_path}/test.db",
        port=0,
        simulator_port=0,
    )


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def simulated() -> Iterator[simulator.Running]:
    """Telegram in this process."""
    telegram = simulator.start(port=0)
    yield telegram
    telegram.stop()


@pytest.fixture(scope="module")
def telegram_url() -> Iterator[str]:
    """Telegram as a process of its own: its address."""
    with processes.running("-m", "anzol.simulator", "--port", "0", "--no-flood") as process:
        yield process.expect(r"http://127\.0\.0\.1:\d+")[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium; ended with the module, for Playwright's loop would be in the way of others."""
    from playwright.sync_api import sync_playwright

    from tests.browsers import CHROMIUM, chromium

    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}: apt install chromium")
    with sync_playwright() as tool, chromium(tool.chromium) as browser:
        yield browser


@pytest.fixture
def log_as_before() -> Iterator[None]:
    """Whoever hears the log, and the level of each logger, are afterwards as before."""
    root = logging.getLogger()
    known = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    handlers, levels = root.handlers[:], [(one, one.level) for one in (root, *known)]
    yield
    root.handlers[:] = handlers
    for logger, level in levels:
        logger.setLevel(level)


@pytest.fixture
def stream(log_as_before: None) -> io.StringIO:
    """Everything that is logged, a JSON object per line."""
    stream = io.StringIO()
    logs.setup("DEBUG", "json", (), stream)
    return stream
