"""A bot that talks slowly, for a test with a real Telegram and a real queue."""

import time

from anzol import Router, TextCtx

router = Router()


@router.command("talk")
def talk(ctx: TextCtx) -> str:
    with ctx.stream(stop="⏹ Stop") as out:
        for number in range(int(ctx.args[0])):
            out.write(f"{number} ")
            time.sleep(float(ctx.args[1]))
    return "Stopped." if out.stopped else "The end."
