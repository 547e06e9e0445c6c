"""A poll in a group with its results live in another message: /poll Lunch? Pizza, Soup"""

from typing import Any

from anzol import PollAnswerCtx, Reference, Router, TextCtx, group

router = Router()


@router.command("poll", group)
def ask(ctx: TextCtx) -> str | None:
    """Ask the group: /poll Lunch? Pizza, Soup"""
    question, _, rest = ctx.payload.partition("?")
    options = [option.strip() for option in rest.split(",") if option.strip()]
    if not question or not 2 <= len(options) <= 12:
        return "Write it like this: /poll Lunch? Pizza, Soup"
    sent = ctx.bot.send_poll(
        **ctx.where("sendPoll"), question=f"{question}?", options=options, is_anonymous=False
    )
    board = Reference.of(ctx.reply(results(options, {})))
    if (
        sent.poll is not None
    ):  # answers come without a chat: what they need is kept under the poll's number
        ctx.state(f"poll:{sent.poll.id}").update(options=options, board=board, votes={})
    return None


@router.on("poll_answer")
def answered(ctx: PollAnswerCtx) -> None:
    poll = ctx.state(f"poll:{ctx.event.poll_id}")
    if "board" not in poll:
        return
    poll["votes"] = {**poll["votes"], str(ctx.address.sender): list(ctx.event.option_ids)}
    Reference(poll["board"]).edit(ctx.bot, results(poll["options"], poll["votes"]))


def results(options: list[str], votes: dict[str, Any]) -> str:
    counts = [sum(number in chosen for chosen in votes.values()) for number in range(len(options))]
    lines = [f"{option}: {'▇' * n} {n}" for option, n in zip(options, counts, strict=True)]
    return "\n".join(lines)
