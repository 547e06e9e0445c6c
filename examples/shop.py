"""A shop older than its bot: a Flask app with a database, to which three lines add a bot.

Run it with `flask --app examples.shop run`. Telegram learns where it is by
`flask --app examples.shop webhook set https://shop.example.org/webhook`.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, redirect
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.wrappers import Response

from anzol import Anzol, MessageCtx, Router, Settings, TextCtx


class Base(DeclarativeBase):
    """The shop's tables."""


db = SQLAlchemy(model_class=Base)
router = Router()


class Order(Base):
    """What a customer wants."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str]
    chat_id: Mapped[int]
    is_shipped: Mapped[bool] = mapped_column(default=False)


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """Build the shop; its bot is an import, a router and the line before `return`."""
    app = Flask("shop")
    app.config.from_mapping({"SQLALCHEMY_DATABASE_URI": "sqlite:///shop.db", **config})
    db.init_app(app)
    with app.app_context():
        db.create_all()

    @app.get("/")
    def orders() -> list[str]:
        return [f"{order.id}: {order.item}" for order in db.session.scalars(select(Order))]

    @app.post("/ship/<int:number>")
    def ship(number: int) -> Response:
        order = db.session.get(Order, number) or abort(404)
        order.is_shipped = True
        db.session.commit()
        anzol.bot.send_message(order.chat_id, f"Your {order.item} is on its way.")
        return redirect("/")

    anzol = Anzol(app, router, settings)
    return app


@router.command("start")
def start(ctx: MessageCtx) -> str:
    """Say how to order."""
    return "Write what you would like."


@router.command("orders")
def list_orders(ctx: MessageCtx) -> str:
    """List your orders."""
    found = db.session.scalars(select(Order).filter_by(chat_id=ctx.chat.id))
    return (
        "\n".join(f"{order.item}{' ✓' if order.is_shipped else ''}" for order in found) or "None."
    )


@router.on("message:text")
def order(ctx: TextCtx) -> str:
    # A handler may run twice when its process is killed half-way: the update's number makes it one order.
    db.session.merge(Order(id=ctx.update["update_id"], item=ctx.text, chat_id=ctx.chat.id))
    db.session.commit()
    return f"One {ctx.text}, thank you!"
