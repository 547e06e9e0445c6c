"""What the simulator is told of each update's end, and that nobody waits for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from anzol.local.outcomes import BACKLOG, Outcomes
from anzol.server.runs import Run
from tests.processes import eventually, free_port

told: list[tuple[str, Any]] = []


class Simulator(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told.append((self.path, json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    told.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Simulator)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_end_is_told_with_its_whole_traceback(url: str):
    outcomes = Outcomes(url, 4242)
    try:
        int("what a user wrote")
    except ValueError as error:
        outcomes(Run("message", 0.1, ran=0.2, outcome="dead", update_id=7, error=error))
    outcomes(
        Run("message", 0.1, ran=0.2, outcome="done", update_id=8, handler="start.py:3 start()")
    )
    eventually(lambda: len(told) == 2)
    (path, failed), (_, done) = told
    assert path == "/user/outcome"
    assert (failed["bot"], failed["update_id"], failed["outcome"]) == (4242, 7, "dead")
    assert "test_outcomes.py" in failed["error"]
    assert "what a user wrote" in failed["error"]
    assert (done["handler"], done["seconds"], done["error"]) == ("start.py:3 start()", 0.2, None)


def test_a_simulator_that_is_gone_costs_nobody_anything():
    outcomes = Outcomes(f"http://127.0.0.1:{free_port()}", 4242)
    for number in range(BACKLOG * 3):
        outcomes(Run("message", 0.0, update_id=number))
