"""Whose turn it is: the handler that takes an update, and the lane in which the update waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from anzol.api.updates import kind_of, lane_of

from . import matchers, streams
from .arrival import Arriving
from .context import Context
from .conversation import Question
from .hooks import Hooks
from .matchers import Matcher
from .patterns import Pattern
from .routes import Route
from .table import Branch, Placed, Table
from .texts import CANCELLED

ANY_MESSAGE = Matcher(matchers.MESSAGE, matchers.always)
# Stop buttons of streams work without a handler of the author's, beside the handler that they end.
STOP = Route(matchers.of_button(Pattern(streams.STOP_DATA), signed=True), streams.stop, aside=True)
DRAFT_STOPPED = Route(
    Matcher(frozenset({streams.DRAFT_STOPPED}), matchers.always), streams.stop_draft, aside=True
)
CANCEL = Route(ANY_MESSAGE, lambda ctx: ctx.t(CANCELLED), command=True)


class Selection:
    """All handlers of a bot in their order, and which of them takes an update: made anew when one is added.

    `hooks` are those of all its routers, the outermost router's first. `builtin` handlers are asked before the author's.
    """

    def __init__(
        self, branches: Iterable[Branch], hooks: Sequence[Hooks], builtin: Iterable[Route]
    ) -> None:
        branches = list(branches)
        ours = [STOP, *dict.fromkeys(builtin)]
        if any(streams.DRAFT_STOPPED in route.kinds for _, route in branches):
            ours.append(DRAFT_STOPPED)
        self._table = Table([*(((), route) for route in ours), *branches])
        self._outermost = (hooks[0],)
        self._exits = {state: hook for one in hooks for state, hook in one.exits.items()}
        # The names that some handler takes: of questions, of jobs, and of the topics of events.
        self.states = self._table.states
        names = [key for _, route in branches for key in route.matcher.keys]
        self.jobs = frozenset(name for index, name in names if index == "job")
        self.topics = frozenset(name for index, name in names if index == "event")
        # Around every update, and around every call that the bot makes.
        self.every = [hook for one in hooks for hook in one.every]
        self.calls = [hook for one in hooks for hook in one.calls]
        # Whether something of the author's may run after a reply that a handler has returned.
        later = [hook for one in hooks for hook in (*one.around, *one.after)]
        self.goes_on = bool(self.every or self.calls or later)

    def match(self, ctx: Context) -> Placed | None:
        """Return the route that takes this update, with the hooks around it; fills `ctx.params`."""
        asks = self.states and ctx.kind in ("message", "callback_query")
        question = ctx.question() if asks else None
        if question is not None and question.is_over(ctx.event.get("date")):
            if not ctx.command:
                return self._made_up(self._too_late(question))
            question = None
        if question is None:
            return self._table.first(ctx)
        return self._match_asked(ctx, question)

    def _match_asked(self, ctx: Context, question: Question) -> Placed | None:
        """Return the route that takes an update of a user who has been asked something."""
        first, in_state = self._table.first, (None, question.then)
        if ctx.kind == "callback_query":
            return first(ctx, lambda route: route.state in in_state)
        if ctx.command and (
            found := first(ctx, lambda route: route.command and route.state in in_state)
        ):
            return found
        if ctx.command == "cancel":
            return self._made_up(CANCEL)
        if found := first(ctx, lambda route: route.state == question.then):
            return found
        if question.then in self.states:
            words = self._refusal(ctx, question)
            return self._made_up(Route(ANY_MESSAGE, lambda ctx: ctx.t(words), keep=True))
        return first(ctx)

    def match_after(self, ctx: Context, found: Placed) -> Placed | None:
        """Return the next route that takes an update which this one has passed on."""
        return self._table.first(ctx, None, found.turn if found.route.state is None else -1)

    def _made_up(self, route: Route) -> Placed:
        return Placed(-1, self._outermost, route)

    def _too_late(self, question: Question) -> Route:
        """Return what takes an answer that came too late."""

        def tell(ctx: Context) -> str:
            self.tell_exit(ctx, question.then)
            return ctx.t(question.late)

        return Route(ANY_MESSAGE, tell, keep=True)

    def _refusal(self, ctx: Context, question: Question) -> str:
        """Return the reply to a message that is not an answer: that of the first filter that has one."""
        states = (each.route for each in self._table.placed if each.route.state == question.then)
        filters = (test for route in states for test in route.filters if not test(ctx))
        said = (getattr(test, "again", "") for test in filters)
        return next(filter(None, said), question.again)

    def tell_exit(self, ctx: Context, state: str) -> None:
        """Call the exit of the scene that a user has left, and send what it returns."""
        hook = self._exits.get(state)
        reply = hook(ctx) if hook else None
        if reply is not None:
            ctx.reply(reply)

    def takes(self, kind: str) -> bool:
        """Return whether some handler takes updates of a kind."""
        return any(kind in placed.route.kinds for placed in self._table.placed)

    def lane_of(self, update: dict[str, Any], kind: str = "") -> str:
        """Return the lane in which an update waits its turn: its chat's, unless a handler asked for another.

        It is chosen from the update alone: a filter that needs more than that is taken to fail.
        """
        kind = kind or kind_of(update)
        lane = lane_of(update, kind)
        found = self._table.aside.get(kind)
        if not found:
            return lane
        arriving = Arriving(update)
        taker = next(filter(arriving.is_for, found), None)
        return arriving.lane_for(taker, lane) if taker else lane
