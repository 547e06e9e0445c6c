"""A real bot for the page's tests: it polls the simulator over HTTP from its own thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import requests

Json = dict[str, Any]
Handler = Callable[["PollingBot", Json], None]


class PollingBot:
    """Hands every update to `handler(bot, update)` until the simulator stops."""

    def __init__(self, url: str, handler: Handler, token: str = "4242:test") -> None:
        self.url = url
        self.token = token
        self._handler = handler
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._poll, name=f"bot {token}", daemon=True)
        self.call("getMe")
        self._thread.start()

    def call(self, method: str, **params: Any) -> Any:
        """Call the Bot API; a refusal is returned as its envelope, `None` when cut off."""
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.post(
                    f"{self.url}/bot{self.token}/{method}", json=params, timeout=30
                ).json()
            except requests.RequestException:
                return None
        return answer["result"] if answer["ok"] else answer

    def stop(self) -> None:
        """Stop polling; the simulator may be gone already."""
        self._stopping.set()
        self.call("getUpdates")  # ends the long poll that is waiting
        self._thread.join(60)

    def _poll(self) -> None:
        offset = 0
        while not self._stopping.is_set():
            updates = self.call("getUpdates", offset=offset, timeout=1)
            if not isinstance(updates, list):
                self._stopping.wait(0.2)
                continue
            for update in updates:
                offset = update["update_id"] + 1
                self._handler(self, update)


def demo(bot: PollingBot, update: Json) -> None:
    """Greet with buttons, answer presses, inline queries and checkouts, measure photos, echo the rest."""
    if "callback_query" in update:
        pressed(bot, update["callback_query"])
    elif "pre_checkout_query" in update:
        query_id = update["pre_checkout_query"]["id"]
        bot.call("answerPreCheckoutQuery", pre_checkout_query_id=query_id, ok=True)
    elif "inline_query" in update:
        searched(bot, update["inline_query"])
    elif "message" in update:
        heard(bot, update["message"])


def heard(bot: PollingBot, message: Json) -> None:
    chat_id = message["chat"]["id"]
    text = message.get("text")
    if text == "/start":
        greet(bot, chat_id)
    elif text:
        who = "" if message["chat"]["type"] == "private" else f"{message['from']['first_name']}: "
        bot.call("sendMessage", chat_id=chat_id, text=f"echo {who}{text}")
    elif "photo" in message:
        size = message["photo"][-1]
        bot.call("sendMessage", chat_id=chat_id, text=f"{size['width']} x {size['height']}")


def greet(bot: PollingBot, chat_id: int) -> None:
    keyboard = {
        "inline_keyboard": [
            [
                {"text": "Like", "callback_data": "like"},
                {"text": "Rules", "callback_data": "rules"},
            ]
        ]
    }
    bot.call(
        "sendMessage",
        chat_id=chat_id,
        text="<b>Welcome</b> aboard",
        parse_mode="HTML",
        reply_markup=json.dumps(keyboard),
    )


def searched(bot: PollingBot, query: Json) -> None:
    results = [
        {
            "type": "article",
            "id": str(number),
            "title": f"{query['query']} {number}",
            "input_message_content": {"message_text": f"chosen {query['query']} {number}"},
        }
        for number in (1, 2)
    ]
    bot.call("answerInlineQuery", inline_query_id=query["id"], results=results)


def pressed(bot: PollingBot, query: Json) -> None:
    if query["data"] == "rules":
        bot.call(
            "answerCallbackQuery", callback_query_id=query["id"], text="Be kind.", show_alert=True
        )
        return
    bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Noted")
    message = query["message"]
    bot.call(
        "editMessageText",
        chat_id=message["chat"]["id"],
        message_id=message["message_id"],
        text="You like it",
    )
