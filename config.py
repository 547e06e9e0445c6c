"""Your bot's own settings, read and checked with the server's."""

from __future__ import annotations

from dataclasses import dataclass

from anzol import Settings


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    """One attribute per setting: `PORT` in the environment or `.env` is `port` here."""
