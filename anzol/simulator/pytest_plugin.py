"""The fixture `telegram_simulator` for pytest: Telegram for the tests of any bot, whatever library or language it is in.

It is there as soon as this package is installed. `README.md` has an example for each of six libraries.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .people import Telegram

MARKER = (
    "telegram_simulator(**options): how it behaves, such as speed=60 or flood=True; see start()"
)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def telegram_simulator(request: pytest.FixtureRequest) -> Iterator[Telegram]:
    """Start Telegram on a free port of this machine: `url`, `token`, and `person()` who talks to the bot."""
    from .people import Telegram  # late: this file is read by every run of pytest on this machine
    from .running import start

    marker = request.node.get_closest_marker("telegram_simulator")
    running = start(port=0, **(marker.kwargs if marker else {}))
    telegram = Telegram(running)
    yield telegram
    telegram.close()
    running.stop()
