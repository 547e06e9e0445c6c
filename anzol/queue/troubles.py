"""Why PostgreSQL refused, in a few words for an operator."""

from __future__ import annotations

import re

import psycopg

REASONS = {
    "25006": "the database is read-only",
    "28P01": "the user or the password is wrong",
    "28000": "the server refuses this user, host or encryption (pg_hba.conf)",
    "3D000": "there is no database of that name",
    "3F000": "the schema of the address does not exist",
    "40P01": "two transactions waited for each other; one was given up",
    "42501": "the user may not do that; it must own the tables, or be allowed to create them",
    "53100": "the server's disk is full",
    "53300": "the server has no connection left",
    "55P03": "another process keeps rows locked",
    "57014": "it took longer than statement_timeout",
    "57P01": "the server is shutting down, or has ended the connection",
    "57P03": "the server is starting or shutting down",
}


def trouble(error: Exception) -> str | None:
    """Say in a few words why PostgreSQL refused; None for an error in a statement or value."""
    if not isinstance(error, psycopg.Error):
        return None
    code = error.sqlstate or ""
    if code in REASONS:
        return REASONS[code]
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return _reason(str(error))
    return str(error).partition("\n")[0] if code[:2] in ("53", "57", "58", "XX") else None


def _reason(text: str) -> str:
    """Shorten what libpq says of a connection that it could not make, or has lost."""
    if 'database "' in text and text.rstrip().endswith("does not exist"):
        return REASONS["3D000"]
    for code, sign in (
        ("28P01", "password authentication failed"),
        ("28P01", "no password supplied"),
        ("28000", "no pg_hba.conf entry"),
        ("53300", "too many clients"),
        ("53300", "remaining connection slots"),
        ("57P03", "the database system is"),
    ):
        if sign in text:
            return REASONS[code]
    if closed := re.search(
        r'on socket "([^"]+)" failed: (?:No such file|Connection refused)', text
    ):
        return f"no server listens on the socket {closed[1]}"
    tries = re.findall(r"failed: (.*)", text) or text.splitlines() or ["no connection"]
    said = str(tries[-1])
    return said.removeprefix("FATAL:").strip().rstrip(".")
