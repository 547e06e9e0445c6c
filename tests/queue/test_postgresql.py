"""What only PostgreSQL has: a server that goes away and comes back, wrong addresses, poolers, many nodes."""

from __future__ import annotations

import builtins
import contextlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from anzol.queue import Again, OpenError, Queue, Unavailable, Work, open_queue
from anzol.queue.postgresql import PostgresqlDriver
from anzol.settings import Settings
from tests.processes import free_port
from tests.queue import postgres
from tests.queue.support import Log, held_back, task, wait_until

PASSWORD = "p-ssw0rd.that-must/never@show"


@pytest.fixture
def url(postgresql: str) -> Iterator[str]:
    with postgres.schema(postgresql) as address:
        yield address


@pytest.fixture
def queues() -> Iterator[list[Queue]]:
    queues: list[Queue] = []
    yield queues
    for queue in queues:
        queue.stop()


def opened(url: str, handle: Callable[[Work], None], queues: list[Queue], **options: Any) -> Queue:
    queue = open_queue(url, handle, **{"drain": 5.0, "schedule": (0.01,)} | options)
    queues.append(queue)
    queue.start()
    return queue


def query(url: str, statement: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as db:
        cursor = db.execute(statement)
        return cursor.fetchall() if cursor.description else []


def refusal(url: str) -> str:
    """What a start says of a database that will not do: one line, without the password."""
    with pytest.raises(OpenError) as caught:
        queue = open_queue(url, Log())
        queue.start()
    said = str(caught.value)
    assert "\n" not in said
    assert PASSWORD not in said
    assert quote(PASSWORD, safe="") not in said
    return said


def test_a_missing_psycopg_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch):
    original = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("psycopg"):
            raise ModuleNotFoundError("No module named 'psycopg'")
        return original(name, *rest)

    for name in [name for name in sys.modules if name.startswith("psycopg")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("postgresql", "gathered", "membership", "wire"):
        monkeypatch.delitem(sys.modules, f"anzol.queue.{name}")
    monkeypatch.delattr("anzol.queue.postgresql")
    monkeypatch.setattr(builtins, "__import__", without)

    assert "pip install 'psycopg[binary]" in refusal("postgresql://localhost/x")


def test_sqlite_needs_no_psycopg(tmp_path: Path):
    program = (
        "import sys; from anzol.queue import open_queue; "
        f"open_queue('sqlite:///{tmp_path}/x.db', print); print([m for m in sys.modules if 'psycopg' in m])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert ended.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://user:{password}@/x?nonsense=1", "not an address that PostgreSQL takes"),
        ("postgresql://user:{password}@h:port/x", "not an address that PostgreSQL takes"),
        ("postgresql://user:{password}@127.0.0.1:9/x", "postgresql://127.0.0.1:9/x: "),
        ("postgresql://user:{password}@no-such-host.invalid/x", "host"),
        (
            "postgresql://user:{password}@/x?host=/no/such/folder",
            "no server listens on the socket /no/such/folder/.s.PGSQL.5432",
        ),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_one_line(address: str, said: str):
    assert said in refusal(address.format(password=quote(PASSWORD, safe="")))


def test_a_password_that_is_not_encoded_is_not_shown():
    said = refusal(f"postgresql://user:{PASSWORD}@h/x")

    assert "%40 for an @ in the password" in said
    assert "ssw0rd" not in said


def test_a_database_that_is_not_there_is_told_in_one_line(postgresql: str):
    where = postgresql.replace("/postgres?", "/nowhere?")

    assert "there is no database of that name. Check DATABASE_URL" in refusal(where)


def test_a_schema_that_is_not_there_is_told_in_one_line(postgresql: str):
    where = f"{postgresql}&options={quote('-c search_path=nowhere')}"

    assert "no schema that its search_path names" in refusal(where)


def test_a_user_who_may_not_create_tables_is_told_in_one_line(url: str, postgresql: str):
    name = "nobody_" + url.rpartition("_")[2]
    query(url, f"create role {name} login")
    try:
        query(url, f"grant usage on schema {url.rpartition('%3D')[2]} to {name}")

        assert "the user may not do that" in refusal(url.replace("postgres@", f"{name}@"))
    finally:
        query(url, f"drop owned by {name}; drop role {name}")


def test_a_database_that_is_not_ours_is_left_alone(url: str):
    query(url, "create table owner (cat text)")

    assert "has a table named owner that Anzol did not make" in refusal(url)
    assert query(url, "select count(*) from owner") == [(0,)]


def test_a_newer_database_is_left_alone(url: str, queues: list[Queue]):
    opened(url, Log(), queues).stop()
    queues.clear()
    query(url, "update queue_version set version = 99")

    assert "has version 99" in refusal(url)


def test_too_old_a_server_is_told_with_its_version(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("anzol.queue.postgresql.OLDEST", 990000)

    assert "Anzol needs 99 or later" in refusal(url)


def test_an_encoding_without_all_letters_is_told(postgresql: str):
    name = f"latin_{free_port()}"
    query(postgresql, f"create database {name} encoding 'LATIN1' locale 'C' template template0")
    try:
        said = refusal(postgresql.replace("/postgres?", f"/{name}?"))
    finally:
        query(postgresql, f"drop database {name}")

    assert "has the encoding LATIN1; Anzol needs UTF8" in said


def test_backup_names_the_tool(url: str, queues: list[Queue]):
    queue = opened(url, Log(), queues)

    with pytest.raises(OpenError, match=r"pg_dump --format=custom --file=x\.dump"):
        queue.backup("x.dump")


def test_what_is_shown_has_neither_user_nor_password(url: str, queues: list[Queue]):
    queue = opened(url, Log(), queues)
    driver = PostgresqlDriver(
        f"postgresql://me:{quote(PASSWORD, safe='')}@db.example.com:5433/x?sslmode=require"
    )

    assert driver.place == "postgresql://db.example.com:5433/x"
    assert "PostgreSQL" in (shown := queue.inspect())
    assert "TLS" in shown
    assert "postgres@" not in shown


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:p@h/d",
        "postgresql:///d?host=/run/postgresql",
        "postgresql://a,b:5433/d?target_session_attrs=read-write&sslmode=verify-full",
        "postgres://h/d",
    ],
)
def test_settings_take_the_address(address: str):
    settings = Settings.from_env({"DATABASE_URL": address})

    assert settings.database_url == address
    assert address not in repr(settings)


