"""A Mini App: a page inside Telegram with a counter that the bot and the page share.

Telegram opens it over https: `PUBLIC_URL=https://bot.example.org flask --app examples.miniapp run`, behind a proxy or a tunnel.
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, request

from anzol import (
    Anzol,
    MessageCtx,
    NotSigned,
    Reply,
    Router,
    SessionChanged,
    Settings,
    check_init_data,
    keyboard,
)

router = Router()

PAGE = """<!doctype html><meta name="viewport" content="width=device-width">
<script src="https://telegram.org/js/telegram-web-app.js"></script>
<button onclick="count()">+1</button> <output></output>
<script>
async function count() {
  const headers = {Authorization: "tma " + Telegram.WebApp.initData};
  const answer = await (await fetch("count", {method: "POST", headers})).json();
  document.querySelector("output").textContent = answer.count ?? answer.error;
}
</script>"""


def create_app(settings: Settings | None = None) -> Flask:
    """Build the page's app with the bot in it."""
    app = Flask("miniapp")

    @app.get("/app/")
    def page() -> str:
        return PAGE

    @app.post("/app/count")
    def count() -> Any:
        scheme, _, init_data = request.headers.get("Authorization", "").partition(" ")
        try:
            opened = check_init_data(init_data if scheme == "tma" else "", anzol.bot)
            if opened.user is None:
                raise NotSigned("Nobody is there.")
            with anzol.session(user=opened.user.id) as session:
                session["count"] = session.get("count", 0) + 1
                return {"count": session["count"]}
        except NotSigned as reason:
            return {"error": str(reason)}, 401
        except SessionChanged:
            return {"error": "Once more, please."}, 409

    anzol = Anzol(app, router, settings)
    return app


@router.command("start")
def start(ctx: MessageCtx) -> Reply:
    """Open the counter."""
    address = f"{os.environ.get('PUBLIC_URL', 'https://bot.example.org')}/app/"
    return Reply("Count with me.", keyboard(("Open", {"web_app": {"url": address}})))


@router.command("count")
def tell(ctx: MessageCtx) -> str:
    """See how far you are."""
    return f"{ctx.user_session.get('count', 0)}"
