"""setWebhook against the simulator, which checks it as Telegram does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from anzol import ApiError, Bot, simulator
from anzol.local.takeover import borrowed
from anzol.server import registration
from anzol.server.failures import StartError
from anzol.server.ownership import Remembered
from anzol.settings import Settings
from tests.fake_ngrok import make_certificates
from tests.fakes import FakeTransport

URL = "http://127.0.0.1:8000/webhook"
OTHER = "http://127.0.0.9:9/other"
TOKEN = "7001:registration_token_0123456789"


@pytest.fixture
def bot(simulated: simulator.Running) -> Bot:
    """A bot that waits by the simulator's clock."""
    clock = simulated.world.clock
    return Bot(TOKEN, api_url=simulated.url, sleep=clock.advance, clock=clock.now)


SETTINGS = Settings(webhook_secret="right")


def register(
    bot: Bot,
    *,
    url: str = URL,
    allowed_updates: list[str] | None = None,
    force: bool = False,
    **changes: Any,
) -> list[str]:
    settings = replace(SETTINGS, **{f"webhook_{name}": value for name, value in changes.items()})
    return registration.register(
        bot, url, settings, allowed_updates=allowed_updates or ["message"], force=force
    )


def calls(simulated: simulator.Running) -> list[str]:
    log = requests.get(f"{simulated.url}/user/log", params={"bot": TOKEN}, timeout=60).json()
    return [entry["method"] for entry in log["result"] if entry["kind"] == "call"]


def test_the_first_time_it_is_set_and_then_left_alone(bot, simulated):
    assert register(bot) == ["url", "allowed_updates"]
    assert register(bot) == []
    assert calls(simulated).count("setWebhook") == 1


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"url": URL + "2"}, "url"),
        ({"max_connections": 7}, "max_connections"),
        ({"allowed_updates": ["message", "poll"]}, "allowed_updates"),
    ],
)
def test_any_difference_sets_it_again(bot, change, name):
    register(bot)
    assert register(bot, **change) == [name]
    assert register(bot, **change) == []


def test_force_sets_it_though_nothing_differs(bot, simulated):
    register(bot)
    assert register(bot, force=True) == ["secret_token"]
    # Within a second Telegram answers 429 first, and the client tries again.
    assert calls(simulated).count("setWebhook") > 1


def test_refused_secrets_set_it_again():
    info = {"url": URL, "max_connections": 40, "allowed_updates": ["message"]}
    wanted = dict(info)
    assert registration.differences(info, wanted) == []
    info["last_error_message"] = "Wrong response from the webhook: 403 FORBIDDEN"
    assert registration.differences(info, wanted) == ["secret_token"]


def test_pending_updates_are_not_dropped(bot, simulated):
    assert bot.me
    body = {"bot": TOKEN, "text": "waits"}
    requests.post(f"{simulated.url}/user/send", json=body, timeout=60).raise_for_status()
    register(bot, url=OTHER)
    assert bot.get_webhook_info().pending_update_count == 1


def test_only_our_own_webhook_is_deleted(bot):
    register(bot, url=OTHER)
    registration.unregister(bot, URL)
    assert bot.get_webhook_info().url == OTHER
    registration.unregister(bot, OTHER)
    assert bot.get_webhook_info().url == ""


def test_moving_keeps_the_rest(bot):
    register(bot, max_connections=9)
    registration.move(bot, OTHER, SETTINGS)
    info = bot.get_webhook_info()
    assert (info.url, info.max_connections, info.allowed_updates) == (OTHER, 9, ["message"])


@pytest.mark.slow
def test_a_certificate_and_an_address_of_ones_own_survive_every_change(bot, tmp_path: Path):
    certificate = make_certificates(tmp_path) / "edge.pem"
    own = {"certificate": certificate, "ip_address": "127.0.0.1"}
    assert set(register(bot, **own)) >= {"certificate", "ip_address"}
    assert register(bot, **own) == []
    settings = replace(SETTINGS, webhook_certificate=certificate, webhook_ip_address="127.0.0.1")
    registration.kick(bot, settings)
    registration.move(bot, OTHER, settings)
    info = bot.get_webhook_info()
    assert (info.has_custom_certificate, info.ip_address) == (True, "127.0.0.1")
    assert register(bot, url=OTHER) == ["certificate"]


@pytest.mark.parametrize("connections", [40, 1])
def test_a_kick_changes_nothing_in_the_end(bot, simulated, connections):
    register(bot, max_connections=connections)
    assert registration.kick(bot, SETTINGS) == URL
    assert bot.get_webhook_info().max_connections == connections
    assert calls(simulated).count("setWebhook") >= 3


def test_without_a_webhook_there_is_nothing_to_kick(bot):
    assert registration.kick(bot, SETTINGS) == ""


def test_a_foreign_webhook_is_borrowed_only_when_told(bot):
    register(bot, url=OTHER, max_connections=3)
    with (
        pytest.raises(StartError, match=r"127\.0\.0\.9"),
        borrowed(bot, "s", ours={"127.0.0.1"}, allowed=False),
    ):
        raise AssertionError("it must not begin")
    with borrowed(bot, "s", ours={"127.0.0.1"}, allowed=True):
        bot.delete_webhook()
    info = bot.get_webhook_info()
    assert (info.url, info.max_connections) == (OTHER, 3)


def test_our_own_webhook_needs_no_question(bot):
    register(bot, url=OTHER)
    with borrowed(bot, "s", ours={"127.0.0.9"}, allowed=False):
        bot.delete_webhook()
    assert bot.get_webhook_info().url == ""


def test_hosts_of_a_killed_run_are_remembered_per_bot(tmp_path):
    file = tmp_path / "deep" / "hosts.json"
    Remembered(file, 1).keep("a.example")
    Remembered(file, 2).keep("b.example")
    assert Remembered(file, 1).hosts() == {"a.example"}
    Remembered(file, 1).forget()
    assert Remembered(file, 1).hosts() == set()
    assert Remembered(file, 2).hosts() == {"b.example"}
    file.write_text("broken")
    assert Remembered(file, 2).hosts() == set()


@pytest.mark.slow
def test_workers_that_start_together_all_start(simulated):
    """Telegram takes one setWebhook a second, and answers 409 to one that another one overtakes."""
    workers = [Bot(TOKEN, api_url=simulated.url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(register, worker) for worker in workers]
    assert all(future.exception() is None for future in done)
    assert workers[0].get_webhook_info().url == URL


def test_a_conflict_is_another_worker_that_was_quicker():
    fake = FakeTransport()
    fake.answers["getWebhookInfo"] = {"url": ""}
    overtaken = Bot(TOKEN, transport=Overtaken(fake))
    assert register(overtaken) == ["url", "allowed_updates"]


class Overtaken:
    """A Telegram whose setWebhook another process has just made."""

    round_trip = 0.0

    def __init__(self, fake: FakeTransport) -> None:
        self._fake = fake

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        if method == "setWebhook":
            self._fake.answers["getWebhookInfo"] = {"url": fields["url"]}
            raise ApiError(method, 409, "Conflict: terminated by other setWebhook")
        return self._fake.request(method, fields, files)


def test_the_default_set_is_known_without_being_named():
    everything = registration.asked_for({})
    assert "message" in everything
    assert "chat_member" not in everything
    wanted = {"url": URL, "max_connections": 40, "allowed_updates": everything}
    assert registration.differences({"url": URL, "max_connections": 40}, wanted) == []
