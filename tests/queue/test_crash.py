"""kill -9 at random moments under 40 senders: nothing lost, nothing out of order, no two handlers in a chat."""

from __future__ import annotations

import os
import signal

import pytest

from tests.queue.crashing import Server, Verdict, crash, judge

KILLS = int(os.environ.get("CRASH_KILLS", "20"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9"),
]


@pytest.mark.timeout(300)
def test_kill_9_under_load_keeps_the_promise(tmp_path):
    server = Server(tmp_path)

    verdict = crash(server, KILLS)

    print(
        f"{KILLS} kills, {verdict.acknowledged} acknowledged, {verdict.started_twice} started twice"
    )
    assert verdict.broken == {}, server.errors()
    assert verdict.acknowledged > 10 * KILLS


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        ("acknowledge_early", {"lost"}),
        ("ignore_lanes", {"overlapping", "disordered"}),
        ("ignore_repeats", {"unexplained"}),
        ("forget_at_start", {"lost"}),
    ],
)
def test_the_check_notices_a_broken_promise(tmp_path, fault: str, noticed: set[str]):
    server = Server(tmp_path, f"tests.queue.sabotage:{fault}")

    assert noticed & set(crash(server, kills=2, patience=2.0).broken)


def test_the_verdict_on_a_short_log():
    def verdict(log: str) -> Verdict:
        lines = "".join(f"{line}\n" for line in log.split(", "))
        return judge(lines, {"chat": [1, 2]})

    assert verdict("S a chat 1, E a chat 1, S a chat 2, E a chat 2").broken == {}
    assert (
        verdict("S a chat 1, K a - 0, S b chat 1, E b chat 1, S b chat 2, E b chat 2").broken == {}
    )
    assert verdict("S a chat 1, E a chat 1, S a chat 2").broken == {"lost": 1}
    assert "disordered" in verdict("S a chat 2, E a chat 2, S a chat 1, E a chat 1").broken
    assert "overlapping" in verdict("S a chat 1, S a chat 2, E a chat 1, E a chat 2").broken
    assert (
        "unexplained" in verdict("S a chat 1, E a chat 1, S a chat 1, E a chat 1, K a - 0").broken
    )
