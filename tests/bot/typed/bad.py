"""What `mypy --strict` must notice; the comment is a piece of its message."""

from anzol import Bot, ButtonCtx, InlineCtx, MessageCtx, PhotoCtx, PollAnswerCtx, Router, StickerCtx
from anzol.bot.contexts import DiceCtx

router = Router()
bot = Bot("1:x")

bot.send_message(1, "x", captoin="y")  # captoin
bot.send_mesage(1, "x")  # send_mesage
bot.send_message(chat_id=1)  # Missing positional argument "text"
bot.send_photo(1, 5)  # incompatible type "int"


@router.command("start")  # incompatible type
def start(ctx: ButtonCtx) -> None:
    pass


@router.button("x")  # incompatible type
def press(ctx: MessageCtx) -> None:
    pass


@router.button("like:{id:int}")
def like(ctx: ButtonCtx, id: int) -> None:
    pass


@router.on("message:photo")  # incompatible type
def photo(ctx: InlineCtx) -> None:
    pass


@router.on("message:text")
def text(ctx: MessageCtx) -> int:
    return ctx.message.text  # Incompatible return value


@router.on("message:photo")
def sizes(ctx: PhotoCtx) -> int:
    return ctx.message.photo[-1].widht  # has no attribute "widht"


like.data(id="7")  # incompatible type "str"
like.data(nr=7)  # Unexpected keyword argument "nr"


@router.on("message:sticker")
def sticker(ctx: StickerCtx) -> str:
    return ctx.message.sticker.emoij  # has no attribute "emoij"


@router.on("message:sticker")  # incompatible type
def dice(ctx: DiceCtx) -> None:
    pass


@router.on("poll_answer")
def voted(ctx: PollAnswerCtx) -> None:
    print(ctx.event.option_idz)  # has no attribute "option_idz"


@router.state("picture")  # incompatible type
def picture(ctx: PhotoCtx) -> None:
    pass


@router.inline
def search(ctx: InlineCtx) -> None:
    print(ctx.event.foto)  # has no attribute "foto"
    ctx.rely("x")  # has no attribute "rely"
