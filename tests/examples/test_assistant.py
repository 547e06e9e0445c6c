"""The assistant, with a model of our own behind a real HTTP server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from examples import assistant


class Model(ThreadingHTTPServer):
    """An OpenAI-compatible server that says `words`, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.words: Any = ["Hello", " **there**"]
        self.status = 200
        self.asked: list[dict[str, Any]] = []


class Answering(BaseHTTPRequestHandler):
    server: Model

    def do_POST(self) -> None:
        """Stream the words as server-sent events."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append({**json.loads(body), "key": self.headers["Authorization"]})
        self.send_response(self.server.status)
        self.end_headers()
        try:
            for word in self.server.words:
                delta = {"choices": [{"delta": {"content": word}}]}
                self.wfile.write(f"data: {json.dumps(delta)}\n\n".encode())
            self.wfile.write(b'data: {"choices": []}\n\ndata: [DONE]\n\n')
        except ConnectionError:  # the bot had enough
            pass

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    with Model() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("MODEL_URL", f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("MODEL_KEY", "secret")
        yield server
        server.shutdown()


def test_what_the_model_says_is_shown_formatted(telegram, model):
    ann = telegram(assistant.router)
    (sent,) = ann.send("Hi")
    assert (sent.text, sent.entities[0].type) == ("Hello there", "bold")
    (asked,) = model.asked
    assert (asked["key"], asked["stream"], asked["model"]) == ("Bearer secret", True, "llama3.2")
    assert [said["content"] for said in asked["messages"][1:]] == ["Hi"]


def test_the_conversation_is_told_again_until_a_new_one(telegram, model):
    ann = telegram(assistant.router)
    for text in ("Hi", "And now?", "/new", "Again"):
        ann.send(text)
    told = [[said["content"] for said in asked["messages"][1:]] for asked in model.asked]
    assert told == [["Hi"], ["Hi", "Hello **there**", "And now?"], ["Again"]]


def test_the_oldest_of_a_long_conversation_is_left_out():
    history = [{"role": "user", "content": f"{n}" * 1000} for n in range(10)]
    kept = assistant.within_budget(history)
    assert [said["content"][0] for said in kept] == ["2", "3", "4", "5", "6", "7", "8", "9"]


def test_stop_ends_the_answer_and_what_was_said_is_remembered(telegram, model):
    model.words = (f"{n} " for n in range(10**9))
    ann = telegram(assistant.router)
    with ann.side_by_side():
        ann.send("Count")
        ann.click("⏹ Stop")
        ann.wait_for(lambda: not ann.buttons and ann.session)
    assert ann.texts[0].startswith("0 1 2")
    assert ann.session["history"][1]["content"].startswith("0 1 2")


def test_a_model_that_is_away_is_told(telegram, model):
    model.status = 503
    ann = telegram(assistant.router)
    ann.send("Hi")
    assert ann.texts == ["The model does not answer at the moment. Please try again later."]
    assert ann.session == {}
