"""Time that passes only when somebody waits."""

from __future__ import annotations

START = 1767225600.0  # 2026-01-01 00:00 UTC


class Clock:
    """Seconds since 1970, by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
