"""Workers: the threads of one queue, what each run's end means, and a watch over those that take long."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .base import Again, Cancelled, Failed, Row, Task, Unavailable
from .ends import Buried, Done, Expired, Finish, Postponed
from .standing import Rules, Seats
from .work import Desk, Work

log = logging.getLogger(__name__)

FRAMES = 12  # frames of a traceback that are kept: the last ones
LENGTH = 8000  # characters of a traceback that are kept
SLOW_CALL = 5.0  # seconds after which a call to another service no longer takes up a worker

Handler = Callable[[Work], None]


def nothing(work: Work, error: BaseException) -> Iterable[Task]:
    """Store nothing when a task is buried."""
    return ()


@dataclass(frozen=True, slots=True)
class Crew:
    """How the tasks of one queue are run; seconds where it is about time.

    `workers` run at once, and up to `urgent` more whose task is urgent. `on_dead(work, error)` is called before a
    burial is written, and returns tasks to be stored with it. `on_slow(bot)` hears of calls that take long.
    A run longer than `stuck` is reported, to `on_stuck(bot)` too, and no longer counted among the workers. Tasks of a
    paused bot are buried when they are older than `outage`. With `sole`, one process at a time runs a bot's tasks;
    another one takes over when that is gone.
    """

    handle: Handler
    workers: int = 200
    urgent: int = 20
    attempts: int = 5
    schedule: tuple[float, ...] = (1.0, 4.0, 15.0, 60.0)
    stuck: float = 300.0
    outage: float = 24 * 3600.0
    on_dead: Callable[[Work, BaseException], Iterable[Task]] = nothing
    on_slow: Callable[[int], None] = lambda bot: None
    on_stuck: Callable[[int], None] = lambda bot: None
    sole: bool = False

    @property
    def rules(self) -> Rules:
        """Return how tasks of this crew are retried."""
        return Rules(self.attempts, self.schedule, self.sole)


class Seat:
    """A place where one idle thread sleeps until it is handed work, or None to end."""

    def __init__(self) -> None:
        self.work: Work | None = None
        self._gate = threading.Lock()
        self._gate.acquire()

    def hand(self, work: Work | None) -> None:
        """Wake the thread."""
        self.work = work
        self._gate.release()

    def wait(self) -> Work | None:
        """Sleep until work is handed over; return it, None to end."""
        self._gate.acquire()
        return self.work


class Workers:
    """The threads of one queue. Each sleeps on a seat of its own: a common queue wakes a second one for every item.

    How many run is decided where lanes are claimed; here a thread is started whenever none is idle.
    """

    def __init__(self, name: str, crew: Crew, desk: Desk, now: Callable[[], float]) -> None:
        self._name, self.crew, self._desk, self._now = name, crew, desk, now
        self._lock = threading.Lock()
        self._idle: list[Seat] = []
        self._queue: deque[Work] = deque()
        self._threads: set[threading.Thread] = set()
        self._started = 0
        self._running: dict[int, Work] = {}
        self._released = 0
        self.seats = Seats(crew.workers, crew.urgent)  # how many lanes may be run now
        self._lost = 0
        self._stopped = False
        self.closing = False

    def _release(self, change: int) -> None:
        """Count so many more runs that take up no seat, since they wait or are stuck; up to a bound."""
        self._released += change
        crew = self.crew
        self.seats = Seats(crew.workers + min(self._released, crew.workers), crew.urgent)

    def hand(self, row: Row) -> None:
        """Have the thread that became idle last, or a new one, run a task."""
        work = Work(row, self._desk)
        with self._lock:
            self._running[row.seq] = work
            if self._idle:
                self._idle.pop().hand(work)
                return
            self._started += 1
            name = f"{self._name}-worker-{self._started}"
        seat = Seat()  # a thread keeps what it was started with for as long as it lives
        thread = threading.Thread(target=self._loop, args=(seat,), name=name, daemon=True)
        seat.hand(work)
        try:
            thread.start()
        except RuntimeError:  # the system has no thread left: one of ours will take it
            with self._lock:
                self._queue.append(work)
            return
        with self._lock:
            self._threads.add(thread)

    def works(self) -> list[Work]:
        """Return what is being run."""
        with self._lock:
            return list(self._running.values())

    def counts(self) -> dict[str, int]:
        """Count threads: `busy`, `idle`, `stuck`, `lost` (died); and tasks for which the system `refused` a thread."""
        with self._lock:
            self._threads = {thread for thread in self._threads if thread.is_alive()}
            idle, alive = len(self._idle), len(self._threads)
            return {
                "busy": alive - idle,
                "idle": idle,
                "stuck": sum(work.is_stuck for work in self._running.values()),
                "lost": self._lost,
                "refused": len(self._queue),
            }

    def stop(self) -> None:
        """Let the threads end once they have nothing to run."""
        with self._lock:
            self._stopped = True
            for seat in self._idle:
                seat.hand(None)
            self._idle = []

    def release_seat(self, work: Work) -> bool:
        """Stop counting a run among the workers; False when as many runs as there are workers are exempt already."""
        with self._lock:
            if work.has_seat and self._released < self.crew.workers:
                work.has_seat = False
                self._release(1)
            return not work.has_seat

    def take_seat(self, work: Work) -> None:
        """Count a run among the workers again."""
        with self._lock:
            if not work.has_seat and not work.is_stuck:
                work.has_seat = True
                self._release(-1)

    def watch(self) -> bool:
        """Look at what is being run; return whether seats became free."""
        moment, freed = time.monotonic(), False
        for work in self.works():
            calling = work.calling_since
            if calling is not None and moment - calling > SLOW_CALL and work.has_seat:
                freed = self.release_seat(work) or freed
                self.crew.on_slow(work.bot)
            is_started = work.thread is not None and not work.is_stuck
            if is_started and moment - work.since > self.crew.stuck:
                freed = self._report_stuck(work) or freed
        return freed

    def _report_stuck(self, work: Work) -> bool:
        freed = self.release_seat(work)
        with self._lock:
            work.is_stuck = True
        self.crew.on_stuck(work.bot)
        frame = sys._current_frames().get(work.thread or 0)
        stack = "".join(traceback.format_stack(frame, FRAMES)) if frame else ""
        log.warning(
            "%s %s has been running for %.0f s; another worker takes its place "
            "(flask inbox cancel %d, or skip %d). It is here:\n%s",
            work.kind or work.queue,
            work.key,
            time.monotonic() - work.since,
            work.seq,
            work.seq,
            stack.rstrip(),
        )
        return freed

    def _loop(self, seat: Seat) -> None:
        try:
            work = seat.wait()
            while work is not None:
                self._run(work)
                work = seat.work = None  # an idle thread keeps no task in memory
                work = self._next(seat)
        except BaseException:
            with self._lock:
                self._lost += 1
            raise

    def _next(self, seat: Seat) -> Work | None:
        with self._lock:
            if self._queue:
                return self._queue.popleft()
            # Waits of an outage made more threads than are needed otherwise.
            if self._stopped or len(self._idle) >= self.crew.workers + self.crew.urgent:
                return None
            self._idle.append(seat)
        return seat.wait()

    def _run(self, work: Work) -> None:
        # In this order: whoever looks on asks for the time once there is a thread.
        work.since = time.monotonic()
        work.thread = threading.get_ident()
        finish = self._attempt(work)
        if not isinstance(finish, Done):  # whose results have ended the sessions
            work.record_kept()
            work.end()
        with self._lock:
            self._running.pop(work.row.seq, None)
            if not work.has_seat:
                self._release(-1)
        self._desk.submit(finish)

    def _attempt(self, work: Work) -> Finish:
        """Run the handler; return how that ended."""
        row, crew = work.row, self.crew
        if self.closing:
            return Postponed(row, work.unwritten, None, counted=False)
        if row.cancelled:
            return self._bury(work, Cancelled("cancelled by an operator"))
        if row.expires is not None and self._now() > row.expires:
            return Expired(row, work.unwritten)
        try:
            crew.handle(work)
            return Done(row, work.unwritten, work.results(), work.reports)
        except Again as again:
            return self._again(work, again)
        except Unavailable as error:
            return self._again(work, Again(cause=error))
        except Cancelled as cancelled:
            if self.closing:
                return Postponed(row, work.unwritten, None, counted=False)
            return self._bury(work, cancelled)
        except BaseException as error:
            return self._bury(work, error)

    def _again(self, work: Work, again: Again) -> Finish:
        if again.counted and work.attempt >= self.crew.attempts:
            return self._bury(work, again.cause or again)
        after = again.after
        if after is None:
            after = self.crew.rules.pause(work.attempt)
        error = format_error(again.cause) if again.cause is not None else None
        return Postponed(
            work.row,
            work.unwritten,
            after,
            counted=again.counted,
            asked=again.asked,
            error=error,
        )

    def _bury(self, work: Work, error: BaseException) -> Finish:
        if not work.is_reverted:
            work.revert()
        for task in self.tell_dead(work, error):
            work.add(task)
        text = format_error(error)
        try:
            # What it has taken over runs by itself: a replay is to find all of it again.
            left = work.results()._replace(absorbed=())
            return Buried(work.row, work.unwritten, text, left)
        except Exception:  # what the run left in a session cannot be stored
            work.revert()
            return Buried(work.row, work.unwritten, text)

    def tell_dead(self, work: Work, error: BaseException) -> list[Task]:
        """Call `on_dead` for a burial; return the tasks to store with it."""
        try:
            return list(self.crew.on_dead(work, error) or ())
        except Exception:
            log.exception("Reporting the buried task %s failed.", work.key)
            return []


def format_error(error: BaseException) -> str:
    """Return the traceback of the error's last frames, bounded and storable as text."""
    if isinstance(error, Failed):
        text = str(error)
    else:
        text = "".join(traceback.format_exception(error, limit=-FRAMES))
    return text[-LENGTH:].encode("utf-8", "replace").decode()
