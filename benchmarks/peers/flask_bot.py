"""Flask by hand: naive | memory | polling.

naive    what tutorials show: requests.post in the route, waitress with its four threads
memory   200 at once, nothing stored: a thread pool, an order per chat, one session
polling  what tutorials show: getUpdates, an answer by requests.post, a second's sleep when there was none
"""

from __future__ import annotations

import hmac
import queue
import sys
import threading
import time
from collections import deque
from typing import Any

import flask
import requests
from environment import API, HOST, PATH, PORT, SECRET, TOKEN, URL
from requests.adapters import HTTPAdapter
from waitress import serve

mode = sys.argv[1]
CALL = f"{API}/bot{TOKEN}"
WORKERS = 100
session = requests.Session()
session.mount("http://", HTTPAdapter(pool_maxsize=WORKERS))
app = flask.Flask(__name__)


def answer_to(update: dict[str, Any]) -> dict[str, Any]:
    message = update["message"]
    return {"chat_id": message["chat"]["id"], "text": "echo " + message["text"]}


class Lanes:
    """Updates in memory: one of a chat at a time, chats side by side."""

    def __init__(self) -> None:
        self.waiting: dict[int, deque[dict[str, Any]]] = {}
        self.ready: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.lock = threading.Lock()
        for _ in range(WORKERS):
            threading.Thread(target=self.work, daemon=True).start()

    def put(self, update: dict[str, Any]) -> None:
        chat = update["message"]["chat"]["id"]
        with self.lock:
            busy = chat in self.waiting
            self.waiting.setdefault(chat, deque()).append(update)
        if not busy:
            self.ready.put(chat)

    def work(self) -> None:
        while True:
            chat = self.ready.get()
            session.post(f"{CALL}/sendMessage", json=answer_to(self.waiting[chat][0]), timeout=60)
            with self.lock:
                self.waiting[chat].popleft()
                if not self.waiting[chat]:
                    del self.waiting[chat]
                    continue
            self.ready.put(chat)


def poll() -> None:
    offset = 0
    while True:
        found = requests.get(f"{CALL}/getUpdates", params={"offset": offset}, timeout=60).json()
        for update in found["result"]:
            requests.post(f"{CALL}/sendMessage", json=answer_to(update), timeout=60)
            offset = update["update_id"] + 1
        if not found["result"]:
            time.sleep(1)


lanes = Lanes() if mode == "memory" else None


@app.post(PATH)
def webhook() -> str:
    given = flask.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not hmac.compare_digest(given.encode(), SECRET.encode()):
        flask.abort(403)
    update = flask.request.get_json()
    if lanes:
        lanes.put(update)
    else:
        requests.post(f"{CALL}/sendMessage", json=answer_to(update), timeout=60)
    return ""


if mode == "polling":
    poll()
else:
    requests.post(f"{CALL}/setWebhook", json={"url": URL, "secret_token": SECRET}, timeout=60)
    serve(app, host=HOST, port=PORT)
