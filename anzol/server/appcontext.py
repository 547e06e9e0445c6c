"""The app's context around a run: `current_app`, and a `g` of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar, Token
from functools import partial
from types import TracebackType
from typing import Any

from flask import Flask, appcontext_popped, appcontext_pushed, appcontext_tearing_down, globals

# Where Flask keeps the current one. The name is its own: without it, Flask's context does, and costs more.
CURRENT: ContextVar[Any] | None = getattr(globals, "_cv_app", None)


def contexts_of(app: Flask) -> Callable[[], AbstractContextManager[object]]:
    """Return a function that returns a context for one run."""
    return app.app_context if CURRENT is None else partial(RunContext, app, CURRENT)


class RunContext:
    """Does what `app.app_context()` does, and sends Flask's signals only where somebody receives them.

    To send three of them to nobody takes as long as the router takes for an update.
    """

    __slots__ = ("_app", "_current", "_token")
    _token: Token[Any]

    def __init__(self, app: Flask, current: ContextVar[Any]) -> None:
        self._app, self._current = app, current

    def __enter__(self) -> None:
        app = self._app
        self._token = self._current.set(app.app_context())
        if appcontext_pushed.receivers:
            appcontext_pushed.send(app, _async_wrapper=app.ensure_sync)

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        app = self._app
        try:
            if app.teardown_appcontext_funcs or appcontext_tearing_down.receivers:
                app.do_teardown_appcontext(error)
        finally:
            self._current.reset(self._token)
        if appcontext_popped.receivers:
            appcontext_popped.send(app, _async_wrapper=app.ensure_sync)
