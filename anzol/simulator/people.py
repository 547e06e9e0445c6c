"""The user side as objects, for tests in Python: `person.send("/start")`, `person.reply()`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests

from .running import Running
from .world.bots import SAMPLE

Json = dict[str, Any]
PATIENCE = 10.0  # seconds that a bot may take to answer, on a busy machine


class Telegram:
    """A running simulator. `url` stands in place of https://api.telegram.org, `token` is a bot's."""

    token = SAMPLE

    def __init__(self, running: Running) -> None:
        self.url = running.url
        self.page_url = running.page_url
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy does not know this machine's ports

    def person(self, name: str = "Ana", *, token: str | None = None) -> Person:
        """Return a person in a private chat with the bot; the same name is the same person."""
        bot = token or self.token
        known = self.get("state", bot)["people"]
        found = next((person for person in known if person["first_name"] == name), None)
        user = found or self.post("person", bot, first_name=name)
        return Person(self, bot, user, user["id"])

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def post(self, deed: str, token: str, **fields: Any) -> Any:
        """POST /user/<deed> and return its result. Raises AssertionError with the simulator's words."""
        body = {"bot": token, **fields}
        return result_of(self._session.post(f"{self.url}/user/{deed}", json=body, timeout=60))

    def get(self, what: str, token: str, **query: Any) -> Any:
        """GET /user/<what> and return its result. Raises AssertionError with the simulator's words."""
        found = {"bot": token, **query}
        return result_of(self._session.get(f"{self.url}/user/{what}", params=found, timeout=60))

    def fail_next(self, error_code: int, *, method: str = "*", **fields: Any) -> None:
        """Make Telegram refuse the next call, or the next of one method; fields are those of /user/faults."""
        self.post("faults", self.token, method=method, error_code=error_code, **fields)

    def calls(self, method: str) -> list[Json]:
        """Return the parameters of each call of a method so far."""
        return [entry["params"] for entry in self._log() if entry.get("method") == method]

    def over_limits(self) -> list[Json]:
        """Return the log entries of calls over Telegram's sending limits: assert that there are none.

        `flood` of each says which limit, and after how many seconds Telegram would take the call again.
        """
        return [entry for entry in self._log() if entry.get("flood")]

    def _log(self) -> list[Json]:
        found: list[Json] = self.get("log", self.token, limit=10_000)
        return found


class Person:
    """Somebody in one chat. `chat_id` is the chat's, `id` the person's."""

    def __init__(self, telegram: Telegram, token: str, user: Json, chat_id: int) -> None:
        self.telegram = telegram
        self.user = user
        self.id: int = user["id"]
        self.chat_id = chat_id
        self._token = token
        self._seen = 0

    def in_group(self, title: str = "Group", **fields: Any) -> Person:
        """Return this person in a new group with the bot; `fields` are those of /user/chat."""
        given = {"title": title, "from": self.id, "bots": [self._token], **fields}
        chat = self.telegram.post("chat", self._token, **given)
        return Person(self.telegram, self._token, self.user, chat["id"])

    def join(self, group: Person) -> Person:
        """Join somebody's group, and return this person there."""
        self.telegram.post("join", self._token, chat_id=group.chat_id, user_id=self.id)
        return Person(self.telegram, self._token, self.user, group.chat_id)

    def do(self, deed: str, **fields: Any) -> Any:
        """Do anything that the user side offers, such as `vote`, `react`, `pay`, and return its result."""
        place = {"from": self.id, "chat_id": self.chat_id}
        return self.telegram.post(deed, self._token, **{**place, **fields})

    def send(self, text: str = "", **content: Any) -> Json:
        """Write a text, or send other content as /user/send takes it; return the message."""
        sent: Json = self.do("send", **({"text": text} if text else {}), **content)
        self.saw(sent)
        return sent

    def saw(self, message: Json) -> None:
        """Mark a message as read: `reply()` waits for what comes after it."""
        self._seen = message["message_id"]

    def press(self, button: str) -> Json:
        """Press a button by its label or data, on the newest message that has it."""
        for message in reversed(self.messages()):
            rows = message.get("reply_markup", {})
            buttons = [
                b for kind in ("inline_keyboard", "keyboard") for r in rows.get(kind, ()) for b in r
            ]
            if any(button in (one["text"], one.get("callback_data")) for one in buttons):
                pressed: Json = self.do("press", message_id=message["message_id"], button=button)
                return pressed
        raise AssertionError(f"There is no button {button!r}; the chat has {self.texts}.")

    def messages(self) -> list[Json]:
        """Return all messages of the chat as they stand now; `outgoing` ones are the bot's."""
        found: list[Json] = self.telegram.get("messages", self._token, chat_id=self.chat_id)
        return found

    @property
    def texts(self) -> list[str]:
        """Return the texts and captions that the bot has sent here."""
        shown = (m.get("text") or m.get("caption") for m in self.messages() if m["outgoing"])
        return [text for text in shown if text]

    def reply(self, seconds: float = PATIENCE) -> Json:
        """Wait for the bot's next message here and return it. Raises AssertionError when none comes."""
        found = self.wait_for(lambda: self._unseen(), seconds)
        self.saw(found[0])
        return dict(found[0])

    def wait_for(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Wait until a condition holds and return its value. Raises AssertionError when it does not come."""
        end = time.monotonic() + seconds
        while not (value := condition()):
            if time.monotonic() > end:
                raise AssertionError(
                    f"It did not come within {seconds:g} s; the bot said {self.texts}."
                )
            time.sleep(0.02)
        return value

    def _unseen(self) -> list[Json]:
        return [m for m in self.messages() if m["outgoing"] and m["message_id"] > self._seen]


def result_of(response: requests.Response) -> Any:
    """Return an envelope's result. Raises AssertionError with the description of a refusal."""
    answer = response.json()
    if not answer["ok"]:
        raise AssertionError(answer["description"])
    return answer["result"]
