"""PROCESSING=inline: the handler runs inside the request, and may answer in it."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import replace
from types import ModuleType

from anzol import Router
from anzol.settings import Settings
from tests.fakes import message, press
from tests.processes import eventually
from tests.servers import create_app


def test_a_call_may_travel_in_the_webhooks_response(settings: Settings, monkeypatch):
    module = ModuleType("answering")
    module.router = Router()
    module.router.button("x")(lambda ctx: ctx.answer("fast"))
    monkeypatch.setitem(sys.modules, "answering", module)
    app = create_app(
        replace(
            settings,
            handlers="answering",
            processing="inline",
            webhook_reply=("answerCallbackQuery",),
        )
    )
    headers = {"X-Telegram-Bot-Api-Secret-Token": settings.secret}
    response = app.test_client().post("/webhook", json=press("x"), headers=headers)
    app.extensions["anzol"].queue.stop()
    assert response.status_code == 200
    assert response.json == {
        "method": "answerCallbackQuery",
        "callback_query_id": "99",
        "text": "fast",
    }


def test_slow_handlers_leave_threads_to_the_other_routes(settings: Settings, monkeypatch):
    """As many requests wait for their handler as Telegram has connections; the next ones are stored and answered."""
    go, started = threading.Event(), []
    module = ModuleType("slow")
    module.router = Router()
    module.router.on("message")(lambda ctx: started.append(ctx.chat.id) or go.wait(60) and None)
    monkeypatch.setitem(sys.modules, "slow", module)
    app = create_app(
        replace(settings, handlers="slow", processing="inline", webhook_max_connections=3)
    )
    anzol = app.extensions["anzol"]

    def deliver(number: int) -> None:
        update = message(update_id=number, chat_id=number)
        anzol.store(update, json.dumps(update).encode())

    waiting = [threading.Thread(target=deliver, args=(number,)) for number in range(1, 4)]
    for thread in waiting:
        thread.start()
    eventually(lambda: len(started) == 3)

    deliver(4)

    eventually(lambda: 4 in started)
    assert all(thread.is_alive() for thread in waiting)
    go.set()
    for thread in waiting:
        thread.join()
    eventually(lambda: anzol.queue.counts()["done"] == 4)
    anzol.queue.stop()
