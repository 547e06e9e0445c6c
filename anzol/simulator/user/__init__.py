"""The people's side over HTTP: what users do and see. README.md describes it."""

from . import accounts, acting, asking, cards, groups, people, reading, sending
from .routes import user

__all__ = [
    "accounts",
    "acting",
    "asking",
    "cards",
    "groups",
    "people",
    "reading",
    "sending",
    "user",
]
