"""Telegram on your laptop: a Bot API server and a chat page. `python -m anzol.simulator`, or `start()`."""

from .running import Running, start

__all__ = ["Running", "start"]
