"""Running one update through its handler and hooks, sending the answer, and deciding what an error means."""

from __future__ import annotations

import logging
import re
from typing import Any

from anzol.api.client import is_harmless
from anzol.api.errors import (
    ApiError,
    Drop,
    Forbidden,
    NetworkError,
    Next,
    Outage,
    Retry,
    RetryAfter,
    TelegramError,
)
from anzol.api.text import is_html, plain
from anzol.api.types import Object

from . import access, migration
from .checks import location
from .context import Context
from .deadlines import deadlines
from .hooks import Handler, Hooks, inside, with_hooks
from .kinds import Kind, kind_row
from .reply import Reply
from .router import Router
from .routes import Route
from .selection import CANCEL, Selection
from .sending import is_brief
from .table import Placed

log = logging.getLogger(__name__)

# What handlers return, as tuples: a union in isinstance() would be made anew for each update.
REPLY = (str, Reply)
NO_REPLY = (bool, Object)


def run(router: Router, ctx: Context, *, last_try: bool = True) -> str | None:
    """Run the handler that takes this update; return its place, or `None` when nobody takes the update.

    Raises `Retry` when another try may help and is allowed. That the update's own chat no longer lets the bot in ends
    it, with `ctx.gone`; an error that an error handler took, with `ctx.error`. Any other exception is final.
    """
    ctx.router = router
    selection = router.selection
    if selection.calls:
        ctx.bot = with_hooks(ctx, selection.calls)
    row = kind_row(ctx.kind)
    turn = Turn(selection, (router.hooks,), ctx, row)
    if row.seconds:
        with deadlines.after(row.seconds, lambda: _answer_late(ctx)):
            turn.take(last_try)
    else:
        turn.take(last_try)
    return turn.route.place if turn.route else None


class Turn:
    """One run of one update: the route that runs, and the hooks of the routers around it, outermost first."""

    __slots__ = ("_passed", "_row", "_selection", "ctx", "hooks", "route")

    def __init__(
        self, selection: Selection, hooks: tuple[Hooks, ...], ctx: Context, row: Kind
    ) -> None:
        self.ctx = ctx
        self._row = row
        self.hooks = hooks
        self.route: Route | None = None
        self._selection = selection
        self._passed: list[Hooks] = []

    def take(self, last_try: bool) -> None:
        """Run the first handler that takes the update, the next one where they raise `Next`; decide what an error means."""
        ctx = self.ctx
        try:
            if ctx.kind == "message":
                if not migration.MOVES.isdisjoint(ctx.event):
                    migration.move_state(ctx.event, ctx.state, ctx.bot.moved)
            elif ctx.kind in access.CHANGES:
                access.forget_administrators(ctx)
            if every := self._selection.every:
                with inside(every, ctx):
                    self._find()
            else:
                self._find()
            if self._row.otherwise is not None:
                _answer_otherwise(ctx)
            if ctx.bot.moved:
                migration.move_state_late(ctx.chat, ctx.state, ctx.bot.moved)
        except Drop:
            _answer_otherwise(ctx)
        except Exception as error:
            if _is_gone(ctx, error):
                ctx.gone = True
            else:
                _fail(self, error, last_try=last_try)

    def _find(self) -> None:
        found = self._selection.match(self.ctx)
        while found is not None:
            self.hooks, self.route = found.hooks, found.route
            try:
                if found.alone:
                    self._handle(found, ())
                else:
                    self._handle_inside(found)
                return
            except Next:
                found = self._selection.match_after(self.ctx, found)
        self.route = None
        _note_unhandled(self.ctx)

    def _handle_inside(self, found: Placed) -> None:
        ctx, route = self.ctx, found.route
        # An incomplete album raises Retry here, before any hook has run.
        whole = ctx.album_messages() if route.album or route.state is not None else []
        arguments = (whole,) if route.album else ()
        if found.around:
            with inside(found.around, ctx):
                self._handle(found, arguments)
        else:
            self._handle(found, arguments)

    def _handle(self, found: Placed, arguments: tuple[Any, ...]) -> None:
        ctx, route = self.ctx, found.route
        result = self._before(found) if found.before else None
        if result is None:
            if self._selection.states:
                _close_question(ctx, route)
            if arguments or ctx.params:
                result = route.handler(ctx, *arguments, **ctx.params)
            else:  # as it stands, it takes a quarter of the time
                result = route.handler(ctx)
        if type(result) is str and result and ctx.kind == "message":  # as nearly always
            if not self._selection.goes_on and is_brief(result):
                ctx.bot.finish()
            ctx.reply(result)
        else:
            respond(ctx, result)
        for hook in found.after:
            hook(ctx)

    def _before(self, found: Placed) -> Any:
        """Return the first reply of a `before` hook. A boolean, as in `return is_member(ctx)`, is not one."""
        for hooks in found.before:
            # Some have run already, before a handler that passed the update on.
            if hooks in self._passed:
                continue
            self._passed.append(hooks)
            for hook in hooks.before:
                result = hook(self.ctx)
                if result is not None and not isinstance(result, bool):
                    return result
        return None


def _close_question(ctx: Context, route: Route) -> None:
    """End the conversation that this update answers or interrupts, before its handler can start another."""
    if route.keep or not (route.state or route.command or ctx.callback):
        return
    question = ctx.question()
    if question is None or (question.keep and route is not CANCEL):
        return
    # A press counts as an answer on a button of the question itself, or one declared for its state.
    if ctx.callback is None or route.state or ctx.address.message == question.message:
        ctx.leave()


