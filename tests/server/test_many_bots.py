"""Fifty bots in one process: what they take of the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from anzol.server.webhook import SECRET_HEADER
from anzol.settings import Settings
from tests.fakes import message
from tests.processes import Process, eventually, free_port, running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc for the memory in use"),
]

KEY = "operator-key-0123456789"
MOST = 120_000_000  # bytes
TOKENS = [f"{7000 + number}:many-bots_test_token_0123456789" for number in range(50)]


@pytest.fixture
def server(tmp_path: Path, telegram_url: str) -> Iterator[tuple[Process, str]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running(
        *("-m", "waitress", f"--listen=127.0.0.1:{port}", "--call", "app:serve"),
        TELEGRAM_BOT_TOKEN=",".join(TOKENS),
        TELEGRAM_API_URL=telegram_url,
        DATABASE_URL=f"sqlite:///{tmp_path}/inbox.db",
        PUBLIC_URL=url,
        API_KEY=KEY,
        DRAIN_SECONDS="1",
    ) as server:
        server.expect("webhook", 60)
        yield server, url


def test_fifty_bots_fit_into_120_megabytes(server: tuple[Process, str], record_property):
    process, url = server
    headers = {"Authorization": f"Bearer {KEY}"}

    def ready() -> dict:
        return requests.get(f"{url}/readyz", headers=headers, timeout=60).json()

    eventually(lambda: process.output.count("webhook http") == 50, 120, lambda: process.output)
    with requests.Session() as session:
        for number in range(3):
            for token in TOKENS:
                secret = Settings(telegram_bot_token=token).secret
                update = message(update_id=number, chat_id=1001 + number)
                answer = session.post(
                    f"{url}/webhook", json=update, headers={SECRET_HEADER: secret}, timeout=60
                )
                assert answer.status_code == 200
    eventually(lambda: ready()["inbox"]["open"] == 0, 120)
    found = ready()["bots"]
    assert [each["bot"] for each in found] == [7000 + number for number in range(50)]
    page = requests.get(f"{url}/metrics", headers=headers, timeout=60).text
    assert page.count('anzol_received_total{bot="') == 50
    memory = int(Path(f"/proc/{process.child.pid}/statm").read_text().split()[1])
    memory *= os.sysconf("SC_PAGE_SIZE")
    record_property("figure", f"{memory / 1e6:.0f} MB with fifty bots")
    assert memory < MOST
