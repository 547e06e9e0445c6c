"""Probable mistakes, reported at start-up: handlers that never run, files that nothing imports."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType

from anzol.api.methods import schema

from .arrival import Arriving
from .checks import short
from .filters import newer_names
from .router import Router
from .routes import Route
from .table import Table


def remarks(router: Router, module: ModuleType) -> Iterator[str]:
    """Yield a line for each probable mistake in the handlers of `module`."""
    yield from unlisted(router, module)
    routes = list(router.routes())
    for route in routes:
        for name in newer_names(route.matcher.query):
            yield f"{route.place} waits for the {name}, which the {schema()['version']} does not have."
    yield from shadowed(routes)


def shadowed(routes: list[Route]) -> Iterator[str]:
    """Yield a line for each handler whose updates are all taken by handlers before it."""
    # A filter might refuse the update, and a state only takes answers.
    takers = [route for route in routes if not route.filters and route.state is None]
    table = Table(((), route) for route in takers)
    turns = {route: turn for turn, route in enumerate(routes)}
    for route in routes:
        if route.state is not None:
            continue
        found = [
            _taker(table, Arriving(sample), turns, turns[route])
            for sample in route.matcher.samples()
        ]
        first = next(filter(None, found), None)
        if first is None:
            continue
        if all(found):
            yield f"{route.place} never runs: {first.place} comes before it and takes its updates."
        elif route.album:
            yield f"{route.place} misses some albums: {first.place} comes before it and takes their parts."


def _taker(table: Table, update: Arriving, turns: dict[Route, int], turn: int) -> Route | None:
    """Return the first unfiltered handler before `turn` that takes an update."""
    try:
        found = table.first(update, lambda route: turns[route] < turn)
    except Exception:  # a test of the author's own that a made-up update does not pass
        return None
    return found.route if found else None


def unlisted(router: Router, module: ModuleType) -> Iterator[str]:
    """Yield a line for each file in the package that nothing imports, and for each router that nothing includes."""
    included = {id(router), *(id(inner) for inner in router.routers())}
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        name = f"{module.__name__}.{found.name}"
        spec = found.module_finder.find_spec(name, None)
        file = short(spec.origin) if spec and spec.origin else name
        here = short(module.__file__ or module.__name__)
        if name not in sys.modules:
            yield f"{file} is never imported: list it in {here}, or delete it."
            continue
        own = getattr(sys.modules[name], "router", None)
        if isinstance(own, Router) and id(own) not in included:
            yield f"{file} has a router that is not included: add {found.name}.router in {here}."