def respond(ctx: Context, result: Any) -> None:
    """Send what a handler returned, as the table in kinds.py says.

    The result of a call, as in `return ctx.edit("done")`, is not a reply.
    """
    row = kind_row(ctx.kind)
    if row.first == "ok" and not ctx.awaited.given and result is not None:
        _respond_to_checkout(ctx, result)
    elif result is None or isinstance(result, NO_REPLY) or is_empty(result):
        return
    elif isinstance(result, list) and ctx.kind == "inline_query":
        ctx.answer(result)
    elif not (isinstance(result, REPLY) or is_html(result)) or ctx.kind == "inline_query":
        wanted = (
            "a list or None" if ctx.kind == "inline_query" else "a str, html(), a Reply or None"
        )
        raise TypeError(f"The handler returned {type(result).__name__}; return {wanted}.")
    elif ctx.kind == "event":
        ctx.tell_subscribers(result)
    elif ctx.callback is not None and ctx.chat is None:
        ctx.answer(result.text if isinstance(result, Reply) else result)
    else:
        ctx.reply(result)


def is_empty(result: Any) -> bool:
    """Return whether a reply has nothing to show: no text, no file, no keyboard."""
    if isinstance(result, Reply):
        return not (result.text or result.media() or "reply_markup" in result.params)
    return not result and (isinstance(result, str) or is_html(result))


def _respond_to_checkout(ctx: Context, result: Any) -> None:
    if (isinstance(result, str) or is_html(result)) and result:
        ctx.answer(False, error_message=plain(result))
    elif isinstance(result, list) and ctx.kind == "shipping_query":
        ctx.answer(True, shipping_options=result)
    elif result is True and ctx.kind == "pre_checkout_query":
        ctx.answer(True)
    elif result is not False:
        raise TypeError(
            f"The handler of a {ctx.kind} returned {type(result).__name__}; return "
            f"{'True' if ctx.kind == 'pre_checkout_query' else 'a list of options'} or the reason why not."
        )


def _fail(turn: Turn, error: Exception, *, last_try: bool) -> None:
    """Raise `Retry` for another try, or the error itself unless an error handler deals with it."""
    ctx, route = turn.ctx, turn.route
    hurried = kind_row(ctx.kind).hurried
    settled = _answer_otherwise(ctx) if hurried else False
    again = _another_try(error, route.retry if route else None)
    in_time = ctx.kind == "callback_query" or not settled  # a refused checkout is over
    if again and in_time and not (last_try and again.counted):
        raise again from (None if again is error else error)
    ctx.rollback()
    if not _tell_error_handlers(turn.hooks, ctx, error):
        _answer_otherwise(ctx)
        raise error
    ctx.error = error
    log.warning(
        "%s: %s was handled by an error handler",
        route.place if route else "?",
        type(error).__name__,
    )
    _answer_otherwise(ctx)


def _another_try(error: Exception, retry: bool | None) -> Retry | None:
    """Return the `Retry` for errors that may pass: the network, Telegram's own, and what the handler asked for."""
    if isinstance(error, Retry):
        return error
    if retry is False:
        return None
    # Trouble on the way to Telegram does not count as an attempt.
    if isinstance(error, Outage):
        return Retry(after=0.0, counted=False)
    if isinstance(error, RetryAfter):
        return Retry(after=error.retry_after, counted=False)
    if retry:
        return Retry()
    if isinstance(error, ApiError):
        return Retry() if error.code >= 500 else None
    if isinstance(error, NetworkError):
        # A send whose response was lost may have arrived; another run could send it twice.
        return Retry() if not error.sent or is_harmless(error.method) else None
    return None


def _is_gone(ctx: Context, error: Exception) -> bool:
    """Return whether the update's own chat has shut the bot out, so that nobody would read a reply."""
    here = ctx.address.chat
    if not isinstance(error, Forbidden) or here is None or error.chat_id is None:
        return False
    here = ctx.bot.moved.get(here, here)
    return error.chat_id in (here, str(here))


def _tell_error_handlers(hooks: tuple[Hooks, ...], ctx: Context, error: Exception) -> bool:
    """Call the error handlers of the innermost router that has any for this type; return whether they settled it."""
    found = (each.handlers_of(error) for each in reversed(hooks))
    handlers: list[Handler] = next(filter(None, found), [])
    taken = bool(handlers)
    for handler in handlers:
        try:
            respond(ctx, handler(ctx, error))
        except Exception as failure:
            taken = False
            if failure is not error:
                log.exception("The error handler %s failed", location(handler))
    return taken


def _answer_otherwise(ctx: Context) -> bool:
    """Give the default answer if the handler gave none; return whether nobody is waiting any more. Failures are logged."""
    if kind_row(ctx.kind).otherwise is None:
        return True
    try:
        ctx.awaited.give_otherwise()
    except TelegramError as error:
        log.info("The %s stays unanswered: %s", ctx.kind, error)
        return False
    return True


def _answer_late(ctx: Context) -> None:
    try:
        ctx.awaited.give_otherwise(late=True)
    except TelegramError as error:
        log.info("The %s stays unanswered: %s", ctx.kind, error)


def _note_unhandled(ctx: Context) -> None:
    if ctx.callback is not None:
        log.warning("No handler takes the button %s", shape_of(ctx.callback.get("data") or ""))


def shape_of(data: str) -> str:
    """Return the shape of button data without its values, for the log: `like:7` → `like:{int}`."""
    first, *rest = data.split(":")
    parts = ["{int}" if re.fullmatch(r"-?\d+", part) else "{str}" for part in (first, *rest)]
    if re.fullmatch(r"[A-Za-z_]{1,32}", first):
        parts[0] = first
    return ":".join(parts)
