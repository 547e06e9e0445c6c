"""Errors that stop the start, printed as one line that says what to type."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anzol.api.errors import ApiError, HandlerError, NetworkError, ProxyError
from anzol.queue import OpenError
from anzol.settings import SettingsError

NO_TOKEN = (
    "TELEGRAM_BOT_TOKEN is not set. Get a token from @BotFather and put it into .env; "
    "to try the bot without one: python app.py"
)
TOKEN_REJECTED = (
    "Telegram does not know this bot: TELEGRAM_BOT_TOKEN was rejected. "
    "Copy it again from @BotFather (/mybots, API Token)."
)
FIRST_GOES = 10.0  # seconds until it is certain that no other worker ends the server
UWSGI_FAILED_APP = 22  # its UWSGI_FAILED_APP_CODE, for which --need-app ends the server


class StartError(Exception):
    """The server cannot start; the text says what to type, `code` is the exit status."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Print user-fixable errors as one line and exit; others keep their traceback."""
    try:
        yield
    except SettingsError as error:
        lines, code = error.lines, 2
    except StartError as error:
        lines, code = [str(error)], error.code
    except (HandlerError, OpenError, ProxyError) as error:
        lines, code = [str(error)], 1
    except ApiError as error:
        rejected = error.code in (401, 404)
        lines, code = [TOKEN_REJECTED if rejected else f"Telegram refused {error}"], 1
    except NetworkError as error:
        remedy = "Check the network, any proxy and TELEGRAM_API_URL."
        lines, code = [f"Telegram cannot be reached ({error}). {remedy}"], 1
    else:
        return
    print("\n".join(lines), file=sys.stderr)
    raise SystemExit(status_for_master(code))


def status_for_master(code: int) -> int:
    """Return the exit status by which the host's master ends as well, instead of starting this worker again for ever."""
    if (arbiter := sys.modules.get("gunicorn.arbiter")) is not None:
        return 0 if is_ended_by_another() else int(arbiter.Arbiter.APP_LOAD_ERROR)
    if (uwsgi := sys.modules.get("uwsgi")) is not None and uwsgi.worker_id() > 0:
        await_other_workers(uwsgi)
        return UWSGI_FAILED_APP
    return code


def await_other_workers(uwsgi: Any) -> None:
    """Let the first of uWSGI's workers end the server, once the others have had as long as it took to come so far.

    One that still imports the app when the master ends it, by SIGINT, would show the traceback of a KeyboardInterrupt.
    """
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    except ValueError:
        return  # an app beside others has an interpreter of its own, and nothing would end its sleep
    workers, number = uwsgi.workers(), uwsgi.worker_id()
    if number > 1:
        time.sleep(FIRST_GOES)
    elif len(workers) > 1:
        time.sleep(min(FIRST_GOES, max(0.0, time.time() - workers[0]["last_spawn"])))


def is_ended_by_another() -> bool:
    """Let one of gunicorn's workers end the server, and the others wait for its master to end them.

    A second one with such a status, while the master waits for the others, would make it fail with a traceback.
    """
    worker: Any = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if not hasattr(worker, "age"):  # the master itself, which loads the app before it forks
        return False
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if worker.alive and worker.age % worker.cfg.workers:
        time.sleep(FIRST_GOES)
    return not worker.alive  # it was told before the signal could end it
