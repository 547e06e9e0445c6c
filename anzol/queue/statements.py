"""The SQL of tasks, lanes, sessions and calls, as `Store` executes it; the same for all engines."""

from __future__ import annotations

ROW = """seq, bot, queue, key, lane, kind, priority, body, received, expires, attempts, runs, crashes,
cancelled"""

ADD = """
insert into task (bot, queue, key, lane, kind, priority, received, expires, body, batch, state, due)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (bot, queue, key) do nothing"""
ADD_RUNNING = """
insert into task (bot, queue, key, lane, kind, priority, received, expires, body, batch,
  owner, attempts, runs, started)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?) on conflict (bot, queue, key) do nothing"""
# Telegram starts its numbers anew after a quiet week: what is older than the memory for repetitions makes room.
SET_ASIDE = """
update task set key = key || '~' || seq
where bot = ? and queue = ? and key = ? and state in (1, 2, 3, 5) and received < ?"""

HEAD = """
select seq from task where bot = ? and queue = ? and lane = ? and state = 0 order by seq limit 1"""
CLAIM = f"""
update task set owner = ?, attempts = attempts + 1, runs = runs + 1, started = ?, due = null
where seq = ({HEAD}) returning {ROW}"""
UNCLAIM = "update task set owner = null, attempts = attempts - 1, started = null where seq = ?"
FOLLOWING = f"""
select {ROW} from task where bot = ? and queue = ? and lane = ? and state = 0 and seq > ?
order by seq limit ?"""

# The fence: these change nothing once the task was taken from this run.
MINE = "where seq = ? and owner = ? and runs = ? and state = 0"
IS_MINE = f"select 1 from task {MINE}"
FINISH = f"update task set state = 1, owner = null, error = null, body = null {MINE}"
EXPIRE = f"update task set state = 3, owner = null, attempts = attempts - 1, body = null {MINE}"
KEEP = "update task set result = ? where seq = ?"
BURY = f"update task set state = 2, owner = null, error = ? {MINE}"
POSTPONE = f"""
update task set owner = null, started = null, attempts = attempts - ?, crashes = 0, due = ?,
  error = coalesce(?, error) {MINE}"""
PARDON = f"update task set attempts = attempts - 1 {MINE}"
ABSORB = """
update task set state = 1, body = null
where seq = ? and bot = ? and queue = ? and lane = ? and state = 0 and owner is null"""

# A lane has a row as long as it has open tasks; in SQLite it may stay a while longer (lanes.py). owner: the process that
# runs it; null: it waits, for a worker (due is null) or for a time.
LEAD = """
insert into lane (bot, queue, name, owner, priority, rank, since) values (?, ?, '', ?, 2, 0, ?)
on conflict (bot, queue, name) do update set
  owner = case when lane.owner is null then excluded.owner else lane.owner end
returning owner"""
OPEN_LANE = """
insert into lane (bot, queue, name, owner, priority, rank, since) values (?, ?, ?, ?, ?, ?, ?)
on conflict (bot, queue, name) do update set
  priority = case when excluded.priority < lane.priority then excluded.priority else lane.priority end,
  rank = case when excluded.rank < lane.rank then excluded.rank else lane.rank end
returning owner, due"""
LANE_OWNER = "select owner from lane where bot = ? and queue = ? and name = ?"
CLOSE_LANE = """
delete from lane where bot = ? and queue = ? and name = ? and not exists (
  select 1 from task where bot = ? and queue = ? and lane = ? and state = 0)"""
URGENCY = """
select min(priority) from task
where bot = ? and queue = ? and lane = ? and state = 0 and priority < 2"""
PARK = """
update lane set owner = null, due = ?, since = ?, rank = ?, priority = ?
where bot = ? and queue = ? and name = ?"""
WAITING = """
select bot, queue, name, rank from lane
where owner is null and due is null and queue = ? and bot = ? order by rank limit ?"""
HURRYING = """
select bot, queue, name, rank from lane
where owner is null and due is null and priority < 2 and queue = ? and bot = ?
order by rank limit ?"""
TAKE = """
update lane set owner = ?
where bot = ? and queue = ? and name = ? and owner is null and due is null"""
WAKE = "update lane set due = null where owner is null and due is not null and due <= ?"
NEXT_DUE = "select min(due) from lane where owner is null and due is not null"
# Parked "later than now": by a process whose clock was another, and `due` means nothing here.
IS_AHEAD = """
select 1 from lane where owner is null and due is not null and since > ? limit 1"""
UNWIND = """
update lane set due = null where owner is null and due is not null and since > ?"""

