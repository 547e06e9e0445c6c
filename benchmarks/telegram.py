"""The load generator, `telegram.mjs`, as seen from here: one process, one measurement at a time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.machine import pinned

PROGRAM = Path(__file__).with_name("telegram.mjs")
CORE = 1  # the bots have core 0


class Telegram:
    """Telegram for one run: `with Telegram() as telegram: telegram.measure(…)`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [*pinned(CORE), "node", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = f"http://127.0.0.1:{self._line()}"

    def measure(self, **options: Any) -> dict[str, float]:
        """Deliver updates as `DEFAULTS` in telegram.mjs says, and return what was seen."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(options) + "\n")
        self._process.stdin.flush()
        figures: dict[str, float] = json.loads(self._line())
        return figures

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(
                "The load generator has ended: does `node --version` say 18 or newer?"
            )
        return line.strip()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Telegram:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()
