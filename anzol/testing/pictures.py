"""A picture for tests: Telegram accepts nothing else as one."""

from __future__ import annotations

from functools import cache

from anzol.simulator.world import placeholder


@cache
def picture(width: int = 64, height: int = 64) -> bytes:
    """Return a grey PNG of that size in pixels, about a hundred bytes."""
    return placeholder.picture(width, height)
