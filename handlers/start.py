"""Say hello, and say what there is."""

from bot import Context, Reply, Router, html, keyboard

router = Router()


@router.command("start")
def start(ctx: Context) -> Reply:
    """Say hello."""
    name = ctx.user.first_name if ctx.user else "there"
    return Reply(
        html("Hi <b>{}</b>! Send me a text or a photo, or press a button.", name),
        keyboard(("👍 Like", "like:1"), ("Bot API", "https://core.telegram.org/bots/api")),
    )


@router.command("help")
def list_commands(ctx: Context) -> str:
    """List the commands."""
    commands = ctx.router.commands()
    return "\n".join(f"/{name} – {line}" for name, line in commands.items())
