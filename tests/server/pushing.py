"""A server whose bot speaks first, and the simulated Telegram that its people read."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

from anzol import Anzol, Router
from anzol.settings import Settings
from anzol.simulator.running import Running
from tests.processes import PATIENCE
from tests.queue.support import wait_until

KEY = "operator-key-0123456789"
SHOP = "shop-key-0123456789abcdef"
ALERTS = "alerts-key-0123456789abcdef"
SECRET = "a-secret-of-the-topic-shop"
TOKEN = "4242:pushing"


class Pushing:
    """The app, its client, and what people see."""

    def __init__(
        self,
        telegram: Running,
        settings: Settings,
        router: Router | None = None,
        rules: str = "",
        tokens: str = TOKEN,
        **more: Any,
    ) -> None:
        self.telegram, self.world = telegram, telegram.world
        self.account = self.world.bot(TOKEN)
        path = Path(settings.database_url.removeprefix("sqlite:///")).with_name("rules.toml")
        path.write_text(rules, encoding="utf-8")
        self.settings = replace(
            settings,
            telegram_bot_token=tokens,
            telegram_api_url=telegram.url,
            api_key=KEY,
            api_keys=(f"shop:push:{SHOP}", f"grafana:events/alerts:{ALERTS}"),
            event_secrets=(f"shop:{SECRET}",),
            rules=str(path),
            **more,
        )
        self.app = Flask("anzol", static_folder=None)
        self.anzol = Anzol(self.app, router or Router(), self.settings)
        self.client = self.app.test_client()
        self.anzol.start()

    def people(self, *numbers: int) -> None:
        """Let people be there who have written to the bot."""
        with self.world:
            for number in numbers:
                self.world.person(number)
                self.world.private_chat(self.account, number)

    def post(self, path: str, body: Any, key: str = KEY, **headers: str) -> Any:
        """Post JSON with a key."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            path, json=body, headers={"Authorization": f"Bearer {key}", **named}
        )

    def sign(self, topic: str, body: Any, secret: str = SECRET, **headers: str) -> Any:
        """Post an event as GitHub signs it."""
        data = json.dumps(body).encode()
        digest = hmac.digest(secret.encode(), data, "sha256").hex()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        signed = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
        return self.client.post(f"/events/{topic}", data=data, headers={**signed, **named})

    def texts(self, chat: int, token: str = TOKEN) -> list[str]:
        """Return what a bot has written in a chat."""
        account = self.world.bot(token)
        with self.world.lock:
            place = self.world.find_chat(account, chat)
            found = list(place.messages.values()) if place else []
        return [message["text"] for message in found if message["from"]["id"] == account.id]

    def wait(self, condition: Any) -> None:
        wait_until(condition, PATIENCE)

    def wait_for(self, chat: int, *texts: str) -> None:
        """Wait until a chat has these texts and no others."""
        wait_until(lambda: len(self.texts(chat)) >= len(texts), PATIENCE)
        assert self.texts(chat) == [*texts]

    def idle(self) -> None:
        """Wait until nothing is left to run or to send now."""
        wait_until(
            lambda: (
                not any(
                    self.anzol.queue.counts(name)["open"]
                    for name in ("updates", "outbox", "broadcasts")
                )
            ),
            PATIENCE,
        )

    def stop(self) -> None:
        self.anzol.queue.stop()
