"""Coverage-guided fuzzing of what reads an update: `python tests/fuzz/fuzz_webhook.py --seconds 300 [corpus folder]`.

Needs atheris (`pip install atheris`; Linux and macOS). An input that crashes is written to the current folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

ALLOWED = {200, 400, 403, 413}
LONGEST = 64 * 1024  # bytes: beyond that only time is tested


def main() -> int:
    """Fuzz for so many seconds; exit 0 when nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long (60)")
    parser.add_argument("corpus", nargs="?", help="a folder that keeps interesting inputs")
    options = parser.parse_args()
    try:
        import atheris
    except ImportError:
        print("atheris is not installed. Type: pip install atheris", file=sys.stderr)
        return 1
    with atheris.instrument_imports(include=["webhook", "processing", "bot", "security"]):
        from anzol.server.updates import task_of
        from anzol.server.webhook import BadUpdate, parse

        route = webhook_client()

    def one_input(data: bytes) -> None:
        status = route(data)
        assert status in ALLOWED, status
        try:
            update = parse(data)
        except BadUpdate as error:
            assert status == 400
            assert "\n" not in str(error)
            return
        found = task_of(1, update, data)
        assert status == 200
        assert found.lane.isascii()
        assert len(found.lane) <= 200
        assert found.kind.isascii()

    arguments = [
        sys.argv[0],
        f"-max_total_time={options.seconds}",
        f"-max_len={LONGEST}",
        "-timeout=5",
        "-rss_limit_mb=1024",
        # What is found goes into the first folder.
        options.corpus or tempfile.mkdtemp(prefix="fuzz-"),
        str(ROOT / "examples" / "updates"),
    ]
    atheris.Setup(arguments, one_input)
    atheris.Fuzz()
    return 0


def webhook_client() -> Callable[[bytes], int]:
    """A function that posts bytes to the route with the right secret and returns the status."""
    from flask import Flask

    from anzol.server import webhook
    from anzol.server.updates import task_of

    def accept(update: dict[str, Any], body: bytes) -> None:
        task_of(1, update, body)

    app = Flask("fuzz")
    store: Any = SimpleNamespace(store=accept)
    webhook.add_routes(app, webhook.Webhook({"secret": store}, path="/webhook"))
    client = app.test_client()
    headers = {webhook.SECRET_HEADER: "secret"}

    def post(data: bytes) -> int:
        return client.post("/webhook", data=data, headers=headers).status_code

    return post


if __name__ == "__main__":
    sys.exit(main())
