"""Which hosts are ours: a webhook that leads to one of them may be replaced without asking."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from anzol.api.client import Bot
from anzol.settings import Settings

FILES = Path.home() / ".config" / "anzol"


class Remembered:
    """The host that an earlier run registered and could not take back, because it was killed."""

    def __init__(self, file: Path, bot_id: int) -> None:
        self._file, self._bot = file, str(bot_id)

    def hosts(self) -> set[str]:
        """Return the hosts remembered for this bot."""
        return set(self._read().get(self._bot, []))

    def keep(self, host: str) -> None:
        """Remember a host."""
        self._write({**self._read(), self._bot: [host]})

    def forget(self) -> None:
        """Forget the host: its webhook was deleted."""
        self._write({bot: hosts for bot, hosts in self._read().items() if bot != self._bot})

    def _read(self) -> dict[str, list[str]]:
        try:
            found: dict[str, list[str]] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def _write(self, known: dict[str, list[str]]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(known), encoding="utf-8")


def our_hosts(settings: Settings, bot: Bot) -> set[str]:
    """Return the hosts whose webhook is ours to replace: this machine, the tunnel's name, what a killed run left."""
    named = {urlsplit(url).hostname or "" for url in (settings.public_url, settings.ngrok_url)}
    return named | {"127.0.0.1", "localhost"} | Remembered(FILES / "hosts.json", bot.id).hosts()
