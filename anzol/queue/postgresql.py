"""The PostgreSQL driver: psycopg 3, one database or schema that many machines may share."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import select
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from .base import MIGRATION_PATIENCE, OpenError, Session
from .driver import Displaced
from .gathered import GatheredStore
from .membership import Membership, is_dead
from .store import Store
from .troubles import trouble
from .wire import Statement

log = logging.getLogger(__name__)


LOOKS = 10  # whether a pooler lends one server to two connections
OLDEST = 130000  # what the statements need; 16 and 18 are tested
READERS = 4  # sessions that handlers read with: each read is a journey, and short
POLL = 5.0  # seconds between two looks at what others changed, should a notification be missed
POLL_ALONE = 1.0  # the same where there are no notifications

# libpq's own names; what the address says wins. A cut network is noticed in seconds, not in hours.
DEFAULTS = {
    "application_name": "anzol",
    "connect_timeout": "2",
    "keepalives_idle": "2",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "tcp_user_timeout": "4000",
}
# Set on each session, unless `options` in the address does. Milliseconds: Telegram gets its 503 within three seconds,
# and a process that stopped in the middle of a transaction keeps nobody waiting for longer.
LIMITS = {
    "lock_timeout": "2000",
    "statement_timeout": "5000",
    "idle_in_transaction_session_timeout": "3000",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    # Each statement finds its rows by an index. A plan from when the tables were empty would read all of them.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}
PATIENT = {"statement_timeout": "60000"}  # for an operator's count over millions of rows
WAIT_LONG = "select set_config('lock_timeout', ?, true), set_config('statement_timeout', ?, true)"
MIGRATING = "advisory_xact_lock(hashtext('anzol'), hashtext(current_schema()))"
HELLO = """
select current_setting('server_version'), current_setting('server_version_num')::int,
  current_setting('server_encoding'), pg_is_in_recovery(), current_schema(), pg_backend_pid()"""

OWNER = """;
create table owner (
  id int generated always as identity primary key, name text not null unique,
  seen timestamptz not null, is_locked boolean not null default false);
alter table lane set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
alter table owner set (fillfactor = 50)"""

# What an operator changes, the servers are to see.
TELL_ALL = "select pg_notify('anzol_' || to_regclass('owner')::oid, '') where to_regclass('owner') is not null"


@cache
def translated(statement: str) -> str:
    """Return a statement with psycopg's sign for a value."""
    return statement.replace("%", "%%").replace("?", "%b")


