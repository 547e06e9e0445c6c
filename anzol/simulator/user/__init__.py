"""The people's side over HTTP: what users do and see. README.md describes it."""

from . import accounts, acting, asking, cards, groups, openapi, people, reading, sending
from .routes import user

__all__ = [
    "accounts",
    "acting",
    "asking",
    "cards",
    "groups",
    "openapi",
    "people",
    "reading",
    "sending",
    "user",
]
