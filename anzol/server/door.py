"""The fast door: waitress' own loop takes an update, and the writer's thread sends the 200 after the commit.

No task thread is woken for it. Whatever is not written exactly as Telegram writes it is left to waitress and Flask, with
two rules on the way: a body is kept only for who has shown a right secret or key, and a stranger's connection is the
first to go when there are many.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from socket import SHUT_WR
from typing import Any
from weakref import WeakSet

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import RequestEntityTooLarge

from .addresses import Proxies
from .strangers import Strangers
from .webhook import MAX_BODY, OK, OK_HTTP, Answer, Head, Webhook

REQUEST_SECONDS = 60.0  # seconds for all bytes of a request to arrive
STRANGERS_BODY = 64 * 1024  # bytes; the operator's forms need a thousandth of it
# Bodies of more than STRANGERS_BODY, signed by who knows whom, that may arrive at a time.
SIGNED = 16
# What is read and dropped after a refusal, so that whoever is still sending comes to read it: a close with unread bytes
# resets the connection, and the answer with it. Of more connections than these the rest is reset.
READ_ON_BYTES, READ_ON_SECONDS, READING_ON = 16 * 1024 * 1024, 10.0, 16
DIGITS = 19  # of a body's length
HEADS = 2048  # heads of Telegram's: one sender's differ in the length of their body alone

# A head as the standard has it, without lines that go on in the next one.
LINES = re.compile(rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00-\x08\x0a-\x1f\x7f]*\r\n)+")
LINE = re.compile(rb"([^:\r\n]+):[ \t]*([^\r\n]*?)[ \t]*\r\n")
# What changes how a body is read, or is more than an update needs.
ODD = {b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer"}
HEALTH = b"GET /healthz HTTP/1.1\r\n"
ALIVE = Answer(200, "ok")


def read_fields(lines: bytes) -> dict[bytes, bytes] | None:
    """Return the fields of a head from its lines after the first; None for an unusual one, which is left to waitress."""
    if not LINES.fullmatch(lines):
        return None
    found = [(name.lower(), value) for name, value in LINE.findall(lines)]
    fields = dict(found)
    if len(fields) != len(found) or not fields.keys().isdisjoint(ODD):
        return None
    return fields


class Taken:
    """A placeholder in waitress' list of requests while an update is stored, so that nothing overtakes its answer."""

    def close(self) -> None:
        """Do nothing; waitress calls this on each request that it drops."""


TAKEN = Taken()


class Door:
    """The state that the connections of one server share: the webhook, the operator's key, the strangers among them."""

    def __init__(
        self,
        webhook: Webhook,
        *,
        is_key: Callable[[bytes], bool] = lambda given: False,
        trusted: str = "",
        tells_health: bool = False,
        strangers_body: int = STRANGERS_BODY,
        is_signed: Callable[[str, Mapping[str, str]], bool] = lambda path, headers: False,
        explains: Callable[[str], bool] = lambda path: False,
    ) -> None:
        """Take what `is_signed(path, headers)` says may be a sender's whose signature shows once its body is read.

        `explains(path)` says which addresses answer a refused body themselves.
        """
        self.is_signed, self.explains = is_signed, explains
        self.signed: WeakSet[CarefulParser] = WeakSet()  # whose large bodies are on their way
        self.reading_on: WeakSet[Channel] = WeakSet()  # after a refusal
        self.webhook = webhook
        self.is_key = is_key
        self.proxies = Proxies(trusted)
        self.tells_health = tells_health
        self.strangers_body = strangers_body
        self.is_open = True  # while the server drains, each answer ends its connection, which Flask's side does
        self.start = f"POST {webhook.path} HTTP/1.1\r\n".encode()
        # Read once for thousands of updates: a lookup instead of ten microseconds.
        self.head_of_update = lru_cache(HEADS)(self._head_of_update)
        self.strangers = Strangers(self.proxies)

    def head(self, peer: str, fields: dict[bytes, bytes]) -> Head:
        """Return what a request says of itself, with the client's address as our proxies report it."""
        if self.proxies.believes(peer):
            peer = (
                self.proxies.client(fields.get(b"x-forwarded-for", b"").decode("latin-1")) or peer
            )
        secret = fields.get(b"x-telegram-bot-api-secret-token", b"")
        length = fields.get(b"content-length", b"")
        is_number = length.isdigit() and len(length) <= DIGITS  # else waitress refuses it
        return Head(peer, secret, int(length) if is_number else None)

    def _head_of_update(self, peer: str, start: bytes) -> Head | None:
        """Return what the head of an update says, None for an unusual one, which is left to waitress."""
        fields = read_fields(start[len(self.start) : -2])
        if fields is None or fields.get(b"connection", b"keep-alive").lower() != b"keep-alive":
            return None
        head = self.head(peer, fields)
        return None if head.length is None else head


