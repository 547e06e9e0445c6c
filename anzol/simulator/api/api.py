"""The bot's side over HTTP: /bot<token>/<method> and /file/bot<token>/<path>."""

from __future__ import annotations

import json
from urllib.parse import unquote

from flask import Blueprint, Request, Response, current_app, send_file

from ..world.bots import TOKEN, Bot
from ..world.world import World
from .calls import execute
from .errors import Refused
from .params import read_request

api = Blueprint("api", __name__)
PUSH = "X-Anzol-Push"  # what a bot sends by itself, to one or to many, has one name


def world() -> World:
    """Return the world this application serves."""
    found: World = current_app.extensions["world"]
    return found


def answer(world: World, request: Request, rest: str) -> tuple[int, bytes]:
    """Return the status and the envelope of a Bot API call, its address behind `/bot`. Raises Refused, or Lost."""
    token, slash, name = rest.partition("/")
    name = name.removeprefix("test/")
    if not slash:
        raise Refused(404)
    bot = bot_of(world, token)
    params, files = read_request(request)
    name = name or str(params.pop("method", ""))
    return execute(world, bot, name, params, files, push=push_of(request))


def bot_of(world: World, token: str) -> Bot:
    """Return the bot with this token. Raises Refused 401."""
    if not TOKEN.fullmatch(token):
        raise Refused(401, "invalid token specified")
    return world.bot(token)


def push_of(request: Request) -> str | None:
    """Return the name of the push that a call is of, if any."""
    return unquote(request.headers.get(PUSH, "")) or None


def reply(status: int, answer: bytes) -> Response:
    """Wrap an envelope."""
    return Response(answer, status, headers_of(status, answer))


def headers_of(status: int, answer: bytes) -> list[tuple[str, str]]:
    """Return the headers of an envelope; a 429 says when to come back in one of them too."""
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
    if status == 429:
        seconds = json.loads(answer).get("parameters", {}).get("retry_after", 1)
        headers.append(("Retry-After", str(seconds)))
    return headers


@api.get("/file/bot<token>/<path:path>")
def download(token: str, path: str) -> Response:
    """Serve the file that getFile called `path`."""
    if not TOKEN.fullmatch(token):
        raise Refused(404)
    world().bot(token)
    found = world().files.at(path)
    if found is None or not found.exists():
        raise Refused(404)
    return send_file(found.absolute(), mimetype="application/octet-stream")
