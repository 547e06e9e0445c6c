"""The schema's version: made where there is none, brought forward in place where it is older, refused where newer."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from .base import OpenError, Session
from .driver import Driver
from .schema import LANE, SCHEMA, VERSION

log = logging.getLogger(__name__)

TABLES = {"inbox", "owner", *re.findall(r"create table (\w+)", SCHEMA)}
MOVED = -1  # what `moving` leaves: started again, the server would run everything a second time
FIRST = 1  # the version whose tables were called inbox
SECOND = 2  # the version without batches and subscriptions

FROM_SECOND = """
alter table task add column batch text;
alter table task add column result text;
drop index task_done;
drop index task_dead;
drop index task_expired;
create index task_done on task (bot, received, queue) where state = 1;
create index task_dead on task (bot, received, queue) where state = 2;
create index task_expired on task (bot, received, queue) where state = 3;
create index task_cancelled on task (bot, received, queue) where state = 5;
create index task_batch on task (bot, batch, state) where batch is not null;
create table subscription (
  bot bigint not null, topic text not null, chat bigint not null, thread bigint not null,
  language text not null, since double precision not null,
  primary key (bot, topic, chat, thread));
create index subscription_chat on subscription (bot, chat)
"""

FROM_THIRD = """
alter table lane rename to lane_before;
drop index lane_waiting;
drop index lane_hurrying;
drop index lane_due;
{lanes};
insert into lane select * from lane_before;
drop table lane_before
"""

# Calls of an interrupted update are recognised by their content: who made them did not note to whom they went.
FROM_FIRST = """
insert into task (seq, bot, queue, key, lane, kind, priority, state, attempts, runs, due, expires,
  received, error, body)
select seq, inbox.bot, 'updates', cast(update_id as text), inbox.lane, kind, inbox.priority, state,
  attempts, attempts, due, expires, received, error, body
from inbox left join inbox_lane on inbox_lane.bot = inbox.bot and inbox_lane.lane = inbox.lane
  and inbox.state = 0;
insert into lane (bot, queue, name, owner, due, priority, rank, since)
select bot, 'updates', lane, null, due, priority, coalesce((
  select min(seq) from inbox where inbox.bot = inbox_lane.bot and inbox.lane = inbox_lane.lane
  and state = 0), 0), turn
from inbox_lane;
insert into call (seq, place, method, target, turn, digest, result)
select seq, place, method, '', null, digest, result from inbox_call;
drop table inbox;
drop table inbox_lane;
drop table inbox_call;
drop table inbox_state;
drop table inbox_version
"""


def prepare(driver: Driver, session: Session) -> None:
    """Make the tables of `session` those of this version, in one transaction; raise OpenError where that is impossible."""
    if _version(driver, session) == VERSION:
        return
    # Again inside the transaction: another process may be doing the same.
    with session.migration():
        version = _version(driver, session)
        if version is None:
            _create(driver, session)
        elif version == FIRST:
            _renew(driver, session)
        elif version < VERSION:
            if version == SECOND:
                _extend(session)
            if driver.clustered:
                _cluster(driver, session)
            session.execute("update queue_version set version = ?", (VERSION,))
            log.info("Migrated %s from version %d to %d.", driver.place, version, VERSION)


def require(driver: Driver, session: Session) -> None:
    """Raise OpenError unless the tables are of this version."""
    version = _version(driver, session)
    if version != VERSION:
        state = "is empty" if version is None else f"has version {version}"
        raise OpenError(f"{driver.place} {state}: start the server once; it creates the tables.")


def _version(driver: Driver, session: Session) -> int | None:
    tables = driver.tables(session)
    version = None
    for table in ("queue_version", "inbox_version"):
        if table in tables:
            (version,) = session.execute(f"select version from {table}").fetchone() or (None,)
            break
    else:
        if not tables & TABLES:
            return None
    if version is None:
        found = " and ".join(sorted(tables & TABLES))
        raise OpenError(
            f"{driver.place} has a table named {found} that Anzol did not make. "
            "Point DATABASE_URL at another database."
        )
    if version == MOVED:
        raise OpenError(
            f"{driver.place} was moved to PostgreSQL (flask inbox move): point DATABASE_URL there."
        )
    if not FIRST <= version <= VERSION:
        raise OpenError(
            f"{driver.place} has version {version}, this Anzol knows versions up to {VERSION}. "
            "Run the Anzol that wrote it, or point DATABASE_URL at another database."
        )
    return int(version)


def _create(driver: Driver, session: Session) -> None:
    for statement in driver.spell(SCHEMA).split(";"):
        session.execute(statement)
    session.execute("insert into queue_version (version) values (?)", (VERSION,))


def _extend(session: Session) -> None:
    for statement in FROM_SECOND.split(";"):
        session.execute(statement)


def _cluster(driver: Driver, session: Session) -> None:
    """Make the table of lanes anew, in the order of its key, which an existing one cannot be given."""
    lanes = LANE.format(clustered=driver.clustered)
    for statement in FROM_THIRD.format(lanes=lanes).split(";"):
        session.execute(statement)


def _renew(driver: Driver, session: Session) -> None:
    owners = session.execute("select distinct owner from inbox_lane where owner is not null")
    alive = [owner for (owner,) in owners.fetchall() if not driver.is_dead(owner, session)]
    if alive:
        raise OpenError(
            f"{driver.place} is used by a server of an older version (process {alive[0].partition('-')[0]}). "
            "Stop it first; this one then migrates the file."
        )
    _create(driver, session)
    states: list[Any] = session.execute("select bot, name, value from inbox_state").fetchall()
    for bot, name, text in states:
        for key, value in json.loads(text).items():
            session.execute(
                "insert into session (bot, name, key, value) values (?, ?, ?, ?)",
                (bot, name, key, json.dumps(value)),
            )
    for statement in FROM_FIRST.split(";"):
        session.execute(statement)
    log.info("Migrated %s from version %d to %d.", driver.place, FIRST, VERSION)
