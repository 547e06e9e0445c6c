"""The Flask app's context around each update, for `current_app`, `g` and whatever is torn down with it."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

from flask import Flask, appcontext_popped, appcontext_pushed, appcontext_tearing_down
from flask.globals import app_ctx


class Contexts:
    """An app's contexts: each call returns one for a `with` block.

    Most of what Flask does with a context is to tell who listens, seventeen functions and a twentieth of an update. Where
    nobody does, a thread keeps its context, and each block has only a `g` of its own.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._mine = threading.local()

    def __call__(self) -> AbstractContextManager[object]:
        """Return a context, to be entered by the calling thread."""
        app, mine = self._app, self._mine
        if (
            app.teardown_appcontext_funcs
            or appcontext_pushed.receivers
            or appcontext_tearing_down.receivers
            or appcontext_popped.receivers
        ):
            return app.app_context()
        kept: KeptContext | None = getattr(mine, "kept", None)
        if kept is None or not kept.is_pushed:
            kept = mine.kept = KeptContext(app)
        return kept


class KeptContext:
    """A context that stays pushed in its thread between blocks."""

    __slots__ = ("_app", "_context", "is_pushed")

    def __init__(self, app: Flask) -> None:
        self._app, self._context = app, app.app_context()
        self._context.push()
        self.is_pushed = True

    def __enter__(self) -> None:
        """Begin a block, which finds `g` empty."""

    def __exit__(self, *error: object) -> None:
        """Forget what the block has left in `g`. Raise AssertionError, as Flask does, for another context that it has left."""
        self._context.g = self._app.app_ctx_globals_class()
        if app_ctx._get_current_object() is not self._context:  # type: ignore[attr-defined]
            self.is_pushed = False
            self._context.pop()
