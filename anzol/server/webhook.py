"""THE ROUTE: secret → JSON → queue → 200. One function decides, whichever door a request comes in by."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from anzol.api.jsontext import decode_json, encode_json
from anzol.queue import Unavailable

from .addresses import TELEGRAM_NETWORKS, Guesses
from .keys import SECURITY

log = logging.getLogger("anzol")

MAX_BODY = 1024 * 1024  # Telegram sends at most half of it; less here would make a poison update
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET_VARIABLE = "HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN"
RETRY_SECONDS = 2  # Telegram comes back after it, instead of after pauses that it doubles
HEADS = 1024  # of the responses' heads, which differ in the length of a body
HIGHEST_ID = 2**63 - 1  # what the database can hold

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
Result = dict[str, Any] | Unavailable | None


class Receiver(Protocol):
    """A receiver of updates."""

    def store(self, update: dict[str, Any], body: bytes) -> dict[str, Any] | None:
        """Return once it is stored, with the call that its response carries if there is one; raise `Unavailable`."""

    def store_soon(
        self, update: dict[str, Any], body: bytes, done: Callable[[Result], None]
    ) -> None:
        """Return at once, and call `done` from any thread with what `store` returns or raises; may raise it itself."""


class Head(NamedTuple):
    """A request before its body: who asks, with which secret, and the body's length, None when it is not given."""

    address: str
    secret: bytes
    length: int | None


class Answer(NamedTuple):
    """A response: a line for people, or a call for Telegram."""

    status: int
    text: str = ""
    call: dict[str, Any] | None = None
    retry_after: int = 0

    def body(self) -> bytes:
        """Return the bytes of the body."""
        if self.call is not None:
            return encode_json(self.call)
        return f"{self.text}\n".encode() if self.text else b""

    def headers(self, length: int) -> list[tuple[str, str]]:
        """Return the headers, for a body of so many bytes."""
        found = [("Content-Length", str(length)), *SECURITY]
        if length:
            kind = "text/plain; charset=utf-8" if self.call is None else "application/json"
            found.append(("Content-Type", kind))
        if self.retry_after:
            found.append(("Retry-After", str(self.retry_after)))
        return found

    def line(self) -> str:
        """Return the status as HTTP says it: `200 OK`."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    def http(self, close: bool = False) -> bytes:
        """Return the whole response, for a connection that is written to without a server in between."""
        body = self.body()
        return (
            head_of(self.status, self.call is not None, self.retry_after, len(body), close) + body
        )


@lru_cache(HEADS)
def head_of(status: int, has_call: bool, retry_after: int, length: int, close: bool) -> bytes:
    """Return the head of a response with a body of so many bytes; there are few, and they are joined once."""
    answer = Answer(status, call={} if has_call else None, retry_after=retry_after)
    fields = answer.headers(length) + ([("Connection", "close")] if close else [])
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"HTTP/1.1 {answer.line()}\r\n{lines}\r\n".encode("latin-1")


OK = Answer(200)
OK_HTTP = OK.http()  # the answer to nearly every update, made once
BUSY = Answer(503, "The update could not be stored. Send it again.", retry_after=RETRY_SECONDS)
BROKEN = Answer(500, "The server failed; its log says how.")
EXPLANATION = "This address works: Telegram sends its updates here by POST. Write to the bot."


class BadUpdate(ValueError):
    """A body that is not an update; the message says why in one line."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class Webhook:
    """The rules of `POST path`, from a request's head and body to an answer."""

    def __init__(
        self,
        receivers: Mapping[str, Receiver],
        *,
        path: str,
        telegram_only: bool = False,
        answered: Callable[[int, float], None] = lambda status, seconds: None,
    ) -> None:
        """Hand updates to the receiver of their secret; call `answered(status, seconds)` for each answer."""
        self.path = path
        self.telegram_only = telegram_only
        # A wrong secret is compared with none: what decides is its hash, made with a random key of this process, so
        # that the time it takes tells nothing of a right one.
        self._receivers: dict[bytes, Receiver]
        self.admit(receivers)
        self._answered = answered
        self._guesses = Guesses()

    def admit(self, receivers: Mapping[str, Receiver]) -> None:
        """Hand updates that come with a secret to its receiver, and refuse all others; an empty secret admits nobody."""
        self._receivers = {
            secret.encode(): receiver for secret, receiver in receivers.items() if secret
        }

    def answer(self, head: Head, read: Callable[[], bytes]) -> Answer:
        """Decide about a request, and store its update; `read` returns the body, and is called when it is wanted."""
        started = time.perf_counter()
        answer = self._refusal(head)
        if answer is None:
            try:
                body = read()
                call = self._receiver(head).store(parse(body), body)
                answer = Answer(200, call=call) if call else OK
            except Exception as error:
                answer = answer_of(error)
        self._answered(answer.status, time.perf_counter() - started)
        return answer

    def answer_soon(self, head: Head, body: bytes, reply: Callable[[Answer], None]) -> None:
        """Do the same for a request that is welcome, without waiting: `reply` is called once, from any thread."""
        started = time.perf_counter()

        def done(result: Result | Exception) -> None:
            reply(answer := OK if result is None else answer_of(result))
            self._answered(answer.status, time.perf_counter() - started)

        try:
            self._receiver(head).store_soon(parse(body), body, done)
        except Exception as error:
            done(error)

    def is_welcome(self, head: Head) -> bool:
        """Return True when nothing in the head rules the body out; nobody is counted as a guesser for asking."""
        return (
            head.secret in self._receivers
            and (not self.telegram_only or head.address in TELEGRAM_NETWORKS)
            and (head.length is None or head.length <= MAX_BODY)
        )

    def _receiver(self, head: Head) -> Receiver:
        try:
            return self._receivers[head.secret]
        except KeyError:
            raise Unavailable("the bot has just been removed") from None

    def _refusal(self, head: Head) -> Answer | None:
        """Return why a body is not wanted."""
        if self.telegram_only and head.address not in TELEGRAM_NETWORKS:
            if head.secret in self._receivers:
                log.warning(
                    "TELEGRAM_IPS_ONLY refused an update with the right secret from %s: behind a proxy, "
                    "set TRUSTED_PROXIES to the proxy's address.",
                    head.address or "a socket",
                )
            return Answer(403, "Only Telegram's own addresses may send updates here.")
        if head.secret not in self._receivers:
            if head.address in TELEGRAM_NETWORKS:
                log.warning(
                    "Telegram sends a secret that is not ours: flask webhook set registers ours."
                )
            elif wait := self._guesses.wrong(head.address):
                return Answer(429, "Too many wrong secrets.", retry_after=wait)
            return Answer(403, f"The header {SECRET_HEADER} is missing or wrong.")
        if head.length is not None and head.length > MAX_BODY:
            return answer_of(TOO_LARGE)
        return None


