"""Spans and hours as a person writes them: `10 min`, `22:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

UNITS = {"s": 1, "sec": 1, "min": 60, "m": 60, "h": 3600, "d": 86400, "day": 86400, "days": 86400}
SPAN = re.compile(r"(\d{1,6}) ?(s|sec|min|m|h|d|day|days)")
HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def seconds_of(text: object) -> float:
    """Return the seconds of a span such as `30 s`, `10 min`, `2 h`, `1 d`; raise ValueError with what is allowed."""
    found = SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or not int(found[1]):
        raise ValueError(f"{text!r} is not a span; write 30 s, 10 min, 2 h or 1 d.")
    return float(int(found[1]) * UNITS[found[2]])


def span(seconds: float) -> str:
    """Return seconds as they are written: `10 min`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def hour_of(text: object) -> time:
    """Return a time of day such as `22:00`; raise ValueError."""
    found = HOUR.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is not a time of day; write 22:00.")
    return time(int(found[1]), int(found[2]))


def zone_of(name: object) -> tzinfo:
    """Return a time zone by its name; raise ValueError."""
    try:
        return ZoneInfo(name if isinstance(name, str) else "")
    except (OSError, ValueError, LookupError):
        raise ValueError(f"{name!r} is not a time zone; write one such as Europe/Lisbon.") from None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of the day in which nobody is to be woken; `start` may be later than `end`, then they cross midnight."""

    start: time
    end: time
    zone: tzinfo

    def end_after(self, now: float) -> float | None:
        """Return when the quiet hours end that `now` lies in, in epoch seconds; None when it lies in none.

        Clocks that change meanwhile are minded: 07:00 is 07:00 by the clock on the wall.
        """
        local = datetime.fromtimestamp(now, UTC).astimezone(self.zone)
        clock = local.time()
        crosses = self.start > self.end
        inside = (
            clock >= self.start or clock < self.end if crosses else self.start <= clock < self.end
        )
        if not inside:
            return None
        tomorrow = crosses and clock >= self.start
        day = local.date() + timedelta(days=int(tomorrow))
        return datetime.combine(day, self.end, self.zone).timestamp()
