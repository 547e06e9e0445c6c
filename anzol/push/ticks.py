"""Ticks: the next time of each schedule, stored, so that each is run once by whichever process is there."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from anzol.api.jsontext import encode_json
from anzol.queue import UPDATES, Crew, Queue, Task, Work

log = logging.getLogger("anzol")

QUEUE = "schedule"
KIND = "job"  # of the update that a due time becomes


class Timetable(Protocol):
    """When something is due; `spec` says by what, and `late` after how many seconds it is not worth running."""

    spec: str
    late: float | None

    def after(self, moment: float) -> float:
        """Return the first time after a moment, both in epoch seconds."""


class Ticks:
    """The schedules of one bot, by the names of their jobs.

    The next time of each is a task. When it is due, it becomes the job and the task of the time after it, in one
    transaction. A time that passed while no process ran is made up for once.
    """

    def __init__(
        self, queue: Queue, bot: int, schedules: Callable[[], Mapping[str, Timetable]]
    ) -> None:
        self._queue, self._bot, self._schedules = queue, bot, schedules

    def plan(self) -> None:
        """Store the next time of each schedule, unless it is there already. Raise Unavailable."""
        now = self._queue.now()
        tasks = [
            self._tick(name, schedule, schedule.after(now), now)
            for name, schedule in self._schedules().items()
        ]
        if tasks:
            self._queue.put_all(tasks)

    def run(self, work: Work) -> None:
        """Turn a time that has come into its job, and store the next one."""
        body = json.loads(work.body)
        name, due, now = body["name"], body["due"], work.now()
        schedule = self._schedules().get(name)
        if schedule is None or schedule.spec != body["spec"]:
            return  # the program has changed since
        following = schedule.after(max(now, due))
        if schedule.late is None or now - due <= schedule.late:
            work.add(job_of(self._bot, name, due, following - now))
        else:
            log.warning("every %s: a run that was due %.0f s ago is skipped", name, now - due)
        work.add(self._tick(name, schedule, following, now))

    def _tick(self, name: str, schedule: Timetable, due: float, now: float) -> Task:
        body = json.dumps({"name": name, "due": due, "spec": schedule.spec}).encode()
        digest = hashlib.sha256(schedule.spec.encode()).hexdigest()[:16]
        return Task(
            self._bot,
            f"{name}:{digest}:{due:.3f}",
            lane_of(name),
            body,
            QUEUE,
            KIND,
            after=max(due - now, 0.001),
        )


def crew(ticks_of: Callable[[int], Ticks | None]) -> Crew:
    """Return the crew of the queue "schedule"; times of bots that are not served here pass."""

    def run(work: Work) -> None:
        ticks = ticks_of(work.bot)
        if ticks is not None:
            ticks.run(work)

    # However long Telegram is away: a time that has come must lead to the next one.
    return Crew(run, workers=1, urgent=0, outage=math.inf)


def job_of(bot: int, name: str, due: float, lifetime: float) -> Task:
    """Return the run of a schedule's time; it is not begun any more once the next one is due."""
    event: dict[str, Any] = {"name": name, "args": {}, "due": due}
    body = encode_json({KIND: event})
    return Task(
        bot,
        f"every:{name}:{due:.3f}",
        lane_of(name),
        body,
        UPDATES,
        KIND,
        lifetime=max(lifetime, 1.0),
    )


def lane_of(name: str) -> str:
    """Return the lane in which a schedule's runs follow each other."""
    return f"every:{name}".encode("ascii", "backslashreplace").decode()[:200]
