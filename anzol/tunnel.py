"""Open an ngrok tunnel to this server, keep it open, and leave nothing behind.

pyngrok may wait for the agent, its child process, for ever: here every wait ends, every failure is
one sentence that says what to type, and the agent does not outlive us.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pyngrok import conf, ngrok, process
from pyngrok.exception import PyngrokError

log = logging.getLogger(__name__)

_COPY = "copy yours from https://dashboard.ngrok.com/get-started/your-authtoken into .env"
_REMEDIES = {  # https://ngrok.com/docs/errors
    "4018": f"NGROK_AUTHTOKEN is not set: {_COPY} (free). `python app.py --polling` needs no tunnel",
    "105": f"NGROK_AUTHTOKEN is not an authtoken (an API key or a placeholder, perhaps): {_COPY}",
    "107": f"NGROK_AUTHTOKEN was reset or revoked: {_COPY}",
    "108": "Too many ngrok agents are online: stop one at https://dashboard.ngrok.com/agents",
    "121": "The ngrok agent is too old for this account: type `{path} update`",
    "319": "NGROK_URL={url} is not reserved for you: leave it empty to use your free domain",
    "334": "Another process serves this URL: stop it, https://dashboard.ngrok.com/endpoints says where",
}
# An account's own name ends in ngrok-free.dev or is all words; one made up for a run has digits.
_FIXED_NAME = re.compile(r"https://(.+\.ngrok-free\.dev|[a-z]+(-[a-z]+)+\.ngrok(-free)?\.[a-z]+)")
# What the agent may know of our environment, which holds every secret of the bot: where programs, its own files and
# certificates are, and the way out.
_PASSED_ON = frozenset(
    [
        "PATH",
        "HOME",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "SYSTEMROOT",
        "TEMP",
        "TMP",
        "TMPDIR",
        "LANG",
        "TZ",
        "XDG_CONFIG_HOME",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
    ]
)
# This process waits for its pipe to close, which happens however we die, kill -9 included.
_GUARD = "import os, signal, sys; sys.stdin.read(); os.kill(int(sys.argv[1]), signal.SIGTERM)"


class TunnelError(Exception):
    """The tunnel cannot be opened; the message is one sentence that says what to do about it."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(f"{message} (ERR_NGROK_{code})" if code else message)
        self.code = code  # ngrok's, such as "334"


