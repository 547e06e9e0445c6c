"""A pytest plugin: no token of any bot of the suite may show in a log line, or in what a test prints.

It sees records after the loggers' filters and before any handler's formatter: what passes here is what code really
logs, with nothing hidden afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from anzol.api.transport import Transport

SHORT = 16  # what is shorter is a word like "4242:test" that may turn up anywhere
tokens: set[str] = set()
leaks: list[str] = []

format_exception = logging.Formatter().formatException


def leaked(text: str) -> str | None:
    """The first token found in a text."""
    return next((token for token in tokens if token in text), None)


def look_at(where: str, text: str) -> None:
    """Remember a leak."""
    if leaked(text):
        leaks.append(f"{where}: {text.strip()[:300]}")


def pytest_configure(config: pytest.Config) -> None:
    """Look at every bot that is made and every record that is logged."""
    make, call_handlers = Transport.__init__, logging.Logger.callHandlers

    def watched_make(self: Transport, token: str, *arguments: Any, **options: Any) -> None:
        if len(token) >= SHORT:
            tokens.add(token)
        make(self, token, *arguments, **options)

    def watched_call(self: logging.Logger, record: logging.LogRecord) -> None:
        text = record.getMessage() + str(getattr(record, "fields", ""))
        if record.exc_info and record.exc_info[1]:
            text += format_exception(record.exc_info)
        look_at(f"logger {record.name}", text)
        call_handlers(self, record)

    Transport.__init__ = watched_make  # type: ignore[method-assign]
    logging.Logger.callHandlers = watched_call  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Look at what a test printed."""
    report: Any = yield
    if report.passed:  # a failure shows values of variables
        look_at(item.nodeid, report.capstdout + report.capstderr)
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist has seen."""
    leaks.extend(node.workeroutput.get("leaks", ()) if hasattr(node, "workeroutput") else ())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell what leaked."""
    for leak in leaks:
        terminalreporter.write_line(f"A TOKEN SHOWS in {leak}", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A leak fails the run; a worker of pytest-xdist tells its leaks to the run that started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["leaks"] = leaks
    if leaks and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
