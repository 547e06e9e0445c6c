"""The load generator: what it counts of a bot that misbehaves on purpose."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from benchmarks.telegram import Telegram

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("node"), reason="node is not installed"),
]
TOKEN = "1:token"
Deed = Callable[["Bot", dict[str, Any]], int]


class Bot:
    """A webhook that does `deed(bot, update) -> status` for each delivery."""

    def __init__(self, telegram: Telegram, deed: Deed) -> None:
        self.telegram, self.seen = telegram, 0
        self.secrets: set[str] = set()
        bot = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                bot.secrets.add(self.headers["X-Telegram-Bot-Api-Secret-Token"])
                update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                bot.seen += 1
                self.send_response(deed(bot, update))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def send(self, text: str) -> None:
        call = f"{self.telegram.url}/bot{TOKEN}/sendMessage"
        assert requests.post(call, json={"chat_id": 1, "text": text}, timeout=60).json()["ok"]

    def measure(self, **options: Any) -> dict[str, float]:
        webhook = {"port": self.server.server_port, "path": "/hook", "secret": "s3cret"}
        return self.telegram.measure(
            **{"token": TOKEN, "webhook": webhook, "patience": 0.5, **options}
        )


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with Telegram() as running:
        yield running


def echo(bot: Bot, update: dict[str, Any]) -> int:
    bot.send("echo " + update["message"]["text"])
    return 200


def test_a_good_bot_has_no_faults(telegram):
    bot = Bot(telegram, echo)
    figures = bot.measure(mode="burst", updates=20, chats=5)
    assert figures["answered"] == 20
    assert [figures[x] for x in ("lost", "doubled", "out_of_order", "refused")] == [0, 0, 0, 0]
    assert figures["requests"] == 40
    assert bot.secrets == {"s3cret"}


def test_several_bots_at_one_address_share_the_chats_and_have_their_own_secrets(telegram):
    tokens = {"first": TOKEN, "second": "2:token", "third": "3:token"}
    for secret, token in tokens.items():
        call = f"{telegram.url}/bot{token}/setWebhook"
        requests.post(call, data={"url": "http://x", "secret_token": secret}, timeout=60)
    bot = Bot(telegram, echo)
    others = [tokens["second"], tokens["third"]]
    figures = bot.measure(mode="burst", updates=9, chats=9, others=others, patience=60)
    assert (figures["answered"], figures["calls"], figures["lost"]) == (9, 9, 0)
    assert bot.secrets == set(tokens)


def test_what_is_acknowledged_and_not_answered_is_lost(telegram):
    bot = Bot(telegram, lambda bot, update: 200 if bot.seen == 3 else echo(bot, update))
    figures = bot.measure(mode="burst", updates=5, chats=5)
    assert (figures["lost"], figures["answered"]) == (1, 4)


def test_a_second_answer_is_counted_as_doubled(telegram):
    def twice(bot: Bot, update: dict[str, Any]) -> int:
        echo(bot, update)
        return echo(bot, update)

    assert Bot(telegram, twice).measure(mode="burst", updates=5, chats=5)["doubled"] == 5


def test_an_answer_after_that_to_a_later_update_of_the_chat_is_out_of_order(telegram):
    held: list[dict[str, Any]] = []

    def late(bot: Bot, update: dict[str, Any]) -> int:
        held.append(update)
        if len(held) == 3:
            for one in reversed(held):
                echo(bot, one)
        return 200

    assert Bot(telegram, late).measure(mode="burst", updates=3, chats=1)["out_of_order"] == 2


def test_an_update_that_is_refused_comes_again_and_the_chat_waits_for_it(telegram):
    bot = Bot(telegram, lambda bot, update: 500 if bot.seen == 1 else echo(bot, update))
    figures = bot.measure(mode="burst", updates=3, chats=1, patience=3)
    assert (figures["refused"], figures["answered"], figures["out_of_order"]) == (1, 3, 0)
    assert figures["reply_max"] > 1000  # the pause before the second try


def test_a_call_is_answered_after_the_latency(telegram):
    figures = Bot(telegram, echo).measure(mode="burst", updates=2, chats=1, latency=100)
    # The first reply's connection is new: two round trips of handshakes, then the call's own.
    assert figures["reply_max"] >= 500


def test_updates_are_fetched_and_confirmed_by_the_next_offset(telegram):
    def poll() -> None:
        offset = 0
        while not ended.is_set():
            params = {"offset": offset, "limit": 2, "timeout": 5}
            answer = requests.get(
                f"{telegram.url}/bot{TOKEN}/getUpdates", params=params, timeout=10
            )
            for update in answer.json().get("result", []):
                text = update["message"]["text"]
                requests.post(
                    f"{telegram.url}/bot{TOKEN}/sendMessage", data={"text": text}, timeout=5
                )
                offset = update["update_id"] + 1

    ended = threading.Event()
    poller = threading.Thread(target=poll)
    poller.start()
    figures = telegram.measure(token=TOKEN, mode="burst", updates=4, chats=4, patience=0.5)
    assert (figures["answered"], figures["unacknowledged"], figures["lost"]) == (4, 0, 0)
    ended.set()
    requests.get(f"{telegram.url}/bot{TOKEN}/getUpdates", timeout=60)  # ends the one that waits
    poller.join()


def test_a_second_poller_ends_the_first_with_409(telegram):
    url = f"{telegram.url}/bot{TOKEN}/getUpdates"
    first: list[int] = []

    def wait() -> None:
        first.append(requests.get(url, params={"timeout": 30}, timeout=60).status_code)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not first:
        assert re.match("2|4", str(requests.get(url, timeout=60).status_code))
        waiting.join(0.05)
    assert first == [409]


def test_what_a_killed_bot_left_open_is_waited_for(telegram):
    texts: list[str] = []

    def keep(bot: Bot, update: dict[str, Any]) -> int:
        texts.append(update["message"]["text"])
        return 200

    bot = Bot(telegram, keep)
    assert bot.measure(mode="burst", updates=3, chats=3)["lost"] == 3
    later = threading.Timer(0.2, lambda: [bot.send(text) for text in texts])
    later.start()
    figures = bot.measure(mode="rest")
    assert (figures["sent"], figures["answered"], figures["lost"]) == (3, 3, 0)
