"""The webhook with one guarantee taken out, to show that the crash test would notice."""

from __future__ import annotations

import itertools
import json
import os
import threading
from dataclasses import replace
from pathlib import Path

from flask import Flask

from anzol.queue import Arrival, Inbox, Work, open_inbox
from anzol.server import webhook
from anzol.server.updates import arrival
from tests.queue.crash_handlers import work as note_work
from tests.queue.crashing import SECRET


def handle(work: Work) -> None:
    update = json.loads(work.body)
    note_work(str(update["message"]["chat"]["id"]), update["update_id"])


def serve(accept) -> Flask:
    """Return the server whose arrivals go through `accept(inbox, arrival)`."""
    inbox = open_inbox(os.environ["DATABASE_URL"], handle)
    inbox.start()
    app = Flask("sabotaged")
    webhook.add_routes(
        app,
        path="/webhook",
        secret=SECRET,
        accept=lambda update, body: accept(inbox, arrival(42, update, body)),
    )
    return app


def sound() -> Flask:
    return serve(lambda inbox, new: inbox.put(new))


def acknowledge_early() -> Flask:
    def accept(inbox: Inbox, new: Arrival) -> None:
        # A commit that comes later: a while of it makes the test short, not the fault.
        threading.Timer(0.05, inbox.put, (new,)).start()

    return serve(accept)


def ignore_lanes() -> Flask:
    return serve(lambda inbox, new: inbox.put(replace(new, lane=f"update:{new.update_id}")))


def ignore_repeats() -> Flask:
    ids = itertools.count(int.from_bytes(os.urandom(5), "big") * 1_000_000)
    return serve(lambda inbox, new: inbox.put(replace(new, update_id=next(ids))))


def forget_at_start() -> Flask:
    """Take nothing over."""
    for path in Path(os.environ["DATABASE_URL"].removeprefix("sqlite:///")).parent.glob(
        "crash.db*"
    ):
        if path.is_file():
            path.unlink()
    return sound()
