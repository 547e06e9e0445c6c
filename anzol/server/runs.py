"""What became of the runs of handlers."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Run:
    """The outcome of one run of a handler. Times in seconds; `waited` since the update was received."""

    kind: str
    waited: float
    ran: float = 0.0
    update_id: int = 0
    handler: str = ""  # where it is written; empty for none, and for one that failed
    error: BaseException | None = None
    # done, unhandled, unreachable (blocked), again (another attempt follows), waiting (for more) or dead
    outcome: str = "dead"
    text: str = "failed"
    calls: int = 0  # of the Bot API, by its own thread


# The run that this thread is in. Not by a class' `with` block, which takes three functions for each update.
RUNNING: ContextVar[Run | None] = ContextVar("running", default=None)
