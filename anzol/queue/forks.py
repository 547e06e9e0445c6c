"""Forks: an open SQLite file in both parent and child is how databases break, so none is open across one."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Pausable(Protocol):
    def pause(self) -> None: ...
    def resume(self) -> None: ...


_pausable: weakref.WeakSet[Pausable] = weakref.WeakSet()
_paused: list[Pausable] = []


def watch(subject: Pausable) -> None:
    """Pause `subject` before each fork of this process, and resume it after, in parent and child."""
    _pausable.add(subject)


def _before() -> None:
    _paused.extend(_pausable)
    for subject in _paused:
        subject.pause()


def _after() -> None:
    while _paused:
        _paused.pop().resume()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
