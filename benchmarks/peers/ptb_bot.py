"""The echo bot in python-telegram-bot: webhook | polling, and "concurrent", "limited".

concurrent  concurrent_updates(True)
limited     AIORateLimiter, which repeats what Telegram refused with 429
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import Any

from environment import API, HOST, PATH, PORT, PROBED, SECRET, TOKEN, URL
from telegram import Update
from telegram.ext import (
    AIORateLimiter,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)


async def echo(update: Any, context: Any) -> None:
    await update.message.reply_text(f"echo {update.message.text}")


async def slow(update: Any, context: Any) -> None:
    seconds, word = context.args
    await asyncio.sleep(float(seconds))
    await update.message.reply_text(f"slow {word}")


async def fail(update: Any, context: Any) -> None:
    raise RuntimeError("on purpose")


async def kill(update: Any, context: Any) -> None:
    os._exit(9)


async def twice(update: Any, context: Any) -> None:
    await update.message.reply_text(f"one {context.args[0]}")
    await update.message.reply_text(f"two {context.args[0]}")


async def stop(update: Any, context: Any) -> None:
    await update.callback_query.answer("stopped")


builder = ApplicationBuilder().token(TOKEN).base_url(f"{API}/bot")
if "concurrent" in sys.argv[2:]:
    builder = builder.concurrent_updates(True)
if "limited" in sys.argv[2:]:
    builder = builder.rate_limiter(AIORateLimiter(max_retries=3))
app = builder.build()
if PROBED:
    logging.basicConfig(level=logging.INFO)  # as in its examples
    logging.getLogger("httpx").setLevel(logging.WARNING)
    app.add_handler(CommandHandler("slow", slow))
    app.add_handler(CommandHandler("raise", fail))
    app.add_handler(CommandHandler("kill", kill))
    app.add_handler(CommandHandler("twice", twice))
    app.add_handler(CallbackQueryHandler(stop, pattern="^stop$"))
app.add_handler(MessageHandler(filters.TEXT, echo))

if sys.argv[1] == "polling":
    app.run_polling(allowed_updates=Update.ALL_TYPES)
else:
    app.run_webhook(
        listen=HOST,
        port=PORT,
        url_path=PATH,
        webhook_url=URL,
        secret_token=SECRET,
        allowed_updates=Update.ALL_TYPES,
    )
