"""What a broadcast's progress bar says: sent, failed, gone, how many a second, time left."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout

import pytest

from anzol.push.outbox import STATES
from anzol.push.push import Push
from anzol.server.progress import follow, shown
from anzol.settings import Settings
from anzol.simulator.running import Running
from tests.server.pushing import Pushing

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.mark.parametrize(
    ("counts", "gone", "seconds", "said"),
    [
        ({"sent": 300, "waiting": 4700}, 0, 10.0, "sent 300, 30.0/s, 0:02:37 left"),
        (
            {"sent": 270, "failed": 30, "waiting": 600, "held": 100},
            28,
            10.0,
            "sent 270, failed 2, gone 28, 27.0/s, 0:00:23 left",
        ),
        (
            {"sent": 99_000, "failed": 1_000},
            1_000,
            4_000.0,
            "sent 99,000, failed 0, gone 1,000, 24.8/s",
        ),
        ({"sent": 3, "waiting": 3}, 0, 0.02, "sent 3, 3.0/s, 0:00:01 left"),
        ({"failed": 2, "waiting": 7200}, 1, 2.0, "sent 0, failed 1, gone 1, 0.0/s, 2:00:00 left"),
    ],
)
def test_the_text_behind_the_bar(counts: dict[str, int], gone: int, seconds: float, said: str):
    assert shown(dict.fromkeys(STATES, 0) | counts, gone, seconds) == said


class Terminal(io.StringIO):
    """Standard output that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def server(simulated: Running, settings: Settings) -> Iterator[Pushing]:
    made = Pushing(simulated, settings)
    made.people(7, 8, 9)
    yield made
    made.stop()


def test_a_terminal_shows_how_far_a_broadcast_is(server: Pushing):
    outbox = server.anzol.outbox
    with server.world:
        server.account.blocked_by = {8}
    chats = (7, 8, 9, 5_000_000_000)  # nobody has the last one
    pushes = [Push("sendMessage", {"chat_id": chat, "text": "news"}) for chat in chats]
    later = Push("sendMessage", {"chat_id": 7, "text": "news"}, due=server.anzol.queue.now() + 3600)
    batch = outbox.put([*pushes, later])
    server.wait(lambda: outbox.counts(batch)["waiting"] == 1)
    outbox.hold(batch)
    seen = Terminal()
    with redirect_stdout(seen):
        follow(outbox, batch, 5)
    assert "4/5  sent 2, failed 1, gone 1, 2.0/s, 0:00:00 left" in seen.getvalue()
    assert seen.getvalue().endswith(f"{batch}: held 1, sent 2, failed 2\n")
