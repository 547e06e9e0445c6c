"""setWebhook and its family: checks, texts, side effects."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import pytest

from tests.simulator.side import PIXEL, Hook, Side, until

Simulate = Callable[..., Side]


def test_answers_carry_telegrams_descriptions(simulate: Simulate):
    sim = simulate(speed=1000)
    hook = Hook()
    assert sim.call("setWebhook", url=hook.url)["description"] == "Webhook was set"
    again = until(lambda: sim.call("setWebhook", url=hook.url).get("description"))
    assert again == "Webhook is already set"
    assert sim.call("deleteWebhook")["description"] == "Webhook was deleted"
    assert sim.call("deleteWebhook")["description"] == "Webhook is already deleted"
    assert until(lambda: sim.call("setWebhook", url="")["ok"])


def test_one_set_a_second(sim: Side):
    hook = sim.hook()
    answer = sim.session.post(f"{sim.url}/bot{sim.token}/setWebhook", json={"url": hook.url + "2"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["parameters"] == {"retry_after": 1}
    assert answer.json()["description"] == "Too Many Requests: retry after 1"


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"url": "ftp://example.org"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:99999/"}, "invalid webhook URL specified"),
        ({"secret_token": "x" * 257}, "secret token is too long"),
        ({"secret_token": "ã"}, "secret token contains unallowed characters"),
        ({"ip_address": "one"}, "bad webhook: Invalid IP address specified"),
        ({"url": "http://no.such.host.invalid/"}, "bad webhook: Failed to resolve host: "),
    ],
)
def test_a_refusal_removes_the_webhook_there_was(simulate: Simulate, params: dict, text: str):
    sim = simulate(speed=1000)
    sim.hook()
    params = {"url": "http://127.0.0.1:1/", **params}
    until(lambda: "Too Many" not in (said := sim.refusal("setWebhook", **params)) and said)
    assert sim.ok("getWebhookInfo")["url"] == ""
    assert sim.refusal("setWebhook", **params).startswith(f"Bad Request: {text}")


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"url": "http://example.org"}, "An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://127.0.0.1:444"},
            "Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://127.0.0.1"}, "IP address 127.0.0.1 is reserved"),
        (
            {"url": "https://example.org", "ip_address": "192.168.1.1"},
            "IP address 192.168.1.1 is reserved",
        ),
        (
            {"url": "https://example.org", "ip_address": "::1"},
            "IPv6-only addresses are not allowed",
        ),
    ],
)
def test_strict_refuses_what_the_cloud_refuses(simulate: Simulate, params: dict, text: str):
    sim = simulate(local=False)
    assert sim.refusal("setWebhook", **params) == f"Bad Request: bad webhook: {text}"


def test_info_in_telegrams_order(sim: Side):
    hook = sim.hook(max_connections=0, allowed_updates=["message", "no_such", "POLL"])
    assert list(sim.ok("getWebhookInfo").items()) == [
        ("url", hook.url),
        ("has_custom_certificate", False),
        ("pending_update_count", 0),
        ("max_connections", 1),
        ("ip_address", "127.0.0.1"),
        ("allowed_updates", ["message", "poll"]),
    ]


def test_allowed_updates_stay_unless_they_are_a_list_of_names(simulate: Simulate):
    sim = simulate(speed=1000)
    hook = sim.hook(allowed_updates=["message"])
    for value in ("broken", '{"a":1}', "[1"):
        until(lambda v=value: sim.call("setWebhook", url=hook.url, allowed_updates=v)["ok"])
        assert sim.ok("getWebhookInfo")["allowed_updates"] == ["message"]
    until(lambda: sim.call("setWebhook", url=hook.url, allowed_updates=[])["ok"])
    assert "allowed_updates" not in sim.ok("getWebhookInfo")


def test_drop_pending_updates_also_without_a_webhook(sim: Side):
    sim.say("one")
    assert sim.ok("getWebhookInfo")["pending_update_count"] == 1
    sim.ok("deleteWebhook", drop_pending_updates="Yes")
    assert sim.ok("getWebhookInfo")["pending_update_count"] == 0


def test_the_secret_shows_nowhere(sim: Side):
    sim.hook(secret_token="very-secret")
    sim.say("hi")
    until(lambda: sim.log("delivery"))
    everything = [sim.read("log"), sim.read("state"), sim.ok("getWebhookInfo")]
    assert "very-secret" not in str(everything)
    assert sim.token not in str(everything)


def test_a_certificate_that_is_none(sim: Side):
    files = {"certificate": ("c.pem", b"no certificate")}
    answer = sim.call("setWebhook", files=files, url="https://127.0.0.1:8443/")
    assert (
        answer["description"] == "Bad Request: bad webhook: Failed to set custom certificate file"
    )


def test_a_plain_string_is_no_certificate(sim: Side):
    sim.ok("setWebhook", url="https://127.0.0.1:8443/", certificate="cert.pem")
    assert sim.ok("getWebhookInfo")["has_custom_certificate"] is False
    assert ssl.OPENSSL_VERSION and PIXEL


def test_a_tls_failure_is_told(simulate: Simulate):
    sim = simulate()
    hook = Hook()
    sim.ok("setWebhook", url=hook.url.replace("http:", "https:"))
    hook.close()
    sim.say("hi")
    until(lambda: sim.log("delivery"))
    assert "last_error_message" in sim.ok("getWebhookInfo")
