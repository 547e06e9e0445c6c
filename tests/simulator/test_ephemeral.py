"""Messages that one person of a group sees."""

from __future__ import annotations

from tests.simulator.side import Side


def test_one_is_sent_changed_and_deleted(sim: Side):
    group = sim.group()
    to = {"receiver_user_id": 1002}
    sent = sim.ok("sendMessage", chat_id=group, text="psst", ephemeral_message_parameters=to)
    assert sent["receiver_user"]["id"] == 1002
    place = {"chat_id": group, **to, "ephemeral_message_id": sent["ephemeral_message_id"]}
    assert sim.ok("editEphemeralMessageText", **place, text="secret") is True
    assert sim.messages(group)[-1]["text"] == "secret"
    other = {**place, "receiver_user_id": 1001}
    assert "not found" in sim.refusal("editEphemeralMessageText", **other, text="x")
    assert sim.ok("deleteEphemeralMessage", **place) is True
    assert "not found" in sim.refusal("deleteEphemeralMessage", **place)


def test_it_is_for_members_of_groups(sim: Side):
    group = sim.group()
    sim.act("person", id=1003)
    refusal = sim.refusal("sendMessage", chat_id=group, text="x", receiver_user_id=1003)
    assert refusal == "Bad Request: PARTICIPANT_ID_INVALID"
    assert "only to groups" in sim.refusal(
        "sendMessage", chat_id=1001, text="x", receiver_user_id=1001
    )
