"""Children of `python app.py`: servers on a listening socket that stays with their parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from anzol.settings import Settings


def handed_down(settings: Settings) -> dict[str, str]:
    """Return the settings that the parent may have chosen itself, as an environment for its children."""
    return {
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token,
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "TELEGRAM_IPS_ONLY": "on" if settings.telegram_ips_only else "off",
        "TRUSTED_PROXIES": settings.trusted_proxies,
        "PUBLIC_URL": settings.public_url,
    }


def spawn(
    listener: socket.socket,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    cores: Collection[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child that serves on the socket, on these `cores` alone where they are given."""
    number = listener.fileno()
    os.set_inheritable(number, True)
    command = [sys.executable, sys.argv[0], f"--inherit={number}", *arguments]
    # A session of its own: a Ctrl-C reaches us only, and we end the child.
    child = subprocess.Popen(
        command, env={**os.environ, **environ}, pass_fds=[number], start_new_session=True
    )
    if cores:
        with suppress(OSError):  # it has ended already, or may not be told where to run
            os.sched_setaffinity(child.pid, cores)
    return child


def cores_of(place: int, count: int) -> list[int]:
    """Return the cores for one of `count` processes, an equal part of all; none where the system does not tell.

    Python runs one thread at a time. A process whose threads take turns on several cores takes half as much time again
    for each update; with as many processes as cores each has its own.
    """
    if not hasattr(os, "sched_getaffinity"):
        return []
    found = sorted(os.sched_getaffinity(0))
    return found[place % len(found) :: count]


def inherited_socket(number: int) -> socket.socket:
    """Return the parent's listening socket; exit this process when the parent is gone."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    return socket.socket(fileno=number)


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    signal.raise_signal(signal.SIGTERM)
