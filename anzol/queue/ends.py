"""How runs end: operations that write it down, with what a run leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence
from functools import cached_property
from typing import NamedTuple

from .base import Lane, Row, Sent, Task
from .operations import Operation
from .plan import Plan
from .session import Change
from .store import Needs


class Finish(Operation):
    """The end of a run: written down if the task is still this run's, and its lane goes on.

    `unwritten(error)` is called with an error that kept the result from being written: the run is to be finished in
    another way.
    """

    patient = True
    lost = False  # the task was taken from this run, and nothing was written

    def __init__(self, row: Row, unwritten: Callable[[Exception], None]) -> None:
        self.row, self._unwritten = row, unwritten

    def announce(self, needs: Needs) -> None:
        """Say which run ends."""
        needs.runs.append(self.row)

    def apply(self, plan: Plan) -> None:
        """Close the task and go on with the lane; or only go on."""
        self.lost = not self._close(plan)
        if self.lost:
            plan.lose(self.row)

    def refused(self, error: Exception) -> None:
        """Tell the run."""
        self._unwritten(error)

    def _close(self, plan: Plan) -> bool:
        """Write the end, and what follows from it for the lane; False when the fence refuses."""
        raise NotImplementedError


class Results(NamedTuple):
    """What a run leaves behind besides its end; `is_repeated`: an earlier run may have recorded calls."""

    changes: Sequence[tuple[str, Sequence[Change]]] = ()
    tasks: Sequence[Task] = ()
    absorbed: Sequence[int] = ()
    records: Sequence[Record] = ()
    is_repeated: bool = False
    dropped: Sequence[str] = ()  # batches to cancel
    result: str | None = None

    def announce(self, needs: Needs, row: Row) -> None:
        """Say what `write` will touch."""
        needs.tasks += self.tasks
        needs.changes += [
            (row.bot, name, change) for name, changes in self.changes for change in changes
        ]

    def differ(self, plan: Plan, row: Row) -> bool:
        """Return whether another lane has changed a key of a session since this run has read it."""
        bot, differs = row.bot, plan.store.differs
        for name, changes in self.changes:
            for change in changes:
                if differs(bot, name, change):
                    return True
        return False

    def write(self, plan: Plan, row: Row) -> None:
        """Store sessions and new tasks, and close what was taken over."""
        for name, changes in self.changes:
            for change in changes:
                plan.store.save(row.bot, name, change)
        for seq in self.absorbed:
            plan.store.absorb(row.line, seq)
        for batch in self.dropped:
            plan.store.drop(row.bot, batch)
        for task in self.tasks:
            plan.receive(task)
        if self.result is not None:
            plan.store.keep(row.seq, self.result)


class Done(Finish):
    """The handler returned. If it changed what another lane has changed meanwhile, it runs again instead."""

    conflict = False

    def __init__(
        self,
        row: Row,
        unwritten: Callable[[Exception], None],
        results: Results,
        reports: list[Callable[[bool], None]],
    ) -> None:
        # Not by way of the class above, as nearly each run ends with one.
        self.row, self._unwritten, self.results, self._reports = row, unwritten, results, reports
        self.lane = row.line

    def announce(self, needs: Needs) -> None:
        """Say which run ends, and what it leaves behind."""
        super().announce(needs)
        self.results.announce(needs, self.row)

    @property
    def is_plain(self) -> bool:
        """Return whether it changes no task but its own."""
        results = self.results
        return not (results.tasks or results.dropped or results.absorbed)

    def report(self) -> None:
        """Tell who wants to hear whether it is to run again; nobody when it was lost."""
        # Taken out of the run's own list: most hold the run, which then is no garbage that only the collector finds.
        while self._reports:
            report = self._reports.pop(0)
            if not self.lost:
                report(self.conflict)

    def _close(self, plan: Plan) -> bool:
        row, fence, results = self.row, plan.fence(self.row), self.results
        self.conflict = bool(results.changes) and results.differ(plan, row)
        if self.conflict:
            calls = Counter(record.sent for record in results.records)
            missing = calls - Counter(plan.store.calls(row.seq))
            for sent in missing.elements():
                plan.store.record(fence, sent)
            if not plan.store.postpone(fence, False, None, None):
                return False
            plan.repeat(row.line)
            return True
        if not plan.store.finish(fence):
            return False
        # Those of a run that died with its process are recorded under the same task.
        records = results.records
        if results.is_repeated or (records and any(record.is_written for record in records)):
            plan.store.forget(row.seq)
        results.write(plan, row)
        plan.advance(self.lane)
        return True


class Buried(Finish):
    """The handler failed for good. What an error handler left is stored with it."""

    def __init__(
        self,
        row: Row,
        unwritten: Callable[[Exception], None],
        error: str,
        results: Results = Results(),  # noqa: B008 - it is immutable
    ) -> None:
        super().__init__(row, unwritten)
        self._error, self._results = error, results

    def announce(self, needs: Needs) -> None:
        """Say which run ends, and what it leaves behind."""
        super().announce(needs)
        self._results.announce(needs, self.row)

    def _close(self, plan: Plan) -> bool:
        if not plan.store.bury(plan.fence(self.row), self._error):
            return False
        # What somebody else changed meanwhile stays as it is: there is no handler to run again.
        if not self._results.differ(plan, self.row):
            self._results.write(plan, self.row)
        else:
            Results(tasks=self._results.tasks).write(plan, self.row)
        plan.advance(self.row.line)
        return True


class Postponed(Finish):
    """The task runs again, after some seconds or, with `after` None, when a worker is free."""

    def __init__(
        self,
        row: Row,
        unwritten: Callable[[Exception], None],
        after: float | None,
        *,
        counted: bool = True,
        asked: bool = False,
        error: str | None = None,
    ) -> None:
        super().__init__(row, unwritten)
        self._after, self._counted, self._asked, self._error = after, counted, asked, error

    def _close(self, plan: Plan) -> bool:
        row = self.row
        due = plan.now + self._after if self._after else None
        if not plan.store.postpone(plan.fence(row), self._counted, due, self._error):
            return False
        if self._asked:
            plan.store.unturn(row.seq)
        plan.park(row.line, due, rank=row.seq)
        return True


class Expired(Finish):
    """The task was too late to be run."""

    def _close(self, plan: Plan) -> bool:
        if not plan.store.expire(plan.fence(self.row)):
            return False
        plan.store.forget(self.row.seq)
        plan.advance(self.row.line)
        return True


class Pardon(Operation):
    """Count a run for none that the process is about to leave behind."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def apply(self, plan: Plan) -> None:
        """Take the attempt back, if the task is still this run's."""
        plan.store.pardon(plan.fence(self._row))


class Record(Operation):
    """Remember one call of a run until the run ends; nothing is written when that comes with the same commit."""

    patient = True
    is_kept = False  # the writer has not been told of it
    is_written = False  # there may be a row of it

    def __init__(self, row: Row, sent: Callable[[], Sent]) -> None:
        self._row, self._make = row, sent

    @cached_property
    def sent(self) -> Sent:
        """Return what is stored."""
        return self._make()

    def apply(self, plan: Plan) -> None:
        """Insert it if the task is still this run's."""
        if (self._row.seq, self._row.runs) not in plan.settled:
            self.is_written = True
            plan.store.record(plan.fence(self._row), self.sent)

    def may_wait(self, held: Container[Lane]) -> bool:
        """Return True: the end of its run mostly comes within a moment."""
        return True


def in_turn(operations: Sequence[Operation], coming: Container[Lane]) -> list[Operation]:
    """Return operations with those ends first for whose lane a task is `coming`, which then goes on at once.

    What an end leaves behind keeps its place behind what its handler has handed in before.
    """
    ends: list[Operation] = []
    others: list[Operation] = []
    for each in operations:
        is_first = isinstance(each, Done) and each.lane in coming and each.is_plain
        (ends if is_first else others).append(each)
    return ends + others
