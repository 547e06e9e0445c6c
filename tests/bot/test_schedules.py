"""Schedules: times of day in their zone, through the changes to summer time and back; intervals; cron expressions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from anzol import HandlerError, Router
from anzol.bot.schedules import Schedule

LISBON = ZoneInfo("Europe/Lisbon")


def times(schedule: Schedule, start: datetime, number: int) -> list[str]:
    """Return the next times after a start, as the clock on the wall shows them."""
    found, moment = [], start.timestamp()
    for _ in range(number):
        moment = schedule.after(moment)
        found.append(datetime.fromtimestamp(moment, schedule.zone).isoformat()[:-3])
    return found


def every(when: str | None = None, tz: str = "UTC", **units: float) -> Schedule:
    return Schedule(when, tz, None, dict(units))


def test_a_time_of_day_is_the_zones_in_summer_and_in_winter():
    schedule = every("08:30", "Europe/Lisbon")
    assert times(schedule, datetime(2026, 3, 27, 12, tzinfo=LISBON), 3) == [
        "2026-03-28T08:30:00+00",
        "2026-03-29T08:30:00+01",
        "2026-03-30T08:30:00+01",
    ]


def test_a_time_that_the_change_to_summer_skips_is_due_right_after_it():
    schedule = every("1:30", "Europe/Lisbon")
    assert times(schedule, datetime(2026, 3, 28, 12, tzinfo=LISBON), 2) == [
        "2026-03-29T02:00:00+01",
        "2026-03-30T01:30:00+01",
    ]


def test_a_time_that_the_change_to_winter_repeats_is_due_once():
    schedule = every("01:30", "Europe/Lisbon")
    assert times(schedule, datetime(2026, 10, 24, 12, tzinfo=LISBON), 2) == [
        "2026-10-25T01:30:00+01",
        "2026-10-26T01:30:00+00",
    ]


def test_an_interval_is_counted_alike_everywhere():
    start = datetime(2026, 1, 1, 10, 3, 7, tzinfo=UTC)
    assert times(every(minutes=5), start, 2) == ["2026-01-01T10:05:00+00", "2026-01-01T10:10:00+00"]
    assert times(every(hours=1, minutes=30), start, 1) == ["2026-01-01T10:30:00+00"]
    due = every(minutes=5).after(start.timestamp())
    assert every(minutes=5).after(due) == due + 300


def test_a_cron_expression_has_weekdays():
    schedule = every("0 9 * * mon-fri")
    assert times(schedule, datetime(2026, 1, 2, 12, tzinfo=UTC), 2) == [
        "2026-01-05T09:00:00+00",
        "2026-01-06T09:00:00+00",
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "takes a time or an interval"),
        ({"when": "08:30", "minutes": 5}, "takes a time or an interval"),
        ({"when": "25:00"}, "neither a time nor a cron expression"),
        ({"when": "tomorrow"}, "neither a time nor a cron expression"),
        ({"when": "0 0 30 2 *"}, "neither a time nor a cron expression that is ever due"),
        ({"when": "08:30", "tz": "Lisbon"}, "no such time zone here"),
        ({"minutes": -5}, "every\\(minutes=-5\\): give a number"),
        ({"seconds": 0.1}, "the shortest interval is a second"),
        ({"minutes": 5, "late": 0}, "give seconds, more than 0"),
    ],
)
def test_what_is_no_schedule_is_refused_where_it_is_written(given: dict[str, Any], told: str):
    when = given.pop("when", None)
    with pytest.raises(HandlerError, match=told):
        Router().every(*([] if when is None else [when]), **given)


def test_two_jobs_of_one_name_are_refused():
    router = Router()

    @router.every(minutes=5)
    def digest(ctx: Any) -> None: ...

    with pytest.raises(HandlerError, match="handles job digest, and so does"):
        router.job("digest")(lambda ctx: None)


def test_included_routers_bring_their_schedules():
    inner, outer = Router(), Router()

    @inner.every("08:30")
    def digest(ctx: Any) -> None: ...

    outer.include(inner)
    assert list(outer.schedules()) == ["digest"]
    assert "job" not in outer.allowed_updates()