@dataclass(eq=False, repr=False)
class Tunnel:
    """A public https URL that leads to 127.0.0.1:`port`; open_tunnel() makes one."""

    port: int
    authtoken: str
    config_dir: str | Path
    url: str | None = None  # a domain of the account; ngrok's choice is the account's own
    say: Callable[[str], None] = log.info  # takes a line of progress
    deadline: float = 30.0  # seconds for one try to open
    conflict_wait: float = 60.0  # seconds to go on while the URL is online from an earlier run
    check_every: float = 5.0
    patience: float = 120.0  # for the agent to restore a lost session by itself
    public_url: str = ""
    is_stable: bool = False  # the same URL next time: its webhook may stay registered

    def __post_init__(self) -> None:
        self.url = "https://" + self.url.split("://")[-1].strip("/") if self.url else ""
        self._file = Path(self.config_dir, f"ngrok-{self.port}.yml")
        # Without its monitor: we read the agent's log ourselves, since a full pipe stops the agent.
        self._config = conf.PyngrokConfig(
            config_path=str(self._file),
            startup_timeout=max(1, int(self.deadline / 2)),
            start_new_session=True,  # a Ctrl-C reaches us only, and we end the agent
            monitor_thread=False,
        )
        self._config.auth_token = None  # pyngrok found it in the environment; `ps` would show it
        self._agent: subprocess.Popen[str] | None = None
        self._watcher: threading.Thread | None = None
        self._closed = threading.Event()

    def watch(self, on_change: Callable[[str], Any]) -> None:
        """Look after the tunnel in a thread; call `on_change` with a new public URL until it works."""
        self._watcher = threading.Thread(target=self._watch, args=(on_change,), daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """Take the tunnel down and end the agent; safe to call twice."""
        self._closed.set()
        self._stop_agent()
        if self._watcher and self._watcher is not threading.current_thread():
            self._watcher.join(10)
            self._stop_agent()
        self._file.unlink(missing_ok=True)

    def _open(self) -> None:
        logging.getLogger("pyngrok").setLevel(logging.CRITICAL + 1)  # it would log the authtoken
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.unlink(missing_ok=True)  # an existing file would keep its permissions
        self._file.touch(0o600, exist_ok=False)
        # JSON is YAML
        self._file.write_text(json.dumps({"version": "3", "agent": {"authtoken": self.authtoken}}))
        give_up, pause = time.monotonic() + self.conflict_wait, 1.0
        while True:
            try:
                return self._start()
            except TunnelError as error:
                if error.code != "334" or self._closed.is_set() or time.monotonic() > give_up:
                    raise
            self.say("The URL is still online from an earlier run: trying again for a minute")
            self._closed.wait(pause)
            pause = min(2 * pause, 15.0)

    def _start(self) -> None:
        # The inspector would show every request, secret header included, to all on this machine.
        options: dict[str, Any] = {
            "upstream": {"url": f"http://127.0.0.1:{self.port}"},
            "inspect": False,
        }
        options |= {"url": self.url} if self.url else {}
        before, timer = self._agent, threading.Timer(self.deadline, self._stop_agent)
        # pyngrok neither lets us choose the agent's stderr nor hands it out before it is ready.
        replaced: Any = process
        replaced.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": self._spawn})
        timer.start()  # pyngrok's reads have no time-out of their own: they end with the agent
        try:
            found = ngrok.connect(name="anzol", pyngrok_config=self._config, **options)
        except (PyngrokError, HTTPException, OSError, ValueError) as error:
            raise self._explain(error) from None
        finally:
            timer.cancel()
            replaced.subprocess = subprocess
            if self._agent is not before:
                threading.Thread(target=self._read_log, name="ngrok-log", daemon=True).start()
        self._api, self.public_url = found.api_url, found.public_url or ""
        self.is_stable = bool(self.url or _FIXED_NAME.fullmatch(self.public_url))

    def _spawn(self, command: list[str], **options: Any) -> subprocess.Popen[str]:
        quiet = subprocess.DEVNULL  # on stderr the agent repeats an authtoken that was refused
        options["env"] = passed_on()
        self._agent = subprocess.Popen(command, stderr=quiet, **options)
        guard = [sys.executable, "-ISc", _GUARD, str(self._agent.pid)]
        options |= {"stdin": subprocess.PIPE, "stdout": quiet}
        self._guard = subprocess.Popen(guard, stderr=quiet, **options)
        return self._agent

    def _read_log(self) -> None:
        assert self._agent is not None and self._agent.stdout is not None
        with self._agent.stdout as lines:
            for line in lines:
                log.debug("ngrok: %s", line.rstrip().replace(self.authtoken, "..."))

    def _explain(self, error: Exception) -> TunnelError:
        text = f"{getattr(error, 'ngrok_error', '')} {getattr(error, 'body', '')} {error}"
        path, found = self._config.ngrok_path, re.search(r"ERR_NGROK_(\d+)", text)
        if found and found[1] in _REMEDIES:
            return TunnelError(_REMEDIES[found[1]].format(path=path, url=self.url), found[1])
        if found:
            reason = " ".join(re.sub(r"\\+[rn]", " ", text).split()).replace(self.authtoken, "...")
            return TunnelError(f"ngrok refused the tunnel: {reason[:200]}", found[1])
        if re.search(r"no such host|dial tcp|i/o timeout|connection refused|unreachable", text):
            return TunnelError("ngrok cannot be reached: check the internet connection")
        unready = f"The ngrok agent does not become ready: type `{path} diagnose` to see why"
        return TunnelError(f"{unready}; behind a proxy, set NO_PROXY=127.0.0.1")

    def _stop_agent(self) -> None:
        if self._agent:
            self._agent.terminate()  # so that it says goodbye and ngrok frees the URL at once
            try:
                self._agent.wait(3)
            except subprocess.TimeoutExpired:
                self._agent.kill()
                self._agent.wait()
            with self._guard as guard:
                guard.kill()

    def _watch(self, on_change: Callable[[str], Any]) -> None:
        announced, pause, lost_at = self.public_url, self.check_every, 0.0
        while not self._closed.wait(pause):
            state, now = self._state(), time.monotonic()
            lost_at = lost_at or now
            if state == "reconnecting" and now - lost_at < self.patience:
                continue
            try:
                if state != "online":
                    self.say("The tunnel is gone: opening it again")
                    self._stop_agent()
                    self._open()
                    self.say(f"The tunnel is open again: {self.public_url}")
                if self.public_url != announced:
                    on_change(self.public_url)
                announced, pause, lost_at = self.public_url, self.check_every, 0.0
            except Exception as error:  # the network's or on_change's: both may heal
                log.warning("Trying again: %s", error)
                pause = min(2 * pause, 60.0)

    def _state(self) -> str:
        try:  # the local API only: a plan counts the requests to the public URL
            status = ngrok.api_request(f"{self._api}/api/status")["status"]
            endpoints = ngrok.api_request(f"{self._api}/api/endpoints")["endpoints"]
            is_listed = any(endpoint["url"] == self.public_url for endpoint in endpoints)
        except (PyngrokError, HTTPException, OSError, ValueError, KeyError):
            status, is_listed = "", True
        if self._agent is None or self._agent.poll() is not None or not is_listed:
            return "dead"
        return "online" if status == "online" else "reconnecting"


def passed_on() -> dict[str, str]:
    """Return what the agent inherits of our environment."""
    return {name: value for name, value in os.environ.items() if name.upper() in _PASSED_ON}


def open_tunnel(port: int, *, authtoken: str | None, **options: Any) -> Tunnel:
    """Return an open Tunnel with these options; raises TunnelError."""
    if not authtoken:
        raise TunnelError(_REMEDIES["4018"], "4018")
    tunnel = Tunnel(port, authtoken, **options)
    try:
        _check_agent(tunnel._config, tunnel.say)
        tunnel._open()
    except BaseException:
        tunnel.close()
        raise
    return tunnel


def wait_until_resolves(
    host: str, deadline: float, resolve: Callable[[str], str] = socket.gethostbyname
) -> str | None:
    """Return the IPv4 address of `host`, or None if it has none within `deadline` seconds.

    Wait before registering it: Telegram does not retry a name that failed to resolve for 5 minutes.
    """
    give_up = time.monotonic() + deadline
    while True:
        try:
            return resolve(host)
        except OSError:
            if time.monotonic() > give_up:
                return None
        time.sleep(0.5)


def _check_agent(config: conf.PyngrokConfig, say: Callable[[str], None]) -> None:
    path = config.ngrok_path
    try:
        if not os.path.exists(path):
            say("Downloading the ngrok agent, this once")
            ngrok.install_ngrok(config)
        answer = subprocess.run(
            [path, "version"], capture_output=True, timeout=15, env=passed_on()
        ).stdout
    except (PyngrokError, OSError, subprocess.SubprocessError):
        get = "get it from https://ngrok.com/download and set PYNGROK_NGROK_PATH to it"
        raise TunnelError(f"There is no ngrok agent at {path}, nor a download: {get}") from None
    if not (version := re.search(rb"version (\d+)\.(\d+)", answer)):
        raise TunnelError(
            f"{path} is not an ngrok agent: delete it, or set PYNGROK_NGROK_PATH to one"
        )
    if (int(version[1]), int(version[2])) < (3, 30):  # the first with the API that pyngrok 9 uses
        raise TunnelError(f"The ngrok agent has to be 3.30 or newer: type `{path} update`")
