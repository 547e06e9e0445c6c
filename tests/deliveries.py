"""Telegram's side of the wire in a test: many chats, each over its own kept-alive connection, in order, until answered."""

from __future__ import annotations

import http.client
import json
import threading
from urllib.parse import urlsplit

from tests.fakes import message

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Chat:
    """One chat's updates: an update is sent again until it is answered 200, and only then the next."""

    def __init__(self, url: str, secret: str, chat_id: int, count: int) -> None:
        self.url, self.chat_id = url, chat_id
        self.texts = [f"{chat_id}-{number}" for number in range(count)]
        self.acknowledged: list[str] = []
        self.unanswered: list[str] = []  # sent, and the connection ended without an answer
        self.refused = 0  # answered 503
        self.stopped = threading.Event()
        self._headers = {SECRET_HEADER: secret, "Content-Type": "application/json"}
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float = 60.0) -> None:
        self._thread.join(seconds)
        assert not self._thread.is_alive(), f"chat {self.chat_id} is not done"

    def _run(self) -> None:
        connection = self._connect()
        pause = threading.Event()
        for number, text in enumerate(self.texts):
            update = message(text, update_id=self.chat_id * 1000 + number, chat_id=self.chat_id)
            body = json.dumps(update).encode()
            while not self.stopped.is_set():
                try:
                    connection.connect() if connection.sock is None else None
                except OSError:  # nobody listens: the server is away
                    pause.wait(0.02)
                    continue
                if self._send(connection, body, text):
                    break
        connection.close()

    def _send(self, connection: http.client.HTTPConnection, body: bytes, text: str) -> bool:
        try:
            connection.request("POST", urlsplit(self.url).path, body, self._headers)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            self.unanswered.append(text)
            connection.close()
            return False
        if response.status == 200:
            self.acknowledged.append(text)
            return True
        assert response.status == 503, response.status
        assert response.headers["Retry-After"] == "2"
        self.refused += 1
        return False

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
