"""Moments: when something is to happen, as an author writes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isfinite

When = float | timedelta | datetime

LONGEST = 366 * 86400.0  # a year: what is further off is a mistake in the unit


def due_of(when: When, now: float) -> float:
    """Return a moment in epoch seconds: in so many seconds or a timedelta from `now`, or at a datetime with its time zone.

    Raise TypeError or ValueError for what is none, has passed, or lies more than a year ahead.
    """
    if isinstance(when, datetime):
        if when.tzinfo is None:
            raise ValueError(
                f'{when} has no time zone: write datetime(…, tzinfo=ZoneInfo("Europe/Lisbon")).'
            )
        seconds = when.timestamp() - now
        if -60.0 < seconds < 0:
            seconds = 0.0  # it came while the handler was running
    elif isinstance(when, timedelta):
        seconds = when.total_seconds()
    elif isinstance(when, int | float) and not isinstance(when, bool):
        seconds = float(when)
    else:
        raise TypeError(f"{when!r} is not a time: give seconds, a timedelta or a datetime.")
    if not isfinite(seconds) or not 0 <= seconds <= LONGEST:
        raise ValueError(
            f"{when!r} is {seconds:.0f} seconds from now: give a time from now on, within a year."
        )
    return now + seconds
