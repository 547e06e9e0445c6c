"""kill -9 at random moments under 40 senders: nothing lost, nothing out of order, no two handlers in a chat."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.processes import PATIENCE
from tests.queue.crashing import Server, Verdict, crash, judge, post
from tests.queue.engines import switched
from tests.queue.support import wait_until

Make = Callable[[Path], str]  # an empty database
KILLS = int(os.environ.get("CRASH_KILLS", "20"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9"),
]


@pytest.mark.timeout(600)
def test_kill_9_under_load_keeps_the_promise(tmp_path, url: str):
    server = Server(tmp_path, DATABASE_URL=url)

    verdict = crash(server, KILLS)

    print(
        f"{KILLS} kills, {verdict.acknowledged} acknowledged, {verdict.started_twice} started twice"
    )
    assert verdict.broken == {}, server.errors()
    assert verdict.acknowledged > 10 * KILLS


def found(
    tmp_path: Path, broken: Callable[[Path], dict[str, int]], wanted: Collection[str] = ()
) -> dict[str, int]:
    """Return what a sabotage breaks, tried anew while trouble meets nobody at the place where the promise is broken."""
    for attempt in range(10):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        verdict = broken(folder)
        if verdict and (not wanted or set(wanted) & set(verdict)):
            return verdict
    return {}


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("fault", "noticed"),
    [
        ("acknowledge_early", {"lost"}),
        ("ignore_lanes", {"overlapping", "disordered"}),
        ("ignore_repeats", {"unexplained"}),
        ("forget_at_start", {"lost"}),
    ],
)
def test_the_check_notices_a_broken_promise(
    tmp_path, database: Make, fault: str, noticed: set[str]
):
    def broken(folder: Path) -> dict[str, int]:
        server = Server(folder, f"tests.queue.sabotage:{fault}", DATABASE_URL=database(folder))
        return crash(server, 2, patience=2.0).broken

    assert noticed & set(found(tmp_path, broken, noticed))


POISON = 10**6


def poisoned(tmp_path: Path, url: str, factory: str) -> Server:
    """Return a server that is started again whenever it dies, with an update whose handler kills it."""
    server = Server(tmp_path, f"tests.queue.sabotage:{factory}", DATABASE_URL=url)
    wait_until(server.is_listening)
    server.keep()
    with suppress(OSError, HTTPException):  # the server may be gone before its answer
        post(server.port, POISON, 5000, "poison")
    return server


def runs_of_poison(server: Server) -> int:
    events = [line.split() for line in server.log.read_text().splitlines()]
    return sum(mark == "S" and number == str(POISON) for mark, _, _, number, *_ in events)


@pytest.mark.timeout(600)
def test_a_poison_is_buried_and_nobody_else_suffers(tmp_path: Path, url: str):
    server = poisoned(tmp_path, url, "poisonous")

    def until_it_is_buried(server: Server) -> None:
        wait_until(lambda: runs_of_poison(server) >= 3)
        time.sleep(3)  # long enough for a fourth run, if there were one

    verdict = crash(server, 1, trouble=until_it_is_buried)

    assert verdict.broken == {}
    assert runs_of_poison(server) == 3
    dead = switched(url).query("select key, error from task where state = 2")
    assert [key for key, _ in dead] == [str(POISON)]
    assert "took the process along" in dead[0][1]


@pytest.mark.timeout(600)
def test_the_check_notices_runs_that_are_not_counted_before_they_start(tmp_path: Path, url: str):
    server = poisoned(tmp_path, url, "poisonous_and_uncounted")

    wait_until(lambda: runs_of_poison(server) > 3, 90)
    server.keeper.set()
    server.kill()


def held(tmp_path: Path, url: str, factory: str) -> Verdict:
    """Return what became of updates while one of two servers was stopped beyond its lease, again and again."""
    server = Server(tmp_path, f"tests.queue.sabotage:{factory}", DATABASE_URL=url)
    neighbour = Server(tmp_path, f"tests.queue.sabotage:{factory}", DATABASE_URL=url)
    wait_until(neighbour.is_listening)
    hold = partial(Server.hold, seconds=1.6)
    try:
        return crash(server, 4, trouble=hold, text="slow", senders=12)
    finally:
        neighbour.kill()


@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")
def test_a_process_that_was_stopped_past_a_takeover_disturbs_nobody(tmp_path: Path, url: str):
    verdict = held(tmp_path, url, "hasty")

    assert verdict.broken == {}
    assert verdict.started_twice > 0


@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")
def test_the_check_notices_a_missing_fence(tmp_path: Path, database: Make):
    def broken(folder: Path) -> dict[str, int]:
        return held(folder, database(folder), "hasty_and_unfenced").broken

    assert found(tmp_path, broken)


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process need Linux")
def test_a_disk_that_refuses_to_write(tmp_path):
    """Each refusal is told to Telegram, and what handlers have done is written later; careless: lost."""

    def broken(folder: Path, factory: str, patience: float) -> dict[str, int]:
        url = f"sqlite:///{folder}/queue.db"
        server = Server(folder, f"tests.queue.sabotage:{factory}", DATABASE_URL=url)
        starve = partial(Server.starve, seconds=0.5)
        return crash(server, 8, trouble=starve, patience=patience).broken

    assert broken(tmp_path, "sound", PATIENCE) == {}
    assert found(tmp_path, partial(broken, factory="careless", patience=6.0))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("factory", ["lossy", "stepping"])
def test_lost_answers_of_the_database_and_clocks_that_step(tmp_path, database: Make, factory: str):
    def broken(folder: Path, factory: str, patience: float) -> dict[str, int]:
        server = Server(folder, f"tests.queue.sabotage:{factory}", DATABASE_URL=database(folder))
        return crash(server, 3, patience=patience).broken

    assert broken(tmp_path, factory, PATIENCE) == {}
    assert found(tmp_path, partial(broken, factory=f"{factory}_and_trusting", patience=6.0))


def test_the_verdict_on_a_short_log():
    def verdict(log: str) -> Verdict:
        lines = [line if line.count(" ") == 4 else f"{line} 1" for line in log.split(", ")]
        return judge("".join(f"{line}\n" for line in lines), {"chat": [1, 2]})

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
    # Stopped between the claim and its note, or between its note and the end.
    late = "K a - 0, S b chat 1 2, S a chat 1 1, E a chat 1, E b chat 1, S b chat 2, E b chat 2"
    assert verdict(late).broken == {}
    unfenced = "S a chat 1, K a - 0, S b chat 1 2, E a chat 1, S a chat 2, E b chat 1, E a chat 2"
    assert "overlapping" in verdict(unfenced).broken
