"""PROCESSING=inline: the handler runs inside the request, and may answer in it."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType

from anzol import Router
from anzol.settings import Settings
from tests.fakes import press
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
