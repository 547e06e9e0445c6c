"""How long an update waits between its attempts."""

from __future__ import annotations

# A hiccup is over within seconds; a restart of what the handler needs takes a minute.
SCHEDULE = (1.0, 4.0, 15.0, 60.0)


def pause_after(attempt: int) -> float:
    """Return the seconds to wait after a failed attempt, counted from 1."""
    return SCHEDULE[min(attempt, len(SCHEDULE)) - 1]
