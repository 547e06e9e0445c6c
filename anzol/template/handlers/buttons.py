"""Count likes: each press edits the message and offers the next."""

from anzol import ButtonCtx, Router, keyboard

router = Router()


@router.button("like:{count:int}")
def like(ctx: ButtonCtx, count: int) -> None:
    times = "once" if count == 1 else f"{count} times"
    ctx.edit(f"You liked this {times}.", keyboard(("👍 Again", f"like:{count + 1}")))
    ctx.answer("Thank you!")
