"""Real processes for tests: started with a clean environment, waited for, ended by their own number."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import requests

ROOT = Path(__file__).parent.parent
T = TypeVar("T")
PATIENCE = 40.0  # seconds: what takes one here may take many on a machine that others use too
SERVED = ROOT / "tests" / "served"  # where servers start: its app.py wires what ours does
HANDLERS = "tests.sample"  # the author's own may be anything
allowed = False  # whether the test that runs may start one: only the slow ones
SECRETS = ("TELEGRAM_BOT_TOKEN", "API_KEY", "WEBHOOK_SECRET", "NGROK_AUTHTOKEN")


def clean_environ(**environ: str) -> dict[str, str]:
    """Return an environment for a server of ours that has nothing of this machine's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    found = os.pathsep.join(filter(None, [environ.pop("PYTHONPATH", ""), str(ROOT)]))
    return {**kept, "HANDLERS": HANDLERS, **environ, "PYTHONPATH": found}


class Process:
    """A child whose output is collected while it runs."""

    def __init__(
        self, *arguments: str, cwd: Path = SERVED, python: str = sys.executable, **environ: str
    ) -> None:
        assert allowed, "starts a server of its own: mark the test with @pytest.mark.slow"
        if arguments[0].endswith(".py"):
            arguments = (str(SERVED / arguments[0]), *arguments[1:])
        self.child = subprocess.Popen(
            [python, *arguments],
            cwd=cwd,
            env={"PYTHONUNBUFFERED": "1", **clean_environ(**environ)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""
        self._secrets = [environ[name] for name in SECRETS if environ.get(name)]
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.child.stdout is not None
        with self.child.stdout as lines:
            for line in lines:
                self.output += line

    def expect(self, pattern: str, seconds: float = PATIENCE) -> re.Match[str]:
        """Wait until the output matches, and return the match."""
        return eventually(lambda: re.search(pattern, self.output), seconds, lambda: self.output)

    def end(self, signal: int | None = None, seconds: float = PATIENCE) -> int:
        """Send a signal (SIGTERM) and return the exit status."""
        if self.child.poll() is None:
            self.child.send_signal(signal) if signal else self.child.terminate()
        try:
            status = self.child.wait(seconds)
        finally:
            self.child.kill()
            self.child.wait()
            self._reader.join()
        for secret in self._secrets:
            assert secret not in self.output, "a secret shows in the output"
        return status


@contextmanager
def running(*arguments: str, **options: Any) -> Iterator[Process]:
    """A process that is ended with the context."""
    process = Process(*arguments, **options)
    try:
        yield process
    finally:
        process.end()


def eventually(
    look: Callable[[], T | None], seconds: float = PATIENCE, explain: Callable[[], Any] = str
) -> T:
    """Return the first true result of `look`, asked again and again."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"it did not happen in {seconds} s: {explain()}")


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def tracked() -> list[str]:
    """Return the files that are or will be under version control; in a folder without one, all but what runs leave."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    left = re.compile(
        r"(^|/)(__pycache__|\.?venv|build|node_modules|\.\w+_cache|[^/]+\.egg-info)(/|$)"
    )
    found = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()]
    return [name for name in found if not left.search(name)]


def copy_repository(folder: Path) -> None:
    """Copy the repository's own files."""
    for name in tracked():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)


class Person:
    """A person in the simulator, by the user side of its API."""

    def __init__(self, url: str, bot: str, person: int = 1001) -> None:
        self.url, self.bot, self.person = url, bot, person
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def do(self, action: str, **fields: Any) -> Any:
        """POST /user/<action> and return its result."""
        body = {"bot": self.bot, "from": self.person, "chat_id": self.person, **fields}
        answer = self._session.post(f"{self.url}/user/{action}", json=body, timeout=PATIENCE).json()
        assert answer["ok"], answer
        return answer["result"]

    def get(self, what: str, **query: Any) -> Any:
        """GET /user/<what> and return its result."""
        answer = self._session.get(
            f"{self.url}/user/{what}", params={"bot": self.bot, **query}, timeout=PATIENCE
        ).json()
        assert answer["ok"], answer
        return answer["result"]

    def texts(self, chat_id: int | None = None) -> list[str]:
        """What the bot has said in a chat, oldest first."""
        messages = self.get("messages", chat_id=chat_id or self.person)
        return [m.get("text", "") for m in messages if m["outgoing"]]

    def hears(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until the bot has said exactly this."""
        eventually(lambda: text in self.texts(), seconds, self.texts)