def test_ten_that_start_together_make_the_tables_once(url: str, queues: list[Queue]):
    log, errors = Log(), []

    def start() -> None:
        try:
            opened(url, log, queues)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    for number, queue in enumerate(queues):
        assert queue.put(task(number, f"chat:{number % 3}"))
    wait_until(lambda: queues[0].counts()["done"] == 10)
    assert sorted(log.ids()) == list(range(10))
    assert query(url, "select count(*) from queue_version") == [(1,)]


def test_a_start_waits_for_a_process_that_makes_the_tables(
    url: str, queues: list[Queue], caplog: pytest.LogCaptureFixture
):
    with psycopg.connect(url) as other:
        other.execute("select pg_advisory_xact_lock(hashtext('anzol'), hashtext(current_schema()))")
        starting = threading.Thread(target=opened, args=(url, Log(), queues))
        starting.start()
        wait_until(lambda: bool(caplog.messages))
    starting.join()

    assert caplog.messages == [
        "Another process changes the tables: waiting for it, for up to 60 s."
    ]
    assert queues[0].put(task(1))


def test_what_waits_is_told_to_an_idle_neighbour(url: str, queues: list[Queue]):
    """A notification, not the look of each second: a hundred of them take less than that would for one."""
    go = threading.Event()
    busy = opened(url, lambda work: go.wait(10) and None, queues, workers=1, urgent=0)
    busy.put(task(0))
    idle = opened(url, log := Log(), queues)
    idle.check()
    delays = []

    for number in range(1, 11):
        started = time.monotonic()
        busy.put(task(number, f"chat:{100 + number}"))
        wait_until(lambda number=number: number in log.ids())
        delays.append(time.monotonic() - started)

    go.set()
    assert sorted(delays)[5] < 0.4


