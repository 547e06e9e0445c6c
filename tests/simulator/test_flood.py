"""Telegram's sending limits: counted always, enforced while the switch is on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from anzol.api.limits import kind_of
from anzol.simulator.__main__ import parser
from anzol.simulator.world.clock import Clock
from anzol.simulator.world.flood import KEPT, Flood
from tests.simulator.side import Side

Simulate = Callable[..., Side]


def test_over_a_limit_is_a_warning_in_the_log(sim: Side):
    for number in range(6):
        sim.ok("sendMessage", chat_id=1001, text=str(number))
    calls = sim.log("call")
    assert [call["flood"] for call in calls[:5]] == [None] * 5
    assert calls[5]["flood"]["words"] == "messages: one a second in a chat"
    assert 1 <= calls[5]["flood"]["retry_after"] <= 5


def test_a_switch_enforces_the_limits(sim: Side):
    assert sim.act("flood", enforced=True) == {"enforced": True, "exceeded": 0}
    assert sim.read("state")["options"]["flood"] is True
    for number in range(5):
        sim.ok("sendMessage", chat_id=1001, text=str(number))
    answer = sim.call("sendMessage", chat_id=1001, text="5")
    assert answer["error_code"] == 429
    assert 1 <= answer["parameters"]["retry_after"] <= 5
    assert sim.act("flood", enforced=False) == {"enforced": False, "exceeded": 1}
    sim.ok("sendMessage", chat_id=1001, text="5")
    assert sim.read("flood")["exceeded"] == 2


def test_the_call_is_taken_after_retry_after(simulate: Simulate):
    sim = simulate(flood=True)
    for number in range(5):
        sim.ok("sendMessage", chat_id=1001, text=str(number))
    wait = sim.call("sendMessage", chat_id=1001, text="5")["parameters"]["retry_after"]
    sim.act("clock", advance=wait)
    sim.ok("sendMessage", chat_id=1001, text="5")


def test_who_runs_the_page_meets_the_limits():
    assert parser().parse_args([]).flood is True
    assert parser().parse_args(["--no-flood"]).flood is False


def test_edits_drafts_and_reactions_are_limited_apart(simulate: Simulate):
    sim = simulate(flood=True)
    sent = sim.ok("sendMessage", chat_id=1001, text="0")
    place = {"chat_id": 1001, "message_id": sent["message_id"]}
    for number in range(1, 6):
        sim.ok("editMessageText", **place, text=str(number))
        sim.ok("sendMessageDraft", chat_id=1001, draft_id=1, text=str(number))
        sim.ok("setMessageReaction", **place, reaction=[])
    assert "retry after" in sim.refusal("editMessageText", **place, text="6")
    assert "retry after" in sim.refusal("sendMessageDraft", chat_id=1001, draft_id=1, text="6")
    assert "retry after" in sim.refusal("setMessageReaction", **place, reaction=[])
    sim.ok("sendMessage", chat_id=1001, text="messages have their own count")


def test_a_group_waits_for_its_minute(simulate: Simulate):
    sim = simulate(flood=True)
    group = sim.group()
    for number in range(20):
        sim.ok("sendMessage", chat_id=group, text=str(number))
    answer = sim.call("sendMessage", chat_id=group, text="20")
    assert 50 <= answer["parameters"]["retry_after"] <= 60
    sim.act("clock", advance=60)
    sim.ok("sendMessage", chat_id=group, text="20")


def test_an_album_counts_its_parts():
    flood = Flood(Clock())
    turn = flood.turn(1, 1001, "messages", 4)
    assert turn.excess is None
    flood.note(turn)
    assert flood.turn(1, 1001, "messages", 2).excess is not None


def test_more_than_a_limit_at_once_is_taken_where_nothing_else_counts_any_more(simulate: Simulate):
    sim = simulate(flood=True)
    parts = [{"type": "photo", "media": f"https://a.pt/{number}.jpg"} for number in range(10)]
    assert len(sim.ok("sendMediaGroup", chat_id=1001, media=parts)) == 10
    wait = sim.call("sendMediaGroup", chat_id=1001, media=parts)["parameters"]["retry_after"]
    assert wait == 5
    sim.act("clock", advance=wait)
    assert len(sim.ok("sendMediaGroup", chat_id=1001, media=parts)) == 10


@pytest.mark.parametrize("enforced", [True, False])
def test_what_telegram_refuses_was_not_sent(simulate: Simulate, enforced: bool):
    sim = simulate(flood=enforced)
    place = {
        "chat_id": 1001,
        "message_id": sim.ok("sendMessage", chat_id=1001, text="0")["message_id"],
    }
    for _ in range(8):
        assert "message text is empty" in sim.refusal("sendMessage", chat_id=1001, text="")
        assert "chat not found" in sim.refusal("sendMessage", chat_id=999, text="nobody")
        assert "not modified" in sim.refusal("editMessageText", **place, text="0")
    for number in range(4):
        sim.ok("sendMessage", chat_id=1001, text=str(number))
    for number in range(1, 6):
        sim.ok("editMessageText", **place, text=str(number))
    assert sim.read("flood")["exceeded"] == 0
    assert not any(call["flood"] for call in sim.log("call"))
    # Over the limit, 429 comes before anything else that is wrong with a call.
    last = sim.call("sendMessage", chat_id=1001, text="")
    assert last["error_code"] == (429 if enforced else 400)
    assert sim.read("flood")["exceeded"] == int(enforced)


def test_what_is_counted():
    assert kind_of("sendPhoto") == kind_of("copyMessages") == "messages"
    assert kind_of("editMessageReplyMarkup") == kind_of("stopMessageLiveLocation") == "edits"
    assert kind_of("sendChatAction") == kind_of("getMe") == kind_of("editForumTopic") == ""


def test_the_count_is_bounded():
    flood = Flood(Clock())
    for number in range(1, KEPT + 100):
        flood.note(flood.turn(1, number, "messages"))
    assert len(flood._sent) == KEPT
