"""The webhook with one guarantee taken out, to show that the crash test would notice."""

from __future__ import annotations

import itertools
import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask

from anzol.queue import Queue, Task, Work, open_queue
from anzol.server import webhook
from anzol.server.updates import task_of
from tests.queue.crash_handlers import work as note_work
from tests.queue.crashing import SECRET


def handle(work: Work) -> None:
    update = json.loads(work.body)
    note_work(str(update["message"]["chat"]["id"]), update["update_id"])


def serve(accept) -> Flask:
    """Return the server whose arrivals go through `accept(queue, arrival)`."""
    queue = open_queue(os.environ["DATABASE_URL"], handle)
    queue.start()
    app = Flask("sabotaged")
    store: Any = SimpleNamespace(
        store=lambda update, body: accept(queue, task_of(42, update, body)) and None
    )
    webhook.add_routes(app, webhook.Webhook(store, path="/webhook", secret=SECRET))
    return app


def sound() -> Flask:
    return serve(lambda queue, new: queue.put(new))


def acknowledge_early() -> Flask:
    def accept(queue: Queue, new: Task) -> None:
        # A commit that comes later: a while of it makes the test short, not the fault.
        threading.Timer(0.05, queue.put, (new,)).start()

    return serve(accept)


def ignore_lanes() -> Flask:
    return serve(lambda queue, new: queue.put(replace(new, lane=f"update:{new.key}")))


def ignore_repeats() -> Flask:
    ids = itertools.count(int.from_bytes(os.urandom(5), "big") * 1_000_000)
    return serve(lambda queue, new: queue.put(replace(new, key=str(next(ids)))))


def forget_at_start() -> Flask:
    """Take nothing over."""
    for path in Path(os.environ["DATABASE_URL"].removeprefix("sqlite:///")).parent.glob(
        "crash.db*"
    ):
        if path.is_file():
            path.unlink()
    return sound()
