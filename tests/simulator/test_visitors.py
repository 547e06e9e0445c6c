"""Who is let in: the page and programs, and nobody's web page."""

from __future__ import annotations

import pytest

from tests.simulator.side import Side

pytestmark = pytest.mark.attack

OWN = "http://127.0.0.1:{port}"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
GET_ME = "/bot4242:test/getMe"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (GET_ME, {}, 200),
        (GET_ME, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        (GET_ME, {"Sec-Fetch-Site": "same-site"}, 403),
        (GET_ME, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        (GET_ME, {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 200),
        (GET_ME, {"Sec-Fetch-Site": "same-origin"}, 200),
        (GET_ME, {"Origin": "null"}, 403),
        (GET_ME, {"Origin": "http://["}, 403),
        (GET_ME, {"Origin": "http://127.0.0.1"}, 403),
        (GET_ME, {"Origin": OWN}, 200),
        (GET_ME, {"User-Agent": CHROME}, 403),
        (GET_ME, {"User-Agent": CHROME, "Referer": "http://evil.example/"}, 403),
        (GET_ME, {"User-Agent": CHROME, "Referer": OWN + "/"}, 200),
        (GET_ME, {"User-Agent": "python-requests/2"}, 200),
        ("/", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ("/", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ("/", {"User-Agent": CHROME}, 200),
        ("/user/state", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        (GET_ME, {"Host": "evil.example:{port}"}, 421),
        (GET_ME, {"Host": "127.0.0.1.evil.example"}, 421),
        (GET_ME, {"Host": "localhost:{port}"}, 200),
    ],
)
def test_a_request_is_judged_by_what_its_browser_says(
    sim: Side, path: str, headers: dict[str, str], status: int
):
    sent = {name: value.format(port=sim.running.port) for name, value in headers.items()}
    answer = sim.session.get(sim.url + path, headers=sent)
    assert answer.status_code == status
    if path == GET_ME:  # and a call as libraries write it, which another thread answers
        assert sim.session.post(sim.url + path, headers=sent, json={"a": 1}).status_code == status


def test_no_other_site_may_show_what_is_served(sim: Side):
    page = sim.session.get(sim.url)
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_whole_token_counts_after_its_first_call(sim: Side):
    sim.ok("getMe")
    other = Side(sim.running, "4242:another")
    assert other.refusal("getMe") == "Unauthorized"
    assert other.session.get(f"{sim.url}/file/bot{other.token}/photos/x.jpg").status_code == 401
    refused = sim.session.post(f"{sim.url}/user/send", json={"bot": other.token, "text": "hi"})
    assert refused.status_code == 401
    sim.act("bot", bot="4242", token=other.token)
    assert other.ok("getMe")["id"] == 4242
    assert sim.refusal("getMe") == "Unauthorized"
    other.session.close()


def test_a_token_is_changed_for_one_of_the_same_bot(sim: Side):
    sim.ok("getMe")
    body = {"bot": "4242", "token": "7:test"}
    answer = sim.session.post(f"{sim.url}/user/bot", json=body).json()
    assert answer["description"] == "Bad Request: token begins with the bot's number, 4242:"
