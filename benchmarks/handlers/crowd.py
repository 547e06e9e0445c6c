"""The echo behind 499 other handlers: commands, buttons and texts."""

from __future__ import annotations

from typing import Any

from anzol import Router

router = Router()


def other(ctx: Any, /, **captured: Any) -> None:
    raise AssertionError("No update of the benchmark leads here.")


for number in range(200):
    router.command(f"command{number}")(other)
    router.button(f"button{number}:{{id:int}}")(other)
for number in range(99):
    router.text(f"Price {number}")(other)


@router.on("message:text")
def echo(ctx: Any) -> str:
    return f"echo {ctx.text}"
