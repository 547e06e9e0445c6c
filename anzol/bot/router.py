"""The router: its decorators say which updates a handler takes, and their order who is asked first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any, TypeVar, Unpack, cast, overload

from anzol.api.errors import HandlerError
from anzol.api.updates import OWN_KINDS, known_kinds

from . import contexts, forms, matchers, screens
from .checks import check_signature, check_text
from .context import Context
from .filters import Test, needs_of
from .forms import Form
from .hooks import Around, AroundCall, Handler, Hooks, check_around
from .jobs import arguments_of
from .languages import Languages
from .matchers import Matcher
from .patterns import compiled_for, with_data
from .payments import Sale
from .routes import Options, Route, refuse_unknown
from .schedules import Schedule
from .screens import Screen
from .selection import Selection
from .table import Branch
from .texts import TOO_LATE

H = TypeVar("H", bound=Handler)
C = TypeVar("C", bound=Context)
A = TypeVar("A", bound=Around)
C2 = TypeVar("C2", bound="AroundCall")
T = TypeVar("T")


class Router:
    """Collect handlers with decorators; files have one each, `handlers/__init__.py` includes them in order.

    The first handler that matches runs, and no other. Decorators take filters, and the options `retry`, `aside` and `lane`
    (`Options` in anzol/bot/routes.py). The outermost router has the bot's `languages`, and the class of
    its contexts: `class Ctx(OwnCtx)` with the author's own attributes, `Router(context=Ctx)`.
    """

    def __init__(
        self, *, languages: Languages | None = None, context: type[Context] = Context
    ) -> None:
        if not issubclass(context, Context):
            raise HandlerError(
                f"Router(context={context!r}): write class {context.__name__}(OwnCtx)."
            )
        self.languages = languages
        self.context = context
        self.entries: list[Route | Router] = []
        self.hooks = Hooks()
        self._builtin: list[Route] = []
        self._claims: dict[str, Route] = {}
        self._schedules: dict[str, Schedule] = {}
        self._included_in: list[Router] = []

    # Decorators

    @contexts.by_query
    def on(self, query: str, *filters: Test, **options: Unpack[Options]) -> Any:
        """Handle updates by kind and field: `on("message:photo", private)`."""
        check_text(query, 'on("message")')
        refuse_unknown("on", options)
        return self._decorator(Context, matchers.of_query(query), filters=filters, **options)

    def command(
        self,
        *what: str | Test,
        filters: tuple[Test, ...] = (),
        keep: bool | None = None,
        **options: Unpack[Options],
    ) -> contexts.Decorator[contexts.TextCtx]:
        """Handle `/name`, also `/name@this_bot`: `command("start", "help", private)`.

        The handler's docstring is its line in Telegram's menu. With `keep`, as /help has by itself, it runs within a
        conversation and leaves the question open.
        """
        refuse_unknown("command", options, "filters", "keep")
        names, more = matchers.split_texts(what)
        if not names:
            check_text(more[0] if more else None, 'command("start")')
        if isinstance(filters, tuple):  # else the check of filters says what to write
            filters = (*more, *filters)
        return self._decorator(
            contexts.TextCtx,
            matchers.of_commands(names),
            filters=filters,
            command=True,
            keep="help" in names if keep is None else keep,
            **options,
        )

    def button(
        self,
        pattern: str,
        *filters: Test,
        state: str | None = None,
        signed: bool = False,
        **options: Unpack[Options],
    ) -> contexts.ButtonDecorator:
        """Handle presses of buttons by their data: `button("like:{id:int}")` calls `handler(ctx, id=7)`.

        `handler.data(id=7)` makes the data of such a button. With `state`, only presses of users who are asked for that
        count; with `signed`, only data from `ctx.sign(handler.data(id=7))`.
        """
        refuse_unknown("button", options, "state", "signed")
        compiled = compiled_for(pattern, 'button("like:{id:int}")')
        matcher = matchers.of_button(compiled, state, signed=signed)

        def add(handler: Any) -> Any:
            self.add(matcher, handler, filters=filters, state=state, **options)
            return with_data(handler, compiled)

        return cast(contexts.ButtonDecorator, add)

    def text(
        self, *what: str | Test, regex: str | None = None, **options: Unpack[Options]
    ) -> contexts.Decorator[contexts.TextCtx]:
        """Handle messages with exactly one of these texts: `text("Yes", "Price (USD)", private)`.

        With `regex=`, those whose text contains a regular expression; its named groups are arguments.
        """
        refuse_unknown("text", options, "regex")
        texts, filters = matchers.split_texts(what)
        if not texts and regex is None:
            check_text(filters[0] if filters else None, 'text("hello")')
        matcher = matchers.of_texts(texts, regex)
        return self._decorator(contexts.TextCtx, matcher, filters=filters, **options)

    @overload
    def inline(  # type: ignore[overload-overlap]
        self, handler: Callable[[contexts.InlineCtx], Any], /
    ) -> Callable[[contexts.InlineCtx], Any]: ...
    @overload
    def inline(
        self, *what: str | Test, regex: str | None = None
    ) -> contexts.Decorator[contexts.InlineCtx]: ...
    def inline(self, *what: Any, regex: str | None = None) -> Any:
        """Handle inline queries: all (`@router.inline`), exactly these, or by `regex=`; return a list of results."""
        texts, filters = matchers.split_texts(what)
        matcher = matchers.of_inline(texts, regex)
        if not texts and regex is None and len(filters) == 1:
            return self.add(matcher, filters[0])
        return self._decorator(contexts.InlineCtx, matcher, filters=filters)

    def album(
        self, handler: Callable[[contexts.AlbumCtx, list[Any]], Any]
    ) -> Callable[[contexts.AlbumCtx, list[Any]], Any]:
        """Handle an album by one call, `handler(ctx, messages)`, when its last part has come."""
        return self.add(matchers.of_albums(), handler, album=True)

    @contexts.by_state
    def state(self, name: str, *filters: Test, **options: Unpack[Options]) -> Any:
        """Handle the answer to `ctx.ask(..., then=name)`: a text, or what the filters let through, such as `has("photo")`.

        Another message is answered with the `again=` of the filter or the question, which stays open.
        """
        check_text(name, 'state("name")')
        refuse_unknown("state", options)
        matcher = matchers.of_answers(name, text=not filters)
        return self._decorator(contexts.TextCtx, matcher, filters=filters, state=name, **options)

    @overload
    def job(self, handler: H, /) -> H: ...
    @overload
    def job(self, name: str, /) -> Callable[[H], H]: ...
    def job(self, what: Any, /) -> Any:
        """Handle what `ctx.later(seconds, handler, text="tea")` has asked for: `handler(ctx, text="tea")`, in that chat.

        Runs are stored under the handler's name, or the one given here: keep it while some wait.
        """
        if isinstance(what, str):
            return lambda handler: self._add_job(what, handler)
        return self._add_job(what.__name__, what)

    def every(
        self,
        when: str | None = None,
        /,
        *,
        tz: str = "UTC",
        seconds: float | None = None,
        minutes: float | None = None,
        hours: float | None = None,
        days: float | None = None,
        late: float | None = None,
    ) -> Callable[[H], H]:
        """Run `handler(ctx)` by the clock: `every("08:30", tz="Europe/Lisbon")`, a cron expression, or `every(minutes=5)`.

        Each time is run once, however many processes there are. What was missed while none ran is made up for by one run,
        unless it would be more than `late` seconds late. `ctx` has no chat: use `ctx.tell(chat, …)`.
        """
        units = {"seconds": seconds, "minutes": minutes, "hours": hours, "days": days}
        schedule = Schedule(when, tz, late, units)

        def add(handler: H) -> H:
            self._add_job(handler.__name__, handler)
            self._schedules[handler.__name__] = schedule
            return handler

        return add

    def _add_job(self, name: str, handler: H) -> H:
        check_text(name, 'job("remind")')
        self.add(matchers.of_jobs(name, arguments_of(handler)), handler)
        with suppress(AttributeError):  # a method: it keeps no attribute
            handler.job = name  # type: ignore[attr-defined]
        return handler

    def schedules(self) -> dict[str, Schedule]:
        """Return the schedules by the names of their handlers, of this router and those in it."""
        found = dict(self._schedules)
        for router in self.routers():
            found |= router._schedules
        return found

    def deep_link(self, pattern: str, *filters: Test) -> contexts.DataDecorator:
        """Handle `/start` with a payload, `deep_link("ref_{id:int}")`; `ctx.link(handler.data(id=7))` is such a link."""
        compiled = compiled_for(pattern, 'deep_link("ref_{id:int}")')
        matcher = matchers.of_deep_link(compiled)

        def add(handler: Any) -> Any:
            self.add(matcher, handler, filters=filters, command=True)
            return with_data(handler, compiled)

        return cast(contexts.DataDecorator, add)

    def paid(self, pattern: str, *filters: Test) -> contexts.PaidDecorator:
        """Handle payments by the payload of their invoice: `paid("coffee:{size:int}")`.

        `handler.data(size=2)` makes the payload. Every checkout with such a payload is accepted, unless
        `@handler.check` decides about it: `True`, or the reason why not.
        """
        compiled = compiled_for(pattern, 'paid("coffee:{size:int}")')

        def add(handler: Any) -> Any:
            sale = Sale(compiled)
            self.add(sale.checkouts(), sale.decide)
            self.add(sale.payments(), handler, filters=filters)
            handler.check = sale.check
            return with_data(handler, compiled)

        return cast(contexts.PaidDecorator, add)

    def form(
        self, kind: type[T], *, timeout: float | None = 3600.0, late: str = TOO_LATE
    ) -> contexts.FormDecorator[T]:
        """Handle a filled form, `handler(ctx, filled)`: a dataclass whose fields are `question("…")`.

        `handler.start(ctx)` asks for them one by one, `handler.start(ctx, name="Ann")` for the others. An answer after
        `timeout` seconds is answered with `late`.
        """

        def add(handler: Any) -> Any:
            form = Form(kind, handler, timeout, late)
            self.add(form.answers(), form.take, state=form.state, keep=True)
            self.add(form.presses(), form.press, state=form.state, keep=True)
            self._builtin.append(forms.LATE_PRESS)
            handler.start = form.start
            return handler

        return cast("contexts.FormDecorator[T]", add)

    def screen(self, pattern: str, *filters: Test) -> contexts.ScreenDecorator:
        """Show what the handler returns in the message whose button was pressed: `screen("planet:{name}")`.

        `handler.data(name="Mars")` makes the data of a button that leads there, `handler.show(ctx, name="Mars")` draws it,
        in a new message where no button was pressed. `back()` is a button to the screen before.
        """
        compiled = compiled_for(pattern, 'screen("menu")')

        def add(handler: Any) -> Any:
            screen = Screen(handler, compiled)
            self.add(matchers.of_button(compiled), screen.open, filters=filters)
            self._builtin.append(screens.GO_BACK)
            handler.show = screen.show
            return with_data(handler, compiled)

        return cast(contexts.ScreenDecorator, add)

    def event(
        self, topic: str, *filters: Test, type: str | None = None, **options: Unpack[Options]
    ) -> contexts.Decorator[contexts.EventCtx]:
        """Handle events that other programs tell of by POST /events/<topic>: `event("github", type="push")`.

        `ctx.event` has `id`, `topic`, `type` and the JSON, `payload`. What the handler returns is told to the topic's
        subscribers.
        """
        check_text(topic, 'event("shop")')
        refuse_unknown("event", options, "type")
        return self._decorator(
            contexts.EventCtx, matchers.of_events(topic, type), filters=filters, **options
        )

    @overload
    def error(self, kind: type[Exception], /, *more: type[Exception]) -> Callable[[H], H]: ...
    @overload
    def error(self, handler: H, /) -> H: ...
    def error(self, *what: Any) -> Any:
        """Call `handler(ctx, error)` when a handler of this router, or of one it includes, has failed for good.

        `@router.error` takes all errors, `@router.error(ApiError, ValueError)` these and their subclasses.
        The error is then settled; raise in the error handler to have the update buried all the same.
        """
        if not what or not isinstance(what[0], type):
            return self.error(Exception)(*what)

        def add(handler: H) -> H:
            check_signature(handler, ("error",), positional=True)
            self.hooks.errors.append((what, handler))
            return handler

        return add

    def before(self, hook: H) -> H:
        """Call `hook(ctx)` before a matched handler; a reply that it returns is sent, and the handler does not run."""
        check_signature(hook, ())
        self.hooks.before.append(hook)
        self._select_anew()
        return hook

    @overload
    def around(self, hook: A, /) -> A: ...
    @overload
    def around(self, *, every: bool) -> Callable[[A], A]: ...
    def around(self, hook: Any = None, *, every: bool = False) -> Any:
        """Run a hook around a matched handler: what stands before its one `yield`, then the handler, then the rest.

        The rest always runs; the handler's exception comes out of the `yield`. A hook that ends without it lets no
        handler run. With `every=True` it is around all updates of the whole bot, also those that no handler takes, and
        begins before it is asked who takes them.
        """
        if hook is None:
            return lambda hook: self._add_around(hook, every=every)
        return self._add_around(hook, every=every)

    def _add_around(self, hook: A, *, every: bool) -> A:
        check_around(hook)
        (self.hooks.every if every else self.hooks.around).append(hook)
        self._select_anew()
        return hook

    def outgoing(self, hook: C2) -> C2:
        """Run `hook(ctx, method, params)` around each call that the bot's handlers make: it has one `yield`, as in `around`.

        `params` may be changed before it; `result = yield` gives what Telegram answered. A hook that ends without it
        ends the update instead of calling. It holds for the whole bot.
        """
        check_around(hook, ("method", "params"))
        self.hooks.calls.append(hook)
        self._select_anew()
        return hook

    def after(self, hook: H) -> H:
        """Call `hook(ctx)` after a handler that did not fail."""
        check_signature(hook, ())
        self.hooks.after.append(hook)
        self._select_anew()
        return hook

    # The tree

    def add(self, matcher: Matcher, handler: H, **options: Any) -> H:
        """Add a handler: the primitive under all decorators; `options` are those of `Route`."""
        route = Route(matcher, handler, **options)
        self._claim([route])
        self.entries.append(route)
        return handler

    def include(self, *routers: Router) -> None:
        """Put other routers' handlers here, in this order."""
        for router in routers:
            if not isinstance(router, Router):
                raise HandlerError(
                    f"include() takes routers, not {router!r}; write include(start.router)."
                )
            if self is router or self in router.routers():
                raise HandlerError("A router cannot include itself.")
            if not issubclass(self.context, router.context):
                name = router.context.__name__
                raise HandlerError(
                    f"A router whose handlers take {name} is included in one that makes "
                    f"{self.context.__name__}; write Router(context={name}) there."
                )
            self._claim(list(router.routes()))
            self.entries.append(router)
            router._included_in.append(self)

    def routes(self) -> Iterator[Route]:
        """Yield all handlers in the order in which they are tried."""
        return (route for _, route in self._branches())

    def routers(self) -> Iterator[Router]:
        """Yield the routers included here, and those in them."""
        for entry in self.entries:
            if isinstance(entry, Router):
                yield entry
                yield from entry.routers()

    def _branches(self) -> Iterator[Branch]:
        for entry in self.entries:
            if isinstance(entry, Router):
                for hooks, route in entry._branches():
                    yield (self.hooks, *hooks), route
            else:
                yield (self.hooks,), entry

    def _decorator(
        self, context: type[C], matcher: Matcher, **options: Any
    ) -> contexts.Decorator[C]:
        """Return a decorator of handlers that take such a `context`: for type checkers, all are `Context`."""
        return cast("contexts.Decorator[C]", lambda handler: self.add(matcher, handler, **options))

    def _claim(self, routes: list[Route]) -> None:
        """Claim what these handlers take, here and in all enclosing routers; refuse what another one takes already."""
        for router in self._outward():
            for route in routes:
                for claim in route.claims:
                    if (other := router._claims.get(claim)) is not None:
                        raise HandlerError(
                            f"{route.place} handles {claim}, and so does {other.place}: "
                            "only the first would ever run. Remove one, or give it a filter."
                        )
        for router in self._outward():
            router._claims |= {claim: route for route in routes for claim in route.claims}
        self._select_anew()

    def _outward(self) -> list[Router]:
        """Return this router and those that enclose it."""
        found = [self]
        for router in found:
            found += router._included_in
        return found

    def _select_anew(self) -> None:
        for router in self._outward():
            router.__dict__.pop("selection", None)

    @cached_property
    def selection(self) -> Selection:
        """Return which handler takes an update. It is made once, not for each update, since it asks every handler."""
        routers = [self, *self.routers()]
        builtin = [route for one in routers for route in one._builtin]
        return Selection(self._branches(), [one.hooks for one in routers], builtin)

    # All handlers together

    def commands(self) -> dict[str, str]:
        """Return each command with the first line of its handler's docstring, for the menu and for /help."""
        return {
            name: (route.handler.__doc__ or "").strip().partition("\n")[0]
            for route in self.routes()
            for name in route.commands
        }

    def menu(self, language: str | None = None) -> list[dict[str, str]]:
        """Return what setMyCommands takes: the commands whose handlers have a docstring, in one of the languages."""

        def said(line: str) -> str:
            return self.languages.translate(language, line) if self.languages and language else line

        return [
            {"command": name, "description": said(line)[:256]}
            for name, line in self.commands().items()
            if line
        ]

    def allowed_updates(self) -> list[str]:
        """Return the kinds of update that some handler takes, in Telegram's order; what setWebhook asks for.

        Presses are always among them: on Stop buttons, and on those of an older version, which are answered too.
        """
        wanted = {kind for route in self.routes() for kind in route.kinds} - OWN_KINDS
        if wanted:
            tests = [test for route in self.routes() for test in route.filters]
            tests += [hook for one in (self, *self.routers()) for hook in one.hooks.before]
            wanted |= matchers.PRESS.union(*map(needs_of, tests))
        known = [kind for kind in known_kinds() if kind in wanted]
        return known + sorted(wanted - set(known))
