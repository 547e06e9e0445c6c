"""docs/operating.md, held to what it says."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from anzol import Bot, Router
from anzol.queue import Queue, open_queue
from anzol.server.updates import Updates, task_of
from tests.fakes import FakeTransport, message
from tests.processes import clean_environ

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


class Store:
    """An inbox in a folder, whose handler reads a session."""

    def __init__(self, folder: Path) -> None:
        router = Router()

        @router.on("message")
        def count(ctx: Any) -> str:
            ctx.session["seen"] = ctx.session.get("seen", 0) + 1
            return str(ctx.session["seen"])

        self.telegram = FakeTransport()
        bot = Bot("4242:abcdefghijklmnop", transport=self.telegram)
        updates = Updates(router, bot, attempts=2)
        self.inbox: Queue = open_queue(f"sqlite:///{folder}/anzol.db", updates.handle)

    def receive(self, number: int) -> None:
        body = json.dumps(message(update_id=number)).encode()
        self.inbox.put_and_wait(task_of(4242, json.loads(body), body), 10)


def test_every_field_of_the_log_is_explained(tmp_path: Path, stream: io.StringIO):
    store = Store(tmp_path)
    store.receive(1)
    store.inbox.stop()
    table = PAGE.partition("| field | |")[2].partition("\n\n")[0]
    told = set(re.findall(r"`(\w+)`", re.sub(r"\|[^|]*\|$", "", table, flags=re.M)))
    used = {name for line in stream.getvalue().splitlines() for name in json.loads(line)}
    assert used <= told
    assert told <= used | {"calls"}


def test_backup_and_restore_as_they_are_written(tmp_path: Path):
    line = re.search(r"^\.venv/bin/flask (inbox backup .*)$", PAGE, re.M)[1]
    running = Store(tmp_path)
    running.receive(1)
    served = str(ROOT / "tests" / "served" / "app.py")
    command = [sys.executable, "-m", "flask", "--app", served, *shlex.split(line)]
    subprocess.run(
        command,
        cwd=tmp_path,
        check=True,
        timeout=60,
        env=clean_environ(
            TELEGRAM_BOT_TOKEN="4242:abcdefghijklmnop-qrstuvw",
            HANDLERS="tests.sample",
            PYTHONPATH=str(ROOT),
        ),
    )
    running.receive(2)
    running.inbox.stop()
    for leftover in tmp_path.glob("anzol.db*"):
        if leftover.is_file():
            leftover.unlink()
    (tmp_path / "backup.db").rename(tmp_path / "anzol.db")
    restored = Store(tmp_path)
    assert restored.inbox.counts()["done"] == 1
    restored.receive(1)  # remembered
    restored.receive(2)  # came after the backup
    restored.inbox.stop()
    assert restored.telegram.texts() == ["2"]
