"""Where the time of an update goes: `python -m benchmarks profile`.

py-spy looks many times a second at which threads of the running server use the processor, and
where they are. A look counts for the innermost frame that belongs to a stage, so that what a stage
calls in the standard library is its own.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.bots import Bot, anzol
from benchmarks.processes import Running
from benchmarks.tables import grid
from benchmarks.telegram import Telegram

LOOKS = 250  # a second
SECONDS = 8
# Asked in this order: what stands in a frame's path, and the stage it belongs to.
STAGES = (
    (r"waitress/|anzol/server/waitress", "waitress: connections, requests, task threads"),
    (r"(flask|werkzeug|click)/", "Flask: routing, contexts, responses"),
    (r"(requests|urllib3)/|http/client", "requests and urllib3: the call's HTTP"),
    (r"anzol/api/transport|anzol/api/http", "the call's HTTP, our part"),
    (r"anzol/api/", "the call: methods, parameters, answers"),
    (r"anzol/queue/(sqlite|store|database|writer|catalog|postgres)", "the queue: SQL and commits"),
    (r"anzol/queue/", "the queue: lanes, workers"),
    (r"anzol/bot/", "router, context, replies"),
    (r"anzol/server/(metrics|logs)|prometheus_client/|logging/", "metrics and the log"),
    (r"anzol/server/|anzol/push/", "the webhook and what runs updates"),
    (r"benchmarks/handlers/", "the handler"),
)
REST = "the interpreter and the rest"


def stage_of(stack: str) -> str:
    """Return the stage of a stack as py-spy writes it: `outer (file:line);…;inner (file:line)`."""
    for frame in reversed(stack.split(";")):
        for pattern, stage in STAGES:
            if re.search(pattern, frame):
                return stage
    return REST


def count(lines: Iterable[str]) -> Counter[str]:
    """Return the looks of each stage from py-spy's raw lines, `stack number`."""
    found: Counter[str] = Counter()
    for line in lines:
        stack, _, number = line.strip().rpartition(" ")
        if stack:
            found[stage_of(stack)] += int(number)
    return found


def profile(bot: Bot, seconds: float = SECONDS) -> tuple[float, Counter[str]]:
    """Return the CPU µs of an update under full load, and the looks of each stage."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if not spy:
        raise SystemExit("py-spy is not installed: pip install -r benchmarks/requirements.txt")
    with (
        Telegram() as telegram,
        Running(bot, telegram) as one,
        tempfile.TemporaryDirectory() as folder,
    ):
        one.greet()
        one.measure(mode="closed", seconds=2)
        # Without the spy, which slows what it looks at.
        alone = one.measure(mode="closed", seconds=seconds)["cpu_us"]
        load = threading.Thread(
            target=one.measure, kwargs={"mode": "closed", "seconds": seconds + 2}
        )
        load.start()
        raw = Path(folder) / "raw"
        subprocess.run(
            [spy, "record", "--pid", str(one.process.pid), "--duration", str(int(seconds))]
            + ["--rate", str(LOOKS), "--format", "raw", "--full-filenames", "--output", str(raw)],
            check=True,
            capture_output=True,
        )
        load.join()
        return alone, count(raw.read_text().splitlines())


def render(cpu_us: float, looks: Counter[str]) -> str:
    """Return the table: µs and share of each stage, the dearest first."""
    total = sum(looks.values()) or 1
    rows = [
        [stage, f"{cpu_us * number / total:.0f}", f"{100 * number / total:.0f} %"]
        for stage, number in looks.most_common()
    ]
    return grid(
        ["stage", "µs an update", "share"], [*rows, ["**in all**", f"{cpu_us:.0f}", "100 %"]]
    )


def to_json(cpu_us: float, looks: Counter[str], facts: dict[str, Any]) -> str:
    return json.dumps({**facts, "cpu_us": cpu_us, "looks": dict(looks.most_common())}, indent=1)


def take(checkout: Path | None = None) -> tuple[float, Counter[str]]:
    return profile(anzol(checkout=checkout.resolve()) if checkout else anzol())
