"""`python tunnel.py 8000`: a public https address for any port of this machine."""

from __future__ import annotations

import argparse
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from anzol.server.failures import StartError, one_line_errors
from anzol.server.ownership import FILES
from anzol.settings import Settings

from . import banner

if TYPE_CHECKING:
    from anzol.tunnel import Tunnel


def main(argv: list[str] | None = None) -> int:
    """Open a public https address for a port of this machine, and keep it until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python tunnel.py", description=main.__doc__)
    parser.add_argument("port", type=port_number, help="the port to make public, such as 8000")
    port: int = parser.parse_args(argv).port
    with one_line_errors():
        settings = Settings.from_env()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        # From here on Ctrl-C is the way to end, also while the tunnel is being opened.
        with suppress(KeyboardInterrupt), opened(settings, port) as tunnel:
            if not answers(port):
                banner.note(f"Nothing listens on port {port} yet: start it when you like.")
            announce(tunnel.public_url, port)
            tunnel.watch(lambda url: announce(url, port))
            while True:
                time.sleep(
                    3600
                )  # which Ctrl-C ends on every system; a wait for an event it does not
    return 0


@contextmanager
def opened(settings: Settings, port: int) -> Iterator[Tunnel]:
    """Keep a tunnel to a port open until the context ends. Raise `StartError` when it cannot be opened."""
    from anzol.tunnel import TunnelError, open_tunnel  # late: production has no need of it

    try:
        with banner.step("The tunnel is open"):
            tunnel = open_tunnel(
                port,
                authtoken=settings.ngrok_authtoken,
                url=settings.ngrok_url or None,
                config_dir=FILES / f"tunnel-{port}",
                say=banner.note,
            )
    except TunnelError as error:
        raise StartError(str(error), 1) from None
    try:
        yield tunnel
    finally:
        tunnel.close()


def announce(url: str, port: int) -> None:
    """Print which address leads where."""
    banner.say("")
    banner.line("Public", url, strong=True)
    banner.line("Leads to", f"http://127.0.0.1:{port}")
    banner.say("")
    banner.say(banner.paint(banner.DIM, "  Ctrl-C closes it."))


def answers(port: int) -> bool:
    """Return whether something listens on a port of this machine."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def port_number(text: str) -> int:
    """Return the port that a text names. Raise `ArgumentTypeError` with what is allowed."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a whole number from 1 to 65535")
    return int(text)
