"""What the page and tests read: messages, state, events, log, files."""

from __future__ import annotations

from itertools import islice
from typing import Any

from flask import Response, request, send_file

from ..api import schema
from ..api.errors import Refused, bad
from ..world.events import encode
from ..world.views import bot_entry, chat_entry
from ..world.world import FIRST_PERSON, World
from .routes import UserRequest, route

Json = dict[str, Any]


@route("/messages", waits=True, methods=("GET",))
def messages(req: UserRequest) -> list[Json]:
    world = req.world
    after, before = req.number("after", 0), req.number("before", 2**62)
    limit = req.number("limit", 2**31)
    deadline = world.clock.now() + req.seconds("wait", 0) * world.clock.speed
    with world:
        chat = req.chat
        while True:
            kept = [m for n, m in chat.messages.items() if after < n < before]
            left = deadline - world.clock.now()
            if kept or left <= 0 or world.feed.closed:
                return [chat.shown(m) for m in islice(kept, max(0, len(kept) - limit), None)]
            world.feed.wait(world.clock.real(left))


@route("/state", methods=("GET",))
def state(req: UserRequest) -> Json:
    world = req.world
    now = world.clock.now()
    return {
        "cursor": world.feed.cursor,
        "options": shown_options(world),
        "me": FIRST_PERSON,
        "bots": [bot_entry(bot) for bot in world.bots.values()],
        "people": list(world.people.values()),
        "chats": [
            chat_entry(chat, world.user, now)
            for chat in world.chats.values()
            if "migrate_to_chat_id" not in chat.details
        ],
        "faults": world.faults.all(),
    }


def shown_options(world: World) -> Json:
    """Return how the simulator behaves, for the page."""
    options = world.options
    return {
        "mode": "strict" if options.strict else "local",
        "speed": world.clock.speed,
        "flood": world.flood.enforced,
        "keep": options.keep,
        "api_version": schema.VERSION,
    }


@route("/flood", methods=("GET", "POST"))
def flood(req: UserRequest) -> Json:
    limits = req.world.flood
    if "enforced" in req.fields:
        limits.enforced = bool(req.get("enforced"))
        req.world.feed.publish("options", options=shown_options(req.world))
    return {"enforced": limits.enforced, "exceeded": limits.exceeded}


@route("/clock", methods=("GET", "POST"))
def clock(req: UserRequest) -> Json:
    if "advance" in req.fields:
        seconds = req.number("advance")
        if not 0 < seconds <= FARTHEST:
            raise bad(f"advance is 1 to {FARTHEST} seconds")
        req.world.advance(seconds)
    return {"now": req.world.clock.now()}


FARTHEST = 366 * 86_400  # seconds at once


@route("/events", waits=True, methods=("GET",))
def events(req: UserRequest) -> Response:
    last = request.headers.get("Last-Event-ID", "")
    cursor = int(last) if last.isdigit() else req.number("cursor", req.world.feed.cursor)
    return Response(
        req.world.feed.stream(cursor),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@route("/log", methods=("GET",))
def log(req: UserRequest) -> Response:
    bot = req.bot.id if req.get("bot") else None
    update_id = req.number("update_id") if req.get("update_id") else None
    limit = req.number("limit", 1000)
    found = req.world.log.find(bot, req.number("after", 0), update_id, limit)
    return Response(encode({"ok": True, "result": found}), content_type="application/json")


@route("/faults", methods=("GET", "POST"))
def faults(req: UserRequest) -> list[Json]:
    if request.method == "GET":
        return req.world.faults.all()
    return req.world.faults.change(req.fields)


SHOWN = ("image/", "video/", "audio/", "application/pdf")


@route("/file/<file_id>", waits=True, methods=("GET",))
def file(req: UserRequest) -> Any:
    found = req.world.files.exact(req.get("file_id"))
    if found is None or not found.path:
        raise Refused(404, f"{found.url} is not fetched" if found else "no such file")
    # An HTML page or SVG that somebody sent must not run with this site's origin.
    is_safe = found.mime.startswith(SHOWN) and found.mime != "image/svg+xml"
    return send_file(
        (req.world.files.root / found.path).absolute(),
        mimetype=found.mime if is_safe else "application/octet-stream",
        as_attachment=not is_safe,
        download_name=found.name,
        max_age=3600,
    )
