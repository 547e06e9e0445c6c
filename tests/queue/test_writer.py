from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from anzol.queue import Unavailable
from anzol.queue.operations import Operation
from anzol.queue.writer import Writer
from tests.queue.support import wait_until


class Note(Operation):
    """An operation that notes what became of it."""

    def __init__(self, name: str, patient: bool = False, waits: bool = False) -> None:
        self.name, self.patient, self.waits = name, patient, waits
        self.end: object = None
        self.told: list[object] | None = None

    def committed(self) -> None:
        self.end = "committed"
        if self.told is not None:
            self.told.append(self.end)

    def report(self) -> None:
        if self.told is not None:
            self.told.append("reported")

    def refused(self, error: Exception) -> None:
        self.end = error


class Table:
    """Commits all operations of a batch or none, and fails as it is told."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.trouble: OSError | None = None
        self.begun, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def commit(self, operations: Sequence[Any]) -> None:
        self.begun.set()
        self.gate.wait(60)
        if self.trouble is not None:
            raise self.trouble
        names = [operation.name for operation in operations]
        if "defect" in names:
            raise ValueError("this one cannot be written")
        self.batches.append(names)


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def writer(table: Table):
    def trouble(error: Exception) -> str | None:
        return str(error) if isinstance(error, OSError) else None

    writer = Writer(table.commit, lambda: 1.0, trouble, lambda operation: operation.waits)
    writer.start()
    yield writer
    writer.close()


def submit(writer: Writer, *notes: Note) -> list[Note]:
    for note in notes:
        writer.submit(note)
    return list(notes)


def test_what_comes_during_a_commit_shares_the_next_one(writer: Writer, table: Table):
    table.gate.clear()
    notes = submit(writer, *[Note(f"{number}") for number in range(10)])
    table.gate.set()

    wait_until(lambda: all(note.end for note in notes))
    assert len(table.batches) <= 2
    assert [name for batch in table.batches for name in batch] == [f"{n}" for n in range(10)]


def test_reports_come_after_everybody_who_waits_goes_on(writer: Writer, table: Table):
    told: list[object] = []
    table.gate.clear()
    submit(writer, Note("first"))
    assert table.begun.wait(60)  # so that the others share a commit
    notes = [Note(f"{number}") for number in range(3)]
    for note in notes:
        note.told = told
    submit(writer, *notes)
    table.gate.set()

    wait_until(lambda: len(told) == 6)
    assert told == ["committed"] * 3 + ["reported"] * 3


def test_trouble_refuses_who_waits_and_keeps_what_is_patient(writer: Writer, table: Table, caplog):
    table.trouble = OSError("the disk is full")
    put, finish = submit(writer, Note("put"), Note("finish", patient=True))
    wait_until(lambda: put.end)
    assert isinstance(put.end, Unavailable)
    assert str(put.end) == "the disk is full"
    assert finish.end is None

    table.trouble = None

    wait_until(lambda: finish.end == "committed")
    # Told once, however often it was tried.
    assert [record.getMessage() for record in caplog.records] == [
        "The queue cannot write: the disk is full.",
        "The queue can write again.",
    ]


def test_one_defect_does_not_spoil_its_neighbours(writer: Writer, table: Table, caplog):
    caplog.set_level(logging.CRITICAL)
    table.gate.clear()
    notes = submit(writer, Note("a"), Note("b"), Note("defect"), Note("c"))
    table.gate.set()

    wait_until(lambda: all(note.end for note in notes))
    assert [note.end for note in notes if note.name != "defect"] == ["committed"] * 3
    assert isinstance(notes[2].end, ValueError)


def test_after_the_end_nobody_waits_in_vain(writer: Writer):
    (before,) = submit(writer, Note("before"))
    writer.close()
    (after,) = submit(writer, Note("after"))

    assert before.end == "committed"
    assert isinstance(after.end, Unavailable)


def test_what_may_wait_does_so_for_a_moment_for_company(writer: Writer, table: Table):
    """The record of a call and the end of its run become one commit."""
    record, finish = Note("record", waits=True), Note("finish")
    writer.submit(record)
    threading.Event().wait(0.0005)
    writer.submit(finish)

    wait_until(lambda: finish.end)
    assert table.batches in ([["record", "finish"]], [["record"], ["finish"]])
    writer.submit(alone := Note("alone", waits=True))
    wait_until(lambda: alone.end == "committed")


def test_one_large_result_refuses_itself_alone(writer: Writer, table: Table, caplog):
    """The disk has no room for it; the others of its batch do not wait for more room."""
    caplog.set_level(logging.CRITICAL)
    large = Note("large", patient=True)
    commit = table.commit

    def cramped(operations: Sequence[Any]) -> None:
        if large in operations:
            raise OSError("the disk is full")
        commit(operations)

    writer._commit = cramped  # type: ignore[method-assign]
    put, other = submit(writer, large, Note("put"), Note("other", patient=True))[1:]

    wait_until(lambda: other.end == put.end == "committed")
    assert large.end is None


def test_a_callback_that_fails_repeats_nothing(writer: Writer, table: Table, caplog):
    class Rude(Note):
        def committed(self) -> None:
            super().committed()
            raise RuntimeError("after the commit")

    rude, after = submit(writer, Rude("rude"), Note("after"))

    wait_until(lambda: after.end == "committed")
    assert [name for batch in table.batches for name in batch] == ["rude", "after"]
    assert rude.end == "committed"
