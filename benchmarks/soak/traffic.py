"""People who write, press, edit, send photos, pay and search; and what became of all that."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import requests

from anzol.simulator.people import Person
from anzol.testing import picture

PIXEL = picture(8, 8)
NEWEST = 40  # messages that are looked through
ANSWER_SECONDS = 5.0  # that a search or a payment waits for the bot, which may be away just then


class Talk:
    """One chat in which somebody does one thing after another, each with a number of its own."""

    def __init__(self, person: Person, pause: float, seed: int) -> None:
        self.person = person
        self.wanted: dict[str, list[str]] = defaultdict(list)  # answers in their order, by kind
        self.silent: Counter[str] = Counter()  # searches and payments that nobody answered
        self._pause, self._random = pause, random.Random(seed)
        self._number = 0
        self._sent: dict[int, int] = {}  # numbers of texts and their messages
        self._pressed = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._deeds: list[tuple[int, Callable[[], None]]] = [
            (70, self._text),
            (3, self._slow),
            (8, self._press),
            (6, self._photo),
            (6, self._edit),
            (4, self._search),
            (3, self._pay),
        ]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let it end what it does, and wait for that."""
        self._done.set()
        self._thread.join()

    @property
    def count(self) -> int:
        return sum(map(len, self.wanted.values()))

    def _run(self) -> None:
        weights = [weight for weight, _ in self._deeds]
        while not self._done.wait(self._random.uniform(0.5, 1.5) * self._pause):
            _, deed = self._random.choices(self._deeds, weights)[0]
            self._number += 1
            deed()

    def _text(self, more: str = "") -> None:
        message = self.person.send(f"{self._number}{more}")
        self._sent[self._number] = message["message_id"]
        self.wanted["text"].append(str(self._number))

    def _slow(self) -> None:
        self._text(" slow")

    def _press(self) -> None:
        """Press the newest button that has not been pressed."""
        for message in reversed(self._newest()):
            number = message.get("text", "")
            if message["outgoing"] and number.isdigit() and int(number) > self._pressed:
                self._pressed = int(number)
                self.person.do("press", message_id=message["message_id"], button="Press")
                self.wanted["press"].append(f"pressed {number}")
                return

    def _photo(self) -> None:
        telegram = self.person.telegram
        place = {"bot": telegram.token, "from": self.person.id, "chat_id": self.person.chat_id}
        with requests.Session() as session:
            session.trust_env = False
            session.post(
                f"{telegram.url}/user/send",
                data={**place, "caption": f"photo {self._number}"},
                files={"photo": ("p.png", PIXEL)},
                timeout=60,
            ).raise_for_status()
        self.wanted["photo"].append(f"photo {self._number}")

    def _edit(self) -> None:
        if self._sent:
            text = f"version {self._number}"
            last = max(self._sent)
            self.person.do("edit", message_id=self._sent[last], text=text)
            self.wanted["edit"].append(f"edited {text}")

    def _search(self) -> None:
        self._ask("search", "inline", query=str(self._number))

    def _pay(self) -> None:
        """Order something and pay for it, when the bot's invoice comes in time."""
        self.person.send(f"buy {self._number}")
        title = f"Number {self._number}"  # one that was given up may come just now
        for _ in range(int(ANSWER_SECONDS / 0.1)):
            of_this = (m for m in self._newest() if m.get("invoice", {}).get("title") == title)
            if invoice := next(of_this, None):
                if self._ask("payment", "pay", message_id=invoice["message_id"]):
                    self.wanted["pay"].append(f"paid {self._number}")
                return
            self._done.wait(0.1)
        self.silent["invoice"] += 1

    def _newest(self) -> list[Any]:
        place = {"chat_id": self.person.chat_id, "before": 1 << 40, "limit": NEWEST}
        found: list[Any] = self.person.telegram.get("messages", self.person.telegram.token, **place)
        return found

    def _ask(self, name: str, deed: str, **fields: Any) -> bool:
        try:
            self.person.do(deed, wait=ANSWER_SECONDS, **fields)
        except AssertionError:  # nobody answered in time: it is a question, and may expire
            self.silent[name] += 1
            return False
        return True


KINDS = {
    "press": r"pressed \d+",
    "photo": r"photo \d+",
    "edit": r"edited version \d+",
    "pay": r"paid \d+",
    "text": r"\d+",
}


class Verdict:
    """What was promised to all chats, and what came."""

    def __init__(self) -> None:
        self.wanted = self.lost = self.disordered = self.doubled = 0
        self.examples: list[str] = []

    @property
    def is_kept(self) -> bool:
        return not self.lost and not self.disordered

    def judge(self, talk: Talk) -> None:
        """Compare a chat's answers with what was asked, each kind in its own order."""
        texts = talk.person.texts
        for kind, wanted in talk.wanted.items():
            asked = set(wanted)  # a payment that was given up may still be made, and answered
            came = [t for t in texts if re.fullmatch(KINDS[kind], t) and t in asked]
            first = list(dict.fromkeys(came))
            missing = [text for text in wanted if text not in set(first)]
            kept = [text for text in wanted if text in set(first)]
            self.wanted += len(wanted)
            self.lost += len(missing)
            self.doubled += len(came) - len(first)
            self.disordered += sum(a != b for a, b in zip(kept, first, strict=True))
            self.examples += [
                f"{talk.person.chat_id}: {text!r} was not answered" for text in missing
            ]

    def __str__(self) -> str:
        return (
            f"{self.wanted:,} updates: {self.lost} lost, {self.disordered} out of order, "
            f"{self.doubled} answered twice"
        )
