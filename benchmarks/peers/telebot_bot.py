"""The echo bot in pyTelegramBotAPI: threaded | waiting | polling, and a number of threads.

threaded  its Flask example (webhook_flask_echo_bot.py), served by waitress: two threads run the handlers
waiting   the same with threaded=False, as its issues recommend under a WSGI server
polling   infinity_polling
"retry" after the number turns RETRY_ON_ERROR on.
The example has no secret in the header: the path is the secret.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import Any

import flask
import telebot
from environment import API, HOST, PATH, PORT, PROBED, TOKEN, URL
from telebot import apihelper
from waitress import serve

mode = sys.argv[1]
threads = int(sys.argv[2]) if len(sys.argv) > 2 else 0
apihelper.RETRY_ON_ERROR = "retry" in sys.argv[3:]
apihelper.API_URL = API + "/bot{0}/{1}"
bot = telebot.TeleBot(
    TOKEN,
    threaded=mode != "waiting",
    num_threads=threads if mode == "polling" and threads else 2,
)


if PROBED:
    telebot.logger.setLevel(logging.INFO)  # as in its example

    @bot.message_handler(commands=["slow"])
    def slow(message: Any) -> None:
        _, seconds, word = message.text.split()
        time.sleep(float(seconds))
        bot.send_message(message.chat.id, f"slow {word}")

    @bot.message_handler(commands=["raise"])
    def fail(message: Any) -> None:
        raise RuntimeError("on purpose")

    @bot.message_handler(commands=["kill"])
    def kill(message: Any) -> None:
        os._exit(9)

    @bot.message_handler(commands=["twice"])
    def twice(message: Any) -> None:
        word = message.text.split()[1]
        bot.send_message(message.chat.id, f"one {word}")
        bot.send_message(message.chat.id, f"two {word}")

    @bot.callback_query_handler(func=lambda call: call.data == "stop")
    def stop(call: Any) -> None:
        bot.answer_callback_query(call.id, "stopped")


@bot.message_handler(func=lambda message: True, content_types=["text"])
def echo(message: Any) -> None:
    bot.send_message(message.chat.id, f"echo {message.text}")


app = flask.Flask(__name__)


@app.post(PATH)
def webhook() -> str:
    if flask.request.headers.get("content-type") != "application/json":
        flask.abort(403)
    update = telebot.types.Update.de_json(flask.request.get_data().decode("utf-8"))
    bot.process_new_updates([update])
    return ""


if mode == "polling":
    bot.infinity_polling()
else:
    bot.remove_webhook()
    bot.set_webhook(url=URL)
    serve(app, host=HOST, port=PORT, threads=threads or 4)
