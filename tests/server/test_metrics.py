from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

import anzol
from anzol import Router
from anzol.api.errors import ApiError, RetryAfter
from anzol.server.metrics import SHARED
from anzol.settings import Settings
from tests.deliveries import SECRET_HEADER
from tests.fakes import FakeTransport, message
from tests.processes import eventually, free_port, running
from tests.servers import create_app

KEY = "operator-key-0123456789"

router = Router()


@router.text("bad")
def bad(ctx: Any) -> None:
    raise ValueError("a bug")


@router.on("message:text")
def echo(ctx: Any) -> str:
    return str(ctx.text)


class Watched:
    """An app whose metrics are read as Prometheus reads them."""

    def __init__(self, settings: Settings) -> None:
        self.app: Flask = create_app(settings)
        self.telegram = FakeTransport()
        self.app.extensions["anzol"].bot.transport.carrier = self.telegram
        self.inbox = self.app.extensions["anzol"].queue
        self._client = self.app.test_client()
        self._secret = settings.secret

    def deliver(self, text: str, number: int, **headers: str) -> int:
        return self._client.post(
            "/webhook",
            data=json.dumps(message(text, update_id=number)),
            headers={SECRET_HEADER: self._secret, **headers},
        ).status_code

    def metrics(self) -> dict[str, float]:
        """Every sample as `name{label="value"}`."""
        answer = self._client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"})
        assert answer.status_code == 200
        return samples(answer.text)


def samples(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


@pytest.fixture
def watched(settings: Settings) -> Iterator[Watched]:
    watched = Watched(
        replace(settings, api_key=KEY, handlers=__name__, processing="inline", drain_seconds=1)
    )
    yield watched
    watched.inbox.stop()


def test_deliveries_and_runs_are_counted(watched: Watched):
    assert [watched.deliver("hi", 1), watched.deliver("hi", 1), watched.deliver("bad", 2)] == [
        200
    ] * 3
    watched.deliver("hi", 3, **{SECRET_HEADER: "wrong"})
    found = watched.metrics()
    assert found["anzol_webhook_answers_total{code=200}"] == 3
    assert found["anzol_webhook_answers_total{code=403}"] == 1
    assert found["anzol_webhook_seconds_count"] == 4
    assert found["anzol_received_total{bot=123456,kind=message,repeated=no}"] == 2
    assert found["anzol_received_total{bot=123456,kind=message,repeated=yes}"] == 1
    assert found["anzol_runs_total{bot=123456,kind=message,outcome=done}"] == 1
    assert found["anzol_runs_total{bot=123456,kind=message,outcome=dead}"] == 1
    assert found["anzol_handler_seconds_count{bot=123456,kind=message}"] == 2
    assert found["anzol_wait_seconds_count{bot=123456,kind=message}"] == 2
    assert found["anzol_updates{bot=123456,state=dead}"] == 1
    assert found["anzol_updates{bot=123456,state=done}"] == 1
    assert found["anzol_oldest_seconds{bot=123456}"] == 0


def test_calls_and_floods_are_counted(watched: Watched):
    bot = watched.app.extensions["anzol"].bot
    bot.sleep = lambda _: None
    watched.telegram.failures = [
        RetryAfter("sendMessage", 429, "Too Many Requests", {"retry_after": 7}),
        ApiError("sendMessage", 502, "Bad Gateway"),
    ]
    bot.send_message(chat_id=7, text="hello")
    found = watched.metrics()
    assert found["anzol_api_seconds_count{bot=123456,code=429,method=sendMessage}"] == 1
    assert found["anzol_api_seconds_count{bot=123456,code=502,method=sendMessage}"] == 1
    assert found["anzol_api_seconds_count{bot=123456,code=200,method=sendMessage}"] == 1
    assert found["anzol_api_flood_seconds_total{bot=123456}"] == 7


def test_what_telegram_says_of_the_webhook_is_there_at_the_first_scrape(watched: Watched):
    watched.telegram.answers["getWebhookInfo"] = {
        "url": "https://bot.example.org/webhook",
        "pending_update_count": 3,
        "last_error_date": 1767225600,
    }
    found = watched.metrics()
    assert found["anzol_webhook_pending{bot=123456}"] == 3
    assert found["anzol_webhook_last_error_timestamp_seconds{bot=123456}"] == 1767225600
    assert found["anzol_webhook_registered{bot=123456}"] == 1
    # The call that told it is counted on the same page.
    assert found["anzol_api_seconds_count{bot=123456,code=200,method=getWebhookInfo}"] == 1


def test_a_kind_that_nobody_knows_makes_no_series_of_its_own(watched: Watched):
    for number in range(3):
        body = json.dumps({"update_id": number, f"brand_new_{number}": {}})
        watched._client.post("/webhook", data=body, headers={SECRET_HEADER: watched._secret})
    found = watched.metrics()
    assert found["anzol_received_total{bot=123456,kind=other,repeated=no}"] == 3
    assert not [name for name in found if "brand_new" in name]


def test_the_process_describes_itself(watched: Watched):
    found = watched.metrics()
    assert found["process_resident_memory_bytes"] > 10**6
    (build,) = (name for name in found if name.startswith("anzol_build_info{"))
    assert f"version={anzol.__version__}," in build + ","


def test_before_the_first_update_there_are_no_counts(watched: Watched):
    assert "anzol_oldest_seconds{bot=123456}" not in watched.metrics()


@pytest.mark.slow
def test_several_processes_are_counted_together(tmp_path: Path):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "shared").mkdir()
    token = "6002:metrics-test_token_0123456789"
    secret = Settings(telegram_bot_token=token).secret
    with running(
        *("-m", "gunicorn", "--workers=2", "--threads=4", f"--bind=127.0.0.1:{port}"),
        "app:serve()",
        TELEGRAM_BOT_TOKEN=token,
        TELEGRAM_API_URL="http://127.0.0.1:9",
        DATABASE_URL=f"sqlite:///{tmp_path}/inbox.db",
        API_KEY=KEY,
        DRAIN_SECONDS="1",
        **{SHARED: str(tmp_path / "shared")},
    ) as server:
        eventually(lambda: server.output.count("Booting worker") == 2)
        server.expect("Listening at")
        for number in range(20):
            answer = requests.post(
                url + "/webhook",
                json={"update_id": number, "brand_new": {}},
                headers={SECRET_HEADER: secret},
                timeout=10,
            )
            assert answer.status_code == 200, server.output
        headers = {"Authorization": f"Bearer {KEY}"}
        text = requests.get(url + "/metrics", headers=headers, timeout=60).text
        assert samples(text)["anzol_received_total{bot=6002,kind=other,repeated=no}"] == 20
