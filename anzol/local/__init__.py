"""`python app.py`: the bot on this machine."""

from .run import run

__all__ = ["run"]
