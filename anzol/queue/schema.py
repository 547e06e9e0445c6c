"""The tables of a queue; `migration` brings a database of an older version to them."""

from __future__ import annotations

VERSION = 4

# In SQLite it is one tree, and not two that a commit writes a page of each of: it gets and loses a row with nearly every
# task.
LANE = """
create table lane (
  bot bigint not null, queue text not null, name text not null, owner text, due double precision,
  priority int not null, rank bigint not null, since double precision not null,
  primary key (bot, queue, name)){clustered};
create index lane_waiting on lane (queue, bot, rank) where owner is null and due is null;
create index lane_hurrying on lane (queue, bot, rank)
  where owner is null and due is null and priority < 2;
create index lane_due on lane (due) where owner is null and due is not null"""

# One partial index per state, with the state as a literal: a bound value would hide them from the planner.
SCHEMA = f"""
create table task (
  seq {{serial}}, bot bigint not null, queue text not null, key text not null, lane text not null,
  kind text not null, priority int not null, state int not null default 0,
  attempts int not null default 0, runs int not null default 0, crashes int not null default 0,
  cancelled int not null default 0, owner text, due double precision, expires double precision,
  received double precision not null, started double precision, error text, body {{blob}},
  batch text, result text,
  unique (bot, queue, key));
create index task_open on task (bot, queue, lane, seq) where state = 0;
create index task_urgent on task (bot, queue, lane, priority) where state = 0 and priority < 2;
create index task_scheduled on task (due) where state = 4;
create index task_done on task (bot, received, queue) where state = 1;
create index task_dead on task (bot, received, queue) where state = 2;
create index task_expired on task (bot, received, queue) where state = 3;
create index task_cancelled on task (bot, received, queue) where state = 5;
create index task_batch on task (bot, batch, state) where batch is not null;
{LANE};
create table session (
  bot bigint not null, name text not null, key text not null, value text not null,
  primary key (bot, name, key));
create table call (
  seq bigint not null, place int not null, method text not null, target text not null, turn int,
  digest text not null, result text not null, primary key (seq, place));
create table pause (
  bot bigint not null, owner text not null, reason text not null, since double precision not null,
  primary key (bot, owner));
create table subscription (
  bot bigint not null, topic text not null, chat bigint not null, thread bigint not null,
  language text not null, since double precision not null,
  primary key (bot, topic, chat, thread));
create index subscription_chat on subscription (bot, chat);
create table queue_version (version int not null);
create table queue_check (filler {{blob}})
"""
