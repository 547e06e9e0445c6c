"""A broadcast through floods, outages and kills: everybody gets one message, or it is known why not.

PUSH_RECIPIENTS and PUSH_SEEDS make it longer, for a run by hand.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from anzol.api.limits import BULK
from anzol.push.outbox import QUEUE, Outbox
from anzol.push.push import Push
from anzol.push.sender import WORKERS
from anzol.queue import open_queue
from anzol.simulator.running import Running, start
from tests.processes import Process, eventually

from .outbox_world import FIRST, TOKEN

RECIPIENTS = int(os.environ.get("PUSH_RECIPIENTS", "240"))
SEEDS = range(int(os.environ.get("PUSH_SEEDS", "2")))
BOT = int(TOKEN.partition(":")[0])
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


class Storm:
    """Two processes that share an outbox, and trouble for them."""

    def __init__(self, telegram: Running, url: str, seed: int) -> None:
        self.random = random.Random(seed)
        self.telegram, self.world, self.url = telegram, telegram.world, url
        self.account = self.world.bot(TOKEN)
        self.queue = open_queue(url, lambda work: None, bots=(BOT,))
        self.outbox = Outbox(self.queue, BOT)
        self.processes: list[Process] = []
        self.killed: list[float] = []  # when, by the simulator's clock
        # How often a message to somebody was on its way when its process was killed: so often it may come again.
        self.flying: Counter[int] = Counter()

    def start(self) -> None:
        process = Process("-m", "tests.push.sending", self.url, self.telegram.url)
        process.expect("sending")
        self.processes.append(process)

    def kill(self) -> None:
        """Kill a process, whatever it is doing, and start another."""
        process = self.processes.pop(self.random.randrange(len(self.processes)))
        process.child.send_signal(signal.SIGSTOP)  # nothing begins or ends while it is looked at
        flying = [
            int(entry.lane.removeprefix("chat:"))
            for entry in self.queue.running(QUEUE)
            if entry.owner and entry.owner.partition("-")[0] == str(process.child.pid)
        ]
        assert len(flying) <= WORKERS
        self.flying.update(flying)
        process.end(signal.SIGKILL)
        self.killed.append(self.world.clock.now())
        self.start()

    def trouble(self) -> None:
        """Do something to Telegram that goes by."""
        fault = self.random.choice(
            [
                {"method": "sendMessage", "error_code": 429, "retry_after": 1},
                {"method": "*", "error_code": 502, "times": 0},
                {"method": "sendMessage", "cut": True},
                {"method": "sendMessage", "lose": True},
                {"method": "sendMessage", "latency": self.random.uniform(0.1, 1.0)},
            ]
        )
        found = self.world.faults.change(fault)
        if (
            fault.get("times") == 0
        ):  # an outage ends by time: by count, each probe would use up one refusal
            time.sleep(self.random.uniform(0.5, 2.0))
            self.world.faults.change({"remove": found[-1]["id"]})

    def messages(self, chat: int) -> list[str]:
        with self.world.lock:
            place = self.world.find_chat(self.account, chat)
            found = list(place.messages.values()) if place else []
        return [each["text"] for each in found if each["from"]["id"] == BOT]

    @property
    def kept(self) -> int:
        """Return how many entries the simulator's log keeps."""
        return self.world.log._entries.maxlen or 0

    def calls(self) -> int:
        with self.world.lock:
            return len(self.world.log._entries)

    def overruns(self) -> list[str]:
        """Return each call over a limit, with what was going on in the seconds before."""
        with self.world.lock:
            log = [entry for entry in self.world.log._entries if entry["kind"] == "call"]
        return [self.explained(over, log) for over in log if over["flood"]]

    def explained(self, over: dict[str, Any], log: list[dict[str, Any]]) -> str:
        now = over["time"]
        kills = [f"{each - now:+.2f}" for each in self.killed if abs(each - now) < 5.0]
        calls = [
            f"{each['time'] - now:+.3f} ({each['ms']:.0f} ms, {each['status']}, {each['fault']})"
            for each in log
            if now - 1.3 < each["time"] <= now + 0.1
        ]
        return f"{over['flood']['words']}: kills {kills}, calls {calls}"


@pytest.fixture
def telegram() -> Iterator[Running]:
    """A Telegram that enforces its limits, and whose log keeps every call: the first ones count, too."""
    running = start(port=0, flood=True, keep=max(5000, RECIPIENTS * 4))
    yield running
    running.stop()


@pytest.fixture
def storm(request: pytest.FixtureRequest, telegram: Running, url: str) -> Iterator[Storm]:
    found = Storm(telegram, url, request.param)
    yield found
    for process in found.processes:
        process.end()
    found.queue.stop()


@pytest.mark.parametrize("storm", SEEDS, indirect=True)
def test_everybody_gets_one_message_or_it_is_known_why_not(storm: Storm):
    numbers = (number for number in itertools.count(FIRST) if number != BOT)
    people = list(itertools.islice(numbers, RECIPIENTS))
    blocked = set(storm.random.sample(people, max(1, RECIPIENTS // 50)))
    with storm.world:
        for person in people:
            storm.world.person(person)
        storm.account.blocked_by = blocked
    storm.start()
    storm.start()
    batch = storm.outbox.broadcast(Push("sendMessage", {"text": "news"}, priority=BULK), people)
    until = time.monotonic() + RECIPIENTS / 30
    while time.monotonic() < until:
        time.sleep(storm.random.uniform(0.2, 1.5))  # trouble comes at any moment
        storm.trouble()
        if storm.random.random() < 0.2 or not storm.killed:
            storm.kill()

    def ended() -> dict[str, int] | None:
        counts = storm.outbox.counts(batch)
        return None if counts["waiting"] else counts

    counts = eventually(ended, 120 + RECIPIENTS / 5, lambda: storm.outbox.counts(batch))
    assert counts["sent"] + counts["failed"] == RECIPIENTS
    reasons = {
        int(failure.lane.removeprefix("chat:")): failure.reason
        for failure in storm.outbox.failures(batch)
    }
    sent = {delivered.chat for delivered in storm.outbox.sent(batch)}
    twice = []
    for person in people:
        got = storm.messages(person)
        assert (person in sent) != (person in reasons)
        if person in blocked:
            # "lost" where the answer that would have told it was cut off
            assert reasons[person].startswith(("gone: ", "lost: ")) and not got
        elif person in reasons:
            assert reasons[person].startswith("lost: "), reasons[person]
        else:
            assert got, person
            twice += [person] * (len(got) - 1)
    lost = sum(reason.startswith("lost: ") for reason in reasons.values())
    print(
        f"{len(storm.killed)} kills, {counts['sent']} sent, {counts['failed']} failed, {lost} of them lost; "
        f"{len(twice)} of {storm.flying.total()} on their way came twice; {len(storm.overruns())} of {storm.calls()} calls over a limit"
    )
    assert Counter(twice) <= storm.flying
    assert storm.calls() < storm.kept, "the log has forgotten the first calls"
    assert storm.overruns() == []
    told = {person for person in blocked if reasons[person].startswith("gone: ")}
    assert storm.outbox.gone() == told
