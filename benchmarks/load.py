"""A load of webhook requests over keep-alive connections, from one thread, light enough not to be the limit."""

from __future__ import annotations

import json
import selectors
import socket
import time
from itertools import count

SECRET = "benchmark"
TEXT = "x" * 500


def request(update_id: int, chat: int) -> bytes:
    """Return one delivery as Telegram sends it."""
    message = {
        "message_id": update_id,
        "date": 1,
        "chat": {"id": chat, "type": "private", "first_name": "Ann"},
        "from": {"id": chat, "is_bot": False, "first_name": "Ann"},
        "text": TEXT,
    }
    body = json.dumps({"update_id": update_id, "message": message}).encode()
    head = (
        "POST /webhook HTTP/1.1\r\nHost: localhost\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
    )
    return head.encode() + body


def rate(
    port: int, seconds: float, ids: count[int], connections: int = 40, chats: int = 500
) -> float:
    """Return the answers per second while each connection waits for its answer and sends the next."""
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(sock, selectors.EVENT_READ)
        send(sock, ids, chats)
    answered, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        for key, _ in selector.select(1.0):
            answer = key.fileobj.recv(4096)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"The server answered {answer[:80]!r}.")
            answered += 1
            send(key.fileobj, ids, chats)
    took = time.perf_counter() - started
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    selector.close()
    return answered / took


def send(sock: socket.socket, ids: count[int], chats: int) -> None:
    update_id = next(ids)
    sock.sendall(request(update_id, update_id % chats + 1))