class PostgresqlSession:
    """One connection; see `Session`. A transaction begins with its first statement, in the same journey."""

    def __init__(
        self, db: psycopg.Connection[Any], begin: Sequence[str], last: str, poll: float
    ) -> None:
        self.db, self._begin, self._last, self._poll = db, begin, last, poll
        self._is_waiting = False  # a transaction is wanted, and not begun
        self._first: Statement | None = None

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Execute one statement and return its cursor."""
        if not self._is_waiting:
            return self._send(statement, values)
        return self.execute_all([(statement, values)])[0]

    def execute_all(self, statements: Sequence[Statement]) -> list[Any]:
        """Execute statements in one journey; return the cursors, raise the first error."""
        first = None
        with self.db.pipeline():
            if self._is_waiting:
                self._is_waiting = False
                for statement in self._begin:
                    self.db.execute(statement)
                if self._first is not None:
                    first = self._send(*self._first)
            cursors = [self._send(*each) for each in statements]
        if first is not None and first.fetchone() is None:
            raise Displaced("other processes have taken this one for dead")
        return cursors

    def _send(self, statement: str, values: Sequence[Any]) -> Any:
        return self.db.execute(translated(statement), values, prepare=True, binary=True)

    def want(self, first: Statement | None = None) -> None:
        """Begin a transaction with the next statement, after a `first` one that finds a row or raises Displaced."""
        self._is_waiting, self._first = True, first

    def commit(self, last: Sequence[Statement] = ()) -> None:
        """Execute the last statements and commit, in one journey; nothing where nothing was begun."""
        if self._is_waiting and not last:
            self._is_waiting = False
            return
        self.execute_all([*last, ("commit", ())])

    def rollback(self) -> None:
        """Take everything since the beginning of the transaction back."""
        self._is_waiting = False
        with contextlib.suppress(psycopg.Error):
            if self.db.info.transaction_status != TransactionStatus.IDLE:
                self.db.execute("rollback")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Write in one transaction, as `Session.transaction` does."""
        self.want()
        try:
            yield
            if self._last and not self._is_waiting:
                self.execute(self._last)
            self.commit()
        except BaseException:
            self.rollback()
            raise

    @contextlib.contextmanager
    def migration(self) -> Iterator[None]:
        """Change the tables in one transaction, as `Session.migration` does."""
        with self.transaction():
            self.execute(WAIT_LONG, [f"{MIGRATION_PATIENCE:.0f}s"] * 2)
            (is_ours,) = self.execute(f"select pg_try_{MIGRATING}").fetchone()
            if not is_ours:
                log.warning(
                    "Another process changes the tables: waiting for it, for up to %.0f s.",
                    MIGRATION_PATIENCE,
                )
                self.execute(f"select pg_{MIGRATING}")
            yield

    def copy(self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Insert rows by the thousand; return how many. A transaction must have begun."""
        statement = f"copy {table} ({', '.join(names)}) from stdin"
        with self.db.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
            return cursor.rowcount

    def version(self) -> int:
        """Return a number that changes every few seconds; notifications come sooner."""
        return int(time.monotonic() / self._poll)

    def is_usable(self) -> bool:
        """Return whether the connection is still open: an idle one with something to read has been closed by the server."""
        if self.db.closed or self.db.broken:
            return False
        if self.db.info.transaction_status != TransactionStatus.IDLE:
            return True
        return not select.select([self.db.fileno()], [], [], 0)[0]

    def close(self) -> None:
        """Close the connection."""
        self.db.close()


class PostgresqlDriver:
    """PostgreSQL as a `Driver`; its methods are explained there."""

    clustered = ""
    readers = READERS
    advice = "Check DATABASE_URL and the server."

    def __init__(self, url: str) -> None:
        try:
            parts = conninfo_to_dict(url)
        except psycopg.Error:
            parts = {"dbname": "@"}
        # A password that is not encoded becomes a port or a name, and what libpq says of it would quote it.
        is_port = re.fullmatch(r"[\d,]*", str(parts.get("port") or ""))
        if not is_port or "@" in f"{parts.get('host')} {parts.get('dbname')}":
            raise OpenError(
                "DATABASE_URL is not an address that PostgreSQL takes. Use "
                "postgresql://user:password@host:5432/name with %40 for an @ in the password, "
                "%2F for a slash."
            )
        self._conninfo = make_conninfo(url, **{k: v for k, v in DEFAULTS.items() if k not in parts})
        self._parts = parts
        self._is_pooled: bool | None = None  # by a pooler that lends a server for one transaction

    @property
    def place(self) -> str:
        """Return the address without user and password."""
        host = str(self._parts.get("host") or os.environ.get("PGHOST", ""))
        name = self._parts.get("dbname") or os.environ.get("PGDATABASE", "")
        port = self._parts.get("port")
        if host.startswith("/"):
            return f"postgresql:///{name}?host={host}"
        return f"postgresql://{host}{f':{port}' if port else ''}/{name}"

    def connect(self, patient: bool = False) -> psycopg.Connection[Any]:
        """Open a connection; raise OpenError for a server or database that will not do."""
        db = psycopg.connect(self._conninfo, autocommit=True)
        try:
            db.adapters.register_dumper(int, Int8Dumper)
            db.adapters.register_dumper(int, Int8BinaryDumper)
            limits = self._limits(patient)
            chosen = ", ".join("set_config(%s, %s, false)" for _ in limits)
            values = [each for limit in limits.items() for each in limit]
            with db.pipeline():
                hello = db.execute(HELLO)
                db.execute(f"select {chosen}", values)
            self._inspect(db, *(hello.fetchone() or ()))
        except BaseException:
            db.close()
            raise
        return db

    def _limits(self, patient: bool) -> dict[str, str]:
        options = str(self._parts.get("options") or "")
        limits = LIMITS | PATIENT if patient else LIMITS
        return {name: value for name, value in limits.items() if name not in options}

    def _inspect(
        self,
        db: psycopg.Connection[Any],
        version: str,
        number: int,
        encoding: str,
        is_replica: bool,
        schema: str | None,
        pid: int,
    ) -> None:
        if number < OLDEST:
            raise OpenError(
                f"{self.place} is PostgreSQL {version}; Anzol needs {OLDEST // 10000} or later."
            )
        if is_replica:
            raise OpenError(f"{self.place} is a read replica: point DATABASE_URL at the primary.")
        if encoding != "UTF8":
            raise OpenError(f"{self.place} has the encoding {encoding}; Anzol needs UTF8.")
        if schema is None:
            raise OpenError(
                f"{self.place} has no schema that its search_path names: create it, such as "
                "create schema anzol."
            )
        is_behind = (
            db.info.backend_pid != pid
        )  # what the pooler says of itself differs from the server's number
        if self._is_pooled is None:
            # Others may have taken the server at that moment, so once is not enough; in session mode it is never lent.
            self._is_pooled = is_behind and any(self._lends(db) for _ in range(LOOKS))
            if self._is_pooled:
                log.warning(
                    "%s is pgbouncer in transaction mode, where LISTEN does not work: changes by other processes "
                    "are looked for once a second, and a dead process is noticed after ten.",
                    self.place,
                )
        if is_behind:
            db.prepare_threshold = None  # another server would not know the statement

    def _lends(self, db: psycopg.Connection[Any]) -> bool:
        """Return whether a second connection gets the server that the first had a moment ago, and has not closed."""
        with psycopg.connect(self._conninfo) as other:
            (pid,) = db.execute("select pg_backend_pid()").fetchone() or (0,)
            (others,) = other.execute("select pg_backend_pid()").fetchone() or (0,)
        return bool(others == pid)

    def spell(self, schema: str) -> str:
        """Return statements that create tables, in PostgreSQL's words; texts are sorted as Python sorts them."""
        words = schema.format(serial="bigserial primary key", blob="bytea", clustered="") + OWNER
        return re.sub(r"\btext\b", 'text collate "C"', words)

    def _session(self, patient: bool = False) -> PostgresqlSession:
        db = self.connect(patient)
        begin = ["begin"]
        if self._is_pooled:
            limits = self._limits(patient)
            begin += [f"set local {name} = '{value}'" for name, value in limits.items()]
        last = TELL_ALL if patient else ""
        return PostgresqlSession(db, begin, last, POLL_ALONE if self._is_pooled else POLL)

    def writer(self) -> PostgresqlSession:
        """Open the session that writes."""
        return self._session()

    def reader(self) -> PostgresqlSession:
        """Open a session that never waits for writers."""
        return self._session(patient=True)

    def store(self, session: Session) -> Store:
        """Return the statements for the session that writes."""
        assert isinstance(session, PostgresqlSession)
        return GatheredStore(session)

    def owner(self) -> Membership:
        """Make this process an owner: a row that it renews, and a lock that dies with its connection."""
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        return Membership(name, self.connect, not self._is_pooled)

    def is_dead(self, owner: str, session: Session) -> bool:
        """Return whether the process of that name is gone."""
        return is_dead(owner, session)

    def create(self) -> None:
        """Do nothing: a database is created by its administrator."""

    def exists(self) -> bool:
        """Return True: whether there are tables is seen by looking."""
        return True

    def describe(self, session: Session) -> str:
        """Return the address, the server's version, and whether the connection is encrypted."""
        assert isinstance(session, PostgresqlSession)
        tls = "TLS" if session.db.pgconn.ssl_in_use else "no TLS"
        (version,) = session.execute("show server_version").fetchone()
        return f"{self.place}, PostgreSQL {version}, {tls}"

    def trouble(self, error: Exception) -> str | None:
        """Say in a few words why PostgreSQL refused; None for an error in a statement or value."""
        return trouble(error)

    def tables(self, session: Session) -> set[str]:
        """Return the names of the tables in the schema that is used."""
        rows = session.execute(
            "select tablename::text from pg_tables where schemaname = current_schema()"
        )
        return {name for (name,) in rows.fetchall()}

    def backup(self, session: Session, target: str) -> None:
        """Raise OpenError: PostgreSQL has its own tool."""
        raise OpenError(
            f"{self.place} is backed up by PostgreSQL's own tool: "
            f'pg_dump --format=custom --file={target} "$DATABASE_URL"'
        )


def driver(url: str) -> PostgresqlDriver:
    """Return the driver for a `postgresql://` address; raise OpenError for what libpq does not take."""
    return PostgresqlDriver(url)
