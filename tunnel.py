"""`python tunnel.py 8000`: a public https address for a port of this machine."""

from __future__ import annotations

import argparse
import signal
import threading

from anzol.tunnel import TunnelError, open_tunnel
from config import Config


def main() -> None:
    """Open a tunnel to a port and keep it open until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python tunnel.py", description=__doc__)
    parser.add_argument("port", type=int, help="the port that becomes public")
    port = parser.parse_args().port
    settings = Config.from_env()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        tunnel = open_tunnel(
            port, authtoken=settings.ngrok_authtoken, url=settings.ngrok_url or None
        )
    except TunnelError as error:
        raise SystemExit(str(error)) from None
    print(tunnel.public_url, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        tunnel.close()


if __name__ == "__main__":
    main()
