"""A bot as an author writes it: `mypy --strict` has nothing to say."""

from dataclasses import dataclass
from pathlib import Path

from anzol import (
    AlbumCtx,
    ApiError,
    ButtonCtx,
    ChatMemberCtx,
    Context,
    DocumentCtx,
    InlineCtx,
    Members,
    MessageCtx,
    OwnCtx,
    PhotoCtx,
    PreCheckoutQueryCtx,
    Reference,
    Reply,
    Router,
    Scene,
    SuccessfulPaymentCtx,
    TextCtx,
    admin,
    admit,
    article,
    back,
    has,
    html,
    keyboard,
    paged,
    private,
    question,
    throttle,
)
from anzol.api.types import Message
from anzol.bot.contexts import DiceCtx, StickerCtx

router = Router()
router.before(throttle(20))


@router.command("start", "help")
def start(ctx: MessageCtx) -> Reply:
    name: str = ctx.user.first_name
    number: int = ctx.chat.id
    return Reply(html("Hi <b>{}</b> {}", name, number), keyboard(("Like", "like:7")))


@router.button("like:{id:int}")
def like(ctx: ButtonCtx, id: int) -> None:
    ctx.edit(f"{ctx.user.first_name} liked {id} {ctx.callback.id} {ctx.callback.data.upper()}")
    number: int = ctx.reply("Thanks").message_id
    ctx.bot.delete_message(ctx.user.id, number)


def liked() -> tuple[str, str]:
    return "Like", like.data(id=7)


@router.on("message:dice")
def dice(ctx: DiceCtx) -> str:
    return f"{ctx.user.first_name} threw {ctx.message.dice.value}"


@router.on("edited_message:sticker", aside=True)
def sticker(ctx: StickerCtx) -> str:
    return ctx.event.sticker.emoji or "?"


@router.on("pre_checkout_query")
def checkout(ctx: PreCheckoutQueryCtx) -> bool | str:
    return ctx.event.total_amount < 100 or f"Too much, {ctx.user.first_name}"


@router.on("chat_member")
def left(ctx: ChatMemberCtx) -> str:
    return f"{ctx.chat.id} {ctx.event.new_chat_member.user.first_name} {ctx.user.id}"


@router.command("price", private, lane="user")
@router.text("Price (USD)", private)
def price(ctx: TextCtx) -> str:
    return ctx.message.text.upper()


@router.state("picture", has("photo"), retry=False)
def picture(ctx: PhotoCtx) -> str:
    return ctx.message.photo[-1].file_id


@router.state("words")
def words(ctx: TextCtx) -> str:
    return ctx.message.text


@router.error(ApiError)
def refused(ctx: Context, error: ApiError) -> str:
    return error.description


@router.on("message:photo", private)
def photo(ctx: MessageCtx) -> str:
    sizes = ctx.message.photo or []
    return f"{len(sizes)} sizes, {ctx.event.photo[-1].width} wide"


@router.on("message:photo")
def largest(ctx: PhotoCtx) -> str:
    return f"{ctx.message.photo[-1].width} wide"


@router.on("message:text")
def upper(ctx: TextCtx) -> str:
    return ctx.message.text.upper()


@router.on("message:document")
def named(ctx: DocumentCtx) -> str | None:
    return ctx.message.document.file_name


@router.on("chat_member")
def joined(ctx: Context) -> None:
    if ctx.chat:
        sent = ctx.bot.send_message(ctx.chat.id, "hello", disable_notification=True)
        number: int = sent.message_id
        ctx.bot.delete_message(ctx.chat.id, number)


@router.album
def album(ctx: AlbumCtx, messages: list[Message]) -> str:
    return f"{len(messages)} in {ctx.chat.id}"


@router.inline
def search(ctx: InlineCtx) -> list[dict[str, object]]:
    return [article(ctx.text, ctx.user.first_name)]


@router.text(regex=r"(?P<word>\w+)")
def word(ctx: MessageCtx, word: str) -> str:
    ctx.session["word"] = word
    ctx.ask("More?", then="more", timeout=60)
    return word


@router.state("more")
def more(ctx: MessageCtx) -> None:
    with ctx.typing(), ctx.download() as stream:
        stream.read()
    path: Path = ctx.download("folder")
    ctx.document(path, "as asked")


@router.on("message")
def anything(ctx: Context) -> str:
    return ctx.text


@router.error
def failed(ctx: Context, error: Exception) -> None:
    ctx.reply("Sorry.")


class Ctx(OwnCtx):
    @property
    def basket(self) -> list[str]:
        return list(self.session.get("basket", []))


shop = Router(context=Ctx)


@shop.command("basket", admin)
def basket(ctx: Ctx) -> str:
    ctx.language = "pt"
    return ctx.t("One thing", "{n} things", n=len(ctx.basket)) + ctx.chat.type


@shop.on("message:photo")
def own_photo(ctx: Ctx) -> None:
    ctx.session["board"] = Reference.of(ctx.reply("x"))
    Reference(ctx.session["board"]).edit(ctx.bot, "y")


@shop.button("drop:{thing}")
def drop(ctx: Ctx, thing: str) -> None:
    ctx.answer(thing)


@shop.screen("list:{page:int}")
def listed(ctx: MessageCtx, page: int) -> Reply:
    here, arrows = paged(["a", "b"], page, lambda page: listed.data(page=page))
    return Reply(", ".join(here), keyboard(arrows, back()))


@dataclass
class Order:
    name: str = question("Name?")
    count: int = question("How many?", check=lambda count: count > 0)


@shop.form(Order)
def ordered(ctx: MessageCtx, order: Order) -> str:
    return f"{order.name} {order.count + 1} {ctx.user.first_name}"


@shop.command("order")
def order(ctx: MessageCtx) -> None:
    ordered.start(ctx, name="Ann")
    listed.show(ctx, page=0)
    room.enter(ctx)


@shop.paid("tea:{cups:int}")
def served(ctx: SuccessfulPaymentCtx, cups: int) -> str:
    return ctx.message.successful_payment.currency


@served.check
def check(ctx: PreCheckoutQueryCtx, cups: int) -> str | bool:
    return cups < 9 or f"Too many for {ctx.event.currency}."


@shop.deep_link("ref_{id:int}")
def invited(ctx: TextCtx, id: int) -> str:
    ctx.invoice("Tea", "Green.", payload=served.data(cups=2), stars=2)
    return ctx.link(invited.data(id=id))


staff = Members("staff", 1)
shop.before(admit(staff | private))
room = Scene("room")


@room.entry
def entered(ctx: MessageCtx) -> str:
    staff.add(ctx, ctx.user.id)
    return "in"


@room.exit
def gone(ctx: Context) -> str:
    return "out"