SCHEDULED = """
select seq, bot, queue, lane, priority from task where state = 4 and due <= ? order by due limit ?"""
NEXT_SCHEDULED = "select min(due) from task where state = 4"
# Its age counts from its time.
RELEASE = """
update task set state = 0, due = null,
  received = case when due > received then due else received end where seq = ?"""

# Read once a second, over lanes with open tasks and those that are kept: an index would cost every task more.
OWNERS = "select distinct owner from lane where owner is not null"
OWNED = """
select task.seq, task.bot, task.queue, task.lane, task.attempts, task.runs,
  task.cancelled, lane.name
from lane left join task on task.bot = lane.bot and task.queue = lane.queue
  and task.lane = lane.name and task.state = 0 and task.owner = lane.owner
where lane.owner = ?"""
OWNED_LANES = "select bot, queue, name from lane where owner = ?"
ABANDON = "update task set owner = null, crashes = crashes + 1, due = ? where seq = ?"
LOSE = """
update task set state = 2, owner = null, crashes = crashes + 1, error = ?
where seq = ? and state = 0"""
SEARCH = f"select {ROW} from task where seq = ?"

VALUES = "select key, value from session where bot = ? and name = ?"
VALUE = "select value from session where bot = ? and name = ? and key = ?"
SIZE = """
select coalesce(sum(length(key) + length(value)), 0) from session where bot = ? and name = ?"""
SAVE = """
insert into session (bot, name, key, value) values (?, ?, ?, ?)
on conflict (bot, name, key) do update set value = excluded.value"""
# Where rows are locked, nobody changes it from here on.
TOUCH = "update session set value = value where bot = ? and name = ? and key = ?"
DROP = "delete from session where bot = ? and name = ? and key = ?"

CALLS = "select method, target, turn, digest, result from call where seq = ? order by place"
RECORD = f"""
insert into call (seq, place, method, target, turn, digest, result)
select ?, (select count(*) from call where seq = ?), ?, ?, cast(? as int), ?, ? where exists ({IS_MINE})"""
UNTURN = "update call set turn = null where seq = ?"
FORGET = "delete from call where seq = ?"

OLD = {
    state: f"select seq from task where state = {state} and bot = ? and received < ? order by received limit ?"
    for state in (1, 2, 3, 5)
}
PRUNE_CALLS = tuple(f"delete from call where seq in ({old})" for old in OLD.values())
PRUNE = tuple(f"delete from task where seq in ({old})" for old in OLD.values())
HAS_OLD = """
select 1 where exists (select 1 from task where state = 1 and bot = ? and received < ?)
or exists (select 1 from task where state = 2 and bot = ? and received < ?)
or exists (select 1 from task where state = 3 and bot = ? and received < ?)
or exists (select 1 from task where state = 5 and bot = ? and received < ?)"""
TOO_LATE = f"""
select {ROW} from task where bot = ? and queue = ? and state = 0 and owner is null and received < ?
limit ?"""

PAUSE = """
insert into pause (bot, owner, reason, since) values (?, ?, ?, ?)
on conflict (bot, owner) do update set reason = excluded.reason, since = excluded.since"""
RESUME = "delete from pause where bot = ? and owner = ?"
PAUSERS = "select distinct owner from pause"
UNPAUSE = "delete from pause where owner = ?"

IS_PENDING = "select 1 from task where seq = ? and state = 0 and (owner is not null or runs = 0)"
NEXT_BOT = "select min(bot) from task where bot > ?"
LAST_RANK = "select max(rank) from lane where owner is null and due is null"
LAST_SEQ = "select max(seq) from task"
NEWEST = "select received from task order by seq desc limit 1"
FILL = "insert into queue_check (filler) values (?)"
EMPTY = "delete from queue_check"
