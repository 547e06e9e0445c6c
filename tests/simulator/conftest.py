from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.simulator.side import Side, begin


@pytest.fixture
def simulate() -> Iterator[Callable[..., Side]]:
    """Start simulators with options; all are stopped afterwards."""
    started: list[Side] = []

    def simulate(**options: Any) -> Side:
        started.append(begin(**options))
        return started[-1]

    yield simulate
    for side in started:
        side.session.close()
        side.running.stop()


@pytest.fixture
def sim(simulate: Callable[..., Side]) -> Side:
    """A simulator with the usual options."""
    return simulate()
