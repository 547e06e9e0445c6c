"""Schedules: when something is due by the clock, in a time zone with its summer time."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from anzol.api.errors import HandlerError

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
YEAR = 366 * 86400.0  # as long as anything may be put off
EXAMPLES = (
    '@router.every("08:30", tz="Europe/Lisbon"), every("*/5 8-17 * * mon-fri") or every(minutes=5)'
)


class Schedule:
    """The times at which a handler runs: `when` is a time of day or a cron expression, `units` an interval.

    Times of day are those of the zone `tz`. One that a change to summer time skips is due right after it, one that the
    change back repeats is due once. Intervals are counted from 1970 in UTC, so that every process comes to the same times. A
    run that is more than `late` seconds late is left out. Raise HandlerError for what is not a schedule.
    """

    def __init__(
        self, when: str | None, tz: str, late: float | None, units: dict[str, float | None]
    ) -> None:
        given = {unit: value for unit, value in units.items() if value is not None}
        if (when is None) == (not given):
            raise HandlerError(f"every() takes a time or an interval: {EXAMPLES}.")
        if late is not None and not (isinstance(late, int | float) and 0 < late < math.inf):
            raise HandlerError(f"every(late={late!r}): give seconds, more than 0.")
        self.late = late
        self.seconds, self.cron = 0.0, ""
        try:
            self.zone = ZoneInfo(tz)
        except (KeyError, OSError, ValueError):  # there is no such zone, or no database of them
            raise HandlerError(
                f"every(tz={tz!r}): there is no such time zone here; write one such as 'Europe/Lisbon', "
                "and pip install tzdata where the system has none."
            ) from None
        if when is None:
            self.seconds = seconds_of(given)
        else:
            self.cron = cron_of(when)
            now = time.time()
            if self._first(now) - now > YEAR:
                raise HandlerError(f"every({when!r}) is not due within a year; write {EXAMPLES}.")
        # What a stored run was planned by: with another one it is not run.
        self.spec = f"every {self.seconds:g} s" if self.seconds else f"{self.cron} {tz}"

    def __repr__(self) -> str:
        return f"<Schedule {self.spec}>"

    def after(self, moment: float) -> float:
        """Return the first time after a moment, both in epoch seconds."""
        if self.seconds:
            return (math.floor(moment / self.seconds) + 1) * self.seconds
        return self._first(moment)

    def _first(self, moment: float) -> float:
        try:
            start = datetime.fromtimestamp(moment, self.zone)
            return next(CronSim(self.cron, start)).timestamp()
        except (CronSimError, StopIteration):
            raise HandlerError(
                f"every({self.cron!r}) is neither a time nor a cron expression that is ever due: {EXAMPLES}."
            ) from None


def seconds_of(units: Mapping[str, float | None]) -> float:
    """Return an interval in seconds; raise HandlerError for one that is none."""
    total = 0.0
    for unit, value in units.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise HandlerError(f"every({unit}={value!r}): give a number, more than 0.")
        total += UNITS[unit] * value
    if not 1 <= total < math.inf:
        raise HandlerError(f"every() with {total:g} s: the shortest interval is a second.")
    return total


def cron_of(when: str) -> str:
    """Return a time of day as a cron expression; what is not a time of day is taken for one."""
    if not isinstance(when, str):
        raise HandlerError(f"every({when!r}) is not a time; write {EXAMPLES}.")
    found = CLOCK.fullmatch(when.strip())
    return f"{int(found[2])} {int(found[1])} * * *" if found else " ".join(when.split())
