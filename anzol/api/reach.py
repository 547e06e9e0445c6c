"""Telegram's reachability: one state for all calls of a bot, and one probe at a time to see when it is back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from random import SystemRandom

from .errors import ApiError, NetworkError, TelegramError, Unauthorized

# Without a state: forked workers do not share it, and no seed of the program's is used up.
RANDOM = SystemRandom()

log = logging.getLogger(__name__)

WELL, AWAY, REFUSED = "well", "away", "refused"

# Seconds between probes: a bot is back at most ten seconds after Telegram. A refused token waits for a person.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
REFUSED_PAUSE, LONGEST_REFUSED = 30.0, 600.0
PROBE_SECONDS = 20.0  # seconds for the answer to one probe, whatever the carrier's own limits


class Reach:
    """One bot's reachability. A failed call asks `is_outage`; a caller that finds Telegram away uses `wait`.

    `probe()` is a call that any Bot API server answers, such as getMe. It is made by a thread that lives as long as
    there is doubt. `listen` adds a callback for each change, which runs on that thread.
    """

    def __init__(self, probe: Callable[[], object]) -> None:
        self.state = WELL
        self.reason = ""
        self.since = 0.0  # epoch seconds of the last change
        self._probe = probe
        self._changed = threading.Condition()
        self._listeners: list[Callable[[Reach], None]] = []
        self._prober: threading.Thread | None = None
        self._probes = 0
        self._is_doubted = False  # since the last probe's answer
        self._back = -1.0  # monotonic time of the last return
        self._closed = threading.Event()

    def listen(self, hear: Callable[[Reach], None]) -> None:
        """Call `hear(reach)` after each change."""
        self._listeners.append(hear)

    def close(self) -> None:
        """Probe no more: nobody needs to know."""
        self._closed.set()

    def doubt(self) -> None:
        """Have Telegram probed, unless a probe is under way."""
        with self._changed:
            self._start()

    def is_outage(self, began: float) -> bool:
        """Return whether a call begun at `began` (monotonic) failed because Telegram was unreachable; probe if unsure."""
        with self._changed:
            if self.state != WELL or self._back >= began:
                return True
            self._start()
            seen, until = self._probes, time.monotonic() + PROBE_SECONDS
            while self.state == WELL and self._probes == seen:
                if not self._changed.wait(max(until - time.monotonic(), 0.0)):
                    return True  # not even a probe is answered
            return self.state != WELL

    def wait(self, seconds: float, goes_on: Callable[[], bool] = lambda: True) -> bool:
        """Wait until Telegram is back, for at most `seconds` and only while `goes_on()`; return whether it is."""
        until = time.monotonic() + seconds
        with self._changed:
            while self.state != WELL:
                left = until - time.monotonic()
                # A refused token is not worth waiting for.
                if left <= 0 or self.state == REFUSED or not goes_on():
                    return False
                self._changed.wait(min(left, 0.5))
        return True

    def _start(self) -> None:
        self._is_doubted = True
        if self._prober is None:
            self._prober = threading.Thread(target=self._run, name="telegram-probe", daemon=True)
            self._prober.start()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            error = self._ask()
            state = WELL if error is None else REFUSED if _is_refusal(error) else AWAY
            if state == REFUSED and self.state != REFUSED:
                pause = REFUSED_PAUSE
            is_new = self._enter(state, "" if error is None else _reason(error))
            if is_new:
                for hear in self._listeners:
                    try:
                        hear(self)
                    except Exception:
                        log.exception("Reporting Telegram's state failed.")
            if state == WELL:
                # Only now: another thread that told of a newer state beside this one could be overtaken by it, and
                # a bot that is paused last would never go on.
                if self._is_settled():
                    return
                pause = FIRST_PAUSE
                continue
            if self._closed.wait(pause * RANDOM.uniform(0.75, 1.25)):
                return
            pause = min(2 * pause, LONGEST_REFUSED if state == REFUSED else LONGEST_PAUSE)

    def _ask(self) -> Exception | None:
        try:
            self._probe()
        except Exception as error:
            if isinstance(error, ApiError) and error.code < 500 and not _is_refusal(error):
                return None  # it is there, and says no for another reason
            return error
        return None

    def _is_settled(self) -> bool:
        """End the thread's part, unless a call has failed since the last probe was answered."""
        with self._changed:
            if not self._is_doubted:
                self._prober = None
            return self._prober is None

    def _enter(self, state: str, reason: str) -> bool:
        with self._changed:
            is_new = state != self.state
            if is_new:
                if state == WELL:
                    self._back = time.monotonic()
                self.since = time.time()
            self.state, self.reason = state, reason
            self._probes += 1
            self._is_doubted = False
            self._changed.notify_all()
            return is_new


def is_trouble(error: TelegramError) -> bool:
    """Return whether an error may come from the network or from Telegram itself, and not from the call."""
    if isinstance(error, ApiError):
        return error.code >= 500 or _is_refusal(error)
    return isinstance(error, NetworkError)


def _is_refusal(error: Exception) -> bool:
    """Return whether Telegram does not take the token: 401, or 404 for one that it cannot even read."""
    if isinstance(error, Unauthorized):
        return True
    return isinstance(error, ApiError) and error.code == 404 and error.description == "Not Found"


def _reason(error: Exception) -> str:
    if isinstance(error, NetworkError):
        return error.reason
    if isinstance(error, ApiError):
        return f"{error.code} {error.description}"[:200]
    return type(error).__name__
