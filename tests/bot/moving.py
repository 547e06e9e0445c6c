"""A bot whose group becomes a supergroup, for a test with a real Telegram and a real inbox."""

from anzol import ButtonCtx, MessageCtx, Router, has, keyboard

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


@router.command("work")
def work(ctx: MessageCtx) -> None:
    with ctx.typing():
        ctx.reply("Working", keyboard(("Go", "go"), ("Leave", "leave")))


@router.button("go")
def go(ctx: ButtonCtx) -> None:
    ctx.answer("Going")
    ctx.edit("Gone", keyboard(("Leave", "leave")))


@router.button("leave")
def left(ctx: ButtonCtx) -> None:
    ctx.edit("Left")


@router.state("name", has("text", "photo"))
def name(ctx: MessageCtx) -> str:
    return f"Hello {ctx.text}, {len(ctx.album_messages())} parts"
