"""The operator's statements: count, list, replay and purge what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .base import DEAD, DONE, EXPIRED, STATES, Entry, Session

# Each state's count comes from its own partial index.
COUNTS = """
select (select count(*) from inbox where state = 0), (select count(*) from inbox where state = 1),
  (select count(*) from inbox where state = 2), (select count(*) from inbox where state = 3),
  (select count(*) from inbox_lane where owner is null and due is null),
  (select count(*) from inbox_lane where owner is null and due is not null)"""
COUNTED = (*STATES, "waiting", "retrying")
WAITING_SINCE = "select min(turn) from inbox_lane where owner is null and due is null"

ENTRY = """
select seq, inbox.bot, update_id, inbox.lane, kind, state, attempts, received, expires, due, error, body
from inbox left join inbox_lane
on inbox_lane.bot = inbox.bot and inbox_lane.lane = inbox.lane and inbox.state = 0
"""
LIST_ALL = ENTRY + "order by seq desc limit ?"
LIST = tuple(
    f"{ENTRY} where state = {state} order by received desc, seq desc limit ?"
    for state in range(len(STATES))
)
SHOW = ENTRY + "where seq = ?"

DEAD_SEQS = "select seq from inbox where state = 2"
LANE_OF_DEAD = "select bot, lane from inbox where seq = ? and state = 2"
REOPEN = """
update inbox set state = 0, attempts = 0, expires = null, error = null where seq = ? and state = 2"""
WAIT = """
insert into inbox_lane (bot, lane, priority, turn) values (?, ?, 2, ?)
on conflict (bot, lane) do nothing"""

FORGET = {
    state: f"delete from inbox_call where seq in (select seq from inbox where state = {state} and received < ?)"
    for state in (DONE, DEAD, EXPIRED)
}
PURGE = {
    state: f"delete from inbox where state = {state} and received < ?"
    for state in (DONE, DEAD, EXPIRED)
}


class Catalog:
    """Those that write belong in a transaction of the session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._execute = session.execute

    def counts(self) -> dict[str, int]:
        return dict(zip(COUNTED, self._execute(COUNTS).fetchone(), strict=True))

    def waiting_since(self) -> float | None:
        (since,) = self._execute(WAITING_SINCE).fetchone()
        return None if since is None else float(since)

    def list(self, state: int | None, limit: int) -> list[Entry]:
        statement = LIST_ALL if state is None else LIST[state]
        return [entry(row) for row in self._execute(statement, (limit,)).fetchall()]

    def show(self, seq: int) -> Entry | None:
        row = self._execute(SHOW, (seq,)).fetchone()
        return None if row is None else entry(row)

    def retry(self, seqs: Sequence[int] | None, now: float) -> int:
        if seqs is None:
            seqs = [seq for (seq,) in self._execute(DEAD_SEQS).fetchall()]
        return sum(self._reopen(seq, now) for seq in seqs)

    def _reopen(self, seq: int, now: float) -> bool:
        lane = self._execute(LANE_OF_DEAD, (seq,)).fetchone()
        if lane is None:
            return False
        self._execute(REOPEN, (seq,))
        self._execute(WAIT, (*lane, now))
        return True

    def purge(self, state: int, before: float) -> int:
        self._execute(FORGET[state], (before,))
        return self._execute(PURGE[state], (before,)).rowcount


def entry(row: Any) -> Entry:
    seq, bot, update_id, lane, kind, state, *rest = row
    return Entry(seq, bot, update_id, lane, kind, STATES[state], *rest)
