"""Examples as real processes against the simulator: files over HTTP, an album as Telegram sends it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.processes import Person, eventually, free_port, running

pytestmark = pytest.mark.slow

TOKEN = "4243:examples_token_0123456789abcdef"


@pytest.fixture(scope="module")
def ana(telegram_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    port, folder = str(free_port()), tmp_path_factory.mktemp("inbox")
    environ = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": port,
        "DATABASE_URL": f"sqlite:///{folder}/inbox.db",
        "HANDLERS": "tests.examples.together",
    }
    with running("app.py", **environ) as process, Person(telegram_url, TOKEN) as person:
        process.expect(r"webhook \S+: (set|known)")
        yield person


def upload(ana: Person, kind: str, files: list[tuple[str, bytes, str]], **fields: Any) -> None:
    """Send files as the person does: as multipart."""
    data = {"bot": ana.bot, "from": ana.person, "chat_id": ana.person, **fields}
    parts = [(kind, file) for file in files]
    answer = requests.post(f"{ana.url}/user/send", data=data, files=parts, timeout=60).json()
    assert answer["ok"], answer


def said(ana: Person) -> list[dict[str, Any]]:
    return [m for m in ana.get("messages", chat_id=ana.person) if m["outgoing"]]


def test_a_conversation(ana: Person):
    ana.do("send", text="/start")
    ana.hears("What is your name?")
    ana.do("send", text="Ana")
    ana.hears("What does 'anzol' mean?")


def test_a_file_is_downloaded_converted_and_uploaded(ana: Person):
    upload(ana, "document", [("team.csv", b"name\nAnn\n", "text/csv")])
    (sent,) = eventually(lambda: [m for m in said(ana) if m.get("caption") == "1 rows"])
    file = requests.post(
        f"{ana.url}/bot{TOKEN}/getFile", json={"file_id": sent["document"]["file_id"]}, timeout=10
    ).json()["result"]
    content = requests.get(f"{ana.url}/file/bot{TOKEN}/{file['file_path']}", timeout=60).content
    assert sent["document"]["file_name"] == "team.json"
    assert json.loads(content) == [{"name": "Ann"}]


def test_an_album_is_one_call_and_comes_back(ana: Person):
    picture = Path(__file__).parent / "dot.png"
    files = [(f"{n}.png", picture.read_bytes(), "image/png") for n in range(3)]
    upload(ana, "photo", files, caption="trip")
    sent = [m["photo"] for m in ana.get("messages", chat_id=ana.person) if m.get("photo")][:3]
    kilobytes = sum(sizes[-1]["file_size"] for sizes in sent) // 1000  # of Telegram's own JPEGs
    ana.hears(f"3 parts, {kilobytes} KB, caption: trip")
    assert len([m for m in said(ana) if m.get("photo")]) == 3
    assert len({m["media_group_id"] for m in said(ana) if m.get("photo")}) == 1
