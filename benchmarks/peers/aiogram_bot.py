"""The echo bot in aiogram: background | waiting | ordered | polling.

background  SimpleRequestHandler as documented: 200 at once, the handler runs after it
waiting     handle_in_background=False: 200 when the handler has ended
ordered     background, with SimpleEventIsolation: one update of a chat at a time
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandObject
from aiogram.fsm.storage.memory import SimpleEventIsolation
from aiogram.types import CallbackQuery, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from environment import API, HOST, PATH, PORT, PROBED, SECRET, TOKEN, URL

mode = sys.argv[1]
dp = Dispatcher(events_isolation=SimpleEventIsolation() if mode == "ordered" else None)


if PROBED:
    logging.basicConfig(level=logging.INFO)  # as in its examples

    @dp.message(Command("slow"))
    async def slow(message: Message, command: CommandObject) -> None:
        seconds, word = str(command.args).split()
        await asyncio.sleep(float(seconds))
        await message.answer(f"slow {word}")

    @dp.message(Command("raise"))
    async def fail(message: Message) -> None:
        raise RuntimeError("on purpose")

    @dp.message(Command("kill"))
    async def kill(message: Message) -> None:
        os._exit(9)

    @dp.message(Command("twice"))
    async def twice(message: Message, command: CommandObject) -> None:
        await message.answer(f"one {command.args}")
        await message.answer(f"two {command.args}")

    @dp.callback_query(F.data == "stop")
    async def stop(callback: CallbackQuery) -> None:
        await callback.answer("stopped")


@dp.message(F.text)
async def echo(message: Message) -> None:
    await message.answer(f"echo {message.text}")


def new_bot() -> Bot:
    return Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(API)))


async def new_app() -> web.Application:
    bot = new_bot()
    await bot.set_webhook(URL, secret_token=SECRET)
    app = web.Application()
    SimpleRequestHandler(
        dp, bot, handle_in_background=mode != "waiting", secret_token=SECRET
    ).register(app, path=PATH)
    setup_application(app, dp, bot=bot)
    return app


if mode == "polling":
    dp.run_polling(new_bot())
else:
    web.run_app(new_app(), host=HOST, port=PORT, print=None)
