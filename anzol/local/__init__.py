"""`python app.py`: the bot on this machine."""

from .run import main

__all__ = ["main"]
