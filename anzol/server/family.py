"""`Family`: the processes of one server on one machine, and the status that each shows the others."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

TELL_EVERY = 1.0  # seconds


class Family:
    """A folder in which each process keeps a file of its own; their parent removes those of the dead.

    `name` is this process' own, such as `0a`: its place, and which of two takes turns there. The first place does what
    one process does for all: it registers, polls and tidies.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name

    @property
    def is_first(self) -> bool:
        """Return whether this process is the one that acts for all."""
        return self.name.startswith("0")

    def tell(self, status: dict[str, Any]) -> None:
        """Publish this process' status to the others."""
        new = self.folder / f".{self.name}"
        new.write_text(json.dumps({"pid": os.getpid(), **status}), encoding="utf-8")
        new.replace(self.folder / f"{self.name}.json")

    def keep_telling(self, status: Callable[[], dict[str, Any]]) -> None:
        """Publish it now, and every second in a thread."""
        self.tell(status())

        def go_on() -> None:
            pause = threading.Event()
            # The parent ends with its folder, and this process with its parent.
            while not pause.wait(TELL_EVERY) and self.folder.exists():
                with suppress(Exception):  # a stopping queue, a full disk: the next second tells
                    self.tell(status())

        threading.Thread(target=go_on, name="family", daemon=True).start()

    def statuses(self) -> list[dict[str, Any]]:
        """Return the status of each process, in the order of their names."""
        return read_statuses(self.folder)


def read_statuses(folder: Path) -> list[dict[str, Any]]:
    """Return the statuses in a folder, each with its process' name."""
    found = []
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError):  # gone since it was listed
            found.append({"process": path.stem, **json.loads(path.read_text(encoding="utf-8"))})
    return found