def test_cut_connections_lose_nothing_and_repeat_nothing(url: str, queues: list[Queue]):
    address = f"{url}&application_name=cut{free_port()}"
    name = address.rpartition("=")[2]
    queue = opened(address, log := Log(), queues)
    stored: list[int] = []
    ended = threading.Event()

    def cut() -> None:
        while not ended.wait(0.15):
            query(
                url,
                f"select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{name}'",
            )

    cutter = threading.Thread(target=cut)
    cutter.start()
    try:
        for number in range(300):
            for _ in range(200):
                with contextlib.suppress(Unavailable):
                    queue.put(task(number, f"chat:{number % 7}"))
                    stored.append(number)
                    break
                threading.Event().wait(0.02)
    finally:
        ended.set()
        cutter.join()

    assert stored == list(range(300))
    wait_until(lambda: queue.counts()["done"] == 300, 30)
    assert sorted(set(log.ids())) == stored
    for lane in range(7):
        first = list(dict.fromkeys(number for number in log.ids() if number % 7 == lane))
        assert first == sorted(first)


def test_one_that_others_have_buried_joins_again(url: str, queues: list[Queue], caplog: Any):
    queue = opened(url, log := Log(), queues)
    assert queue.put_and_wait(task(1))
    before = query(url, "select name from owner")
    query(url, "delete from owner")

    def is_stored() -> bool:
        with contextlib.suppress(Unavailable):
            return queue.put(task(2)) or True
        return False

    wait_until(is_stored)
    wait_until(lambda: 2 in log.ids())
    assert query(url, "select name from owner") != before
    assert "taken this one for dead" in caplog.text


