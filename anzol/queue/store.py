"""The tables and every statement on them; the same for all engines."""

from __future__ import annotations

import json
from typing import Any

from .base import Arrival, Key, OpenError, Session

VERSION = 1

# One partial index per state, with the state as a literal: a bound value would hide them from the planner.
SCHEMA = """
create table inbox (
  seq {serial}, bot bigint not null, update_id bigint not null, lane text not null,
  kind text not null, priority int not null, state int not null default 0,
  attempts int not null default 0, received double precision not null,
  expires double precision, error text, body {blob}, unique (bot, update_id));
create index inbox_open on inbox (bot, lane, seq) where state = 0;
create index inbox_urgent on inbox (bot, lane, priority) where state = 0 and priority < 2;
create index inbox_done on inbox (received) where state = 1;
create index inbox_dead on inbox (received) where state = 2;
create index inbox_expired on inbox (received) where state = 3;
create table inbox_lane (
  bot bigint not null, lane text not null, owner text, due double precision,
  priority int not null, turn double precision not null, primary key (bot, lane));
create index inbox_lane_waiting on inbox_lane (priority, turn) where owner is null and due is null;
create index inbox_lane_due on inbox_lane (due) where owner is null and due is not null;
create table inbox_state (
  bot bigint not null, name text not null, value text not null, primary key (bot, name));
create table inbox_call (
  seq bigint not null, place int not null, method text not null, digest text not null,
  result text not null, primary key (seq, place));
create table inbox_version (version int not null)
"""

ADD = """
insert into inbox (bot, update_id, lane, kind, priority, received, expires, body)
values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (bot, update_id) do nothing"""

HEAD = """
select seq, bot, update_id, lane, kind, body, received, attempts, expires from inbox
where bot = ? and lane = ? and state = 0 order by seq limit 1"""

FOLLOWING = """
select seq, bot, update_id, lane, kind, body, received, attempts, expires from inbox
where bot = ? and lane = ? and state = 0 and seq > ? order by seq"""

FINISH = "update inbox set state = 1, attempts = ?, error = null, body = null where seq = ? and state = 0"
ABSORB = """
update inbox set state = 1, body = null where seq = ? and bot = ? and lane = ? and state = 0"""
EXPIRE = "update inbox set state = 3, body = null where seq = ? and state = 0"
BURY = "update inbox set state = 2, attempts = ?, error = ? where seq = ? and state = 0"
POSTPONE = "update inbox set attempts = ?, error = ? where seq = ? and state = 0"

# A lane has a row as long as it has open updates. owner: the process that runs it; null: it waits,
# for a worker (due is null) or for the time of a retry.
OPEN_LANE = """
insert into inbox_lane (bot, lane, owner, priority, turn) values (?, ?, ?, ?, ?)
on conflict (bot, lane) do nothing"""
URGE = "update inbox_lane set priority = ? where bot = ? and lane = ? and priority > ?"
CLOSE_LANE = """
delete from inbox_lane where bot = ? and lane = ? and not exists (
  select 1 from inbox where bot = ? and lane = ? and state = 0)"""
URGENCY = """
select min(priority) from inbox where bot = ? and lane = ? and state = 0 and priority < 2"""
PARK = """
update inbox_lane set owner = null, due = ?, turn = ?, priority = ? where bot = ? and lane = ?"""
WAITING = """
select bot, lane from inbox_lane where owner is null and due is null
order by priority, turn limit ?"""
TAKE = "update inbox_lane set owner = ? where bot = ? and lane = ? and owner is null"
WAKE = """
update inbox_lane set due = null where owner is null and due is not null and due <= ?"""
NEXT_DUE = "select min(due) from inbox_lane where owner is null and due is not null"
# Parked "later than now": the clock was set back since, and `due` means nothing any more.
IS_AHEAD = """
select 1 from inbox_lane where owner is null and due is not null and turn > ? limit 1"""
UNWIND = """
update inbox_lane set due = null where owner is null and due is not null and turn > ?"""

# Read once a second, over lanes with open updates only: an index would cost every update more.
OWNERS = "select distinct owner from inbox_lane where owner is not null"
OWNED = "select bot, lane from inbox_lane where owner = ?"
ABANDON = """
update inbox_lane set owner = null, turn = coalesce(
  (select received from inbox where inbox.bot = inbox_lane.bot and inbox.lane = inbox_lane.lane
   and inbox.state = 0 order by seq limit 1), turn) where owner = ?"""

STATE = "select value from inbox_state where bot = ? and name = ?"
SAVE_STATE = """
insert into inbox_state (bot, name, value) values (?, ?, ?)
on conflict (bot, name) do update set value = excluded.value"""
DROP_STATE = "delete from inbox_state where bot = ? and name = ?"

CALLS = "select place, method, digest, result from inbox_call where seq = ?"
RECORD = """
insert into inbox_call (seq, place, method, digest, result) values (?, ?, ?, ?, ?)
on conflict (seq, place) do update
set method = excluded.method, digest = excluded.digest, result = excluded.result"""
FORGET = "delete from inbox_call where seq = ? and place >= ?"

OLD = (
    "select seq from inbox where state = 1 and received < ? order by received limit ?",
    "select seq from inbox where state = 3 and received < ? order by received limit ?",
)
PRUNE_CALLS = tuple(f"delete from inbox_call where seq in ({old})" for old in OLD)
PRUNE = tuple(f"delete from inbox where seq in ({old})" for old in OLD)

HAS_FINISHED = """
select 1 where exists (select 1 from inbox where state = 1 and received < ?)
or exists (select 1 from inbox where state = 3 and received < ?)"""
IS_WAITING = "select 1 from inbox_lane where owner is null and due is null limit 1"
IS_PENDING = "select 1 from inbox where seq = ? and state = 0 and attempts = 0"


