"""The bot of the tests in python-telegram-bot: `ptb_bot.py API_URL TOKEN polling|webhook PORT PICTURE`."""

from __future__ import annotations

import sys
from pathlib import Path

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LabeledPrice,
    Update,
)
from telegram.error import BadRequest
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    PollAnswerHandler,
    PreCheckoutQueryHandler,
    filters,
)

Context = ContextTypes.DEFAULT_TYPE


async def start(update: Update, context: Context) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Like", callback_data="like:1")]])
    text = f"Hello <b>{update.effective_user.first_name}</b>"
    await update.message.reply_text(text, parse_mode="HTML", reply_markup=keyboard)


async def like(update: Update, context: Context) -> None:
    await update.callback_query.answer("thanks")
    await update.callback_query.edit_message_text("Liked")


async def photo(update: Update, context: Context) -> None:
    file = await update.message.photo[-1].get_file()
    content = bytes(await file.download_as_bytearray())
    await update.message.reply_photo(content, caption=f"{len(content)} bytes")


async def document(update: Update, context: Context) -> None:
    file = await update.message.document.get_file()
    content = bytes(await file.download_as_bytearray()).upper()
    name = f"copy-{update.message.document.file_name}"
    await update.message.reply_document(content, filename=name)


async def poll(update: Update, context: Context) -> None:
    await update.message.reply_poll("Tea?", ["Yes", "No"], is_anonymous=False)


async def voted(update: Update, context: Context) -> None:
    answer = update.poll_answer
    await context.bot.send_message(answer.user.id, f"voted {answer.option_ids[0]}")


async def buy(update: Update, context: Context) -> None:
    await update.message.reply_invoice(
        "Pizza", "Warm", "p1", currency="XTR", prices=[LabeledPrice("Pizza", 9)]
    )


async def checkout(update: Update, context: Context) -> None:
    await update.pre_checkout_query.answer(True)


async def paid(update: Update, context: Context) -> None:
    await update.message.reply_text(f"paid {update.message.successful_payment.total_amount}")


async def album(update: Update, context: Context) -> None:
    content = Path(sys.argv[5]).read_bytes()
    await update.message.reply_media_group([InputMediaPhoto(content) for _ in range(2)])


async def fail(update: Update, context: Context) -> None:
    try:
        await context.bot.send_message(404, "x")
    except BadRequest as error:
        await update.message.reply_text(f"caught {error.message}")


async def echo(update: Update, context: Context) -> None:
    await update.message.reply_text(update.message.text)


def main(url: str, token: str, mode: str, port: int) -> None:
    builder = Application.builder().token(token)
    application = (
        builder.base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").concurrent_updates(False)
    ).build()
    for work in (start, album, fail, poll, buy):
        application.add_handler(CommandHandler(work.__name__, work))
    application.add_handler(PollAnswerHandler(voted))
    application.add_handler(PreCheckoutQueryHandler(checkout))
    application.add_handler(MessageHandler(filters.SUCCESSFUL_PAYMENT, paid))
    application.add_handler(MessageHandler(filters.Document.ALL, document))
    application.add_handler(CallbackQueryHandler(like))
    application.add_handler(MessageHandler(filters.PHOTO, photo))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    if mode == "polling":
        application.run_polling()
        return
    application.run_webhook(
        "127.0.0.1",
        port,
        "hook",
        webhook_url=f"http://127.0.0.1:{port}/hook",
        secret_token="s3cret",
    )


main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