class CarefulParser(HTTPRequestParser):
    """waitress' parser, which keeps a body only for who may send it."""

    headers: Any
    path: str

    is_refused = False

    def __init__(self, adj: Any, channel: Channel) -> None:
        super().__init__(adj)
        self._channel = channel
        self.largest: int = channel.server.door.strangers_body

    def parse_header(self, header_plus: bytes) -> None:
        """Look at who sends the body before its first byte is kept."""
        try:
            super().parse_header(header_plus)
        except ValueError:  # Python reads no number of more than 4,300 digits
            raise ParsingError("Content-Length is too long") from None
        door: Door = self._channel.server.door
        too_long = self.content_length > MAX_BODY and door.explains(self.path)
        if self._channel.admits(self) and not too_long:
            self.largest = MAX_BODY
        elif not too_long and door.is_signed(self.path, self.headers) and len(door.signed) < SIGNED:
            # Nobody knows yet whether the signature is right, so few of these may be in memory at a time.
            door.signed.add(self)
            self.largest = MAX_BODY
        elif too_long or (self._channel.is_webhook(self) and self.body_rcv is not None):
            # Flask gets it without its body and answers why; then the connection closes, whatever is still to come.
            self.is_refused = True
            self.headers["CONNECTION"] = "close"
            self._leave_body()
        elif self.content_length > self.largest:
            self.error = RequestEntityTooLarge(f"A body is at most {self.largest} bytes here.")
            self.is_refused = True
            self._leave_body()

    def _leave_body(self) -> None:
        self.body_rcv, self.content_length, self.chunked = None, 0, False
        self.expect_continue = False

    def received(self, data: bytes) -> int:
        """Take bytes; those of a refused body go nowhere."""
        taken: int = super().received(data)
        if self.is_refused:
            self._channel.is_refused = True
            return len(data)
        if not self.completed and self.body_bytes_received > self.largest:
            self.error = RequestEntityTooLarge(f"A body is at most {self.largest} bytes here.")
            self.completed = True
        if self.error is not None:
            self._channel.is_refused = True
        return taken


