"""Your bot's own settings, read and checked with the server's.

    class Config(Settings):
        city: str = "Lisbon"                       # CITY in the environment or .env
        weather_key: str = setting(secret=True)    # must be set; hidden in logs

In a handler, `Config.current().city`.
"""

from __future__ import annotations

from anzol import Settings


class Config(Settings):
    """One attribute per setting: `PORT` in the environment or `.env` is `port` here."""
