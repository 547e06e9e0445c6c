"""The Flask application and what protects it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Config, Flask, Request, Response, request, send_from_directory
from werkzeug.exceptions import HTTPException

from .api.api import answer, api, bot_of, headers_of, reply
from .api.calls import WAITING, Lost, envelope, execute
from .api.errors import PREFIXES, Refused
from .api.params import read_json
from .plain import HEADS, Head, read_head, response, status_line
from .user.routes import user
from .visitors import LOOPBACK, refusal
from .world.events import encode
from .world.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
UPLOAD_LIMIT = 50 * 1024 * 1024  # what the cloud accepts; 2000 MB without --strict
LOCAL_UPLOAD_LIMIT = 2000 * 1024 * 1024
LONGEST_WAIT = 0.01  # seconds in which nobody else is served
BODY_LIMIT = 4 * 1024 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

PROTECTION = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]


def create_app(world: World, hosts: set[str] | None = None) -> Flask:
    """Return the application for one world; `hosts` are further names it answers to, `*` any."""
    app = Flask(__name__)
    app.extensions["world"] = world
    app.config["MAX_CONTENT_LENGTH"] = (
        UPLOAD_LIMIT if world.options.strict else LOCAL_UPLOAD_LIMIT
    ) + 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 1000
    app.register_blueprint(api)
    app.register_blueprint(user)
    allowed = LOOPBACK | (hosts or set())
    app.before_request(lambda: refuse_strangers(allowed))
    app.before_request(limit_body)
    app.after_request(protect)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(Exception, crashed)
    app.add_url_rule("/", "page", page)
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    setattr(app, "wsgi_app", Calls(app.wsgi_app, world, allowed, app.config))  # noqa: B010
    return app


class Calls:
    """The bots' calls, before the framework sees them: its routing would take half of their time."""

    def __init__(
        self, others: WSGIApplication, world: World, hosts: frozenset[str], config: Config
    ) -> None:
        self._others = others
        self._world = world
        self._hosts = hosts
        self._config = config
        self.head = lru_cache(HEADS)(lambda head: read_head(head, hosts))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a path that begins with /bot; leave the others to the application."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith("/bot"):
            return self._others(environ, start_response)
        request = Request(environ)
        request.max_content_length = self._config["MAX_CONTENT_LENGTH"]
        request.max_form_memory_size = self._config["MAX_FORM_MEMORY_SIZE"]
        request.max_form_parts = self._config["MAX_FORM_PARTS"]
        try:
            status, body = attempt(lambda: self._answer(request, path.removeprefix("/bot")))
        except Lost:
            status, body = 500, b""
            cut = environ.get("simulator.cut")
            if cut:
                cut()
        request.close()
        # A Response object would cost a quarter of a call's time.
        start_response(status_line(status), headers_of(status, body) + PROTECTION)
        return [] if request.method == "HEAD" else [body]

    def _answer(self, request: Request, rest: str) -> tuple[int, bytes]:
        stranger = refusal(request, self._hosts)
        if stranger:
            return stranger[0], envelope_of(*stranger)
        if request.method not in ("GET", "HEAD", "POST"):
            return 501, b""
        if request.mimetype != "multipart/form-data":
            request.max_content_length = BODY_LIMIT
        return answer(self._world, request, rest)

    def is_prompt(self, head: Head) -> bool:
        """Return whether a plain call is answered at once, whatever its parameters are."""
        if head.method in WAITING or self._world.faults:
            return False
        # Somebody may hold the world for seconds, to keep a file of gigabytes.
        is_free = self._world.lock.acquire(timeout=LONGEST_WAIT)
        if is_free:
            self._world.lock.release()
        return is_free

    def respond(self, head: Head, body: bytes) -> bytes:
        """Carry out a plain call that is answered at once, and return the whole response."""
        status, envelope = attempt(lambda: self._carry_out(head, body))
        return response(status, headers_of(status, envelope) + PROTECTION, envelope)

    def _carry_out(self, head: Head, body: bytes) -> tuple[int, bytes]:
        bot, params = bot_of(self._world, head.token), read_json(body)
        # No fault was planned when it came: one that is planned in this moment may ask to wait.
        return execute(
            self._world, bot, head.method, params, {}, push=head.push, meets_faults=False
        )


def attempt(work: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    """Return the status and the envelope that `work` returns, a refusal's or a failure's otherwise. Raises Lost."""
    try:
        return work()
    except Lost:
        raise
    except Refused as error:
        return error.code, encode(error.envelope)
    except HTTPException as error:
        code = error.code or 500
        return code, envelope_of(code, PREFIXES.get(code, error.name))
    except Exception as error:
        log.error("a call failed", exc_info=error)
        return 500, envelope_of(500, "Internal Server Error")


def refuse_strangers(hosts: frozenset[str]) -> Response | None:
    """Refuse the visitors that visitors.py refuses."""
    refused = refusal(request, hosts)
    return reply(refused[0], envelope_of(*refused)) if refused else None


def limit_body() -> None:
    """Let only uploads be large: anything else is read into memory."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = BODY_LIMIT


def protect(response: Response) -> Response:
    """Let a page run only what this server sent, whatever a message contains."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "same-origin"  # by which visitors.py knows it
    response.headers.extend(PROTECTION)
    return response


def refused(error: Refused) -> Response:
    """Answer a refusal in Telegram's envelope."""
    return reply(error.code, encode(error.envelope))


def failed(error: HTTPException) -> Response:
    """Answer the framework's refusals in Telegram's envelope."""
    code = error.code or 500
    return reply(code, envelope_of(code, PREFIXES.get(code, error.name)))


def crashed(error: Exception) -> Response:
    """Answer 500 for a bug of ours and log it without the path, which holds the bot's token."""
    log.error("%s failed", request.endpoint, exc_info=error)
    return reply(500, envelope_of(500, "Internal Server Error"))


def envelope_of(code: int, description: str) -> bytes:
    """Return a failure's JSON."""
    return encode({"ok": False, "error_code": code, "description": description})


def page() -> Any:
    """Serve the chat page."""
    if not (HERE / "templates" / "index.html").exists():
        return reply(200, envelope("the simulator runs; its chat page is not installed"))
    return send_from_directory(HERE / "templates", "index.html")


def favicon() -> Any:
    """Serve the page's icon, if it has one."""
    if (HERE / "static" / "favicon.ico").exists():
        return send_from_directory(HERE / "static", "favicon.ico")
    return Response(status=204)
