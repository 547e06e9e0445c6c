"""What a handler's `ctx` is known to have, for mypy and editors: see contexts.pyi. At run time all are `Context`."""

from __future__ import annotations

from typing import Any

from .context import Context

Decorator = ButtonDecorator = DataDecorator = FormDecorator = PaidDecorator = ScreenDecorator = Any


def __getattr__(name: str) -> type[Context]:
    if not name.endswith("Ctx"):
        raise AttributeError(name)
    return Context


def by_query(method: Any) -> Any:
    """Give `Router.on` its types: the context of a handler follows from the query."""
    return method


def by_state(method: Any) -> Any:
    """Give `Router.state` its types: the context of a handler follows from the filters."""
    return method
