"""Children of `python app.py`: servers on a listening socket that stays with their parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

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
    listener: socket.socket, arguments: Sequence[str], environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a child that serves on the socket."""
    number = listener.fileno()
    os.set_inheritable(number, True)
    command = [sys.executable, sys.argv[0], f"--inherit={number}", *arguments]
    # A session of its own: a Ctrl-C reaches us only, and we end the child.
    return subprocess.Popen(
        command, env={**os.environ, **environ}, pass_fds=[number], start_new_session=True
    )


def inherited_socket(number: int) -> socket.socket:
    """Return the parent's listening socket; exit this process when the parent is gone."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    return socket.socket(fileno=number)


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    signal.raise_signal(signal.SIGTERM)