def test_a_killed_process_is_taken_over_within_two_seconds(url: str, queues: list[Queue]):
    program = (
        "import sys, threading\n"
        "from anzol.queue import Task, open_queue\n"
        "queue = open_queue(sys.argv[1], lambda work: threading.Event().wait(600))\n"
        "queue.put(Task(1, '1', 'chat:1', b'{}'))\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    neighbour = opened(url, log := Log(), queues)
    with subprocess.Popen(
        [sys.executable, "-c", program, url], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        wait_until(lambda: query(url, "select 1 from owner where is_locked offset 1"))
        assert neighbour.put(task(2))
        assert log.ids() == []

        process.kill()
        started = time.monotonic()
        wait_until(lambda: log.ids() == [1, 2])

    # A second for the next sign of life, and as much for a machine that is busy.
    assert time.monotonic() - started < 2.0 * 5
    assert log.runs[0] == (1, 2)


@pytest.mark.slow
class TestServer:
    """With a server of the test's own, which is stopped and started."""

    @pytest.fixture
    def server(self) -> Iterator[postgres.Server]:
        server = postgres.Server(fsync="off", port=free_port())
        yield server
        server.remove()

    def test_a_restart_is_survived(self, server: postgres.Server, queues: list[Queue], caplog: Any):
        """503 at once while it is away; what ran meanwhile is written afterwards, and runs once."""
        go = threading.Event()
        queue = opened(server.address, log := Log(lambda work: go.wait(30) and None), queues)
        neighbour = opened(server.address, Log(), queues)
        queue.put(task(1))
        wait_until(log.ids)

        server.stop()
        started = time.monotonic()
        with pytest.raises(Unavailable):
            queue.put(task(2))
        assert time.monotonic() - started < 2.6
        go.set()
        wait_until(lambda: queue.workers()["busy"] == 0)
        server.start()

        def is_stored() -> bool:
            with contextlib.suppress(Unavailable):
                return queue.put(task(2)) or True
            return False

        wait_until(is_stored, 30)
        wait_until(lambda: neighbour.counts()["done"] == 2, 30)
        assert log.runs == [(1, 1), (2, 1)]
        assert [line for line in caplog.messages if "cannot write" in line]
        assert "The queue can write again." in caplog.messages

    def test_a_wrong_password_is_told_in_one_line(self, server: postgres.Server):
        hba = server.folder / "data" / "pg_hba.conf"
        query(server.address, "create role someone login password 'right'")
        hba.write_text("host all all 127.0.0.1/32 scram-sha-256\nlocal all postgres trust\n")
        query(server.address, "select pg_reload_conf()")
        address = f"postgresql://someone:{{}}@127.0.0.1:{server.port}/postgres"

        said = refusal(address.format(quote(PASSWORD, safe="")))
        assert "the user or the password is wrong" in said

    def test_a_read_replica_is_told_in_one_line(self, server: postgres.Server):
        server.stop("fast")
        (server.folder / "data" / "standby.signal").touch()
        server.start()

        assert "is a read replica: point DATABASE_URL at the primary" in refusal(server.address)

    def test_the_oldest_version_that_is_at_hand_keeps_the_promise(self, queues: list[Queue]):
        server = postgres.Server(version=16)
        try:
            queue = opened(server.address, Log(), queues)
            for number in range(50):
                queue.put(task(number, f"chat:{number % 5}"))
            wait_until(lambda: queue.counts()["done"] == 50)
            assert "PostgreSQL 16" in queue.inspect()
            queue.stop()
            queues.clear()
        finally:
            server.remove()

    @pytest.mark.skipif(not shutil.which("pgbouncer"), reason="there is no pgbouncer here")
    @pytest.mark.parametrize("mode", ["transaction", "session"])
    def test_pgbouncer(
        self, server: postgres.Server, queues: list[Queue], tmp_path: Path, mode: str, caplog: Any
    ):
        port = free_port()
        with pooler(server, tmp_path, port, mode):
            address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            log = Log(lambda work: fail_once(work))
            one, other = (opened(address, log, queues) for _ in range(2))
            for number in range(40):
                assert one.put(task(number, f"chat:{number % 4}"))
                assert not other.put(task(number, f"chat:{number % 4}"))
            wait_until(lambda: one.counts()["done"] == 40, 30)

            warned = [line for line in caplog.messages if "pgbouncer in transaction mode" in line]
            assert len(warned) == (2 if mode == "transaction" else 0)
            for lane in range(4):
                first = list(dict.fromkeys(n for n in log.ids() if n % 4 == lane))
                assert first == sorted(first)
            for queue in (one, other):
                queue.stop()
            queues.clear()


def fail_once(work: Work) -> None:
    state = work.state(work.lane)
    state["n"] = state.get("n", 0) + 1
    if int(work.key) % 5 == 0 and work.attempt == 1:
        raise Again()


@contextlib.contextmanager
def pooler(server: postgres.Server, folder: Path, port: int, mode: str) -> Iterator[None]:
    """Run pgbouncer in front of a server."""
    config, users = folder / "pgbouncer.ini", folder / "users"
    users.write_text('"postgres" ""\n')
    config.write_text(
        "[databases]\n"
        f"postgres = host=127.0.0.1 port={server.port} dbname=postgres\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\n"
        f"auth_file = {users}\npool_mode = {mode}\nuser = nobody\n"
        "ignore_startup_parameters = extra_float_digits\ndefault_pool_size = 30\n"
    )
    for path in (folder, *folder.parents[:3]):
        path.chmod(path.stat().st_mode | 0o055)
    process = subprocess.Popen(
        ["pgbouncer", "-q", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:

        def answers() -> bool:
            with contextlib.suppress(psycopg.Error):
                psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
                return True
            return False

        wait_until(answers, 30)
        yield
    finally:
        process.terminate()
        process.wait()


def test_a_lane_that_goes_on_waits_since_its_next_task_came(url: str, queues: list[Queue]):
    """Its row may be as old as the chat; what waits in it came with the end of the task before."""
    go = threading.Event()
    queue = opened(url, lambda work: go.wait(60) and None, queues)
    queue.put(task(1))
    wait_until(lambda: queue.workers()["busy"] == 1)
    threading.Event().wait(3.0)
    queue.pause(1, "nobody may write")
    queue.check()
    with held_back(queue):
        go.set()
        wait_until(lambda: queue.workers()["idle"] == 1)
        queue.put_soon(task(2), lambda stored: None)

    wait_until(lambda: queue.counts()["done"] == 1 and queue.counts()["waiting"] == 1)
    assert queue.counts()["oldest"] < 3
