"""How one update is run: the handler, its hooks, its reply; and what an error means."""

from __future__ import annotations

import logging
from typing import Any

from anzol.api.client import is_harmless
from anzol.api.errors import ApiError, Drop, Forbidden, NetworkError, Retry, RetryAfter
from anzol.api.text import is_html
from anzol.api.types import Object

from . import conversation, migration
from .checks import location
from .context import Context
from .reply import Reply
from .router import Router
from .routes import Route
from .tree import Tree

log = logging.getLogger(__name__)


def run(router: Router, ctx: Context, *, last_try: bool = True) -> str | None:
    """Run the handler that takes this update and return its name, or `None` when nobody takes it.

    Raises `Retry` when another try may help and is allowed. That the update's own chat no longer lets the bot in ends
    it, with `ctx.gone`. Any other exception is final: the router's error handlers have been told.
    """
    ctx.router = router
    routers: list[Tree] = [router]
    route: Route | None = None
    try:
        migration.follow(ctx)
        found = router.match(ctx)
        if found is None:
            return None
        routers, route = found
        _call(routers, route, ctx)
        migration.follow_late(ctx)
    except Drop:
        _answer_button(ctx)
    except Exception as error:
        if _is_gone(ctx, error):
            ctx.gone = True
            return location(route.handler) if route else None
        again = _another_try(error, retry_all=route is not None and route.retry)
        if again and not (last_try and again.counted):
            raise again from (None if again is error else error)
        _tell_error_handlers(routers, ctx, error)
        _answer_button(ctx)
        raise
    return location(route.handler) if route else None


def _call(routers: list[Tree], route: Route, ctx: Context) -> None:
    # An album that is not complete comes back later: the hooks see it once.
    whole = ctx.album_messages() if route.album or route.state is not None else []
    arguments = (whole,) if route.album else ()
    result = _before(routers, ctx)
    if result is None:
        if route.state is not None or (route.command and ctx.router.states()):
            conversation.leave(ctx)
        result = route.handler(ctx, *arguments, **ctx.params)
    respond(ctx, result)
    for router in reversed(routers):
        for hook in router.after_hooks:
            hook(ctx)
    _answer_button(ctx)


def _before(routers: list[Tree], ctx: Context) -> Any:
    for router in routers:
        for hook in router.before_hooks:
            result = hook(ctx)
            if result is not None:
                return result
    return None


def respond(ctx: Context, result: Any) -> None:
    """Send what a handler returned: a string or a `Reply`; a list answers an inline query.

    What a call gave back, as in `return ctx.edit("done")`, is no reply.
    """
    if result is None or result == "" or isinstance(result, bool | Object):
        return
    if isinstance(result, str | Reply) or is_html(result):
        ctx.reply(result)
    elif isinstance(result, list) and ctx.kind == "inline_query":
        ctx.answer(result)
    else:
        raise TypeError(
            f"The handler returned {type(result).__name__}; return a str, html(), a Reply or None."
        )


def _another_try(error: Exception, *, retry_all: bool) -> Retry | None:
    """What may heal by itself: the network, Telegram's own trouble, and what the handler asks for."""
    if isinstance(error, Retry):
        return error
    if isinstance(error, RetryAfter):
        return Retry(after=error.retry_after)
    if retry_all:
        return Retry()
    if isinstance(error, ApiError):
        return Retry() if error.code >= 500 else None
    if isinstance(error, NetworkError):
        # A send whose answer was lost may have arrived: running it again could answer twice.
        return Retry() if not error.sent or is_harmless(error.method) else None
    return None


def _is_gone(ctx: Context, error: Exception) -> bool:
    """Whether a call to the update's own chat was refused: nobody is there to read an answer or an excuse."""
    if not isinstance(error, Forbidden) or ctx.chat is None or error.chat_id is None:
        return False
    here = ctx.bot.moved.get(ctx.chat.id, ctx.chat.id)
    return error.chat_id in (here, str(here))


def _tell_error_handlers(routers: list[Tree], ctx: Context, error: Exception) -> None:
    """Call the error handlers of the innermost router that has some."""
    for router in reversed(routers):
        if not router.error_handlers:
            continue
        for handler in router.error_handlers:
            try:
                respond(ctx, handler(ctx, error))
            except Exception:
                log.exception("The error handler %s failed", location(handler))
        return


def _answer_button(ctx: Context) -> None:
    """Stop the button's spinner when the handler did not answer; that it is too late is no error."""
    if ctx.kind != "callback_query" or ctx.answered:
        return
    try:
        ctx.answer()
    except (ApiError, NetworkError) as error:
        log.info("The button press stays unanswered: %s", error)
