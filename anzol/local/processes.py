"""`--processes N`: several servers on one socket, kept alive, and replaced one after another on SIGHUP."""

from __future__ import annotations

import logging
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import FrameType

from .children import cores_of, spawn

log = logging.getLogger("anzol")

LOOK_EVERY = 0.05  # seconds
START_SECONDS = 120.0  # for a child to be ready; then it counts as one that cannot start
YOUNG = 10.0  # seconds; one that ends younger than this may have no better successor
FIRST_PAUSE, LONGEST_PAUSE = (
    0.5,
    30.0,
)  # seconds before the next try in a place where two in a row ended young
LAST_CALL = 17.0  # seconds beyond DRAIN_SECONDS, as in docs/operating.md
METRICS = "metrics"  # a folder in the family's


class Child:
    """One process, in a place that it takes turns in with its successor."""

    def __init__(self, name: str, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.name, self.process = name, process
        self._status = folder / f"{name}.json"
        self.since = time.monotonic()
        self.until: float | None = None  # when patience with a leaving one ends

    @property
    def is_ready(self) -> bool:
        """Return whether it accepts connections."""
        return self._status.exists()

    @property
    def has_ended(self) -> bool:
        """Return whether it is gone; what it told the others is removed then."""
        if self.process.poll() is None:
            return False
        self._status.unlink(missing_ok=True)
        return True

    def leave(self, grace: float) -> None:
        """Have it drain; after `grace` seconds it may be killed."""
        self.process.terminate()
        self.until = time.monotonic() + grace

    def how(self) -> str:
        """Return how it ended, for the log."""
        code = self.process.returncode
        return f"status {code}" if code >= 0 else signal.Signals(-code).name


class Place:
    """A place for one process: its turns, and the pause before the next when they end too soon."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.child: Child | None = None
        self.start_at = 0.0
        self._pause = 0.0

    @property
    def is_ready(self) -> bool:
        """Return whether its process accepts connections."""
        return self.child is not None and self.child.is_ready

    def next_name(self, taken: Collection[str]) -> str:
        """Return a name that no living process has; few are needed, and each keeps its counts in one file."""
        return next(
            name for name in (f"{self.number}{turn}" for turn in "abc") if name not in taken
        )

    def lost(self, child: Child) -> float:
        """Note that the process has ended by itself; return the seconds until the next one starts."""
        now = time.monotonic()
        if now - child.since > YOUNG:
            self._pause = 0.0
        pause = self._pause
        self._pause = min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE)
        self.child, self.start_at = None, now + pause
        return pause


class Supervisor:
    """Run `count` servers as children on one listening socket until SIGTERM or Ctrl-C.

    One that ends by itself is replaced. SIGHUP replaces all, each once its successor is ready, so that connections are
    accepted all the time. What waits in the socket is any child's to take.
    """

    def __init__(
        self,
        listener: socket.socket,
        count: int,
        *,
        arguments: Sequence[str] = (),
        environ: Mapping[str, str],
        drain: float,
    ) -> None:
        self._listener = listener
        self._arguments, self._environ = list(arguments), dict(environ)
        self._grace = drain + LAST_CALL
        self._places = [Place(number) for number in range(count)]
        self._leaving: list[Child] = []
        self._rolling: list[Place] = []  # those that still have a process of before the SIGHUP
        self._successor: Child | None = None
        self._ended = threading.Event()
        self._asked = False  # for a rolling restart
        self._folder = Path()

    def move(self, public_url: str) -> None:
        """Give children started from now on another public address: the tunnel's has changed."""
        self._environ["PUBLIC_URL"] = public_url

    def run(self, ready: Callable[[], None] = lambda: None) -> int:
        """Serve; call `ready` when all are. Return the exit status: the first child's, if that cannot start."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self._folder = Path(tempfile.mkdtemp(prefix="anzol-"))  # mode 0700
        (self._folder / METRICS).mkdir()
        try:
            # One first: what it cannot do, none can, and its line says why.
            first = self._places[0]
            first.child = self._start(first)
            if not self._wait_for(first.child):
                return first.child.process.wait()
            for place in self._places[1:]:
                place.child = self._start(place)
            is_told = False
            while not self._ended.wait(LOOK_EVERY):
                self._look()
                if not is_told and all(place.is_ready for place in self._places):
                    is_told = True
                    ready()
        finally:
            self._end_all()
            shutil.rmtree(self._folder, ignore_errors=True)
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._asked = True
        elif self._ended.is_set():  # the second time: at once
            for child in self._living():
                child.process.kill()
        else:
            self._ended.set()

    def _start(self, place: Place) -> Child:
        name = place.next_name({child.name for child in self._living()})
        arguments = [*self._arguments, f"--family={self._folder}", f"--name={name}"]
        environ = {**self._environ, "PROMETHEUS_MULTIPROC_DIR": str(self._folder / METRICS)}
        cores = cores_of(place.number, len(self._places))
        return Child(name, self._folder, spawn(self._listener, arguments, environ, cores))

    def _wait_for(self, child: Child) -> bool:
        while not child.is_ready:
            if child.has_ended or self._ended.is_set():
                return self._ended.is_set()
            self._ended.wait(LOOK_EVERY)
        return True

    def _look(self) -> None:
        """Take one step of everything that goes on."""
        now = time.monotonic()
        for place in self._places:
            child = place.child
            if child is None:
                if now >= place.start_at:
                    place.child = self._start(place)
            elif child.has_ended:
                self._replace(place, child)
        for child in self._leaving:
            if child.until is not None and now > child.until:
                child.process.kill()
        self._leaving = [child for child in self._leaving if not child.has_ended]
        self._roll()

    def _replace(self, place: Place, child: Child) -> None:
        pause = place.lost(child)
        when = f" in {pause:g} s" if pause else ""
        log.error(
            "Process %s (pid %d) ended unexpectedly, with %s; another takes its place%s.",
            *(child.name, child.process.pid, child.how(), when),
        )

    def _roll(self) -> None:
        """Take one step of a rolling restart: start a successor, or let the one that it follows leave."""
        if self._asked and not self._rolling:
            self._asked = False
            self._rolling = list(self._places)
            log.warning(
                "SIGHUP: the %d processes are replaced, one after another.", len(self._places)
            )
        if not self._rolling or self._leaving:
            return  # a name is free once its process is gone
        place, successor = self._rolling[0], self._successor
        if place.child is None:
            # It has ended by itself meanwhile: whoever comes is new.
            place.child, self._successor = successor, None
            self._rolling.pop(0)
        elif successor is None:
            self._successor = self._start(place)
        elif successor.has_ended or time.monotonic() - successor.since > START_SECONDS:
            successor.process.kill()
            self._successor, self._rolling = None, []
            log.error("The new process did not start: the old ones stay.")
        elif successor.is_ready:
            place.child.leave(self._grace)
            self._leaving.append(place.child)
            place.child, self._successor = successor, None
            self._rolling.pop(0)
            if not self._rolling:
                log.warning("All processes have been replaced.")

    def _living(self) -> list[Child]:
        here = [place.child for place in self._places]
        return [child for child in (*here, *self._leaving, self._successor) if child is not None]

    def _end_all(self) -> None:
        """Let all drain at the same time; new connections are refused from now on, and not left waiting."""
        self._listener.close()
        living = self._living()
        for child in living:
            if not child.has_ended:
                child.leave(self._grace)
        while not all(child.has_ended for child in living):
            for child in living:
                if child.until is not None and time.monotonic() > child.until:
                    child.process.kill()
            time.sleep(LOOK_EVERY)
