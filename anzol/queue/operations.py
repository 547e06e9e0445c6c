"""Operations: what threads hand to the writer, each applied inside its transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Sequence

from .base import Lane, Task, Unavailable
from .plan import Plan
from .standing import Watch
from .store import Needs

PATIENCE = 2.5  # seconds that a sender waits for its commit: Telegram has its 503 within three


class Operation:
    """`apply` runs on the writer's thread in a transaction, again after a rollback; then `committed` or `refused`."""

    patient = False  # waits out trouble with the database instead of being refused
    tells = False  # has a report of its own: most have none, and calling it would be in vain

    def __init_subclass__(cls) -> None:
        cls.tells = cls.report is not Operation.report

    def announce(self, needs: Needs) -> None:
        """Say what `apply` will touch."""

    def apply(self, plan: Plan) -> None:
        """Change the database, inside the transaction."""

    def may_wait(self, held: Container[Lane]) -> bool:
        """Return whether it may wait a moment for company; `held` are the lanes that this process runs."""
        return False

    def committed(self) -> None:
        """Go on: the transaction is committed."""

    def refused(self, error: Exception) -> None:
        """Give up: nothing of it was committed."""

    def report(self) -> None:
        """Tell who only looks on, once nobody waits for this transaction any more."""


class Waited(Operation):
    """An operation whose thread waits for it."""

    def __init__(self) -> None:
        self._error: Exception | None = None
        # A bare lock is the cheapest way to sleep until another thread says go.
        self._gate = threading.Lock()
        self._gate.acquire()

    def committed(self) -> None:
        """Wake who waits."""
        self._gate.release()

    def refused(self, error: Exception) -> None:
        """Wake who waits, with the error."""
        self._error = error
        self._gate.release()

    def wait(self, timeout: float = PATIENCE) -> None:
        """Return once it is committed; raise what it was refused with, Unavailable when that takes too long."""
        if not self._gate.acquire(timeout=timeout):
            raise Unavailable(f"the database did not answer within {timeout:g} s")
        if self._error is not None:
            raise self._error


class Put(Operation):
    """Store a task, for which no thread waits; `watch` is told when its first run has ended."""

    seq: int | None = None  # None once committed: it was here before

    def __init__(self, task: Task, watch: Watch | None = None) -> None:
        self._task, self.lane, self._watch = task, task.line, watch

    def announce(self, needs: Needs) -> None:
        """Say which task comes."""
        needs.tasks.append(self._task)

    def apply(self, plan: Plan) -> None:
        """Insert the task and claim its lane."""
        self.seq = seq = plan.receive(self._task)
        if seq is not None and self._watch is not None:
            plan.watched[seq] = self._watch

    def may_wait(self, held: Container[Lane]) -> bool:
        """Return True for a task that cannot start anyway before what runs in its lane has ended, with a commit."""
        return self.lane in held


class PutNow(Put, Waited):
    """Store a task for which a thread waits."""

    def __init__(self, task: Task, watch: Watch | None = None) -> None:
        Put.__init__(self, task, watch)
        Waited.__init__(self)


class PutSoon(Put):
    """Store a task; `stored` gets True for a new one, False for a repeated one, or the error."""

    def __init__(
        self,
        task: Task,
        stored: Callable[[bool | Exception], None],
        watch: Watch | None = None,
    ) -> None:
        self._task, self.lane, self._watch, self._stored = task, task.line, watch, stored

    def committed(self) -> None:
        """Report whether the task was new."""
        self._stored(self.seq is not None)

    def refused(self, error: Exception) -> None:
        """Report the error."""
        self._stored(error)


class PutAll(Waited):
    """Store several tasks, all or none, in their order."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        super().__init__()
        self._tasks = tasks
        self.new: list[bool] = []

    def announce(self, needs: Needs) -> None:
        """Say which tasks come."""
        needs.tasks += self._tasks

    def apply(self, plan: Plan) -> None:
        """Insert them."""
        self.new = [plan.receive(task) is not None for task in self._tasks]


class Check(Waited):
    """Write as much as an update needs, and take it back."""

    def apply(self, plan: Plan) -> None:
        """Write and take it back."""
        plan.store.probe()


class NotePause(Operation):
    """Let operators see why a bot is paused or, without a reason, that it is not."""

    patient = True

    def __init__(self, bot: int, reason: str | None) -> None:
        self._bot, self._reason = bot, reason

    def apply(self, plan: Plan) -> None:
        """Store the pause, or its end."""
        plan.note_pause(self._bot, self._reason)


class Flush(Waited):
    """Do nothing: who has waited for this finds everything committed and reported that was handed in before."""

    def committed(self) -> None:
        """Let the reports come first."""

    def report(self) -> None:
        """Wake who waits."""
        super().committed()
