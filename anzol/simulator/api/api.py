"""The bot's side over HTTP: /bot<token>/<method> and /file/bot<token>/<path>."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Request, Response, current_app, send_file

from ..world.bots import TOKEN
from ..world.world import World
from .calls import Lost, execute
from .errors import Refused
from .params import read_request

api = Blueprint("api", __name__)
PUSH = "X-Anzol-Push"  # what a bot sends by itself, to one or to many, has one name


def world() -> World:
    """Return the world this application serves."""
    found: World = current_app.extensions["world"]
    return found


def answer(world: World, request: Request, rest: str) -> Response:
    """Answer a Bot API call, its address behind `/bot`, in Telegram's envelope. Raises Refused."""
    token, slash, name = rest.partition("/")
    name = name.removeprefix("test/")
    if not slash:
        raise Refused(404)
    if not TOKEN.fullmatch(token):
        raise Refused(401, "invalid token specified")
    bot = world.bot(token)
    params, files = read_request(request)
    name = name or str(params.pop("method", ""))
    try:
        push = unquote(request.headers.get(PUSH, "")) or None
        return reply(*execute(world, bot, name, params, files, push=push))
    except Lost:
        return cut_connection(request)


def reply(status: int, answer: bytes) -> Response:
    """Wrap an envelope; a 429 says when to come back in a header too."""
    response = Response(answer, status, content_type="application/json")
    if status == 429:
        seconds = json.loads(answer).get("parameters", {}).get("retry_after", 1)
        response.headers["Retry-After"] = str(seconds)
    return response


def cut_connection(request: Request) -> Response:
    """Close the caller's connection without an answer."""
    cut: Any = request.environ.get("simulator.cut")
    if cut:
        cut()
    return Response(status=500)


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
