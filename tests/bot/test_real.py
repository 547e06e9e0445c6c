"""What only a real Telegram, a real server and its inbox show together."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.processes import Person, eventually, free_port, running

pytestmark = pytest.mark.slow

PICTURE = Path(__file__).parent.parent / "examples" / "dot.png"
TOKEN = "4246:moving_token_0123456789abcdefghij"
TALKING = "4248:talking_token_0123456789abcdefg"
INLINE = "4247:inline_token_0123456789abcdefghij"


@pytest.fixture(scope="module")
def ana(telegram_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    yield from served(TOKEN, telegram_url, tmp_path_factory.mktemp("inbox"))


@pytest.fixture
def inline(telegram_url: str, tmp_path: Path) -> Iterator[Person]:
    reply = "answerCallbackQuery,sendChatAction"
    yield from served(INLINE, telegram_url, tmp_path, PROCESSING="inline", WEBHOOK_REPLY=reply)


def served(token: str, telegram_url: str, folder: Path, **options: str) -> Iterator[Person]:
    """A person who writes to a bot whose server runs."""
    port = str(free_port())
    environ = {
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_API_URL": telegram_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": port,
        "DATABASE_URL": f"sqlite:///{folder}/inbox.db",
        "HANDLERS": "tests.bot.moving",
        **options,
    }
    with running("app.py", **environ) as process, Person(telegram_url, token) as person:
        process.expect(r"webhook \S+: (set|known)")
        yield person


def said(ana: Person, chat: int, text: str) -> dict[str, Any]:
    """Wait until the bot has said this in a chat; return the message."""

    def look() -> list[dict[str, Any]]:
        shown = ana.get("messages", chat_id=chat)
        return [m for m in shown if m["outgoing"] and m.get("text") == text]

    return eventually(look, explain=lambda: ana.texts(chat))[-1]


def test_session_and_question_go_along_into_the_supergroup(ana: Person):
    old = ana.do("chat", type="group", title="Team", chat_id=0)["id"]
    ana.do("send", chat_id=old, text="/set hello")
    said(ana, old, "kept")
    ana.do("send", chat_id=old, text="/ask")
    offer = said(ana, old, "Shall I ask?")
    ana.do("press", chat_id=old, message_id=offer["message_id"], button="ask")
    question = said(ana, old, "Ana, Name?")
    assert question["entities"][0]["type"] == "text_mention"
    new = ana.do("migrate", chat_id=old)["id"]
    ana.do("send", chat_id=new, text="Ana")
    said(ana, new, "Hello Ana, 1 parts")
    ana.do("send", chat_id=new, text="/get")
    said(ana, new, "said hello")


def test_an_album_that_answers_a_question_is_one_answer(ana: Person):
    group = ana.do("chat", type="group", title="Pictures", chat_id=0)["id"]
    ana.do("send", chat_id=group, text="/ask")
    offer = said(ana, group, "Shall I ask?")
    ana.do("press", chat_id=group, message_id=offer["message_id"], button="ask")
    said(ana, group, "Ana, Name?")
    pictures = [("photo", (f"{n}.png", PICTURE.read_bytes(), "image/png")) for n in range(3)]
    data = {"bot": ana.bot, "from": ana.person, "chat_id": group, "caption": "us"}
    answer = requests.post(f"{ana.url}/user/send", data=data, files=pictures, timeout=60).json()
    assert answer["ok"], answer
    said(ana, group, "Hello us, 3 parts")


def calls(ana: Person) -> list[tuple[str, str]]:
    """What the bot has asked for, in Telegram's order: the method and the way it came."""
    shown = ("sendChatAction", "sendMessage", "editMessageText", "answerCallbackQuery")
    entries = [entry for entry in ana.get("log") if entry["kind"] == "call"]
    return [(entry["method"], entry["via"]) for entry in entries if entry["method"] in shown]


def test_only_the_last_call_travels_in_the_response(inline: Person):
    inline.do("send", text="/work")
    shown = said(inline, inline.person, "Working")
    inline.do("press", message_id=shown["message_id"], button="go")
    said(inline, inline.person, "Gone")
    inline.do("press", message_id=shown["message_id"], button="leave")
    expected = [
        ("sendChatAction", "http"),
        ("sendMessage", "http"),
        ("answerCallbackQuery", "http"),
        ("editMessageText", "http"),
        ("editMessageText", "http"),
        ("answerCallbackQuery", "webhook reply"),
    ]
    eventually(lambda: len(calls(inline)) == len(expected), explain=lambda: calls(inline))
    assert calls(inline) == expected


@pytest.fixture
def talker(telegram_url: str, tmp_path: Path) -> Iterator[Person]:
    yield from served(TALKING, telegram_url, tmp_path, HANDLERS="tests.bot.talking")


def test_stop_ends_a_stream_within_half_a_second(talker: Person):
    talker.do("send", text="/talk 3000 0.02")

    def growing() -> list[dict[str, Any]]:
        shown = talker.get("messages", chat_id=talker.person)
        return [m for m in shown if m.get("reply_markup") and " 9 " in m.get("text", "")]

    (message,) = eventually(growing)
    button = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    started = time.monotonic()
    talker.do("press", message_id=message["message_id"], button=button)
    said(talker, talker.person, "Stopped.")
    assert time.monotonic() - started < 2  # half a second on a machine that has nothing else to do
    (ended,) = [m for m in talker.get("messages", chat_id=talker.person) if " 9 " in m["text"]]
    assert "reply_markup" not in ended
    numbers = [int(word) for word in ended["text"].split()]
    assert numbers == list(range(len(numbers)))
