"""The operator's page at /admin: what waits, what is dead and why, and buttons for both. No JavaScript."""

from __future__ import annotations

from .pages import pages

__all__ = ["pages"]
