"""An index of handlers: dictionaries find the few candidates for an update, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .context import Context
from .hooks import Hooks
from .routes import Route

# The hooks of the routers that a handler lies in, outermost first, and the handler at the end.
Branch = tuple[tuple[Hooks, ...], Route]


class Placed:
    """A route, its turn, and the hooks around it, outermost first. Routes made up for one update have turn -1.

    `around`, `before` and `after` are those among them that a run has to call, in their order. With `alone` there is
    nothing around the handler, and no album that it takes.
    """

    __slots__ = ("after", "alone", "around", "before", "hooks", "route", "turn")

    def __init__(self, turn: int, hooks: tuple[Hooks, ...], route: Route) -> None:
        self.turn, self.hooks, self.route = turn, hooks, route
        self.around = [hook for each in hooks for hook in each.around]
        self.before = [each for each in hooks if each.before]
        self.after = [hook for each in reversed(hooks) for hook in each.after]
        self.alone = not (self.around or route.album or route.state is not None)


class Table:
    """The routes of a router and of those included in it."""

    def __init__(self, branches: Iterable[Branch]) -> None:
        self.placed = [Placed(turn, hooks, route) for turn, (hooks, route) in enumerate(branches)]
        self.states = frozenset(
            placed.route.state for placed in self.placed if placed.route.state is not None
        )
        # Those that ask for a lane of their own, by the kind of update.
        self.aside: dict[str, list[Route]] = {}
        for route in (placed.route for placed in self.placed):
            if route.aside or route.lane != "chat":
                for kind in route.kinds:
                    self.aside.setdefault(kind, []).append(route)
        self._shelves: dict[str, Shelf] = {}

    def first(
        self, ctx: Context, eligible: Callable[[Route], bool] | None = None, after: int = -1
    ) -> Placed | None:
        """Return the first eligible route after turn `after` that takes an update; set `ctx.params`.

        Without a test, those are eligible that answer no question.
        """
        shelf = self._shelves.get(ctx.kind)
        if shelf is None:
            taken = [placed for placed in self.placed if ctx.kind in placed.route.kinds]
            if not taken:  # strangers may invent kinds without end
                return None
            shelf = self._shelves[ctx.kind] = Shelf(taken)
        for placed in shelf.candidates(ctx) if shelf.is_keyed else shelf.asked:
            route = placed.route
            if placed.turn > after and (eligible(route) if eligible else route.state is None):
                params = route.match(ctx)
                if params is not None:
                    ctx.params = params
                    return placed
        return None


class Shelf:
    """The routes of one kind of update, indexed by command, exact text and prefix of button data where possible.

    Those in `asked` are not; they are all, unless it `is_keyed`.
    """

    def __init__(self, routes: Sequence[Placed]) -> None:
        self.asked: list[Placed] = []
        self._keyed: dict[str, dict[str, list[Placed]]] = {
            "command": {},
            "text": {},
            "button": {},
            "event": {},
            "job": {},
        }
        for placed in routes:
            if not placed.route.matcher.keys:
                self.asked.append(placed)
            for index, key in placed.route.matcher.keys:
                self._keyed[index].setdefault(key, []).append(placed)
        self.is_keyed = any(self._keyed.values())
        # The lengths of all prefixes of button patterns.
        self._lengths = sorted({len(beginning) for beginning in self._keyed["button"]})

    def candidates(self, ctx: Context) -> Iterable[Placed]:
        """Return the routes that might take an update, in order."""
        found = self._found(ctx)
        if not found:
            return self.asked
        found += self.asked
        found.sort(key=_turn)
        return found

    def _found(self, ctx: Context) -> list[Placed]:
        commands, texts, buttons, events, jobs = self._keyed.values()
        found: list[Placed] = []
        if commands or texts:
            text = ctx.text
            if "/" in text:  # looking for a command takes longer than all else here
                found += commands.get(ctx.command, ())
            found += texts.get(text, ())
        if buttons:
            data = ctx.event.get("data") or ""
            for length in self._lengths:
                found += buttons.get(data[:length], ())
        if events:
            found += events.get(str(ctx.event.get("topic")), ())
        if jobs:
            found += jobs.get(str(ctx.event.get("name")), ())
        return found


def _turn(placed: Placed) -> int:
    return placed.turn
