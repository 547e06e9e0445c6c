"""How updates reach a webhook: the bytes, the order, the retries."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.simulator.side import OK, Hook, Side, response, until

Simulate = Callable[..., Side]


def test_request_is_telegrams_byte_for_byte(sim: Side):
    hook = sim.hook(secret_token="s3cret_-")
    message = sim.say("héllo/😀")
    head, _, body = hook.requests.get(timeout=60).partition(b"\r\n\r\n")
    update_id = sim.log("update")[0]["update_id"]
    assert head.decode().split("\r\n") == [
        "POST /hook?a=1 HTTP/1.1",
        f"Host: 127.0.0.1:{hook.port}",
        "X-Telegram-Bot-Api-Secret-Token: s3cret_-",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: keep-alive",
        "Accept-Encoding: gzip, deflate",
    ]
    assert body.startswith(b'{"update_id":%d,\n"message":{"message_id":1,' % update_id)
    assert rb'"text":"h\u00e9llo/\ud83d\ude00"' in body
    assert json.loads(body)["message"] == message


def test_user_info_in_the_url_becomes_authorization(sim: Side):
    hook = sim.hook()
    sim.ok("deleteWebhook")
    url = hook.url.replace("http://", "http://al%20i:pa:ss@")
    sim.again(url=url)
    sim.say("hi")
    head = hook.requests.get(timeout=60).decode().split("\r\n")
    assert head[2] == "Authorization: Basic YWwgaTpwYTpzcw=="
    assert head[1] == f"Host: 127.0.0.1:{hook.port}"


def test_one_connection_carries_a_chats_messages_in_order(sim: Side):
    hook = sim.hook()
    for number in range(20):
        sim.say(str(number))
    assert [hook.next()["message"]["text"] for _ in range(20)] == [str(n) for n in range(20)]
    assert hook.connections == 1


def test_a_slow_chat_holds_only_itself(sim: Side):
    release = threading.Event()

    def answer(body: bytes) -> bytes:
        if b'"chat":{"id":1001' in body and b"slow" in body:
            release.wait(60)
        return OK

    hook = sim.hook(answer)
    sim.say("warm up")
    hook.next()
    sim.say("slow")
    hook.next()
    sim.say("after")
    sim.say("other", chat_id=1002)
    assert hook.next()["message"]["text"] == "other"
    release.set()
    assert hook.next()["message"]["text"] == "after"


def test_the_queues_of_a_message_and_a_press_are_separate(sim: Side):
    keyboard = {"inline_keyboard": [[{"text": "Like", "callback_data": "like"}]]}
    sim.say("hi")
    sent = sim.ok("sendMessage", chat_id=1001, text="?", reply_markup=keyboard)
    sim.act("press", chat_id=1001, message_id=sent["message_id"], button="Like")
    queues = [entry["queue"] for entry in sim.log("update")]
    assert queues == ["chat:1001", "user:1001/callback_query"]


def test_retries_at_once_then_after_2_4_8_seconds(simulate: Simulate):
    sim = simulate(speed=60)
    hook = sim.hook(response("500 INTERNAL SERVER ERROR"))
    sim.say("poison")
    until(lambda: len(sim.log("delivery")) >= 7)
    waits = [entry["retry_in"] for entry in sim.log("delivery")]
    assert waits[:6] == [0, 2, 4, 8, 16, 32]
    assert 60 <= waits[6] <= 64
    assert [entry["attempt"] for entry in sim.log("delivery")][:3] == [1, 2, 3]
    bodies = {hook.requests.get(timeout=60) for _ in range(7)}
    assert len(bodies) == 1
    info = sim.ok("getWebhookInfo")
    text = "Wrong response from the webhook: 500 INTERNAL SERVER ERROR"
    assert info["last_error_message"] == text
    assert info["pending_update_count"] == 1
    hook.answers[:] = [OK]
    until(lambda: sim.ok("getWebhookInfo")["pending_update_count"] == 0)
    assert sim.ok("getWebhookInfo")["last_error_message"] == text


@pytest.mark.parametrize(
    ("value", "wait"), [("3", 3), ("5000", 3600), ("0", 0), ("05", 0), ("soon", 0)]
)
def test_retry_after_replaces_the_wait_when_plain(sim: Side, value: str, wait: int):
    sim.hook(response("418 I'M A TEAPOT", Retry_After=value))
    sim.say("hi")
    assert until(lambda: sim.log("delivery"))[0]["retry_in"] == wait


def test_a_retry_beyond_its_life_drops_the_update(simulate: Simulate):
    sim = simulate()
    hook = sim.hook(response("503 BUSY", Retry_After=31))
    with pytest.raises(AssertionError):
        sim.act("inline", query="cats", wait=0.2)
    hook.next()
    entry = until(lambda: sim.log("delivery"))[0]
    assert (entry["state"], entry["retry_in"]) == ("dropped", None)
    assert sim.ok("getWebhookInfo")["pending_update_count"] == 0


def test_retries_of_a_button_end_with_its_life(simulate: Simulate):
    sim = simulate(speed=300)
    sim.hook(response("500 OOPS"))
    update = {"callback_query": {"id": "1", "from": {"id": 1001}, "chat_instance": "1"}}
    sim.act("update", update=update)
    until(lambda: sim.log("delivery")[-1:] and sim.log("delivery")[-1]["state"] == "dropped")
    *failed, last = sim.log("delivery")
    expires = sim.log("update")[0]["expires"]
    assert all(entry["time"] + entry["retry_in"] <= expires + 1 for entry in failed)
    assert last["time"] + 120 > expires
    assert 6 <= last["attempt"] <= 8


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"HTTP/1.1 302 FOUND\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", "302 FOUND"),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n", "103 Early Hints"),
        (b"HTTP/2 200 OK\r\n\r\n", "HTTP Version Not Supported"),
        (response("200 OK", "x", Content_Encoding="br"), "unsupported content-encoding"),
        (response("200 OK", Transfer_Encoding="gzip"), "unsupported transfer-encoding"),
        (response("200 OK", "x" * 1_100_000, Content_Type="application/json"), "Too Large"),
    ],
)
def test_what_counts_as_failure(sim: Side, answer: bytes, text: str):
    sim.hook(answer, OK)
    sim.say("hi")
    first = until(lambda: sim.log("delivery"))[0]
    assert first["state"] == "failed"
    assert text in first["error"]
    assert text in sim.ok("getWebhookInfo")["last_error_message"]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 299 Fine\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nignored",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ],
)
def test_what_counts_as_success(sim: Side, answer: bytes):
    sim.hook(answer)
    sim.say("hi")
    assert until(lambda: sim.log("delivery"))[0]["state"] == "delivered"


def test_a_connection_closed_without_an_answer_is_not_shown(simulate: Simulate):
    sim = simulate(speed=20)
    hook = sim.hook(b"", OK)
    sim.say("hi")
    assert [hook.next(), hook.next()][0]["message"]["text"] == "hi"
    entries = until(lambda: len(sim.log("delivery")) == 2 and sim.log("delivery"))
    assert [entry["state"] for entry in entries] == ["failed", "delivered"]
    assert "last_error_message" not in sim.ok("getWebhookInfo")


def test_nobody_listens(sim: Side):
    hook = sim.hook()
    hook.close()
    sim.say("hi")
    entry = until(lambda: sim.log("delivery"))[0]
    assert entry["error"] == "Connection refused"
    until(lambda: sim.ok("getWebhookInfo").get("last_error_message") == "Connection refused")


def test_an_answer_may_take_60_seconds(simulate: Simulate):
    sim = simulate(speed=100)
    stop = threading.Event()
    sim.hook(lambda body: stop.wait(60) and OK or OK, OK)
    sim.say("hi")
    entry = until(lambda: sim.log("delivery"))[0]
    stop.set()
    assert entry["error"] == "Read timeout expired"


def test_failing_queues_fill_the_window_and_stop_the_rest(simulate: Simulate):
    sim = simulate(speed=60)
    seen: list[str] = []

    def answer(body: bytes) -> bytes:
        seen.append(json.loads(body)["message"]["text"])
        return OK if b"fine" in body else response("500 NO", Retry_After=60)

    sim.hook(answer, max_connections=1)
    sim.say("poison", chat_id=1)
    sim.say("poison", chat_id=2)
    sim.say("fine", chat_id=3)
    until(lambda: seen.count("poison") >= 4)
    assert "fine" not in seen


def test_gone_for_23_hours_removes_the_webhook(simulate: Simulate):
    sim = simulate(speed=40_000)
    sim.hook(response("410 GONE"))
    until(lambda: sim.say("hi") and sim.ok("getWebhookInfo")["url"] == "")


def test_setting_the_webhook_again_sends_at_once(sim: Side):
    hook = sim.hook(response("503 NO", Retry_After=600), OK)
    sim.say("hi")
    hook.next()
    until(lambda: sim.log("delivery"))
    sim.again(url=hook.url, max_connections=7)
    assert hook.next()["message"]["text"] == "hi"
    assert "last_error_message" not in sim.ok("getWebhookInfo")


def test_a_method_in_the_answer_is_called(sim: Side):
    call = json.dumps({"method": "sendmessage", "chat_id": 1001, "text": "by reply"})
    sim.hook(response("200 OK", call, Content_Type="application/json"), OK)
    sim.say("hi")
    reply = until(lambda: sim.messages(after=1))[0]
    assert reply["text"] == "by reply"
    entry = until(lambda: sim.log("call")[1:])[0]
    assert (entry["method"], entry["via"]) == ("sendMessage", "webhook reply")
    assert entry["update_id"] == sim.log("update")[0]["update_id"]


def test_a_form_and_a_compressed_answer_are_read_too(sim: Side):
    form = response(
        "200 OK",
        "method=sendMessage&chat_id=1001&text=form",
        Content_Type="application/x-www-form-urlencoded",
    )
    packed = gzip.compress(b'{"method":"sendMessage","chat_id":1001,"text":"packed"}')
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
        f"Content-Length: {len(packed)}\r\n\r\n"
    )
    sim.hook(form, head.encode() + packed, OK)
    sim.say("one")
    sim.say("two")
    until(lambda: {"form", "packed"} <= {m["text"] for m in sim.messages()})


@pytest.mark.parametrize("method", ["getMe", "setWebhook", "deleteWebhook", "close", "logOut"])
def test_some_methods_are_refused_in_an_answer(sim: Side, method: str):
    call = json.dumps({"method": method})
    sim.hook(response("200 OK", call, Content_Type="application/json"))
    sim.say("hi")
    until(lambda: sim.log("delivery"))
    assert [entry["method"] for entry in sim.log("call")] == ["setWebhook"]
    assert sim.ok("getWebhookInfo")["url"]


def test_a_broken_answer_gives_its_first_fields(sim: Side):
    broken = '{"method":"sendMessage","chat_id":1001,"text":"half","reply_markup":{"inl'
    sim.hook(response("200 OK", broken, Content_Type="application/json"))
    sim.say("hi")
    assert until(lambda: sim.messages(after=1))[0]["text"] == "half"


def test_resend_gives_the_same_content_a_new_number(sim: Side):
    hook = sim.hook()
    sim.say("hi")
    first = hook.next()
    sent = sim.act("resend", update_id=first["update_id"])
    second = hook.next()
    assert second["message"] == first["message"]
    assert second["update_id"] == sent["update_id"] > first["update_id"]


def test_an_idle_bots_burst_begins_on_one_connection_and_spreads(simulate: Simulate):
    sim = simulate()
    first = threading.Event()

    def answer(body: bytes) -> bytes:
        first.wait(60)
        return OK

    hook = sim.hook(answer)
    for chat in range(1, 13):
        sim.say("hi", chat_id=chat)
    hook.next()
    assert hook.connections == 1
    first.set()
    for _ in range(11):
        hook.next()
    assert 2 <= hook.connections <= 11


def test_a_server_that_closes_pays_with_new_connections(simulate: Simulate):
    sim = simulate(speed=20)
    hook = sim.hook(response("200 OK", Connection="close"))
    for number in range(15):
        sim.say(str(number))
    assert [hook.next()["message"]["text"] for _ in range(15)] == [str(n) for n in range(15)]
    assert hook.connections == 15


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_custom_certificate_is_the_only_one_trusted(simulate: Simulate, tmp_path: Path):
    sim = simulate(speed=20)
    make_certificate(tmp_path)
    hook = Hook(tls=tmp_path)
    with (tmp_path / "cert.pem").open("rb") as certificate:
        answer = sim.call("setWebhook", files={"certificate": certificate}, url=hook.url)
    assert answer["description"] == "Webhook was set"
    sim.say("sealed")
    assert hook.next()["message"]["text"] == "sealed"
    assert sim.ok("getWebhookInfo")["has_custom_certificate"] is True
    sim.again(url=hook.url)
    sim.say("not trusted")
    assert "SSL error {error:" in until(
        lambda: sim.ok("getWebhookInfo").get("last_error_message", "")
    )


def make_certificate(folder: Path) -> None:
    """Write cert.pem and key.pem for 127.0.0.1, signed by itself."""
    command = "openssl req -newkey rsa:2048 -sha256 -nodes -x509 -days 2 -subj /CN=127.0.0.1"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)


@pytest.mark.slow
def test_order_holds_when_answers_fail_at_random(simulate: Simulate):
    sim = simulate(speed=60)
    chance = random.Random(7)
    taken: list[tuple[int, str]] = []

    def answer(body: bytes) -> bytes:
        if chance.random() < 0.5:
            return chance.choice([b"", response("500 NO"), response("503 NO", Retry_After=1)])
        message = json.loads(body)["message"]
        taken.append((message["chat"]["id"], message["text"]))
        return OK

    sim.hook(answer)
    for number in range(45):
        sim.say(str(number), chat_id=1 + number % 3)
    until(lambda: sim.ok("getWebhookInfo")["pending_update_count"] == 0, 60)
    for chat in (1, 2, 3):
        texts = dict.fromkeys(int(text) for place, text in taken if place == chat)
        assert list(texts) == list(range(chat - 1, 45, 3))
