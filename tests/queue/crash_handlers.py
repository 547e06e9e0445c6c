"""The bot of the crash test: it notes when a handler starts (S) and ends (E), in a file all processes append to."""

from __future__ import annotations

import os
import random
import threading
from typing import Any

from anzol import Router

router = Router()


def note(mark: str, lane: str, update_id: int, attempt: int = 1) -> None:
    line = f"{mark} {os.getpid()} {lane} {update_id} {attempt}\n".encode()
    # One write of a short line: appended whole, or, at a kill, not at all.
    log = os.open(os.environ["CRASH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, line)
    os.close(log)


def work(lane: str, update_id: int) -> None:
    note("S", lane, update_id)
    threading.Event().wait(random.uniform(0, 0.02))
    note("E", lane, update_id)


@router.on("message")
def message(ctx: Any) -> None:
    work(str(ctx.chat.id), ctx.update.update_id)
