"""Which engine a database's address names."""

from __future__ import annotations

from .base import OpenError
from .driver import Driver


def engine(url: str) -> Driver:
    """Return the driver for a database's address."""
    if url.startswith("sqlite:"):
        from . import sqlite

        return sqlite.driver(url)
    if url.startswith(("postgresql:", "postgres:")):
        try:
            from . import postgresql
        except ImportError as error:
            raise OpenError(
                f"PostgreSQL needs psycopg 3 ({error}): pip install 'psycopg[binary]>=3.2,<4'"
            ) from None
        return postgresql.driver(url)
    scheme = url.partition(":")[0]
    raise OpenError(
        f"DATABASE_URL starts with {scheme!r}. Use sqlite:///anzol.db or postgresql://user:password@host/name."
    )
