"""The bot of the tests in pyTelegramBotAPI: `telebot_bot.py API_URL TOKEN polling|webhook PORT PICTURE`."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import telebot
from flask import Flask, request
from telebot import apihelper
from telebot.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    LabeledPrice,
    Update,
)
from waitress import serve

URL, TOKEN, MODE, PORT = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
apihelper.API_URL = URL + "/bot{0}/{1}"
apihelper.FILE_URL = URL + "/file/bot{0}/{1}"
bot = telebot.TeleBot(TOKEN)


@bot.message_handler(commands=["start"])
def start(message):
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Like", callback_data="like:1")]])
    text = f"Hello <b>{message.from_user.first_name}</b>"
    bot.send_message(message.chat.id, text, parse_mode="HTML", reply_markup=keyboard)


@bot.callback_query_handler(lambda query: query.data == "like:1")
def like(query):
    bot.answer_callback_query(query.id, "thanks")
    bot.edit_message_text("Liked", query.message.chat.id, query.message.message_id)


@bot.message_handler(content_types=["photo"])
def photo(message):
    content = bot.download_file(bot.get_file(message.photo[-1].file_id).file_path)
    bot.send_photo(message.chat.id, content, caption=f"{len(content)} bytes")


@bot.message_handler(content_types=["document"])
def document(message):
    content = bot.download_file(bot.get_file(message.document.file_id).file_path)
    name = f"copy-{message.document.file_name}"
    bot.send_document(message.chat.id, InputFile(BytesIO(content.upper()), file_name=name))


@bot.message_handler(commands=["poll"])
def poll(message):
    bot.send_poll(message.chat.id, "Tea?", ["Yes", "No"], is_anonymous=False)


@bot.poll_answer_handler()
def voted(answer):
    bot.send_message(answer.user.id, f"voted {answer.option_ids[0]}")


@bot.message_handler(commands=["buy"])
def buy(message):
    price = [LabeledPrice("Pizza", 9)]
    bot.send_invoice(message.chat.id, "Pizza", "Warm", "p1", None, "XTR", price)


@bot.pre_checkout_query_handler(lambda query: True)
def checkout(query):
    bot.answer_pre_checkout_query(query.id, True)


@bot.message_handler(content_types=["successful_payment"])
def paid(message):
    bot.send_message(message.chat.id, f"paid {message.successful_payment.total_amount}")


@bot.message_handler(commands=["album"])
def album(message):
    content = Path(sys.argv[5]).read_bytes()
    bot.send_media_group(message.chat.id, [InputMediaPhoto(content) for _ in range(2)])


@bot.message_handler(commands=["fail"])
def fail(message):
    try:
        bot.send_message(404, "x")
    except apihelper.ApiTelegramException as error:
        bot.send_message(message.chat.id, f"caught {error.description}")


@bot.message_handler(func=lambda message: True)
def echo(message):
    bot.send_message(message.chat.id, message.text)


app = Flask(__name__)


@app.post("/hook")
def hook():
    if request.headers["X-Telegram-Bot-Api-Secret-Token"] != "s3cret":
        return "", 403
    bot.process_new_updates([Update.de_json(request.get_json())])
    return ""


if MODE == "polling":
    bot.infinity_polling(timeout=5, long_polling_timeout=5)
else:
    bot.set_webhook(f"http://127.0.0.1:{PORT}/hook", secret_token="s3cret")
    serve(app, host="127.0.0.1", port=PORT, _quiet=True)
