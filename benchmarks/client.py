"""What one Bot API call costs: requests as people write it, a session, urllib3's pool alone, and `Bot`.

    python -m benchmarks.client [calls]

A small server on this machine, in a process of its own, answers at once, plain and under TLS. The ways are measured in
turns, round after round, in the processor time of this process; a ratio is that of one round, and the median of the
rounds is told with their range.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import requests
import urllib3

from anzol.api import Bot, Transport

TOKEN = "4242:benchmark"
ROUNDS = 15
RESULT = b'{"ok":true,"result":{"message_id":5,"date":1767225600,"chat":{"id":1,"type":"private"}}}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\nConnection: keep-alive\r\n"
    b"Strict-Transport-Security: max-age=31536000\r\n\r\n%s" % (len(RESULT), RESULT)
)
TEXT = {"chat_id": 1, "text": "hello"}
BASE = "urllib3"

Way = Callable[[], object]


def serve(ready: Connection, certificate: str) -> None:
    """Answer every request on every connection, one thread each."""
    listener = socket.create_server(("127.0.0.1", 0))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listener = context.wrap_socket(listener, server_side=True)
    ready.send(listener.getsockname()[1])
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def answer(connection: socket.socket) -> None:
    """Read requests by their lengths, and answer each."""
    with connection, connection.makefile("rb") as stream:
        while line := stream.readline():
            length = 0
            while line not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                line = stream.readline()
            stream.read(length)
            connection.sendall(ANSWER)


@contextmanager
def server(certificate: str = "") -> Iterator[str]:
    """Run the server; yield its address."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(there, certificate), daemon=True
    )
    process.start()
    try:
        scheme = "https" if certificate else "http"
        yield f"{scheme}://127.0.0.1:{here.recv()}"
    finally:
        process.kill()
        process.join()


def ways(url: str, certificate: str) -> dict[str, Way]:
    """Return each way to make the same call."""
    path = f"/bot{TOKEN}/sendMessage"
    session = requests.Session()
    pool = urllib3.connection_from_url(url, **({"ca_certs": certificate} if certificate else {}))
    headers = {"Content-Type": "application/json"}
    transport = Transport(TOKEN, url)
    bot = Bot(TOKEN, transport=transport)

    def by_urllib3() -> object:
        response = pool.urlopen("POST", path, body=json.dumps(TEXT).encode(), headers=headers)
        return json.loads(response.data)

    return {
        BASE: by_urllib3,
        "requests.post": lambda: requests.post(url + path, json=TEXT, timeout=60).json(),
        "requests.Session.post": lambda: session.post(url + path, json=TEXT, timeout=60).json(),
        "Transport.request": lambda: transport.request("sendMessage", TEXT, {}),
        "Bot.send_message": lambda: bot.send_message(1, "hello"),
    }


def measure(calls: int, found: dict[str, Way]) -> dict[str, list[float]]:
    """Return microseconds of processor time for each call, by way, one figure for each round."""
    times: dict[str, list[float]] = {name: [] for name in found}
    for way in found.values():
        way()
    for _ in range(ROUNDS):
        for name, way in found.items():
            started = time.process_time()
            for _ in range(calls):
                way()
            times[name].append((time.process_time() - started) / calls * 1e6)
    return times


def report(title: str, times: dict[str, list[float]]) -> None:
    """Print a table: the median cost, and what urllib3 costs in the same rounds as a multiple of it."""
    print(f"{title:24} {'µs of CPU':>10}   {BASE} costs × (range of the rounds)")
    for name, found in times.items():
        ratios = sorted(base / one for base, one in zip(times[BASE], found, strict=True))
        middle = statistics.median(ratios)
        print(
            f"{name:24} {statistics.median(found):10.1f}   {middle:5.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        )


def certificate_in(folder: str) -> str:
    """Write a certificate for 127.0.0.1 with its key, and return its path."""
    path = Path(folder) / "localhost.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    with path.open("ab") as file:
        file.write(Path(f"{path}.crt").read_bytes())
    return str(path)


def main(calls: int) -> None:
    """Measure plain and under TLS."""
    with server() as url:
        report("plain", measure(calls, ways(url, "")))
    with tempfile.TemporaryDirectory() as folder:
        certificate = certificate_in(folder)
        os.environ["REQUESTS_CA_BUNDLE"] = certificate
        with server(certificate) as url:
            report("under TLS", measure(max(1, calls // 2), ways(url, certificate)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
