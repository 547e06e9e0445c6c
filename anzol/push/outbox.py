"""The outbox: what the server is to send by itself, stored as tasks of the queue, counted and stopped by batches."""

from __future__ import annotations

import json
import secrets
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from anzol.api.jsontext import encode_json
from anzol.api.limits import BULK
from anzol.api.moments import When, due_of
from anzol.queue import Again, Queue, Task, Work

from .push import Push, lane_of

QUEUE = "outbox"
SPREADING = "broadcasts"  # the queue whose tasks become messages, some at a time
CHUNK = 250  # chats in one task of a broadcast: their messages are stored in ten milliseconds
CHUNKS = 1000  # of one broadcast, stored in one transaction
MOST = 1000  # pushes that are stored in one transaction
BACKLOG = 2000  # messages that wait at most before more of a broadcast become some
LOOK = 1.0  # seconds until that is looked at again
PATIENCE = 10.0  # seconds for a chunk that is being spread to end
SHELVES = 256  # sessions that note which chats do not let the bot in: each has a limit to its size

STATES = ("waiting", "held", "sent", "failed", "expired", "cancelled")
AS_STATES = {
    "open": "waiting",
    "scheduled": "waiting",
    "held": "held",
    "done": "sent",
    "dead": "failed",
    "expired": "expired",
    "cancelled": "cancelled",
}


class Sent(NamedTuple):
    """A message that was sent: its chat, as it is called now, its numbers there, several for an album, and its method."""

    chat: int | str | None
    messages: tuple[int, ...]
    method: str


class Failure(NamedTuple):
    """A message that could not be sent, and why."""

    lane: str
    reason: str


