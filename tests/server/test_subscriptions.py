"""People subscribe to topics: in their own chat, in groups and channels, by buttons and by links."""

from __future__ import annotations

import pytest

from anzol import HandlerError, Router
from anzol.push.topics import Topic
from anzol.server.subscriptions import subscriptions
from anzol.testing import client
from anzol.testing.client import Client

NEWS = Topic("news", "News", titles={"pt": "Notícias"})
OPS = Topic("ops", "Operations", admin_only=True)


@pytest.fixture
def ann() -> Client:
    router = Router()
    router.include(subscriptions(NEWS, Topic("builds"), OPS, admins=[77]))

    @router.command("start")
    def start(ctx):
        return f"hello {ctx.payload}"

    return client(router)


def kept(user: Client) -> dict[tuple[str, int, int], str]:
    return user.runner.subscribing.kept


def test_a_command_subscribes_and_another_ends_it(ann: Client):
    (said,) = ann.send("/subscribe news")
    assert said["text"] == "You are subscribed to News. /unsubscribe ends it."
    assert [topic for topic, _, _ in kept(ann)] == ["news"]
    ann.send("/subscribe NEWS")
    assert len(kept(ann)) == 1
    assert ann.send("/unsubscribe")[0]["text"] == "You are no longer subscribed to News."
    assert ann.send("/unsubscribe news")[0]["text"] == "You are not subscribed to News."
    assert kept(ann) == {}


def test_everything_ends_at_once(ann: Client):
    ann.send("/subscribe news")
    ann.send("/subscribe builds")
    ann.send("/unsubscribe all")
    assert kept(ann) == {}


def test_topics_are_buttons_that_turn_on_and_off(ann: Client):
    ann.send("/topics")
    assert ann.buttons == ["▫️ News", "▫️ builds"]
    ann.click("▫️ News")
    assert ann.popups[-1] == "You are subscribed to News."
    assert ann.buttons == ["✅ News", "▫️ builds"]
    ann.click("✅ News")
    assert ann.buttons == ["▫️ News", "▫️ builds"]
    assert kept(ann) == {}


def test_an_unknown_topic_shows_those_that_there_are(ann: Client):
    (said,) = ann.send("/subscribe weather")
    assert said["text"] == "There is no topic weather."
    assert "▫️ News" in ann.buttons


def test_a_link_subscribes_and_other_payloads_go_on(ann: Client):
    assert "News" in ann.send("/start sub_news")[0]["text"]
    assert [topic for topic, _, _ in kept(ann)] == ["news"]
    assert ann.send("/start 42")[0]["text"] == "hello 42"
    assert ann.send("/start sub_ops")[0]["text"] == "There is no topic ops."


def test_what_is_for_administrators_is_hidden_from_others(ann: Client):
    assert ann.send("/subscribe ops")[0]["text"] == "There is no topic ops."
    ann.runner.subscribing.admins = frozenset({ann.user["id"]})
    ann.send("/subscribe ops")
    assert [topic for topic, _, _ in kept(ann)] == ["ops"]


def test_a_title_is_read_in_ones_language_which_is_kept(ann: Client):
    rui = ann.as_user("Rui", language_code="pt-br")
    assert rui.send("/subscribe notícias")[0]["text"].startswith("You are subscribed to Notícias.")
    assert [*kept(ann).values()] == ["pt-br"]


def test_only_administrators_subscribe_a_group(ann: Client):
    here = ann.in_group("Team")
    here.send("/subscribe news")
    assert here.texts[-1] == "Only administrators can change this here."
    here.send("/topics")
    here.click("▫️ News")
    assert here.popups[-1] == "Only administrators can change this here."
    assert kept(ann) == {}
    here.promote()
    here.click("▫️ News")
    assert [*kept(ann)] == [("news", here.chat["id"], 0)]


def test_a_forum_topic_subscribes_by_itself(ann: Client):
    forum = ann.in_group("Forum", is_forum=True)
    forum.promote()
    forum.in_topic("Alerts").send("/subscribe news")
    ((topic, chat, thread),) = kept(ann)
    assert (topic, chat) == ("news", forum.chat["id"]) and thread > 0


def test_a_channels_administrator_posts_the_command(ann: Client):
    channel = ann.in_channel("Shop")
    channel.send("/subscribe news")
    assert [*kept(ann)] == [("news", channel.chat["id"], 0)]


def test_who_blocks_the_bot_is_dropped(ann: Client):
    ann.send("/subscribe news")
    ann.block()
    assert kept(ann) == {}


def test_a_group_that_is_upgraded_stays_subscribed(ann: Client):
    old = ann.in_group("Team", type="group")
    old.promote()
    old.send("/subscribe news")
    new = old.migrate()
    assert [*kept(ann)] == [("news", new.chat["id"], 0)]


def test_without_topics_there_is_nothing_to_choose():
    router = Router()
    router.include(subscriptions())
    assert client(router).send("/topics")[0]["text"] == "There is nothing to subscribe to yet."


def test_what_is_no_topic_is_told():
    with pytest.raises(HandlerError, match='write Topic\\("news", "News"\\)'):
        subscriptions("news")
