"""Games: their scores, and the table in the message."""

from __future__ import annotations

from tests.simulator.side import Side


def test_scores_stand_in_the_message_best_first(sim: Side):
    group = sim.group()
    sim.act("bot", games=[{"short_name": "chess"}])
    sent = sim.ok("sendGame", chat_id=group, game_short_name="chess")
    place = {"chat_id": group, "message_id": sent["message_id"]}
    sim.ok("setGameScore", **place, user_id=1001, score=5)
    changed = sim.ok("setGameScore", **place, user_id=1002, score=9)
    assert changed["game"]["text"] == "1. Person 1002: 9\n2. Ana: 5"
    assert sim.messages(group)[-1]["game"]["text"] == changed["game"]["text"]
    scores = sim.ok("getGameHighScores", **place, user_id=1001)
    assert [(row["position"], row["user"]["id"], row["score"]) for row in scores] == [
        (1, 1002, 9),
        (2, 1001, 5),
    ]


def test_a_score_falls_only_by_force(sim: Side):
    sim.act("bot", games=[{"short_name": "chess"}])
    sent = sim.ok("sendGame", chat_id=1001, game_short_name="chess")
    score = {"chat_id": 1001, "message_id": sent["message_id"], "user_id": 1001}
    sim.ok("setGameScore", **score, score=5, disable_edit_message=True)
    assert "text" not in sim.messages()[-1]["game"]
    for number in (5, 4, -1):
        refusal = sim.refusal("setGameScore", **score, score=number)
        assert refusal == "Bad Request: BOT_SCORE_NOT_MODIFIED"
    sim.ok("setGameScore", **score, score=4, force=True)
    assert sim.ok("getGameHighScores", **score)[0]["score"] == 4
    text = sim.ok("sendMessage", chat_id=1001, text="x")["message_id"]
    refusal = sim.refusal("getGameHighScores", chat_id=1001, message_id=text, user_id=1001)
    assert refusal == "Bad Request: message to edit not found"