class Outbox:
    """One bot's outbox. What it stores is sent by the process that runs the queue "outbox" for the bot."""

    def __init__(self, queue: Queue, bot: int, *, runs: bool = True) -> None:
        """Store in `queue`; without `runs` nothing is run here, as in a command beside a server."""
        self._queue, self._bot, self._runs = queue, bot, runs

    def tasks(self, pushes: Iterable[Push], batch: str, first: int = 0) -> list[Task]:
        """Return the tasks that a run of the queue stores when it ends (`Work.add`); their numbers begin at `first`."""
        return [
            self._task(push.encode(), push.lane, push.key or f"{batch}:{number}", push, batch)
            for number, push in enumerate(pushes, first)
        ]

    def put(self, pushes: Iterable[Push], batch: str = "") -> str:
        """Store up to 1,000 pushes, all or none, and return the batch under which they are counted.

        Raise ValueError for more, Unavailable when they could not be stored. What has the same batch, or the same key,
        as something stored before is not stored again.
        """
        batch = batch or new_batch()
        found = list(islice(pushes, MOST + 1))
        if len(found) > MOST:
            raise ValueError(f"More than {MOST:,} pushes at once; broadcast() takes more chats.")
        self.store(self.tasks(found, batch))
        return batch

    def broadcast(self, push: Push, chats: Iterable[int | str], batch: str = "") -> str:
        """Store one push, without a chat_id, for up to 250,000 chats; return its batch.

        All or none, in milliseconds: messages are made of it as it is being sent. Raise ValueError for more chats.
        """
        batch = batch or new_batch()
        self.store(self.broadcast_tasks(push, chats, batch))
        return batch

    def broadcast_tasks(
        self, push: Push, chats: Iterable[int | str], batch: str, first: int = 0
    ) -> list[Task]:
        """Return the tasks of a broadcast; the numbers of its messages begin at `first`. Raise ValueError for too many."""
        body = push.encode() | {"due": push.due, "ttl": push.ttl, "priority": push.priority}
        tasks: list[Task] = []
        rest = iter(dict.fromkeys(chats))
        while some := list(islice(rest, CHUNK)):
            if len(tasks) == CHUNKS:
                raise ValueError(
                    f"A broadcast has more than {CHUNK * CHUNKS:,} chats; make several."
                )
            tasks.append(self._chunk(body, some, first + len(tasks) * CHUNK, batch))
        return tasks

    def store(self, tasks: Sequence[Task]) -> bool:
        """Store tasks of one batch in one transaction; return False when the first of them was here before."""
        put = self._queue.put_all if self._runs else self._queue.deposit
        return not tasks or put(tasks)[0]

    def later(self, when: When, method: str, params: dict[str, Any]) -> str:
        """Store a call that is made later, and return its batch; what `Bot.later` does outside of handlers."""
        due = due_of(when, self._queue.now())
        return self.put([Push(method, params, due)])

    def spread(self, work: Work) -> None:
        """Turn one task of a broadcast into messages; the handler of the queue "broadcasts"."""
        body = json.loads(work.body)
        if self.backlog() >= BACKLOG:
            raise Again(LOOK, counted=False)
        chats, batch = body["chats"], body["batch"]
        call = {"method": body["method"], "params": body["params"]}
        push = Push(body["method"], {}, body["due"], body["ttl"], body["priority"])
        for number, chat in enumerate(chats, body["first"]):
            to = call | {"params": {"chat_id": chat, **call["params"]}}
            lane = lane_of(push.method, chat)
            work.add(self._task(to, lane, f"{batch}:{number}", push, batch))

    def counts(self, batch: str) -> dict[str, int]:
        """Count the messages of a batch by state: waiting, held, sent, failed, expired, cancelled.

        Those that were finished are forgotten after 48 hours, failed ones after 30 days.
        """
        found = dict.fromkeys(STATES, 0)
        with self._queue.batches(self._bot) as batches:
            for tally in batches.tallies(batch):
                if tally.queue == QUEUE:
                    found[AS_STATES[tally.state]] += tally.number
                elif tally.queue == SPREADING and tally.state != "done":
                    found[AS_STATES[tally.state]] += tally.number * int(tally.kind)
        return found

    def cancel(self, batch: str) -> int:
        """Cancel the messages of a batch that wait; return how many. Those that are on their way are still sent."""
        return self._stop(batch, lambda batches: batches.cancel(batch))

    def hold(self, batch: str) -> int:
        """Hold back the messages of a batch that wait, until `resume`; return how many."""
        before = self.counts(batch)["held"]
        self._stop(batch, lambda batches: batches.hold(batch))
        return self.counts(batch)["held"] - before

    def resume(self, batch: str) -> int:
        """Let a batch that was held go on; return how many messages."""
        held = self.counts(batch)["held"]
        with self._queue.batches(self._bot) as batches:
            batches.resume(batch)
        self._queue.wake()
        return held

    def newest(self, limit: int = 25) -> list[tuple[str, float, dict[str, int]]]:
        """Return the newest batches: the name of each, since when there is one, and its counts."""
        with self._queue.batches(self._bot) as batches:
            found = batches.newest(limit)
        return [(batch, since, self.counts(batch)) for batch, since in found]

    def sent(self, batch: str) -> Iterator[Sent]:
        """Yield the messages of a batch that were sent in the last 48 hours."""
        with self._queue.batches(self._bot) as batches:
            for entry in batches.entries(batch, "done"):
                if entry.queue == QUEUE and entry.result:
                    result = json.loads(entry.result)
                    yield Sent(result.get("chat"), tuple(result["messages"]), entry.kind)

    def failures(self, batch: str) -> Iterator[Failure]:
        """Yield the messages of a batch that could not be sent."""
        with self._queue.batches(self._bot) as batches:
            for entry in batches.entries(batch, "dead"):
                yield Failure(entry.lane, entry.error or "")

    def gone(self) -> set[int | str]:
        """Return the chats that do not let the bot in: they are left out until they write again."""
        with self._queue.batches(self._bot) as batches:
            shelves = [f"gone:{number}" for number in range(SHELVES)]
            return {number_or_name(name) for name in batches.values(shelves)}

    def backlog(self) -> int:
        """Return how many messages wait to be sent now."""
        with self._queue.batches(self._bot) as batches:
            return batches.open(QUEUE)

    def _stop(self, batch: str, stop: Any) -> int:
        total, until = 0, time.monotonic() + PATIENCE
        with self._queue.batches(self._bot) as batches:
            # What is being spread at this moment becomes messages after the first look.
            while True:
                changed = stop(batches)
                if isinstance(changed, dict):
                    total += sum(
                        number * (int(kind) if queue == SPREADING else 1)
                        for (queue, kind), number in changed.items()
                    )
                spreading = batches.is_running(batch, SPREADING)
                if (not changed and not spreading) or time.monotonic() > until:
                    break
                if spreading:
                    time.sleep(0.01)
        self._queue.wake()
        return total

    def _task(self, call: dict[str, Any], lane: str, key: str, push: Push, batch: str) -> Task:
        body = encode_json(call)
        late = 0.0 if push.due is None else self._queue.now() - push.due
        lifetime = None if push.ttl is None else max(0.0, push.ttl - max(0.0, late))
        return Task(
            self._bot,
            key,
            lane,
            body,
            QUEUE,
            call["method"][:64],
            push.priority,
            lifetime,
            max(0.0, -late),
            batch,
        )

    def _chunk(
        self, body: dict[str, Any], chats: Sequence[int | str], first: int, batch: str
    ) -> Task:
        content = json.dumps({**body, "chats": chats, "first": first, "batch": batch})
        due = body["due"]
        return Task(
            self._bot,
            f"{batch}:{first}",
            f"broadcast:{batch}",
            content.encode(),
            SPREADING,
            str(len(chats)),
            BULK,
            None,
            0.0 if due is None else max(0.0, due - self._queue.now()),
            batch,
        )


def shelf_of(chat: int | str) -> str:
    """Return the name of the session that notes whether a chat lets the bot in, under the chat's own name."""
    return f"gone:{zlib.crc32(str(chat).encode()) % SHELVES}"


def new_batch() -> str:
    """Return a name for a batch that nobody else has."""
    return secrets.token_hex(8)


def batch_of(key: str) -> str:
    """Return the batch that a message's key begins with, or a key of its own."""
    return key.rpartition(":")[0] or key


def number_or_name(chat: str) -> int | str:
    """Return a chat as the Bot API takes it: a number, or a public name such as @news."""
    return int(chat) if chat.lstrip("-").isdecimal() else chat
