"""The webhook route on waitress and one core, storing or not: `python -m benchmarks.server bare|stored URL`."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from flask import Flask
from waitress import create_server

from anzol.queue import open_inbox
from anzol.server import webhook
from anzol.server.updates import arrival
from benchmarks.load import SECRET


def main(kind: str, url: str) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    # Its warnings about a queue of one would be most of what the faster side does.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    inbox = open_inbox(url, lambda work: None) if kind == "stored" else None
    if inbox is not None:
        inbox.start()

    def accept(update: dict[str, Any], body: bytes) -> None:
        new = arrival(1, update, body)
        if inbox is not None:
            inbox.put(new)

    app = Flask("benchmark", static_folder=None)
    webhook.init_app(app, path="/webhook", secret=SECRET, accept=accept)
    server = create_server(app, host="127.0.0.1", port=0, threads=40)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
