"""Statements that read and write many rows at once, as arrays, and the session that takes several in one journey."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from .base import NORMAL, Session
from .membership import CHANNEL
from .statements import IS_MINE, OLD, ROW

Statement = tuple[str, Sequence[Any]]

LANES = "unnest(?::bigint[], ?::text[], ?::text[]) as named (bot, queue, name)"
BY_NAME = (
    'named.bot, named.queue collate "C", named.name collate "C"'  # as the columns, and as Python
)
IS_NAMED = "lane.bot = named.bot and lane.queue = named.queue and lane.name = named.name"

VOUCH = "select 1 from owner where name = ? for key share"
# The update changes nothing, but locks. A lane that is not there yet is made, for it will mostly be wanted.
OPEN_LANES = f"""
insert into lane (bot, queue, name, owner, priority, rank, since)
select bot, queue, name, ?::text, {NORMAL}, 0, ?::float8 from {LANES} order by {BY_NAME}
on conflict (bot, queue, name) do update set owner = lane.owner where false
returning bot, queue, name"""
LOCK_LANES = f"""
select 1 from lane join {LANES} on {IS_NAMED}
order by lane.bot, lane.queue, lane.name for update of lane"""
READ_LANES = f"""
select lane.bot, lane.queue, lane.name, lane.owner, lane.due, lane.priority, lane.rank,
  head.* from unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[]) as named (bot, queue, name, seq)
join lane on {IS_NAMED}
left join lateral (
  select {ROW} from task
  where task.bot = named.bot and task.queue = named.queue and task.lane = named.name
    and state = 0 and task.seq <> named.seq and named.seq <> 0
  order by task.seq limit 1) as head on true"""
READ_RUNS = "select seq, owner, runs from task where seq = any(?::bigint[]) and state = 0"
READ_KEYS = """
select task.bot, task.queue, task.key, task.state, task.received
from unnest(?::bigint[], ?::text[], ?::text[]) as named (bot, queue, key)
join task on task.bot = named.bot and task.queue = named.queue and task.key = named.key"""
NEW_SEQS = "select nextval('task_seq_seq') from generate_series(1, ?)"
READ_VALUES = """
select session.bot, session.name, session.key, session.value
from unnest(?::bigint[], ?::text[], ?::text[]) as named (bot, name, key)
join session on session.bot = named.bot and session.name = named.name and session.key = named.key
order by 1, 2, 3 for update of session"""

# Without "on conflict": a key that another process has stored for another lane meanwhile fails the batch, and each
# operation is then tried alone.
COLUMNS = {
    "seq": "bigint",
    "bot": "bigint",
    "queue": "text",
    "key": "text",
    "lane": "text",
    "kind": "text",
    "priority": "int",
    "received": "float8",
    "expires": "float8",
    "body": "bytea",
    "batch": "text",
    "state": "int",
    "due": "float8",
    "owner": "text",
    "attempts": "int",
    "runs": "int",
    "started": "float8",
}
INSERT = f"""
insert into task ({", ".join(COLUMNS)})
select * from unnest({", ".join(f"?::{type}[]" for type in COLUMNS.values())})"""
FINISH = """
update task set state = 1, owner = null, error = null, body = null where seq = any(?::bigint[])"""
CLAIM = """
update task set owner = ?, attempts = attempts + 1, runs = runs + 1, started = ?, due = null
where seq = any(?::bigint[])"""
KEEP = """
update task set result = named.result from unnest(?::bigint[], ?::text[]) as named (seq, result)
where task.seq = named.seq"""
FORGET = "delete from call where seq = any(?::bigint[])"
RECORD = f"""
insert into call (seq, place, method, target, turn, digest, result)
select named.seq, named.nth + (select count(*) from call where call.seq = named.seq), method, target,
  turn, digest, result
from unnest(?::bigint[], ?::int[], ?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::text[],
  ?::int[]) as named (seq, nth, method, target, turn, digest, result, mine, run)
where exists ({IS_MINE.replace("seq = ?", "seq = named.seq").replace("owner = ?", "owner = mine").replace("runs = ?", "runs = run")})"""
VALUES = "unnest(?::bigint[], ?::text[], ?::text[], ?::text[]) as named (bot, name, key, value)"
NEW_VALUES = f"""
insert into session (bot, name, key, value) select * from {VALUES}
order by named.bot, named.name collate "C", named.key collate "C\""""
CHANGE_VALUES = f"""
update session set value = named.value from {VALUES}
where session.bot = named.bot and session.name = named.name and session.key = named.key"""
DROP_VALUES = f"""
delete from session using {VALUES}
where session.bot = named.bot and session.name = named.name and session.key = named.key"""
CLOSE_LANES = f"delete from lane using {LANES} where {IS_NAMED}"
CHANGE_LANES = f"""
update lane set owner = named.owner, priority = named.priority, rank = named.rank,
  since = coalesce(named.since, lane.since)
from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::float8[])
  as named (bot, queue, name, owner, priority, rank, since) where {IS_NAMED}"""
TAKE_LANES = f"update lane set owner = ? from {LANES} where {IS_NAMED}"
TELL = f"select pg_notify({CHANNEL}, ?)"

SKIP_LOCKED = " for update skip locked"
WAKE = f"""
update lane set due = null from (
  select bot, queue, name from lane where owner is null and due is not null and due <= ?
  {SKIP_LOCKED}) as named where {IS_NAMED}"""
UNWIND = WAKE.replace("due <= ?", "since > ?")
RELEASE = """
update task set state = 0, due = null,
  received = case when due > received then due else received end where seq = any(?::bigint[])"""
OWNED_LANES = """
select bot, queue, name from lane where owner = ? order by bot, queue, name for update"""
PRUNE_CALLS = tuple(f"delete from call where seq in ({old} {SKIP_LOCKED})" for old in OLD.values())
PRUNE = tuple(f"delete from task where seq in ({old} {SKIP_LOCKED})" for old in OLD.values())
TIME = "select extract(epoch from clock_timestamp())::float8"


class Wire(Session, Protocol):
    """A session whose transactions begin and end in the same journey as their statements."""

    def execute_all(self, statements: Sequence[Statement]) -> list[Any]: ...
    def want(self, first: Statement | None = None) -> None: ...
    def commit(self, last: Sequence[Statement] = ()) -> None: ...
    def rollback(self) -> None: ...


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Return the columns of rows, as arrays to send."""
    found = [list(each) for each in zip(*rows, strict=True)]
    return found or [[] for _ in range(width)]


def storable(text: str | None) -> str | None:
    """Return a text without the one character that PostgreSQL cannot store."""
    return text if text is None else text.replace("\0", "�")
