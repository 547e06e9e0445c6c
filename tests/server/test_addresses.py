from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, request

from anzol.server import webhook
from anzol.server.addresses import (
    CROWD,
    MINUTE,
    TELEGRAM_NETWORKS,
    WRONG_ALLOWED,
    BehindProxies,
    Guesses,
    Networks,
)


@pytest.mark.parametrize(
    ("text", "address", "is_in"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("10.0.0.0/8, ::1", "10.9.8.7", True),
        ("10.0.0.0/8, ::1", "::1", True),
        ("10.0.0.0/8", "::ffff:10.1.1.1", True),
        ("*", "8.8.8.8", True),
        ("*", "not an address", False),
        ("", "127.0.0.1", False),
    ],
)
def test_networks(text: str, address: str, is_in: bool):
    assert (address in Networks(text)) is is_in


@pytest.mark.parametrize(
    ("address", "is_telegrams"),
    [
        ("149.154.160.0", True),
        ("149.154.175.255", True),
        ("149.154.176.0", False),
        ("91.108.4.0", True),
        ("91.108.7.255", True),
        ("91.108.8.0", False),
        ("127.0.0.1", False),
    ],
)
def test_telegrams_published_networks(address: str, is_telegrams: bool):
    assert (address in TELEGRAM_NETWORKS) is is_telegrams


def seen_behind(trusted: str, peer: str, **headers: str) -> tuple[str | None, str]:
    """The client's address and scheme as the app sees them."""
    app = Flask("test")
    app.add_url_rule("/", "who", lambda: f"{request.remote_addr} {request.scheme}")
    BehindProxies(app, trusted)
    answer = app.test_client().get("/", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    address, _, scheme = answer.text.partition(" ")
    return address, scheme


FORWARDED, PROTO = "X-Forwarded-For", "X-Forwarded-Proto"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("149.154.160.1, 8.8.8.8", "8.8.8.8"),  # the left part is what the client wrote
        ("8.8.8.8, 10.0.0.7", "8.8.8.8"),  # two proxies of ours
        ("8.8.8.8,, ,10.0.0.7", "8.8.8.8"),
        ("10.0.0.7", "10.0.0.7"),
        ("nonsense", "nonsense"),
        ("8.8.8.8:50123", "8.8.8.8"),  # as Azure's gateway writes it
        ("[2606:4700::1]:443", "2606:4700::1"),
        ("", "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_that_is_not_our_proxy(forwarded: str, client: str):
    assert seen_behind("10.0.0.0/8", "10.0.0.1", **{FORWARDED: forwarded})[0] == client


def test_with_any_proxy_trusted_only_the_nearest_hop_counts():
    """A host whose proxies have no fixed address: what is left of its own entry is the client's word."""
    headers = {FORWARDED: "149.154.160.1, 8.8.8.8"}
    assert seen_behind("*", "10.11.12.13", **headers)[0] == "8.8.8.8"


def test_a_stranger_is_not_believed():
    headers = {FORWARDED: "149.154.160.1", PROTO: "https"}
    assert seen_behind("10.0.0.1", "8.8.8.8", **headers) == ("8.8.8.8", "http")


def test_a_trusted_proxy_tells_the_scheme():
    headers = {FORWARDED: "8.8.8.8", PROTO: "https"}
    assert seen_behind("10.0.0.1", "10.0.0.1", **headers) == ("8.8.8.8", "https")


def test_a_unix_socket_is_a_proxys():
    assert seen_behind("127.0.0.1", "", **{FORWARDED: "8.8.8.8"})[0] == "8.8.8.8"


def test_a_proxy_that_says_nothing_is_told_once(caplog: pytest.LogCaptureFixture):
    app = Flask("test")
    app.add_url_rule("/", "who", lambda: "", methods=["POST"])
    BehindProxies(app, "127.0.0.1")
    for _ in range(3):
        app.test_client().post("/")
    assert len(caplog.records) == 1
    assert "TRUSTED_PROXIES has no effect" in caplog.text


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.attack
def test_guessing_has_to_wait_and_then_may_go_on():
    clock = Clock()
    guesses = Guesses(clock)
    assert {guesses.wrong("8.8.8.8") for _ in range(WRONG_ALLOWED)} == {0}
    assert 0 < guesses.wrong("8.8.8.8") <= MINUTE + 1
    assert guesses.wrong("8.8.4.4") == 0
    clock.now += MINUTE
    assert guesses.wrong("8.8.8.8") == 0


@pytest.mark.attack
@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "", "unix", None])
def test_guesses_through_a_proxy_are_bounded_too(address: str | None):
    guesses = Guesses()
    assert {guesses.wrong(address) for _ in range(WRONG_ALLOWED)} == {0}
    assert guesses.wrong(address) > 0


def test_an_ipv6_customer_has_one_count():
    guesses = Guesses()
    for number in range(WRONG_ALLOWED):
        guesses.wrong(f"2606:4700:1:2::{number:x}")
    assert guesses.wrong("2606:4700:1:2::ffff")
    assert not guesses.wrong("2606:4700:1:3::1")


@pytest.mark.attack
def test_a_crowd_does_not_fill_the_memory():
    guesses = Guesses(Clock())
    for _ in range(WRONG_ALLOWED):
        guesses.wrong("8.8.8.8")
    for number in range(CROWD):
        guesses.wrong(f"9.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(guesses._wrong) == CROWD
    assert guesses.wrong("8.8.8.8") == 0  # the oldest are forgotten


def route(**options: bool) -> Flask:
    app = Flask("test")
    store: Any = SimpleNamespace(store=lambda *_: None)
    webhook.add_routes(app, webhook.Webhook({"right": store}, path="/webhook", **options))
    return app


def post(app: Flask, address: str, secret: str) -> int:
    return (
        app.test_client()
        .post(
            "/webhook",
            data=b'{"update_id": 7}',
            headers={webhook.SECRET_HEADER: secret},
            environ_overrides={"REMOTE_ADDR": address},
        )
        .status_code
    )


@pytest.mark.attack
def test_the_route_slows_down_who_guesses_and_never_a_right_secret():
    app = route()
    for address in ("8.8.8.8", "149.154.160.1"):
        assert {post(app, address, "wrong") for _ in range(WRONG_ALLOWED)} == {403}
    assert post(app, "8.8.8.8", "wrong") == 429
    assert post(app, "8.8.8.8", "right") == 200
    assert post(app, "149.154.160.1", "wrong") == 403
    assert post(app, "149.154.160.1", "right") == 200
    assert post(app, "8.8.4.4", "right") == 200


def test_a_wrong_secret_from_telegram_is_an_alarm(caplog: pytest.LogCaptureFixture):
    post(route(), "8.8.8.8", "wrong")
    assert not caplog.records
    post(route(), "149.154.160.1", "wrong")
    assert "flask webhook set" in caplog.text
    assert "wrong" not in caplog.text


def test_only_telegrams_addresses_when_it_is_set():
    app = route(telegram_only=True)
    assert post(app, "149.154.160.1", "right") == 200
    assert post(app, "8.8.8.8", "right") == 403
    BehindProxies(app, "127.0.0.1")
    spoofed = app.test_client().post(
        "/webhook",
        data=b'{"update_id": 7}',
        headers={webhook.SECRET_HEADER: "right", FORWARDED: "149.154.160.1, 8.8.8.8"},
    )
    assert spoofed.status_code == 403
