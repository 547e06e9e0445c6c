"""A bot whose group becomes a supergroup, for a test with a real Telegram and a real inbox."""

from bot import ButtonCtx, MessageCtx, Router, keyboard

router = Router()


@router.command("set")
def keep(ctx: MessageCtx) -> str:
    ctx.session["said"] = ctx.payload
    return "kept"


@router.command("get")
def tell(ctx: MessageCtx) -> str:
    return f"said {ctx.session.get('said')}"


@router.command("ask")
def ask(ctx: MessageCtx) -> None:
    ctx.reply("Shall I ask?", keyboard(("Ask", "ask")))


@router.button("ask")
def pressed(ctx: ButtonCtx) -> None:
    ctx.answer("Asking")
    ctx.ask("Name?", then="name")


@router.state("name")
def name(ctx: MessageCtx) -> str:
    return f"Hello {ctx.text}, {len(ctx.album_messages())} parts"
