"""What a long session leaves behind: so many messages of a chat and of all chats, so many log entries, no more."""

from __future__ import annotations

from collections.abc import Callable

from anzol.simulator.api.calls import execute
from anzol.simulator.user import sending
from anzol.simulator.user.routes import UserRequest
from anzol.simulator.world.clock import Clock
from anzol.simulator.world.world import CHATS_WORTH, Options, World
from tests.simulator.side import Side

TOKEN = "4242:test"


def exchange(world: World, chats: int, rounds: int) -> None:
    """Have people write and the bot reply."""
    bot = world.bot(TOKEN)
    for number in range(chats * rounds):
        chat_id = 1001 + number % chats
        with world:
            fields = {"bot": TOKEN, "chat_id": chat_id, "text": "hello"}
            sending.send(UserRequest(world, fields))
        bot.updates.clear()
        status, _ = execute(world, bot, "sendMessage", {"chat_id": chat_id, "text": "hello"}, {})
        assert status == 200


def test_the_newest_messages_of_each_chat_and_of_all_are_kept():
    world = World(Options(keep=10), Clock())
    exchange(world, chats=3, rounds=30)
    assert [len(chat.messages) for chat in world.chats.values()] == [10, 10, 10]
    exchange(world, chats=300, rounds=1)
    kept = [number for chat in world.chats.values() for number in chat.messages]
    newest = world.bots[4242].next_message_id - 1
    assert sorted(kept) == list(range(newest - 10 * CHATS_WORTH + 1, newest + 1))
    assert len(world._messages) == len(kept)
    assert len(world.log.find(None, 0, None, 1000)) == 10
    world.files.close()


def test_messages_come_back_within_the_bound(simulate: Callable[..., Side], tmp_path):
    sim = simulate(keep=2, data=str(tmp_path))
    for person in range(60):
        sim.say("hi", 1001 + person)
    sim.running.stop()
    again = simulate(keep=2, data=str(tmp_path))
    world = again.running.world
    assert sum(len(chat.messages) for chat in world.chats.values()) == 2 * CHATS_WORTH
