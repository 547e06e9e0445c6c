"""What the conformance probes call: the same bot as in benchmarks/peers."""

from __future__ import annotations

import os
import time
from typing import Any

from anzol import Router

router = Router()


@router.command("slow")
def slow(ctx: Any) -> str:
    seconds, word = ctx.args
    time.sleep(float(seconds))
    return f"slow {word}"


@router.command("raise")
def fail(ctx: Any) -> None:
    raise RuntimeError("on purpose")


@router.command("kill")
def kill(ctx: Any) -> None:
    os._exit(9)


@router.command("twice")
def twice(ctx: Any) -> None:
    ctx.reply(f"one {ctx.payload}")
    ctx.reply(f"two {ctx.payload}")


@router.button("stop", aside=True)
def stop(ctx: Any) -> None:
    ctx.answer("stopped")


@router.on("message:text")
def echo(ctx: Any) -> str:
    return f"echo {ctx.text}"
