"""What `mypy --strict` must notice; the comment is a piece of its message."""

from dataclasses import dataclass

from anzol import (
    Bot,
    ButtonCtx,
    InlineCtx,
    MessageCtx,
    OwnCtx,
    PhotoCtx,
    PollAnswerCtx,
    Router,
    StickerCtx,
    question,
)
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


class Ctx(OwnCtx):
    basket: list[str]


@router.on("message:photo")
def own(ctx: Ctx) -> None:
    print(ctx.baskte)  # has no attribute "baskte"


@dataclass
class Order:
    name: str = question("Name?")


@router.form(Order)  # incompatible type
def ordered(ctx: MessageCtx, order: int) -> None:
    pass


@router.screen("list:{page:int}")
def listed(ctx: MessageCtx, page: int) -> str:
    return f"{page}"


listed.data(page="1")  # incompatible type "str"
listed.data(pgae=1)  # Unexpected keyword argument "pgae"
