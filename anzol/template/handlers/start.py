"""Say hello, and say what there is."""

from anzol import MessageCtx, Reply, Router, html, keyboard

router = Router()


@router.command("start")
def start(ctx: MessageCtx) -> Reply:
    """Say hello."""
    return Reply(
        html("Hi <b>{}</b>! Send me a text or a photo, or press a button.", ctx.user.first_name),
        keyboard(("👍 Like", "like:1"), ("Bot API", "https://core.telegram.org/bots/api")),
    )


@router.command("help")
def list_commands(ctx: MessageCtx) -> str:
    """List the commands."""
    commands = ctx.router.commands()
    return "\n".join(f"/{name} – {line}" for name, line in commands.items())
