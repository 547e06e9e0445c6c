"""State that nobody can change without the page and the data folder hearing of it."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from anzol.simulator.world.bots import Bot, Webhook
from anzol.simulator.world.clock import Clock
from anzol.simulator.world.state import FrozenDict, freeze
from anzol.simulator.world.world import Options, World


@pytest.fixture
def world() -> World:
    return World(Options(data="unused"), Clock())


@pytest.fixture
def bot(world: World) -> Bot:
    with world:
        bot = world.bot("4242:test")
    world.dirty.clear()
    return bot


def events(world: World, after: int) -> list[Any]:
    return [event["type"] for event in world.feed.after(after)[0]]


def test_a_change_is_saved_and_shown_though_nobody_says_so(world: World, bot: Bot):
    cursor = world.feed.cursor
    with world:
        bot.set(description={"": "A test"})
        bot.user = {**bot.user, "first_name": "Tess"}
    assert world.dirty == {("bot", 4242)}
    assert events(world, cursor) == ["bot"]


def test_what_the_page_does_not_show_is_saved_alone(world: World, bot: Bot):
    cursor = world.feed.cursor
    with world:
        bot.next_message_id += 1
    assert world.dirty == {("bot", 4242)}
    assert events(world, cursor) == []


def test_what_a_bot_holds_reports_through_it(world: World, bot: Bot):
    with world:
        bot.webhook = Webhook("http://127.0.0.1/", 40)
    world.dirty.clear()
    cursor = world.feed.cursor
    with world:
        bot.webhook.last_error_message = "Connection refused"
    assert world.dirty == {("bot", 4242)}
    assert events(world, cursor) == ["bot"]


def test_messages_notes_and_updates_are_saved_by_their_own_rows(world: World, bot: Bot):
    with world:
        chat = world.private_chat(bot, 1001)
    world.dirty.clear()
    chat.put({"message_id": 7})
    chat.extra(8)["votes"] = {}
    assert world.dirty == {("message", 4242, 1001, 7), ("message", 4242, 1001, 8)}
    update = world.push(bot, "message", {})
    assert update
    assert ("update", 4242, update.id) in world.dirty


@pytest.mark.parametrize("change", ["pinned.append(1)", "info.update(a=1)", "members.pop(1, 0)"])
def test_changing_in_place_is_refused(world: World, bot: Bot, change: str):
    chat = world.private_chat(bot, 1001)
    with pytest.raises(TypeError, match="set a changed copy"):
        eval(f"chat.{change}")
    with pytest.raises(TypeError):
        chat.messages[1] = {}  # type: ignore[index]


def test_frozen_all_the_way_down_and_copied_like_any_other():
    frozen = freeze({"a": [{"b": {1, 2}}]})
    with pytest.raises(TypeError):
        frozen["a"][0]["b"] = 1
    assert isinstance(frozen["a"][0], FrozenDict)
    assert pickle.loads(pickle.dumps(frozen)) == frozen == {"a": [{"b": {1, 2}}]}
