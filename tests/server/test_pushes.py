"""`flask push …`: what an operator sees and does from a terminal, beside a running server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from anzol import Anzol, Router, Topic, subscriptions
from anzol.push.push import Push
from anzol.settings import Settings
from anzol.simulator.running import Running
from tests.server.pushing import Pushing
from tests.simulator.side import PIXEL

pytestmark = pytest.mark.usefixtures("brisk")

ROOT = Path(__file__).parent.parent.parent
RULES = ROOT / "examples" / "rules"
TOPICS = '[topics.news]\ntitle = "News"\n'


@pytest.fixture
def server(simulated: Running, settings: Settings) -> Iterator[Pushing]:
    router = Router()
    router.include(subscriptions(Topic("ops", "Operations", admin_only=True)))
    made = Pushing(simulated, settings, router, TOPICS, admin_chat=7)
    made.people(7, 8, 9)
    yield made
    made.stop()


def push(server: Pushing, *words: str, status: int = 0) -> str:
    """Run a command in an app of its own, as another process would."""
    from flask import Flask

    app = Flask("anzol", static_folder=None)
    anzol = Anzol(app, server.anzol.first.own, server.settings)
    try:
        result = app.test_cli_runner().invoke(args=["push", *words])
    finally:
        anzol.queue.stop()
    assert result.exit_code == status, result.output
    return result.output


def test_rules_are_checked_and_mistakes_end_with_1(server: Pushing, tmp_path: Path):
    assert "4 rules, 1 topic." in push(server, "check", str(RULES / "github.toml"))
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[[rule]]\ntopic = 5\n")
    assert f"{wrong}:2: 5 is not a text" in push(server, "check", str(wrong), status=1)


def test_a_test_shows_who_would_read_what_and_sends_nothing(server: Pushing):
    server.anzol.first.audience.subscribe("github", 8)
    event = str(RULES / "payloads" / "github.workflow_run.json")
    said = push(server, "test", str(RULES / "github.toml"), event, "--type", "workflow_run")
    assert "failed workflow" in said and "to topic:github (1)" in said
    assert "| ❌ tests failed in lisboa/shop" in said
    assert "pull request" in said and "its condition is false" in said
    server.idle()
    assert server.texts(8) == []


def test_topics_and_their_subscribers(server: Pushing):
    assert "Operations  for administrators" in push(server, "topics")
    push(server, "subscribe", "news", "8", "--language", "pt")
    assert push(server, "subscribers", "news").startswith("8  pt  20")
    push(server, "unsubscribe", "news", "8")
    assert push(server, "subscribers", "news") == ""
    assert "no topic 'weather'" in push(server, "subscribe", "weather", "8", status=1)
    assert "no topic 'weather'" in push(server, "subscribers", "weather", status=1)
    assert "was not subscribed" in push(server, "unsubscribe", "news", "8", status=1)


def test_one_persons_data_is_exported_and_forgotten(server: Pushing):
    push(server, "subscribe", "news", "8")
    found = json.loads(push(server, "export", "8"))
    assert [one["topic"] for one in found["subscriptions"]] == ["news"]
    push(server, "forget", "8", "--yes")
    assert json.loads(push(server, "export", "8"))["subscriptions"] == []


def test_a_broadcast_shows_its_progress_and_is_recalled(server: Pushing, tmp_path: Path):
    for chat in ("8", "9"):
        push(server, "subscribe", "news", chat)
    page = tmp_path / "msg.html"
    page.write_text("<b>We moved</b>")
    where = ("broadcast", "--topic", "news", "--html-file", str(page))
    assert "It would go to 2: We moved" in push(server, *where, "--dry-run")
    push(server, *where, "--test-to", "me")
    server.wait_for(7, "We moved")
    said = push(server, *where)
    batch = said.split()[0]
    assert f"{batch}: sent 2" in said
    assert server.texts(8) == server.texts(9) == ["We moved"]
    assert f"{batch}: sent 2" in push(server, "status", batch)

    page.write_text("<i>We stay</i>")
    push(server, "recall", batch, "--yes", "--html-file", str(page))
    server.wait(lambda: server.texts(8) == server.texts(9) == ["We stay"])


def test_groups_are_named_by_their_number_and_impossible_numbers_refused(server: Pushing):
    assert "-1001234 is subscribed" in push(
        server, "subscribe", "news", "-1001234", "--language", "pt"
    )
    assert "-1001234" in push(server, "subscribers", "news")
    assert "-1001234" in push(server, "export", "-1001234")
    assert "-1001234 is no longer subscribed" in push(server, "unsubscribe", "news", "-1001234")
    for words in (("subscribe", "news"), ("unsubscribe", "news"), ("export",), ("forget", "--yes")):
        assert "is not in the range" in push(server, *words, "9" * 26, status=2)


def test_a_topic_that_no_rule_is_for_is_told(server: Pushing, tmp_path: Path):
    event = tmp_path / "event.json"
    event.write_text("{}")
    words = ("test", str(RULES / "github.toml"), str(event), "--topic", "nosuch")
    assert "is for 'nosuch', only github." in push(server, *words, status=1)


def test_a_recall_deletes_what_was_sent(server: Pushing):
    push(server, "subscribe", "news", "8")
    batch = push(server, "broadcast", "--topic", "news", "--text", "oops").split()[0]
    server.wait_for(8, "oops")
    push(server, "recall", batch, "--yes")
    server.wait(lambda: server.texts(8) == [])


def test_a_pictures_caption_is_changed_and_then_it_is_deleted(server: Pushing, tmp_path: Path):
    push(server, "subscribe", "news", "8")
    picture, page = tmp_path / "new.png", tmp_path / "msg.html"
    picture.write_bytes(PIXEL)
    where = ("broadcast", "--topic", "news", "--photo", str(picture))
    batch = push(server, *where, "--text", "We moved").split()[0]
    server.wait(lambda: captions(server, 8) == ["We moved"])

    page.write_text("x" * 1025)
    said = push(server, "recall", batch, "--yes", "--html-file", str(page), status=1)
    assert "A caption has at most 1,024 characters" in said
    page.write_text("<b>We stay</b>")
    push(server, "recall", batch, "--yes", "--html-file", str(page))
    server.wait(lambda: captions(server, 8) == ["We stay"])
    push(server, "recall", batch, "--yes")
    server.wait(lambda: captions(server, 8) == [])


def test_a_copy_is_changed_whether_it_is_a_text_or_has_a_caption(server: Pushing, tmp_path: Path):
    page, picture = tmp_path / "msg.html", tmp_path / "new.png"
    page.write_text("<b>We stay</b>")
    picture.write_bytes(PIXEL)
    bot = server.anzol.bot
    text = bot.send_message(7, "We moved")
    photo = bot.send_photo(chat_id=7, photo=picture, caption="We moved")
    for sent, found in ((text, server.texts), (photo, lambda chat: captions(server, chat))):
        copy = {"from_chat_id": 7, "message_id": sent.message_id}
        body = {"chat_id": 8, "method": "copyMessage", "params": copy}
        batch = server.post("/push", body).json["id"]
        server.wait(lambda batch=batch: server.anzol.outbox.counts(batch)["sent"] == 1)
        assert found(8)[-1:] == ["We moved"]
        said = push(server, "recall", batch, "--yes", "--html-file", str(page))
        server.wait(lambda found=found: found(8)[-1:] == ["We stay"])
        changed = said.split()[-1]
        server.wait(lambda changed=changed: server.anzol.outbox.counts(changed)["sent"] == 1)


def test_the_simulator_is_told_which_push_a_call_belongs_to(server: Pushing, tmp_path: Path):
    push(server, "subscribe", "news", "8")
    picture = tmp_path / "new.png"
    picture.write_bytes(PIXEL)
    push(server, "broadcast", "--topic", "news", "--text", "unnamed")
    server.anzol.first.name_pushes()
    news = push(server, "broadcast", "--topic", "news", "--text", "named").split()[0]
    where = ("broadcast", "--topic", "news", "--text", "seen", "--photo", str(picture))
    photo = push(server, *where).split()[0]
    named = server.anzol.outbox.put(
        [Push("sendMessage", {"chat_id": 8, "text": "x"})], "Loja 7\r\n"
    )
    server.wait(lambda: server.anzol.outbox.counts(named)["sent"])
    with server.world.lock:
        found = server.world.log.find(server.account.id, 0, None, 1000)
    sent = [entry for entry in found if entry["kind"] == "call" and "chat_id" in entry["params"]]
    assert [entry["push"] for entry in sent] == [None, news, photo, named]


def captions(server: Pushing, chat: int) -> list[str]:
    """Return the captions of what the bot has sent to a chat."""
    with server.world.lock:
        found = list(server.world.find_chat(server.account, chat).messages.values())
    return [message["caption"] for message in found if "caption" in message]


def test_what_was_stopped_goes_on_later(server: Pushing):
    push(server, "subscribe", "news", "8")
    later = "2099-01-01T00:00:00Z"
    assert "more than a year" in push(
        server, "broadcast", "--topic", "news", "--text", "x", "--at", later, status=1
    )
    number = server.post("/push", {"topic": "news", "text": "x", "delay": 3600}).json["id"]
    assert "1 message held back" in push(server, "stop", number)
    assert f"{number}: held 1" in push(server, "status", number)
    assert "Going on with 1 message." in push(server, "resume", number)
    assert "1 message cancelled" in push(server, "cancel", number)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--topic", "weather", "--text", "x"), "no topic 'weather'"),
        (("--topic", "news"), "Give one of --text, --html-file and --markdown-file."),
        (("--text", "x"), "Give one of --topic and --chats, or --test-to."),
        (("--topic", "news", "--text", "x", "--photo", "gone.png"), "There is no file gone.png."),
        (("--topic", "news", "--text", "x", "--at", "2020-01-01T00:00:00Z"), "at is in the past"),
        (("--topic", "news", "--text", "x" * 1025, "--photo", "id"), "caption"),
        (("--topic", "news", "--text", "x", "--bot", "5"), "no bot 5"),
    ],
)
def test_a_broadcast_that_cannot_be_is_told_in_a_line(
    server: Pushing, words: tuple[str, ...], told: str
):
    assert told in push(server, "broadcast", *words, status=1)


@pytest.mark.parametrize("command", ["status", "stop", "resume", "cancel", "recall"])
def test_a_push_that_is_not_there_is_told(server: Pushing, command: str):
    assert "There is no push nothing." in push(server, command, "nothing", status=1)


def test_a_picture_has_the_text_as_its_caption(server: Pushing, tmp_path: Path):
    picture = tmp_path / "dot.png"
    picture.write_bytes((ROOT / "tests" / "examples" / "dot.png").read_bytes())
    said = push(server, "broadcast", "--test-to", "8", "--text", "look", "--photo", str(picture))
    assert "sent 1" in said
    with server.world.lock:
        (message,) = server.world.find_chat(server.account, 8).messages.values()
    assert message["caption"] == "look" and message["photo"]
