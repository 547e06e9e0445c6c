"""What `python app.py` prints for the person who started it."""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anzol.api.methods import schema
from anzol.settings import SIMULATED_BOT
from anzol.version import __version__

BOLD, DIM, GREEN, RED, RESET = "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m"
FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
# The simulator's first person: the curl line's message shows up in that chat.
PERSON = 1001
CURL = "curl.exe" if os.name == "nt" else "curl"
SAMPLE = Path("examples", "updates", "text.json")


def simulator(page: str, webhook: str | None, secret: str) -> None:
    """Print where to chat, and how to do it from a terminal."""
    title("Your bot is running in the simulator. No account needed.")
    line("Chat with it", page, strong=True)
    line("Webhook" if webhook else "Updates", webhook or "by polling")
    say("")
    say("  Or write to it from another terminal:")
    say(message_curl(page))
    say("")
    if webhook:
        say("  Or post an update to the webhook yourself:")
        say(update_curl(webhook, secret))
        say("")
    say(paint(DIM, "  Ctrl-C stops it."))


def public(usernames: list[str], webhook: str | None) -> None:
    """Print where the bots can be found on Telegram."""
    title("Your bot is running." if len(usernames) == 1 else "Your bots are running.")
    for username in filter(None, usernames):
        line("Chat with it", f"https://t.me/{username}", strong=True)
    line("Webhook" if webhook else "Updates", webhook or "by polling")
    say("")


def message_curl(page: str) -> str:
    """Return a command line that writes one message in the chat."""
    said = f'{{"bot":{SIMULATED_BOT},"from":{PERSON},"chat_id":{PERSON},"text":"Hello from curl"}}'
    url = f"{page.rstrip('/')}/user/send"
    return f"{CURL} {url} -H {quoted('Content-Type: application/json')} -d {quoted(said)}"


def update_curl(webhook: str, secret: str) -> str:
    """Return a command line that posts one update to the webhook, as Telegram does."""
    body = f"@{SAMPLE}" if SAMPLE.exists() else quoted(sample_update())
    header = quoted(f"X-Telegram-Bot-Api-Secret-Token: {secret}")
    return f"{CURL} -X POST {webhook} -H {header} -d {body}"


def sample_update() -> str:
    """Return an update with a text from the simulator's first person, numbered anew at each start."""
    now = int(time.time())
    person = {"id": PERSON, "first_name": "Ana"}
    message = {
        "message_id": 1,
        "date": now,
        "text": "Hello",
        "chat": {**person, "type": "private"},
        "from": {**person, "is_bot": False},
    }
    return json.dumps({"update_id": now, "message": message}, separators=(",", ":"))


def quoted(text: str) -> str:
    """Quote for the shells of this system."""
    if os.name == "nt":  # cmd.exe and PowerShell agree about escaped double quotes alone
        return '"' + text.replace('"', '\\"') + '"'
    return f"'{text}'"


@contextmanager
def step(text: str) -> Iterator[None]:
    """Show what is being waited for, with a spinner on a terminal, and how long it took."""
    started, done = time.monotonic(), threading.Event()
    spinner = threading.Thread(target=_spin, args=(text, done), daemon=True)
    if sys.stdout.isatty():
        spinner.start()
    mark = "✗"
    try:
        yield
        mark = "✓"
    finally:
        done.set()
        if spinner.is_alive():
            spinner.join()
        start = "\r\033[K" if sys.stdout.isatty() else ""
        colour = GREEN if mark == "✓" else RED
        say(f"{start}  {paint(colour, mark)} {text}  {time.monotonic() - started:.1f} s")


def note(text: str) -> None:
    """Print one line that explains a step."""
    say(paint(DIM, f"    {text}"))


def title(text: str) -> None:
    """Print the headline, with the versions of Anzol and of the Bot API."""
    say("")
    say(f"  {paint(GREEN, '●')} {paint(BOLD, text)}")
    say(paint(DIM, f"    Anzol {__version__}, {schema()['version']}"))
    say("")


def line(label: str, value: str, *, strong: bool = False) -> None:
    """Print a label and its value in columns."""
    say(f"  {label:<14}{paint(BOLD, value) if strong else value}")


def paint(colour: str, text: str) -> str:
    """Color text on a terminal; leave it plain in a pipe."""
    return f"{colour}{text}{RESET}" if sys.stdout.isatty() else text


def say(text: str) -> None:
    """Print a line immediately."""
    # Flushed, so that a program that started us sees the address at once. A terminal without these characters gets "?".
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def _spin(text: str, done: threading.Event) -> None:
    for frame in itertools.cycle(FRAMES):
        print(f"\r  {frame} {text}", end="", flush=True)
        if done.wait(0.1):
            return