TOO_LARGE = BadUpdate("An update is at most 1 MiB.", 413)


def answer_of(result: Result | Exception) -> Answer:
    """Return the answer to a result of the store, to a body that is not an update, and to a defect, which is logged."""
    if result is None:
        return OK
    if isinstance(result, dict):
        return Answer(200, call=result)
    if isinstance(result, BadUpdate):
        return Answer(result.status, str(result))
    if isinstance(result, Unavailable):
        return BUSY
    log.error("An update could not be processed", exc_info=result)
    return BROKEN


def add_routes(routes: Blueprint | Flask, webhook: Webhook) -> None:
    """Add the webhook to Flask, which serves it under every WSGI server, and whatever the fast door leaves."""

    def receive() -> Response:
        request.max_content_length = MAX_BODY  # this route's own: the app may have another
        # WSGI hands headers over as Latin-1, so this gives back the bytes that were sent.
        secret = request.headers.get(SECRET_HEADER, "").encode("latin-1", "replace")
        head = Head(request.remote_addr or "", secret, request.content_length)
        return to_response(webhook.answer(head, read))

    def explain() -> Response:
        return to_response(Answer(405, EXPLANATION), Allow="POST")

    # With and without the slash: a redirect would count as a failed delivery.
    for rule in (webhook.path, webhook.path + "/"):
        routes.add_url_rule(rule, f"webhook {rule}", receive, methods=["POST"])
        routes.add_url_rule(
            rule, f"explain {rule}", explain, methods=["GET", "PUT", "PATCH", "DELETE"]
        )


def read() -> bytes:
    """Return the body of Flask's request; raise `BadUpdate` for one that turns out too long."""
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise TOO_LARGE from None


def to_response(answer: Answer, **headers: str) -> Response:
    """Return an answer as Flask's response."""
    body = answer.body()
    response = Response(body, answer.status)
    response.headers.clear()
    response.headers.extend([*answer.headers(len(body)), *headers.items()])
    return response


class Front:
    """WSGI: answer the webhook ahead of Flask, which is half the cost of an update; the rest goes on to Flask."""

    def __init__(self, app: Flask, webhook: Webhook) -> None:
        self._webhook = webhook
        self._wsgi: Wsgi = app.wsgi_app
        app.wsgi_app = self  # type: ignore[method-assign]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if (
            environ["PATH_INFO"] != self._webhook.path
            or environ["REQUEST_METHOD"] != "POST"
            or not (length.isascii() and length.isdigit())
            or "HTTP_TRANSFER_ENCODING" in environ
        ):
            return self._wsgi(environ, start_response)
        secret = environ.get(SECRET_VARIABLE, "").encode("latin-1", "replace")
        head = Head(environ.get("REMOTE_ADDR") or "", secret, int(length))
        answer = self._webhook.answer(head, lambda: environ["wsgi.input"].read(head.length))
        body = answer.body()
        start_response(answer.line(), answer.headers(len(body)))
        return [body]


def parse(body: bytes) -> dict[str, Any]:
    """Read an update from JSON; raise `BadUpdate` with one line when it is none."""
    try:
        update = decode_json(body)
    except RecursionError:
        raise BadUpdate("The body is nested too deeply.") from None
    except ValueError as error:
        raise BadUpdate(f"The body is not JSON: {error}."[:200]) from None
    if not isinstance(update, dict):
        raise BadUpdate("The body is JSON but not an object.")
    number = update.get("update_id")
    if type(number) is not int or not 0 <= number <= HIGHEST_ID:
        raise BadUpdate("The update has no update_id, a whole number.")
    return update
