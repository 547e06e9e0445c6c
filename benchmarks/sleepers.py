"""A bot whose handlers are all busy for some seconds: it has every thread the server may start."""

from __future__ import annotations

import threading
from typing import Any

from anzol import Router

router = Router()


@router.on("message")
def sleep(ctx: Any) -> None:
    threading.Event().wait(5.0)
