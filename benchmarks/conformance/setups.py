"""The set-ups that are probed: each peer as its documentation shows it, and its best options."""

from __future__ import annotations

from benchmarks.bots import TELEBOT_PATH, Bot, anzol, peer

NOTES = {
    "anzol": "`python -m waitress --call app:serve`, all defaults",
    "aiogram": "`SimpleRequestHandler(dispatcher, bot, secret_token=…)` on aiohttp, all defaults",
    "aiogram, ordered": "the same with `Dispatcher(events_isolation=SimpleEventIsolation())`",
    "aiogram, waiting": "the same with `handle_in_background=False`: 200 when the handler has ended",
    "python-telegram-bot": "`run_webhook(secret_token=…)`, all defaults",
    "python-telegram-bot, concurrent": "the same with `concurrent_updates(True)` and `AIORateLimiter(max_retries=3)`",
    "pyTelegramBotAPI": "its Flask example under waitress; the path is the secret, as there",
    "pyTelegramBotAPI, waiting": "the same with `threaded=False`, `RETRY_ON_ERROR` and 40 threads of waitress",
    "grammY": '`webhookCallback(bot, "http", { secretToken })` on Node\'s server; an error is answered 500',
    "grammY, plugins": "the same with `auto-retry`, `sequentialize` by chat and "
    '`onTimeout: "return"` after 300 ms',
}


def setups() -> list[Bot]:
    """Return ours first, then the peers."""

    def of(name: str, program: str, *words: str, package: str, path: str = "/hook") -> Bot:
        return peer(name, program, *words, package=package, path=path, probed=True)

    return [
        anzol("anzol", handlers="probed", LOG_LEVEL="INFO"),
        of("aiogram", "aiogram_bot.py", "background", package="aiogram"),
        of("aiogram, ordered", "aiogram_bot.py", "ordered", package="aiogram"),
        of("aiogram, waiting", "aiogram_bot.py", "waiting", package="aiogram"),
        of("python-telegram-bot", "ptb_bot.py", "webhook", package="telegram"),
        of(
            "python-telegram-bot, concurrent",
            "ptb_bot.py",
            "webhook",
            "concurrent",
            "limited",
            package="telegram",
        ),
        of("pyTelegramBotAPI", "telebot_bot.py", "threaded", package="telebot", path=TELEBOT_PATH),
        of(
            "pyTelegramBotAPI, waiting",
            "telebot_bot.py",
            "waiting",
            "40",
            "retry",
            package="telebot",
            path=TELEBOT_PATH,
        ),
        of("grammY", "grammy_bot.mjs", "webhook", package="grammy"),
        of("grammY, plugins", "grammy_bot.mjs", "plugins", package="@grammyjs/runner"),
    ]
