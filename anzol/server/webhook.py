"""THE ROUTE: secret → JSON → queue → 200."""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from anzol.queue import Unavailable

from .addresses import TELEGRAM_NETWORKS, Guesses

log = logging.getLogger("anzol")

MAX_BODY = 1024 * 1024  # Telegram sends at most half of it; less here would make a poison update
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
RETRY_SECONDS = 2
HIGHEST_ID = 2**63 - 1

# Returns the call that travels in the response, if there is one.
Accept = Callable[[dict[str, Any], bytes], dict[str, Any] | None]


class BadUpdate(ValueError):
    """A body that is no update; the message says why in one line."""


def add_routes(
    routes: Blueprint | Flask,
    *,
    path: str,
    secret: str,
    accept: Accept,
    telegram_only: bool = False,
    answered: Callable[[int, float], None] = lambda status, seconds: None,
) -> None:
    """Serve `POST path`: hand each update to `accept(update, body)`, which returns once it is stored.

    `answered(status, seconds)` hears of each answer.
    """
    expected = secret.encode()
    guesses = Guesses()

    def post() -> Response:
        started = time.perf_counter()
        response = receive()
        answered(response.status_code, time.perf_counter() - started)
        return response

    def receive() -> Response:
        request.max_content_length = MAX_BODY  # this route's own: the app may have another
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            return answer(413, "An update is at most 1 MiB.")
        refusal = refuse(request.remote_addr or "")
        if refusal is not None:
            return refusal
        try:
            update = parse(body)
        except BadUpdate as error:
            return answer(400, str(error))
        try:
            call = accept(update, body)
        except Unavailable:
            return answer(503, "The update could not be stored. Send it again.", RETRY_SECONDS)
        if call:
            return Response(json.dumps(call), mimetype="application/json")
        return Response(status=200)

    def refuse(address: str) -> Response | None:
        if telegram_only and address not in TELEGRAM_NETWORKS:
            return answer(403, "Only Telegram's own addresses may send updates here.")
        if is_secret(request.headers.get(SECRET_HEADER, ""), expected):
            return None
        if address in TELEGRAM_NETWORKS:
            log.warning("Telegram sends another secret than ours: flask webhook set tells it ours.")
        elif wait := guesses.wrong(address):
            return answer(429, "Too many wrong secrets.", wait)
        return answer(403, f"The header {SECRET_HEADER} is missing or wrong.")

    def explain() -> Response:
        response = answer(
            405, "This address works: Telegram sends its updates here by POST. Write to the bot."
        )
        response.headers["Allow"] = "POST"
        return response

    # With and without the slash: a redirect would count as a failed delivery.
    for rule in (path, path + "/"):
        routes.add_url_rule(rule, f"webhook {rule}", post, methods=["POST"])
        routes.add_url_rule(
            rule, f"explain {rule}", explain, methods=["GET", "PUT", "PATCH", "DELETE"]
        )


def is_secret(given: str, expected: bytes) -> bool:
    """Compare in constant time; no secret configured means that nobody may come in."""
    # WSGI hands headers over as Latin-1, so this gives back the bytes that were sent.
    return bool(expected) and hmac.compare_digest(given.encode("latin-1", "replace"), expected)


def parse(body: bytes) -> dict[str, Any]:
    """Read an update from JSON; raise `BadUpdate` with one line when it is none."""
    try:
        update = json.loads(body)
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


def answer(status: int, text: str, retry_after: int = 0) -> Response:
    """One line of plain text."""
    response = Response(text + "\n", status, mimetype="text/plain")
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response
