"""The bot of the tests in aiogram: `aiogram_bot.py API_URL TOKEN polling|webhook PORT PICTURE`."""

from __future__ import annotations

import asyncio
import sys
from io import BytesIO
from pathlib import Path

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LabeledPrice,
    Message,
    PollAnswer,
    PreCheckoutQuery,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

dispatcher = Dispatcher()


@dispatcher.message(Command("start"))
async def start(message: Message) -> None:
    button = InlineKeyboardButton(text="Like", callback_data="like:1")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    text = f"Hello <b>{message.from_user.first_name}</b>"
    await message.answer(text, parse_mode="HTML", reply_markup=keyboard)


@dispatcher.callback_query(F.data == "like:1")
async def like(query: CallbackQuery) -> None:
    await query.answer("thanks")
    await query.message.edit_text("Liked")


@dispatcher.message(F.photo)
async def photo(message: Message, bot: Bot) -> None:
    data = await bot.download(message.photo[-1], BytesIO())
    content = data.read()
    await message.answer_photo(BufferedInputFile(content, "p.png"), caption=f"{len(content)} bytes")


@dispatcher.message(F.document)
async def document(message: Message, bot: Bot) -> None:
    data = await bot.download(message.document, BytesIO())
    copy = BufferedInputFile(data.read().upper(), f"copy-{message.document.file_name}")
    await message.answer_document(copy)


@dispatcher.message(Command("poll"))
async def poll(message: Message) -> None:
    await message.answer_poll("Tea?", ["Yes", "No"], is_anonymous=False)


@dispatcher.poll_answer()
async def voted(answer: PollAnswer, bot: Bot) -> None:
    await bot.send_message(answer.user.id, f"voted {answer.option_ids[0]}")


@dispatcher.message(Command("buy"))
async def buy(message: Message) -> None:
    price = [LabeledPrice(label="Pizza", amount=9)]
    await message.answer_invoice("Pizza", "Warm", "p1", "XTR", price)


@dispatcher.pre_checkout_query()
async def checkout(query: PreCheckoutQuery) -> None:
    await query.answer(True)


@dispatcher.message(F.successful_payment)
async def paid(message: Message) -> None:
    await message.answer(f"paid {message.successful_payment.total_amount}")


@dispatcher.message(Command("album"))
async def album(message: Message) -> None:
    content = Path(sys.argv[5]).read_bytes()
    media = [InputMediaPhoto(media=BufferedInputFile(content, f"{n}.png")) for n in range(2)]
    await message.answer_media_group(media)


@dispatcher.message(Command("fail"))
async def fail(message: Message, bot: Bot) -> None:
    try:
        await bot.send_message(404, "x")
    except TelegramBadRequest as error:
        await message.answer(f"caught {error.message}")


@dispatcher.message(F.text)
async def echo(message: Message) -> None:
    await message.answer(message.text)


async def main(url: str, token: str, mode: str, port: int) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    bot = Bot(token, session=session)
    if mode == "polling":
        await dispatcher.start_polling(bot)
        return
    application = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token="s3cret").register(application, "/hook")
    setup_application(application, dispatcher, bot=bot)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s3cret")
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
