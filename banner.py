"""What `python app.py` tells the person who started it."""

from __future__ import annotations

import os
import sys
import time

BOLD, DIM, GREEN, RESET = "\033[1m", "\033[2m", "\033[32m", "\033[0m"
# The simulator's first person: what curl sends shows in that chat.
PERSON = '"id":1001,"first_name":"Ana"'


def simulator(page: str, webhook: str, secret: str) -> None:
    """Say where to chat, and how to send an update by hand."""
    title("Your bot is running in the simulator. No account needed.")
    line("Chat with it", page, strong=True)
    line("Webhook", webhook)
    say("")
    say("  Or send it an update from another terminal:")
    say("")
    say(sample_curl(webhook, secret))
    say("")
    say(dim("  Ctrl-C stops it. Edit handlers/ and start again to change what it does."))


def public(username: str, webhook: str) -> None:
    """Say where the bot is to be found on Telegram."""
    title("Your bot is running.")
    line("Chat with it", f"https://t.me/{username}", strong=True)
    line("Webhook", webhook)


def step(text: str) -> None:
    """One line of progress while something is prepared."""
    say(dim(f"  {text}"))


def sample_curl(webhook: str, secret: str) -> str:
    """A command line that sends one text message with the right secret."""
    now = str(int(time.time())) if os.name == "nt" else "'$(date +%s)'"
    update = (
        f'{{"update_id":{now},"message":{{"message_id":1,"date":{now},"text":"Hello from curl",'
        f'"chat":{{{PERSON},"type":"private"}},"from":{{{PERSON},"is_bot":false}}}}}}'
    )
    header = f"X-Telegram-Bot-Api-Secret-Token: {secret}"
    if os.name == "nt":
        escaped = update.replace('"', '\\"')
        return f'curl -X POST {webhook} -H "{header}" -d "{escaped}"'
    return f"curl -X POST {webhook} -H '{header}' -d '{update}'"


def title(text: str) -> None:
    say("")
    say(f"  {GREEN}●{RESET} {BOLD}{text}{RESET}" if sys.stdout.isatty() else f"  {text}")
    say("")


def line(label: str, value: str, *, strong: bool = False) -> None:
    shown = f"{BOLD}{value}{RESET}" if strong and sys.stdout.isatty() else value
    say(f"  {label:<14}{shown}")


def dim(text: str) -> str:
    return f"{DIM}{text}{RESET}" if sys.stdout.isatty() else text


def say(text: str) -> None:
    # Flushed, so that a program that started us sees the address at once.
    print(text, flush=True)
