"""POST /push and POST /events/<topic>: what other programs have to say reaches the right people, or is refused."""

from __future__ import annotations

import hmac
import http.client
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from anzol import Reply, Retry, Router, Topic, html, keyboard, subscriptions
from anzol.server.door import SIGNED
from anzol.settings import Settings
from anzol.simulator.running import Running
from tests.processes import PATIENCE
from tests.server.pushing import ALERTS, KEY, SECRET, SHOP, Pushing
from tests.servers import listening

pytestmark = pytest.mark.usefixtures("brisk")

Make = Callable[..., Pushing]


@pytest.fixture
def make(simulated: Running, settings: Settings) -> Iterator[Make]:
    made: list[Pushing] = []

    def one(*args: Any, **options: Any) -> Pushing:
        made.append(Pushing(simulated, settings, *args, **options))
        return made[-1]

    yield one
    for each in made:
        each.stop()


def problem(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body = json.loads(answer.data)
    assert body["status"] == status and body["title"] and body["type"] == "about:blank"
    assert "\n" not in body["detail"]
    return body["detail"]


def test_a_push_is_stored_sent_and_counted(make: Make):
    server = make()
    server.people(7)
    answer = server.post("/push", {"chat_id": 7, "html": "<b>Hi</b>"}, SHOP)
    assert answer.status_code == 202
    number = answer.json["id"]
    assert answer.json == {"id": number, "recipients": 1, "repeated": False}
    assert answer.headers["Location"] == f"/push/{number}"
    server.wait_for(7, "Hi")
    server.idle()
    found = server.client.get(f"/push/{number}", headers={"Authorization": f"Bearer {SHOP}"})
    assert found.json["counts"]["sent"] == 1 and found.json["done"] is True


def test_many_chats_read_it_once_each(make: Make):
    server = make()
    people = [*range(100, 160)]
    server.people(*people)
    server.post("/push", {"chat_ids": [*people, *people], "text": "all"})
    server.wait(lambda: all(server.texts(chat) for chat in people))
    assert all(server.texts(chat) == ["all"] for chat in people)


def test_a_repeated_key_gives_one_push(make: Make):
    server = make()
    server.people(7)
    first = server.post("/push", {"chat_id": 7, "text": "once"}, Idempotency_Key="order-1")
    again = server.post("/push", {"chat_id": 7, "text": "once"}, Idempotency_Key="order-1")
    assert again.json == {**first.json, "repeated": True}
    other = server.post("/push", {"chat_id": 7, "text": "other"}, SHOP, Idempotency_Key="order-1")
    assert other.json["id"] != first.json["id"]
    server.wait(lambda: len(server.texts(7)) == 2)
    server.idle()
    assert sorted(server.texts(7)) == ["once", "other"]


def test_what_waits_is_cancelled(make: Make):
    server = make()
    server.people(7)
    number = server.post("/push", {"chat_id": 7, "text": "later", "delay": 3600}).json["id"]
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = server.client.delete(f"/push/{number}", headers=headers)
    assert answer.json["cancelled_now"] == 1 and answer.json["counts"]["cancelled"] == 1
    assert server.client.delete(f"/push/{number}", headers=headers).json["cancelled_now"] == 0


def test_a_topic_is_read_by_its_subscribers(make: Make):
    router = Router()
    router.include(subscriptions(Topic("news", "News")))
    server = make(router)
    server.people(7, 8)
    server.anzol.first.audience.subscribe("news", 7)
    assert server.post("/push", {"topic": "news", "text": "hi"}).json["recipients"] == 1
    server.wait_for(7, "hi")
    server.idle()
    assert server.texts(8) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"chat_id": 7, "text": "x" * 5000}, "5,000 characters"),
        ({"chat_id": 7, "text": "x", "at": 1}, "in the past"),
        ({"topic": "weather", "text": "x"}, "no topic 'weather'"),
        ({"chat_id": 7, "text": "x", "bot": 1}, "does not run the bot 1"),
        ([], "not an object"),
        ({"chat_id": 7, "text": "x", "buttons": [{"text": "Go"}]}, "does nothing"),
        (
            {
                "chat_id": 7,
                "method": "sendMediaGroup",
                "params": {"media": [{"type": "photo", "media": "AgAC"}]},
            },
            "media has 1 item; sendMediaGroup takes 2 to 10",
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_stored(make: Make, body: Any, told: str):
    server = make()
    assert told in problem(server.post("/push", body), 400)
    assert sum(server.anzol.queue.counts("%").values()) == 0


def test_a_million_chats_are_too_many(make: Make):
    answer = make().post("/push", {"chat_ids": [*range(1, 1_000_001)], "text": "x"})
    assert "1 MiB" in problem(answer, 413)


def test_keys_open_what_they_are_for(make: Make):
    server = make()
    body = {"chat_id": 7, "text": "x"}
    assert server.post("/push", body, SHOP).status_code == 202
    assert "opens push" in problem(server.post("/push", body, ALERTS), 401)
    assert "opens push" in problem(server.post("/push", body, "wrong-key-0123456789"), 401)
    problem(server.client.post("/push", json=body), 401)
    assert "opens events/shop" in problem(server.post("/events/shop", {}, SHOP), 401)
    for path in ("/admin", "/metrics"):
        got = server.client.get(path, headers={"Authorization": f"Bearer {SHOP}"})
        assert b"anzol_" not in got.data and (got.status_code == 401 or b"API_KEY" in got.data)


def test_guessing_is_slowed_down_and_the_right_key_passes(make: Make):
    server = make()
    body = {"chat_id": 7, "text": "x"}
    answers = [server.post("/push", body, f"wrong-key-{n:016}") for n in range(12)]
    assert "Too many wrong keys" in problem(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert server.post("/push", body).status_code == 202
    answers = [server.sign("shop", {}, secret="wrong") for _ in range(12)]
    assert "Too many wrong signatures" in problem(answers[-1], 429)


def test_without_any_key_there_is_nothing(settings: Settings):
    from tests.servers import create_app

    client = create_app(settings).test_client()
    for path in ("/push", "/events/shop"):
        problem(client.post(path, json={}), 404)
    problem(client.get("/openapi.json"), 404)


@pytest.mark.parametrize("path", ["/push", "/events/shop", "/openapi.json"])
def test_another_method_is_answered_with_those_that_there_are(make: Make, path: str):
    answer = make().client.put(path, json={})
    problem(answer, 405)
    assert answer.headers["Allow"]


def test_a_push_that_is_not_there_is_told(make: Make):
    server = make()
    server.post("/push", {"chat_id": 7, "text": "x"})
    headers = {"Authorization": f"Bearer {KEY}"}
    assert "no push" in problem(server.client.get("/push/none", headers=headers), 404)


# Events


@pytest.fixture
def shop() -> Router:
    router = Router()
    router.include(subscriptions(Topic("shop", "Orders")))

    @router.event("shop", type="order")
    def order(ctx: Any) -> Any:
        return html("Order <b>{}</b>", ctx.event.payload["number"])

    @router.event("shop")
    def other(ctx: Any) -> None:
        ctx.tell_subscribers({"en": f"{ctx.event.type}!", "pt": f"{ctx.event.type}?"})

    return router


def test_a_signed_event_reaches_its_handler_and_the_subscribers(make: Make, shop: Router):
    server = make(shop)
    server.people(7, 8, 9)
    for chat, language in ((7, "en"), (8, "pt-br"), (9, "de")):
        server.anzol.first.audience.subscribe("shop", chat, 0, language)
    answer = server.sign("shop", {"number": "<5>"}, X_GitHub_Event="order")
    assert answer.status_code == 202 and answer.json["repeated"] is False
    server.wait_for(7, "Order <5>")
    server.sign("shop", {"type": "return"})
    server.wait_for(7, "Order <5>", "return!")
    metrics = server.client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"}).text
    assert 'anzol_runs_total{bot="4242",kind="event",outcome="done"} 2.0' in metrics
    server.wait_for(8, "Order <5>", "return?")
    server.wait_for(9, "Order <5>", "return!")


def test_an_event_is_taken_once(make: Make, shop: Router):
    server = make(shop)
    server.people(7)
    server.anzol.first.audience.subscribe("shop", 7)
    first, again = (
        server.sign("shop", {"number": 1}, X_GitHub_Event="order", X_GitHub_Delivery=number)
        for number in ("1", "2")
    )
    assert (first.json["repeated"], again.json["repeated"]) == (False, True)
    keyed = [
        server.post("/events/shop", {"number": 2, "type": "order"}, Idempotency_Key="d1")
        for _ in range(2)
    ]
    assert [each.json["repeated"] for each in keyed] == [False, True]
    server.idle()
    assert server.texts(7) == ["Order 1", "Order 2"]


@pytest.mark.parametrize("secret", ["wrong", ""])
def test_a_wrong_signature_is_refused(make: Make, shop: Router, secret: str):
    server = make(shop)
    assert "signature is wrong" in problem(server.sign("shop", {}, secret=secret), 401)
    assert "not signed" in problem(server.client.post("/events/shop", json={}), 401)
    assert "no secret" in problem(server.sign("alerts", {}), 401)
    assert server.anzol.queue.counts()["open"] == 0


def test_a_topic_that_nobody_takes_is_told(make: Make):
    server = make()
    assert "No handler and no rule" in problem(server.post("/events/weather", {}), 404)
    assert "not JSON" in problem(
        make(_taking("alerts")).client.post(
            "/events/alerts", data=b"{", headers={"Authorization": f"Bearer {ALERTS}"}
        ),
        400,
    )


def _taking(topic: str) -> Router:
    router = Router()
    router.event(topic)(lambda ctx: None)
    return router


def test_a_handler_that_fails_tells_nobody_and_is_a_dead_letter(make: Make):
    router = Router()
    router.include(subscriptions(Topic("alerts")))

    @router.event("alerts")
    def alert(ctx: Any) -> None:
        ctx.tell_subscribers("told before the mistake")
        raise ValueError("a mistake")

    server = make(router)
    server.people(7)
    server.anzol.first.audience.subscribe("alerts", 7)
    server.post("/events/alerts", {}, ALERTS, Idempotency_Key="a1")
    server.wait(lambda: server.anzol.queue.counts()["dead"] == 1)
    (dead,) = server.anzol.queue.list("dead")
    assert (dead.kind, dead.key) == ("event", "event:alerts:a1")
    assert "a mistake" in (dead.error or "")
    assert server.texts(7) == []


def test_a_handler_that_retries_tells_once(make: Make):
    router, runs = Router(), []

    @router.event("alerts")
    def alert(ctx: Any) -> str:
        runs.append(1)
        if len(runs) < 3:
            ctx.tell_subscribers("again and again")
            raise Retry(after=0.0)
        return "now"

    server = make(router)
    server.people(7)
    server.anzol.first.audience.subscribe("alerts", 7)
    server.post("/events/alerts", {}, ALERTS)
    server.wait_for(7, "now")
    server.idle()
    assert server.texts(7) == ["now"] and len(runs) == 3


RULES = """
[[rule]]
name = "broken"
topic = "shop"
when = "number + 'x' == 5"
text = "never"

[[rule]]
name = "large"
topic = "shop"
when = "number > 100"
to = [8]
text = "Large: <b>{{ number }}</b>"
escalate = { after = "1 s", to = [9], text = "Nobody has looked at {{ number }}" }

[[rule]]
name = "all"
topic = "shop"
to = "subscribers"
text = "{{ type }} {{ number }}"
throttle = { every = "1 d" }
"""


def test_a_broken_rule_blocks_no_other_and_no_handler(make: Make, shop: Router):
    server = make(shop, RULES)
    server.people(7, 8, 9)
    server.anzol.first.audience.subscribe("shop", 7)
    server.sign("shop", {"number": 500}, X_GitHub_Event="order")
    server.wait_for(8, "Large: 500")
    server.wait(lambda: len(server.texts(7)) == 2)
    assert sorted(server.texts(7)) == ["Order 500", "order 500"]
    server.wait(lambda: server.anzol.queue.counts()["dead"] == 1)
    (dead,) = server.anzol.queue.list("dead")
    assert dead.key.startswith("rule:shop:broken:") and "TemplateFailed" in (dead.error or "")


def test_the_same_event_is_no_other_rules_event_whatever_its_number_holds(make: Make):
    rule = '[[rule]]\ntopic = "shop"\nname = "{}"\nto = [{}]\ntext = "{{{{ number }}}}"\n'
    server = make(rules=rule.format("x", 7) + rule.format("x:1", 8))
    server.people(7, 8)
    for number, key in ((1, "1:2"), (2, "2")):
        answer = server.post("/events/shop", {"number": number}, Idempotency_Key=key)
        assert answer.json["repeated"] is False
    server.idle()
    assert (server.texts(7), server.texts(8)) == (["1", "2"], ["1", "2"])


def test_who_is_told_by_name_and_by_a_topic_reads_it_once(make: Make):
    both = '[[rule]]\ntopic = "shop"\nto = ["subscribers", 7, 8]\ntext = "{{ number }}"\n'
    server = make(rules=both)
    server.people(7, 8)
    server.anzol.first.audience.subscribe("shop", 7)
    server.sign("shop", {"number": 500})
    server.wait_for(8, "500")
    server.idle()
    assert server.texts(7) == ["500"]


def test_a_topic_that_nobody_can_subscribe_to_is_told_at_the_start(
    make: Make, caplog: pytest.LogCaptureFixture
):
    rules = (
        '[topics.ops]\ntitle = "Ops"\n[[rule]]\ntopic = "x"\nto = "topic:opps"\ntext = "hello"\n'
    )
    make(None, rules)
    assert "to which nobody can subscribe; did you mean 'ops'?" in caplog.text


def test_nobody_acknowledges_so_others_are_told(make: Make):
    server = make(None, RULES)
    server.people(8, 9)
    server.sign("shop", {"number": 500})
    server.wait_for(9, "Nobody has looked at 500")


def test_who_acknowledges_is_noted_and_nobody_else_is_told(make: Make):
    rules = RULES.replace("1 s", "3 s")
    server = make(None, rules)
    server.people(8, 9)
    server.sign("shop", {"number": 500})
    server.wait_for(8, "Large: 500")
    with server.world.lock:
        (message,) = server.world.find_chat(server.account, 8).messages.values()
    (((button,),)) = message["reply_markup"]["inline_keyboard"]
    query = {
        "id": "1",
        "from": {"id": 8, "is_bot": False, "first_name": "Ann"},
        "chat_instance": "1",
        "data": button["callback_data"],
        "message": {**message, "chat": {"id": 8, "type": "private"}},
    }
    server.anzol.store(
        {"update_id": 1, "callback_query": query},
        json.dumps({"update_id": 1, "callback_query": query}).encode(),
    )
    server.wait(
        lambda: message_of(server)["reply_markup"]["inline_keyboard"][0][0]["text"] == "✔ Ann"
    )
    server.wait(lambda: server.anzol.queue.counts()["scheduled"] == 1)  # the digest of a day
    server.idle()
    assert server.texts(9) == []


def message_of(server: Pushing) -> Any:
    with server.world.lock:
        return [*server.world.find_chat(server.account, 8).messages.values()][0]


def test_mistakes_in_the_rules_end_the_start_with_file_and_line(
    simulated: Running, settings: Settings
):
    from anzol.settings import SettingsError

    with pytest.raises(SettingsError, match=r"rules\.toml:5: "):
        Pushing(simulated, settings, rules=RULES.replace("number + ", "number + + +* "))


def test_a_broadcast_from_code_is_read_in_each_language(make: Make, shop: Router):
    server = make(shop)
    server.people(7, 8)
    tenant = server.anzol.first
    for chat, language in ((7, "en"), (8, "pt")):
        tenant.audience.subscribe("shop", chat, 0, language)
    batch = tenant.bot.broadcast({"en": html("<b>Hi</b>"), "pt": "Olá"}, "shop")
    server.wait_for(7, "Hi")
    server.wait_for(8, "Olá")
    server.idle()
    assert server.anzol.outbox.counts(batch)["sent"] == 2
    with pytest.raises(LookupError, match="no topic 'weather'"):
        tenant.bot.broadcast("x", "weather")
    with pytest.raises(ValueError, match="one message"):
        tenant.bot.broadcast("x" * 5000, "shop")
    for wrong in ({}, {"topic": "shop", "chats": [7]}):
        with pytest.raises(TypeError, match="To whom"):
            tenant.bot.broadcast("x", **wrong)


def test_a_broadcast_from_code_goes_to_chats_at_its_time(make: Make, shop: Router):
    server = make(shop)
    server.people(7, 8)
    bot = server.anzol.bot
    waiting = bot.broadcast("much later", chats=[7], due=server.anzol.queue.now() + 3600)
    bot.broadcast(Reply("now", keyboard(("Good", "good"))), chats=[7, 8, 7])
    server.wait_for(7, "now")
    server.wait_for(8, "now")
    assert server.anzol.outbox.counts(waiting)["waiting"] == 1
    assert server.anzol.outbox.counts(bot.broadcast("to nobody", chats=[]))["waiting"] == 0


# Under waitress


def send(address: tuple[str, int], path: str, body: bytes, **headers: str) -> tuple[int, Any]:
    """Post bytes over a socket; return the status and the JSON that comes back."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **named})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_a_large_signed_event_gets_in_under_waitress(make: Make):
    server = make(_taking("shop"))
    body = json.dumps({"padding": "x" * 900_000}).encode()
    digest = hmac.digest(SECRET.encode(), body, "sha256").hex()
    with listening(server.app, server.settings) as (_, address):
        signed = {"X_Hub_Signature_256": f"sha256={digest}"}
        assert send(address, "/events/shop", body, **signed)[0] == 202
        assert send(address, "/events/shop", body, X_Hub_Signature_256="sha256=00")[0] == 401
        key = {"Authorization": f"Bearer {KEY}"}
        for path, size in (("/push", 1_100_000), ("/push", 5_000_000), ("/events/shop", 5_000_000)):
            status, told = send(address, path, b"x" * size, **key)
            assert (status, told["detail"]) == (413, "A body is at most 1 MiB here.")


def test_many_large_bodies_of_strangers_do_not_fill_the_memory(make: Make):
    server = make(_taking("shop"))
    head = (
        b"POST /events/shop HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256=00\r\n"
        b"Content-Length: 900000\r\n\r\n"
    )
    with listening(server.app, server.settings) as (running, address):
        sockets = [socket.create_connection(address, PATIENCE) for _ in range(SIGNED + 1)]
        try:
            for at, one in enumerate(sockets):
                one.sendall(head)
                server.wait(lambda at=at: len(running.door.signed) >= min(at + 1, SIGNED))
            assert b" 413 " in sockets[-1].recv(100)
            assert len(running.door.signed) == SIGNED
        finally:
            for one in sockets:
                one.close()


def test_who_has_blocked_the_bot_is_dropped_from_the_topics(make: Make, shop: Router):
    server = make(shop)
    server.people(7)
    server.anzol.first.audience.subscribe("shop", 7)
    with server.world:
        server.account.blocked_by = {7}
    server.post("/push", {"topic": "shop", "text": "hi"})
    server.wait(lambda: server.anzol.first.audience.counts()["shop"] == 0)
