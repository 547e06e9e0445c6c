"""Method calls in a webhook's answer."""

from __future__ import annotations

import io
import threading
from contextlib import suppress

from flask import Request

from ..api.calls import Lost, execute
from ..api.params import read_request
from ..world.bots import Bot
from ..world.world import World
from .response import READ_TYPES, Response

REFUSED = {"setwebhook", "deletewebhook", "close", "logout"}


def answer_method(world: World, bot: Bot, response: Response) -> None:
    """Run the API call embedded in a webhook response; like Telegram, discard the result."""
    if not response.body or response.mimetype not in READ_TYPES:
        return
    request = Request(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": response.headers["content-type"],
            "CONTENT_LENGTH": str(len(response.body)),
            "wsgi.input": io.BytesIO(response.body),
        }
    )
    params, files = read_request(request)
    name = str(params.pop("method", ""))
    if not name or name.lower().startswith("get") or name.lower() in REFUSED:
        return

    def work() -> None:
        with suppress(Lost):
            execute(world, bot, name, params, files, via="webhook reply")

    if world.faults.all():  # one may ask to wait, and deliveries must not
        threading.Thread(target=work, name="simulator-reply", daemon=True).start()
    else:
        work()
