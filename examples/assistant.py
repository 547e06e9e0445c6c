"""Chat with a language model: any server that speaks OpenAI's API, such as Ollama on this machine.

Set `MODEL_URL`, `MODEL` and, where the server wants one, `MODEL_KEY`.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import requests

from anzol import Context, MessageCtx, Router, TextCtx, throttle

router = Router()
router.before(throttle(10))

BUDGET = 8_000  # characters of the conversation that the model gets with each question
SYSTEM = {"role": "system", "content": "You are a friendly assistant in a Telegram chat. Be brief."}


@router.command("start", "help")
def start(ctx: MessageCtx) -> str:
    """Say what this bot does."""
    return "Ask me anything. /new begins a new conversation."


@router.command("new")
def forget(ctx: MessageCtx) -> str:
    """Begin a new conversation."""
    ctx.session.pop("history", None)
    return "What is it about?"


@router.on("message:text")
def chat(ctx: TextCtx) -> None:
    history = [*ctx.session.get("history", []), {"role": "user", "content": ctx.text}]
    with ctx.typing(), ctx.stream(stop="⏹ Stop") as out:
        for token in answer(history):
            out.write(token)
    history.append({"role": "assistant", "content": out.text})
    ctx.session["history"] = within_budget(history)


@router.error(requests.RequestException)
def away(ctx: Context, error: requests.RequestException) -> str:
    return "The model does not answer at the moment. Please try again later."


def answer(history: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what the model says, piece by piece."""
    url = os.environ.get("MODEL_URL", "http://127.0.0.1:11434/v1")
    key = os.environ.get("MODEL_KEY", "")
    asked = {"model": os.environ.get("MODEL", "llama3.2"), "messages": [SYSTEM, *history]}
    with requests.post(
        f"{url}/chat/completions",
        json={**asked, "stream": True},
        headers={"Authorization": f"Bearer {key}"} if key else {},
        stream=True,
        timeout=(10, 120),
    ) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith(b"data: {"):
                for choice in json.loads(line[6:])["choices"][:1]:
                    yield choice["delta"].get("content") or ""


def within_budget(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the end of a conversation, whole questions with their answers, that fits into the budget."""
    while len(history) > 2 and sum(len(said["content"]) for said in history) > BUDGET:
        history = history[2:]
    return history