class Store:
    """The statements on one session. Those that write belong in its transaction."""

    def __init__(self, session: Session, skip_locked: str = "") -> None:
        self.session = session
        self._execute = session.execute
        self._waiting = WAITING + skip_locked

    def create(self, tables: set[str], serial: str, blob: str, place: str) -> None:
        """Create the tables or check that they are ours; raise OpenError when they are not."""
        if "inbox" not in tables:
            for statement in SCHEMA.format(serial=serial, blob=blob).split(";"):
                self._execute(statement)
            self._execute("insert into inbox_version (version) values (?)", (VERSION,))
            return
        version = None
        if "inbox_version" in tables:
            (version,) = self._execute("select version from inbox_version").fetchone() or (None,)
        if version is None:
            raise OpenError(
                f"{place} has a table named inbox that Anzol did not make. "
                "Point DATABASE_URL at another file."
            )
        if version != VERSION:
            raise OpenError(
                f"{place} has inbox version {version}, this Anzol knows version {VERSION}. "
                "Run the Anzol that wrote it, or point DATABASE_URL at another file."
            )

    def add(self, arrival: Arrival, now: float, expires: float | None) -> int | None:
        named = arrival.bot, arrival.update_id, arrival.lane, arrival.kind, arrival.priority
        return self.session.insert(ADD, (*named, now, expires, arrival.body))

    def head(self, key: Key) -> Any:
        return self._execute(HEAD, key).fetchone()

    def following(self, key: Key, seq: int) -> list[Any]:
        return self._execute(FOLLOWING, (*key, seq)).fetchall()

    def finish(self, seq: int, attempts: int) -> None:
        self._execute(FINISH, (attempts, seq))

    def absorb(self, key: Key, seq: int) -> None:
        if self._execute(ABSORB, (seq, *key)).rowcount:
            self.forget(seq)

    def expire(self, seq: int) -> None:
        self._execute(EXPIRE, (seq,))

    def bury(self, seq: int, attempts: int, error: str) -> None:
        self._execute(BURY, (attempts, error, seq))

    def postpone(self, seq: int, attempts: int, error: str | None) -> None:
        self._execute(POSTPONE, (attempts, error, seq))

    def open_lane(self, key: Key, owner: str | None, priority: int, now: float) -> bool:
        return bool(self._execute(OPEN_LANE, (*key, owner, priority, now)).rowcount)

    def urge(self, key: Key, priority: int) -> None:
        self._execute(URGE, (priority, *key, priority))

    def close_lane(self, key: Key) -> bool:
        """Close the lane and return True when no update of it is open."""
        return bool(self._execute(CLOSE_LANE, (*key, *key)).rowcount)

    def park(self, key: Key, due: float | None, now: float) -> None:
        """Give the lane back: it waits for any process's worker, at the back, or until `due`."""
        (urgency,) = self._execute(URGENCY, key).fetchone()
        self._execute(PARK, (due, now, 2 if urgency is None else urgency, *key))

    def take(self, owner: str, limit: int) -> list[Key]:
        """Claim up to `limit` waiting lanes, the most urgent and then the longest waiting first."""
        keys = [(bot, lane) for bot, lane in self._execute(self._waiting, (limit,)).fetchall()]
        return [key for key in keys if self._execute(TAKE, (owner, *key)).rowcount]

    def wake(self, now: float) -> None:
        self._execute(WAKE, (now,))

    def unwind(self, now: float) -> None:
        self._execute(UNWIND, (now,))

    def is_ahead(self, now: float) -> bool:
        return self._execute(IS_AHEAD, (now,)).fetchone() is not None

    def next_due(self) -> float | None:
        row = self._execute(NEXT_DUE).fetchone()
        return None if row[0] is None else float(row[0])

    def owners(self) -> list[str]:
        return [owner for (owner,) in self._execute(OWNERS).fetchall()]

    def owned(self, owner: str) -> list[Key]:
        return [(bot, lane) for bot, lane in self._execute(OWNED, (owner,)).fetchall()]

    def abandon(self, owner: str) -> None:
        """Let a dead process's lanes wait for anybody, each since its oldest update came."""
        self._execute(ABANDON, (owner,))

    def state(self, bot: int, name: str) -> dict[str, Any]:
        row = self._execute(STATE, (bot, name)).fetchone()
        return json.loads(row[0]) if row else {}

    def save_state(self, bot: int, name: str, value: dict[str, Any]) -> None:
        if value:
            self._execute(SAVE_STATE, (bot, name, json.dumps(value)))
        else:
            self._execute(DROP_STATE, (bot, name))

    def calls(self, seq: int) -> list[Any]:
        return self._execute(CALLS, (seq,)).fetchall()

    def record(self, seq: int, place: int, method: str, digest: str, result: str) -> None:
        self._execute(RECORD, (seq, place, method, digest, result))

    def forget(self, seq: int, place: int = 0) -> None:
        self._execute(FORGET, (seq, place))

    def prune(self, before: float, limit: int) -> bool:
        """Delete up to `limit` finished updates of each kind; True when there may be more."""
        for statement in PRUNE_CALLS:
            self._execute(statement, (before, limit))
        deleted = [self._execute(statement, (before, limit)).rowcount for statement in PRUNE]
        return limit in deleted

    def has_finished(self, before: float) -> bool:
        return self._execute(HAS_FINISHED, (before, before)).fetchone() is not None

    def is_waiting(self) -> bool:
        return self._execute(IS_WAITING).fetchone() is not None

    def is_pending(self, seq: int) -> bool:
        return self._execute(IS_PENDING, (seq,)).fetchone() is not None
