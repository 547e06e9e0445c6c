"""What handlers have done later, in a server: committed with the update, kept through restarts, listed and cancelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from anzol import Anzol, Context, Router, Settings
from anzol.push.ticks import QUEUE as TICKS
from anzol.simulator.running import Running, start
from tests.processes import eventually

pytestmark = pytest.mark.usefixtures("brisk")

TOKEN = "4242:outlet"
ANN, BOB = 1001, 1002


@pytest.fixture
def telegram() -> Iterator[Running]:
    running = start(port=0)
    running.world.bot(TOKEN)
    running.world.person(BOB)
    yield running
    running.stop()


class Server:
    """A bot in a server, as often as it is started on its database."""

    def __init__(self, telegram: Running, folder: Path) -> None:
        self.telegram, self.world = telegram, telegram.world
        self._settings = Settings(
            telegram_bot_token=TOKEN,
            telegram_api_url=telegram.url,
            database_url=f"sqlite:///{folder}/outlet.db",
            drain_seconds=5,
        )
        self._numbers = iter(range(1, 1000))
        self.anzol: Anzol | None = None

    def begin(self, router: Router) -> Flask:
        """Start it with these handlers, after a stop where it is running."""
        self.end()
        app = Flask("outlet")
        self.anzol = Anzol(app, router, self._settings)
        self.anzol.start()
        return app

    def end(self) -> None:
        if self.anzol is not None:
            self.anzol.queue.stop()

    def write(self, text: str, person: int = ANN) -> None:
        """Have somebody write to the bot."""
        assert self.anzol is not None
        user = {"id": person, "is_bot": False, "first_name": "Ann"}
        message = {
            "message_id": 1,
            "date": 1,
            "chat": {"id": person, "type": "private"},
            "from": user,
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
        }
        update = {"update_id": next(self._numbers), "message": message}
        self.anzol.store(update, json.dumps(update).encode())

    def texts(self, person: int = ANN) -> list[str]:
        with self.world.lock:
            place = self.world.find_chat(self.world.bot(TOKEN), person)
            found = list(place.messages.values()) if place else []
        return [each["text"] for each in found if each["from"]["is_bot"]]


@pytest.fixture
def server(telegram: Running, tmp_path: Path) -> Iterator[Server]:
    found = Server(telegram, tmp_path)
    yield found
    found.end()


def reminders(delay: float = 3600.0) -> Router:
    router = Router()

    @router.command("remind")
    def remind(ctx: Context) -> str:
        ctx.later(delay, ring, text="tea")
        return "I will."

    @router.job
    def ring(ctx: Context, text: str) -> str:
        ctx.session["rung"] = text
        return f"⏰ {text}"

    @router.every("08:30", tz="Europe/Lisbon")
    def digest(ctx: Context) -> None: ...

    return router


def test_a_handler_tells_others_and_is_heard_by_nobody_when_it_fails(server: Server):
    router = Router()

    @router.command("good")
    def good(ctx: Context) -> None:
        ctx.tell(BOB, "from good")

    @router.command("bad")
    def bad(ctx: Context) -> None:
        ctx.tell(BOB, "from bad")
        raise ValueError("on purpose")

    server.begin(router)
    server.write("/bad")
    server.write("/good")
    eventually(lambda: server.texts(BOB))
    assert server.anzol is not None
    eventually(lambda: server.anzol.queue.counts()["dead"] == 1)  # type: ignore[union-attr]
    assert server.texts(BOB) == ["from good"]


def test_a_job_outlives_a_restart(server: Server):
    server.begin(reminders(delay=0.5))
    server.write("/remind")
    eventually(lambda: server.texts() == ["I will."])
    server.begin(reminders())
    eventually(lambda: server.texts() == ["I will.", "⏰ tea"])


def test_a_view_sends_later_by_the_bot(server: Server):
    server.begin(Router())
    assert server.anzol is not None
    name = server.anzol.bot.later(0, "send_message", chat_id=BOB, text="from a view")
    eventually(lambda: server.texts(BOB) == ["from a view"])
    eventually(lambda: server.anzol.outbox.counts(name)["sent"] == 1)  # type: ignore[union-attr]


def test_a_handlers_broadcast_is_stored_with_the_end_of_its_update(server: Server):
    router = Router()

    @router.command("good")
    def good(ctx: Context) -> None:
        ctx.bot.broadcast("from good", chats=[BOB])

    @router.command("bad")
    def bad(ctx: Context) -> None:
        ctx.bot.broadcast("from bad", chats=[BOB])
        raise ValueError("on purpose")

    server.begin(router)
    server.write("/bad")
    server.write("/good")
    eventually(lambda: server.texts(BOB))
    eventually(lambda: server.anzol.queue.counts()["dead"] == 1)  # type: ignore[union-attr]
    assert server.texts(BOB) == ["from good"]


def test_who_writes_again_is_written_to_again(server: Server):
    router = Router()

    @router.command("start")
    def begin(ctx: Context) -> None: ...

    server.begin(router)
    assert server.anzol is not None
    outbox, account = server.anzol.outbox, server.world.bot(TOKEN)
    account.blocked_by = {BOB}
    send: Any = server.anzol.bot.later
    first = send(0, "sendMessage", chat_id=BOB, text="1")
    eventually(lambda: outbox.counts(first)["failed"] == 1)
    account.blocked_by = set()
    second = send(0, "sendMessage", chat_id=BOB, text="2")
    eventually(lambda: outbox.counts(second)["failed"] == 1)
    server.write("/start", BOB)
    eventually(lambda: not outbox.gone())
    third = send(0, "sendMessage", chat_id=BOB, text="3")
    eventually(lambda: outbox.counts(third)["sent"] == 1)
    assert server.texts(BOB) == ["3"]


def test_jobs_are_listed_and_cancelled(server: Server):
    app = server.begin(reminders())
    server.write("/remind")
    eventually(lambda: server.texts() == ["I will."])
    cli = app.test_cli_runner()

    def listed() -> str:
        return str(cli.invoke(args=["jobs"]).output)

    line = eventually(lambda: [line for line in listed().splitlines() if "job ring" in line])[0]
    name = line.split()[-1]
    assert "every digest" in listed()
    assert cli.invoke(args=["jobs", "cancel", name]).output == "1 cancelled.\n"
    assert "job ring" not in listed()
    again = cli.invoke(args=["jobs", "cancel", name])
    assert again.exit_code == 1 and f"Nothing waits under {name}" in again.output
    assert "cancelled" in cli.invoke(args=["inbox", "list"]).output


def test_a_schedule_is_planned_when_the_server_starts_and_once(server: Server):
    for _ in range(2):
        server.begin(reminders())
        assert server.anzol is not None
        assert server.anzol.queue.counts(TICKS)["scheduled"] == 1
