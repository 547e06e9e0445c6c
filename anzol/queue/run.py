"""One run of a handler, and what its end means for the update."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from .base import Again, Options, Unavailable
from .operations import LATE, POSTPONED, RAISED, RETURNED, Finish
from .work import Work

log = logging.getLogger(__name__)

FRAMES = 12  # of a traceback are kept: the last ones
LENGTH = 8000  # characters of it

Handler = Callable[[Work], None]


def run(work: Work, handle: Handler, options: Options) -> None:
    """Run the handler and submit the result. Called on a worker's thread; raises nothing."""
    if work.expires is not None and options.clock() > work.expires:
        work.desk.submit(Finish(work, LATE))
        return
    try:
        handle(work)
        finish = Finish(work, RETURNED, changes=work.changes())
    except Again as again:
        run_again(work, again, options)
        return
    except Unavailable as error:
        run_again(work, Again(cause=error), options)
        return
    except BaseException as error:
        bury(work, error, options)
        return
    work.desk.submit(finish)


def run_again(work: Work, again: Again, options: Options) -> None:
    if again.counted and work.attempt >= options.attempts:
        bury(work, again.cause or again, options)
        return
    schedule = options.schedule
    planned = schedule[min(work.attempt, len(schedule)) - 1]
    after = planned if again.after is None else again.after
    error = describe(again.cause) if again.cause is not None else None
    work.desk.submit(Finish(work, POSTPONED, after=after, counted=again.counted, error=error))


def bury(work: Work, error: BaseException, options: Options) -> None:
    finish = Finish(work, RAISED, error=describe(error))
    if options.on_dead is None:
        work.desk.submit(finish)
        return
    finish.submit_and_wait()
    try:
        options.on_dead(work, error)
    except Exception:
        log.exception("Telling about the buried update %s failed.", work.update_id)


def describe(error: BaseException) -> str:
    """Return the traceback of the error's last frames, bounded and storable as text."""
    text = "".join(traceback.format_exception(error, limit=-FRAMES))
    return text[-LENGTH:].encode("utf-8", "replace").decode()
