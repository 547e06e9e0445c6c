"""The operator's pages and buttons."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from anzol.push.audience import Audience
from anzol.push.outbox import Outbox
from anzol.queue import Entry, OpenError, Queue, Unavailable
from anzol.version import __version__

from ..health import Known, Seen
from ..keys import Key
from . import shown
from .session import FIELD, Sessions

POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PUSHES = 25
RECENT, DEAD, OPEN = 25, 50, 500  # rows shown; open ones are only grouped by their chats
ASK_SECONDS = 2.0  # seconds that the page waits for what Telegram says of the webhooks
HIGHEST = 2**63 - 1  # what a database can hold
SIGNED_IN: dict[str, Any] = {"in": 1}  # in an address: the cookie should be here by now
NOTHING_YET = dict.fromkeys(("open", "done", "dead", "expired", "waiting", "retrying", "oldest"), 0)

ViewResult = Response | Redirect | bytes


def pages(queue: Queue, bots: Callable[[], Iterable[Hosted]], *, key: Key) -> Blueprint:
    """Return the blueprint that serves /admin, for all bots or, with `?bot=…`, for one."""
    views = Views(queue, bots, key)
    pages = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")
    pages.before_request(views.guard)
    pages.after_request(protect)
    style = (Path(__file__).parent / "style.css").read_bytes()
    pages.add_url_rule("/style.css", "style", lambda: Response(style, mimetype="text/css"))
    pages.add_url_rule("/sign-in", "sign_in", views.sign_in, methods=["POST"])
    pages.add_url_rule("", "overview", views.signed_in(views.overview))
    pages.add_url_rule("/", "home", lambda: redirect(url_for(".overview")))
    pages.add_url_rule("/updates/<int:seq>", "update", views.signed_in(views.update))
    pages.add_url_rule("/push", "push", views.signed_in(views.push))
    for name in ("retry", "retry_all", "delete", "sign_out", "hold", "resume", "cancel"):
        act = views.acting(getattr(views, name))
        pages.add_url_rule("/" + name.replace("_", "-"), name, act, methods=["POST"])
    return pages


def protect(response: Response) -> Response:
    """Let the page load its style, post its forms, and nothing else."""
    response.headers["Content-Security-Policy"] = POLICY
    return response


class Hosted(Known, Protocol):
    """The parts of a bot that the pages show."""

    outbox: Outbox
    audience: Audience


class Views:
    """The views. Each button is a form that is answered with a redirect."""

    def __init__(self, queue: Queue, bots: Callable[[], Iterable[Hosted]], key: Key) -> None:
        self._all = queue
        self._bots = bots
        self._key = key
        self._sessions = Sessions(key)

    @property
    def _chosen(self) -> int | None:
        """Return the bot that the request asks for, None for all."""
        chosen = request.values.get("bot", None, int)
        return chosen if chosen in {each.id for each in self._bots()} else None

    @property
    def _queue(self) -> Queue:
        chosen = self._chosen
        return self._all if chosen is None else self._all.of(chosen)

    def guard(self) -> None:
        """Answer 404 without an API_KEY: then there is no page."""
        if not self._key.is_set:
            abort(404)

    def signed_in(self, view: Callable[..., ViewResult]) -> Callable[..., ViewResult]:
        """Require sign-in: show the form to anonymous visitors."""

        @functools.wraps(view)
        def guarded(**arguments: Any) -> ViewResult:
            session = self._sessions.current()
            if session is not None:
                return view(session, **arguments)
            lost = "in" in request.args
            return self._form(
                "Your browser did not keep the cookie: open this page over https." if lost else ""
            )

        return guarded

    def acting(self, act: Callable[[], ViewResult]) -> Callable[[], ViewResult]:
        """Decorate a button's view: ignore forms that do not come from our own page."""

        @functools.wraps(act)
        def guarded() -> ViewResult:
            session = self._sessions.current()
            if session is None or not self._sessions.is_our_form(session):
                return self._form("Sign in again: this form has expired.", 403)
            return act()

        return guarded

    def sign_in(self) -> ViewResult:
        """Open a session for the right key."""
        if not self._key.is_right(request.form.get("key", "")):
            return self._form("That is not the API_KEY.", 403)
        response = redirect(url_for(".overview", **SIGNED_IN), 303)
        self._sessions.open(response)  # type: ignore[arg-type]
        return response

    def sign_out(self) -> ViewResult:
        """Close the session."""
        response = redirect(url_for(".overview"), 303)
        self._sessions.close(response)  # type: ignore[arg-type]
        return response

    def overview(self, session: str) -> ViewResult:
        """Show what waits, what is dead, recent updates and the webhook."""
        if "in" in request.args:
            return redirect(url_for(".overview"), 303)
        trouble, counts = "", NOTHING_YET
        recent, dead, waiting = [], [], []
        queue, chosen = self._queue, self._chosen
        try:
            queue.check()
            counts = queue.counts()
            recent = queue.list(None, RECENT)
            dead = queue.list("dead", DEAD)
            waiting = queue.list("open", OPEN)
        except (OpenError, Unavailable) as error:
            trouble = str(error)
        return self._page(
            "overview.html",
            session,
            trouble=trouble,
            counts=counts,
            recent=recent,
            dead=dead,
            lanes=shown.lanes(waiting),
            webhooks=self._webhooks(chosen),
            said=said(),
        )

    def _webhooks(self, chosen: int | None) -> dict[int, Seen | None]:
        bots = [each for each in self._bots() if chosen in (None, each.id)]
        for each in bots:
            each.registered.look()  # all are asked before one is waited for
        until = time.monotonic() + ASK_SECONDS
        return {each.id: each.registered.wait(max(0.0, until - time.monotonic())) for each in bots}

    def update(self, session: str, seq: int) -> ViewResult:
        """Show one update with its traceback and JSON; 404 for an unknown number."""
        entry = self._queue.show(seq) if seq <= HIGHEST else None
        if entry is None:
            return Response(self._page("no_update.html", session, seq=seq), 404)
        return self._page("update.html", session, entry=entry)

    def push(self, session: str) -> ViewResult:
        """Show the newest pushes with their progress, the topics, and the jobs that wait for their time."""
        trouble = ""
        pushes: list[shown.Progress] = []
        topics: list[tuple[str, str, int]] = []
        jobs: list[Entry] = []
        chosen = self._chosen
        bots = [each for each in self._bots() if chosen in (None, each.id)]
        try:
            for each in bots:
                pushes += [shown.Progress(each.id, *one) for one in each.outbox.newest(PUSHES)]
                titles, counts = each.audience.titles, each.audience.counts()
                for name, count in counts.items():
                    title = titles[name].title_in(None) if name in titles else "no longer offered"
                    topics.append((name, title, count))
            jobs = [one for one in self._queue.list("scheduled", OPEN) if one.kind == "job"]
        except (OpenError, Unavailable) as error:
            trouble = str(error)
        pushes.sort(key=lambda one: -one.since)
        return self._page(
            "push.html",
            session,
            trouble=trouble,
            pushes=pushes[:PUSHES],
            topics=topics,
            jobs=sorted(jobs, key=lambda one: one.due or 0.0)[:PUSHES],
            moves=any(one.moves for one in pushes),
            now=time.time(),
        )

    def hold(self) -> ViewResult:
        """Hold back what waits of a push."""
        return self._change("hold")

    def resume(self) -> ViewResult:
        """Go on with a push."""
        return self._change("resume")

    def cancel(self) -> ViewResult:
        """Cancel what waits of a push."""
        return self._change("cancel")

    def _change(self, name: str) -> ViewResult:
        number, batch = request.form.get("of", None, int), request.form.get("batch", "")
        for each in self._bots():
            if each.id == number:
                getattr(each.outbox, name)(batch)
        return redirect(url_for(".push", bot=self._chosen), 303)

    def retry(self) -> ViewResult:
        """Run one dead update again."""
        seq = request.form.get("seq", -1, int)
        return self._done(retried=self._queue.retry([seq]) if 0 <= seq <= HIGHEST else 0)

    def retry_all(self) -> ViewResult:
        """Run all dead updates again."""
        return self._done(retried=self._queue.retry())

    def delete(self) -> ViewResult:
        """Delete the dead or the expired updates; 400 for any other state."""
        state = request.form.get("state", "")
        if state not in ("dead", "expired"):
            abort(400)
        return self._done(deleted=self._queue.purge(state, 0))

    def _done(self, **counts: Any) -> ViewResult:
        return redirect(url_for(".overview", bot=self._chosen, **counts), 303)

    def _page(self, template: str, session: str, **values: Any) -> bytes:
        token = self._sessions.form_token(session)
        page = render_template(
            f"anzol/{template}",
            shown=shown,
            bots=[each.id for each in self._bots()],
            chosen=self._chosen,
            version=__version__,
            field=FIELD,
            token=token,
            **values,
        )
        # A lone surrogate, which JSON may bring, cannot be sent as it is.
        return page.encode("utf-8", "backslashreplace")

    def _form(self, error: str = "", status: int = 0) -> ViewResult:
        page = render_template("anzol/sign_in.html", error=error)
        return Response(page, status or (403 if error else 200))


def said() -> str:
    """Return what the last button did, as a sentence for the page."""
    retried, deleted = (request.args.get(name, -1, int) for name in ("retried", "deleted"))
    if retried >= 0:
        return f"{retried} opened again."
    return f"{deleted} deleted." if deleted >= 0 else ""