class Channel(HTTPChannel):
    """A connection: a complete update is stored from here; anything else is left to waitress and Flask."""

    _since: float | None = None  # when an unfinished request began
    _is_storing = False
    _is_strange = True  # as long as it has shown no right secret
    is_refused = False  # its last request was, and more of it may come
    _spare: int | None = None  # after a refusal, how many bytes more are read
    server: Any
    socket: Any
    requests: list[Any]
    requests_lock: Any
    _flush_exception: Callable[..., Any]
    _flush_some: Callable[..., Any]

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:
        super().__init__(server, sock, addr, adj, map)
        self.peer = str(addr[0]) if addr else ""
        server.door.strangers.add(self, self.peer)

    def parser_class(self, adj: Any) -> CarefulParser:  # type: ignore[override]
        """Return a parser that asks this connection whose body it may keep."""
        return CarefulParser(adj, self)

    def handle_read_event(self) -> None:
        """Read what has arrived, by one function instead of waitress' three."""
        try:
            data = self.socket.recv(self.adj.recv_bytes) if self.connected else b""
        except OSError:
            data = b""
        if data:
            self._active = time.time()
            self.received(data)
        else:
            super().handle_read_event()  # which finds that out again, and knows what it means

    def received(self, data: bytes) -> bool:
        """Take what has arrived: by the fast door if it is exactly an update, else as waitress does."""
        if self._spare is not None:
            self._spare -= len(data)
            self.will_close = self._spare < 0
            return True
        if self._take(data):
            return True
        result = bool(super().received(data))
        if self.request is None:
            self._since = None
        elif self._since is None:
            self._since = time.time()
        return result

    def _take(self, data: bytes) -> bool:
        door: Door = self.server.door
        if self.request is not None or not door.is_open:
            return False  # these bytes go on with something, or the answer is to end the connection
        if not data.startswith(door.start):
            return door.tells_health and data.startswith(HEALTH) and self._tell_health(data)
        end = data.find(b"\r\n\r\n") + 4
        head = door.head_of_update(self.peer, data[:end])
        if head is None or len(data) != end + (head.length or 0):
            return False  # unusual, or the rest is on its way, or more than one came at once
        if not door.webhook.is_welcome(head) or not self._begin():
            return False
        if self._is_strange:
            self._is_strange = False
            door.strangers.discard(self)
        door.webhook.answer_soon(head, data[end:], self._reply)
        return True

    def _tell_health(self, data: bytes) -> bool:
        """Answer from the loop, which lives when every thread is busy."""
        fields = read_fields(data[len(HEALTH) : -2]) if data.endswith(b"\r\n\r\n") else None
        if fields is None or b"content-length" in fields or not self._begin():
            return False
        close = fields.get(b"connection", b"").lower() == b"close"
        self.close_when_flushed = close
        self._reply(ALIVE, close=close)
        return True

    def _begin(self) -> bool:
        with self.requests_lock:
            if self.requests or self.will_close or self.close_when_flushed:
                return False
            self.requests.append(TAKEN)
            self._is_storing = True
            return True

    def _reply(self, answer: Answer, *, close: bool = False) -> None:
        """Send an answer from whichever thread has it."""
        data = OK_HTTP if answer is OK else answer.http(close)
        with self.requests_lock:
            if not self.requests or self.requests[0] is not TAKEN:
                return  # waitress has ended this connection
            self.requests.pop(0)
            self._is_storing = False
            self._send(data)
            if self.connected and self.requests:  # what came meanwhile, for a thread to serve
                self.server.add_task(self)

    def _send(self, data: bytes) -> None:
        """Write into the idle connection's buffer, where a few hundred bytes always fit, or leave it to the loop."""
        # Under the lock that closing takes: the number of a closed socket may be another one's by now. A condition's
        # methods are its lock's own, which entering it is not.
        self.outbuf_lock.acquire()
        try:
            if not self.connected:
                return
            sent = 0
            try:
                if not self.total_outbufs_len:
                    sent = self.socket.send(data)
            except BlockingIOError:
                pass
            except OSError:  # gone: the update comes again on another connection, as a duplicate
                self.will_close = True
            if sent < len(data):
                self.outbufs[-1].append(data[sent:])
                self.total_outbufs_len += len(data) - sent
                self.server.pull_trigger()
        finally:
            self.outbuf_lock.release()

    def readable(self) -> bool:
        """Stay watched while an update is stored, so that the loop need not be woken to watch it again."""
        # Asked of every connection at every turn of the loop, so the usual case calls nothing. The list of requests may
        # become shorter at any moment, in another thread: its first item is not looked at.
        if not self.requests:
            return not (self.will_close or self.close_when_flushed or self.total_outbufs_len)
        if self._is_storing:
            return len(self.requests) <= 1 and not (self.will_close or self.total_outbufs_len)
        return bool(super().readable())

    def handle_write(self) -> None:
        """Send what waits; where that was a refusal, read on before the connection is closed."""
        if self.is_refused and self.close_when_flushed and not (self.requests or self.will_close):
            self._flush_exception(self._flush_some)
            if not (self.total_outbufs_len or self.will_close) and self._read_on():
                return
        super().handle_write()

    def _read_on(self) -> bool:
        """End the answer and drop what still comes; return False where there are too many of these connections."""
        door: Door = self.server.door
        if len(door.reading_on) >= READING_ON:
            return False
        try:
            self.socket.shutdown(SHUT_WR)
        except OSError:  # gone
            return False
        door.reading_on.add(self)
        self.close_when_flushed = False
        self._spare, self._since = READ_ON_BYTES, time.time()
        return True

    def admits(self, request: Any) -> bool:
        """Return True for a right secret or a right key: then this connection is no longer a stranger's."""
        door: Door = self.server.door
        names = ("X_FORWARDED_FOR", "X_TELEGRAM_BOT_API_SECRET_TOKEN")
        forwarded, secret = (request.headers.get(name, "").encode("latin-1") for name in names)
        fields = {b"x-forwarded-for": forwarded, b"x-telegram-bot-api-secret-token": secret}
        scheme, _, key = request.headers.get("AUTHORIZATION", "").partition(" ")
        if self.is_webhook(request):
            is_known = door.webhook.is_welcome(door.head(self.peer, fields))
        else:
            is_known = scheme.lower() == "bearer" and door.is_key(key.strip().encode("latin-1"))
        if is_known:
            self._is_strange = False
            door.strangers.discard(self)
        return is_known

    def is_webhook(self, request: Any) -> bool:
        """Return True for the webhook's address, with the slash that a misconfigured proxy adds or without."""
        path: str = self.server.door.webhook.path
        return request.path in (path, path + "/")

    def del_channel(self, map: Any = None) -> None:
        """Forget a closed connection."""
        self.server.door.strangers.discard(self)
        self.server.door.reading_on.discard(self)
        super().del_channel(map)

    @property
    def last_activity(self) -> float:
        """Return what waitress compares with `channel_timeout`: 0 for a request that takes too long to arrive.

        Otherwise one byte a minute would keep it open for ever.
        """
        limit = getattr(self.server, "request_seconds", REQUEST_SECONDS)
        if self._spare is not None:
            limit = min(limit, READ_ON_SECONDS)
        late = self._since is not None and time.time() - self._since > limit
        return 0.0 if late else self._active

    @last_activity.setter
    def last_activity(self, moment: float) -> None:
        self._active = moment
