"""`python -m anzol.simulator`: the command line."""

from __future__ import annotations

import argparse
import gc
import math
import re
import signal
import sys
import time
from contextlib import suppress

from .running import start
from .visitors import LOOPBACK
from .world.bots import SAMPLE

# A world of a hundred thousand messages is not garbage: to look through it often takes a twelfth of the time.
RARELY = 50_000, 20, 50


def main(argv: list[str] | None = None) -> int:
    """Serve until interrupted."""
    options = parser().parse_args(argv)
    try:
        running = start(
            host=options.host,
            port=options.port,
            data=options.data,
            speed=options.speed,
            local=not options.strict,
            flood=options.flood,
            keep=options.keep,
            hosts=options.allow_host,
        )
    except OSError as error:
        text = error.strerror or str(error)
        option = re.search(r"choose another (port|host)$", text)
        print(f"{text} with --{option[1]}" if option else text, file=sys.stderr)
        return 1
    gc.set_threshold(*RARELY)
    print(f"Chat page   {running.page_url}")
    if options.host not in LOOPBACK:
        print("Anyone who reaches this port can use it; more names for it: --allow-host NAME")
    print(
        f"Bot API     {running.url}/bot<token>/<method>   any token, such as {SAMPLE}", flush=True
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)
    running.stop()
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    found = argparse.ArgumentParser(
        "python -m anzol.simulator", description="Telegram on your laptop."
    )
    found.add_argument("--host", default="127.0.0.1", help="address to listen on")
    found.add_argument("--port", type=port, default=8081, help="port; 0 takes a free one")
    found.add_argument("--data", metavar="DIR", help="keep everything in this folder")
    found.add_argument("--speed", type=positive, default=1.0, help="run the clock N times faster")
    found.add_argument("--strict", action="store_true", help="refuse what Telegram's cloud refuses")
    found.add_argument(
        "--flood",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="answer 429 over the sending limits; --no-flood: note it in the log and no more",
    )
    found.add_argument("--keep", type=amount, default=5000, help="messages per chat, log entries")
    found.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="a further Host name"
    )
    return found


def positive(text: str) -> float:
    """Return a number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def port(text: str) -> int:
    """Return a port's number."""
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)


def amount(text: str) -> int:
    """Return how many of something to keep."""
    if not (text.isdecimal() and 0 < int(text) <= sys.maxsize):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
