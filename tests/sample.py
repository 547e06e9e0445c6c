"""The bot of the suite's own servers, so that the author's `handlers` can be anything."""

from __future__ import annotations

from anzol import ButtonCtx, MessageCtx, Reply, Router, html, keyboard

router = Router()


@router.command("start")
def start(ctx: MessageCtx) -> Reply:
    """Say hello."""
    return Reply(html("Hi <b>{}</b>!", ctx.user.first_name), keyboard(("Like", "like:1")))


@router.command("help")
def list_commands(ctx: MessageCtx) -> str:
    """List the commands."""
    return "\n".join(f"/{name} – {line}" for name, line in ctx.router.commands().items())


@router.button("like:{count:int}")
def like(ctx: ButtonCtx, count: int) -> None:
    ctx.edit(f"Liked {count} times.", keyboard(("Again", f"like:{count + 1}")))
    ctx.answer("Thank you!")


@router.on("message:text")
def echo(ctx: MessageCtx) -> str:
    return ctx.text
